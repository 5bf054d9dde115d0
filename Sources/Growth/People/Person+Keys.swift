import Store

extension Person {
    /// Brings `searchKeys` and `matchKeys` up to what the person is now.
    public mutating func refreshKeys() {
        searchKeys = wordsForSearch
        let kept = matchKeys.filter { key in !["e:", "m:", "n:"].contains { key.hasPrefix($0) } }
        matchKeys = ImportMatchKeys.personKeys(self) + kept
    }
}

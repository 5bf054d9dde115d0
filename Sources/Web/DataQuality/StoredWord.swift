/// The label of a stored word of a list that is not ours.
enum StoredWord {
    /// The phrase below `group`; a word that an earlier program made up is shown as it is.
    static func label(_ group: String, _ word: String, _ visit: some Visiting) -> String {
        let key = "\(group).\(word)"
        return visit.visit.resources.phrases.has(key) ? visit.phrase(key) : word
    }
}

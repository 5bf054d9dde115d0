/// What the words of all names are worth, known once all rows are in.
struct WordSense: Sendable {
    /// The usual spelling behind a rare one: the word itself where there is none.
    private(set) var usual: [UInt32] = []
    /// Bits that the shared word is evidence for, of the usual spelling.
    private(set) var bits: [Float] = []
    /// Equal for words of both scripts that sound or mean the same.
    private(set) var sound: [UInt32] = []
    private(set) var soundBytes: [UInt8] = []
    private(set) var soundEnds: [UInt32] = []
    /// The two words that a rare word was run together from.
    private(set) var halves: [UInt32: (UInt32, UInt32)] = [:]

    /// Names seen elsewhere before this list: keeps a word of a short list from looking rarer or commoner than it is.
    private static let imaginedNames: Float = 1000

    init(_ table: WordTable, names: Int, needsSound: Bool) {
        usual = Spelling.usual(table)
        var counts = [UInt32](repeating: 0, count: table.count)
        for word in 0..<table.count { counts[Int(usual[word])] += table.counts[word] }
        bits = (0..<table.count).map { word in
            let c = Int(usual[word])
            return Self.bits(count: counts[c], names: names, role: table.roles[c])
        }
        for word in 0..<table.count where table.counts[word] <= 2 && usual[word] == UInt32(word) {
            if let split = Spelling.halves(of: word, table) { halves[UInt32(word)] = split }
        }
        if needsSound { readSounds(table) }
    }

    private static func bits(count: UInt32, names: Int, role: WordRole) -> Float {
        let imagined: Float
        switch role {
        case .core: imagined = imaginedNames / 2000
        case .common: imagined = imaginedNames / 60
        case .activity: imagined = imaginedNames / 80
        case .legal, .filler: imagined = imaginedNames / 5
        case .place: imagined = imaginedNames / 30
        }
        let others = max(0, Float(count) - 1)
        let worth = -((others + imagined) / (Float(names) + imaginedNames)).log2
        switch role {
        case .filler: return 0
        case .legal: return min(3, worth * 0.7)
        case .place: return min(4, worth * 0.6)
        default: return worth
        }
    }

    private mutating func readSounds(_ table: WordTable) {
        var index = KeyIndex()
        sound = (0..<table.count).map { word in
            let concept = table.concepts[word]
            return table.withLetters(word) { letters in
                Transliteration.withSkeleton(of: letters) { skeleton in
                    let (id, isNew) = index.insert(concept > 0 ? Hash.mix(UInt64(concept)) : Hash.of(skeleton))
                    if isNew {
                        // Words with a meaning of their own are equal or not; only sounds are compared letter by letter.
                        if concept == 0 { soundBytes.append(contentsOf: skeleton) }
                        soundEnds.append(UInt32(truncatingIfNeeded: soundBytes.count))
                    }
                    return UInt32(truncatingIfNeeded: id)
                }
            }
        }
    }

    func soundRange(_ id: UInt32) -> Range<Int> {
        (id == 0 ? 0 : Int(soundEnds[Int(id) - 1]))..<Int(soundEnds[Int(id)])
    }
}

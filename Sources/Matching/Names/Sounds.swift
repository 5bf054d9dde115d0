/// A few skeletons of words, in one buffer.
struct Sounds {
    private var bytes: [UInt8] = []
    private var ends: [Int] = []

    var count: Int { ends.count }

    init() {
        bytes.reserveCapacity(64)
        ends.reserveCapacity(CodedName.maxWords)
    }

    subscript(sound: Int) -> ArraySlice<UInt8> {
        bytes[(sound == 0 ? 0 : ends[sound - 1])..<ends[sound]]
    }

    /// Adds the skeleton of a coded word, unless it is empty.
    mutating func add(_ word: CodedName.Word) {
        Transliteration.withSkeleton(of: word) { skeleton in
            if skeleton.isEmpty { return }
            if skeleton.allSatisfy({ $0 < 0x80 }) {
                bytes.append(contentsOf: skeleton)
            } else {
                // Letters of other scripts are no UTF-8 in this code; keys are text and sorted as such.
                bytes.append(contentsOf: String(decoding: skeleton, as: UTF8.self).utf8)
            }
            ends.append(bytes.count)
        }
    }

    mutating func addOnce(_ word: CodedName.Word) {
        let before = count
        add(word)
        if count > before { removeRepeated() }
    }

    /// Adds a name for a known meaning, unless it is there.
    mutating func addOnce(concept: UInt32) {
        bytes.append(UInt8(ascii: "c"))
        bytes.append(contentsOf: String(concept).utf8)
        ends.append(bytes.count)
        removeRepeated()
    }

    /// Takes the last one back if it was there before.
    private mutating func removeRepeated() {
        let last = count - 1
        for i in 0..<last where self[i].elementsEqual(self[last]) {
            ends.removeLast()
            bytes.removeLast(bytes.count - (ends.last ?? 0))
            return
        }
    }

    func precedes(_ a: Int, _ b: Int) -> Bool {
        self[a].lexicographicallyPrecedes(self[b])
    }

    /// All, sorted, with a sign between them.
    func sorted(joinedBy sign: Character) -> String {
        var order = Array(0..<count)
        order.sort(by: precedes)
        var out: [UInt8] = []
        out.reserveCapacity(bytes.count + count)
        for i in order {
            if !out.isEmpty { out.append(sign.asciiValue ?? 0x2D) }
            out.append(contentsOf: self[i])
        }
        return String(decoding: out, as: UTF8.self)
    }
}

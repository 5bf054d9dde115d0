/// Values by hash, filled once. Open addressing; the hash stands for the word, see `KeyIndex`.
struct FixedTable<Value: Sendable>: Sendable {
    private let hashes: [UInt64]
    private let values: [Value?]
    private let mask: Int

    /// The last of two values for one hash stays.
    init(_ pairs: [(UInt64, Value)]) {
        var size = 16
        while size < pairs.count * 3 { size *= 2 }
        var hashes = [UInt64](repeating: 0, count: size)
        var values = [Value?](repeating: nil, count: size)
        for (hash, value) in pairs {
            var slot = Int(truncatingIfNeeded: hash) & (size - 1)
            while values[slot] != nil, hashes[slot] != hash { slot = (slot + 1) & (size - 1) }
            hashes[slot] = hash
            values[slot] = value
        }
        (self.hashes, self.values, mask) = (hashes, values, size - 1)
    }

    subscript(hash: UInt64) -> Value? {
        var slot = Int(truncatingIfNeeded: hash) & mask
        while let value = values[slot] {
            if hashes[slot] == hash { return value }
            slot = (slot + 1) & mask
        }
        return nil
    }
}

/// Words by their UTF-8, filled once.
struct WordSet: Sendable {
    private let table: FixedTable<Bool>

    init(_ words: some Sequence<String>) {
        table = FixedTable(words.map { (Hash.of($0), true) })
    }

    /// By the letters of `CodedName` instead.
    init(coded words: some Sequence<String>) {
        table = FixedTable(words.map { (Hash.of(CodedName.code($0)), true) })
    }

    func contains(hash: UInt64) -> Bool { table[hash] != nil }

    func contains(_ utf8: UnsafeBufferPointer<UInt8>) -> Bool { contains(hash: Hash.of(utf8)) }
}

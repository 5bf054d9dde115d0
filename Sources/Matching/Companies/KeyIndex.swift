/// Numbers 64-bit hashes in order of appearance. Open addressing; the hash stands for the thing, as the chance that two
/// of ten million differ only in it is below one in 300,000.
struct KeyIndex: Sendable {
    private var slots: [UInt32] = Array(repeating: 0, count: 1024)
    private var mask = 1023
    private(set) var hashes: [UInt64] = []

    var count: Int { hashes.count }

    /// The number of the hash, and whether it is new.
    mutating func insert(_ hash: UInt64) -> (id: Int, isNew: Bool) {
        var slot = Int(truncatingIfNeeded: hash) & mask
        while slots[slot] != 0 {
            let id = Int(slots[slot]) - 1
            if hashes[id] == hash { return (id, false) }
            slot = (slot + 1) & mask
        }
        hashes.append(hash)
        slots[slot] = UInt32(truncatingIfNeeded: hashes.count)
        if hashes.count * 2 > mask { grow() }
        return (hashes.count - 1, true)
    }

    func id(of hash: UInt64) -> Int? {
        var slot = Int(truncatingIfNeeded: hash) & mask
        while slots[slot] != 0 {
            let id = Int(slots[slot]) - 1
            if hashes[id] == hash { return id }
            slot = (slot + 1) & mask
        }
        return nil
    }

    private mutating func grow() {
        mask = mask * 2 + 1
        slots = Array(repeating: 0, count: mask + 1)
        for (id, hash) in hashes.enumerated() {
            var slot = Int(truncatingIfNeeded: hash) & mask
            while slots[slot] != 0 { slot = (slot + 1) & mask }
            slots[slot] = UInt32(truncatingIfNeeded: id + 1)
        }
    }
}

/// A column of repeating values: numbered, with how often each occurs.
struct ValueTable: Sendable {
    private var index = KeyIndex()
    private(set) var counts: [UInt32] = []
    private(set) var total = 0

    mutating func add(_ hash: UInt64) -> UInt32 {
        let (id, isNew) = index.insert(hash)
        if isNew { counts.append(0) }
        counts[id] += 1
        total += 1
        return UInt32(truncatingIfNeeded: id)
    }

    /// Bits that equality is worth: rare values say more. Between 0.3 and `most`.
    func bits(most: Float) -> [Float] {
        // Ten imaginary values keep a column of few rows from saying too much.
        counts.map { count in
            let share = (Float(count) + 1) / (Float(total) + 10)
            return min(most, max(0.3, -share.log2))
        }
    }
}

extension Float {
    /// log2 without Foundation: the exponent and a polynomial over the significand, to about 1e-3.
    var log2: Float {
        guard self > 0, isFinite else { return 0 }
        let x = significand - 1
        let curve = x * (1.4425449 + x * (-0.7181452 + x * (0.4575485 + x * (-0.2779042 + x * (0.1225 + x * -0.0265)))))
        return Float(exponent) + curve
    }
}

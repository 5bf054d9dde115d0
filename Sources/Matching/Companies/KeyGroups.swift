/// (key, row) pairs brought together by key, the rows of each in ascending order.
struct KeyGroups: Sendable {
    private var keys: [UInt64] = []
    private var rows: [UInt32] = []

    mutating func reserve(_ count: Int) {
        keys.reserveCapacity(count)
        rows.reserveCapacity(count)
    }

    mutating func add(_ key: UInt64, _ row: Int) {
        keys.append(key)
        rows.append(UInt32(truncatingIfNeeded: row))
    }

    var count: Int { keys.count }

    /// Calls `body` with the rows of every key that at least two have.
    consuming func forEach(_ body: (UInt64, ArraySlice<UInt32>) throws -> Void) rethrows {
        let buckets = Self.bucketed([self])
        try buckets.forEach(in: 0..<buckets.count, body)
    }

    /// One pass scatters the pairs by the top bits of the key into buckets of a few, each sorted when it is read.
    /// The rows of a part come before those of the next one; each is freed when it is read.
    static func bucketed(_ all: consuming [KeyGroups]) -> KeyBuckets {
        var parts = all
        let size = parts.reduce(0) { $0 + $1.count }
        var bits = 1
        while bits < 22, size >> (bits + 3) > 0 { bits += 1 }
        let shift = UInt64(64 - bits)
        var starts = [UInt32](repeating: 0, count: (1 << bits) + 1)
        for part in parts {
            for key in part.keys { starts[Int(truncatingIfNeeded: key >> shift) + 1] += 1 }
        }
        for i in 1..<starts.count { starts[i] += starts[i - 1] }
        // Pairs are written at the start of their bucket, which moves on: at the end it is the start of the next one.
        let pairs = [KeyBuckets.Pair](unsafeUninitializedCapacity: size) { out, count in
            for i in parts.indices {
                let part = parts[i]
                parts[i] = KeyGroups()
                for j in part.keys.indices {
                    let bucket = Int(truncatingIfNeeded: part.keys[j] >> shift)
                    out.initializeElement(
                        at: Int(starts[bucket]), to: KeyBuckets.Pair(key: part.keys[j], row: part.rows[j]))
                    starts[bucket] += 1
                }
            }
            count = size
        }
        starts.removeLast()
        return KeyBuckets(pairs: pairs, ends: starts)
    }
}

/// Pairs in buckets by the top bits of their key. Each key is in one bucket.
struct KeyBuckets: Sendable {
    struct Pair: Sendable {
        private let high: UInt32
        private let low: UInt32
        let row: UInt32

        /// Twelve bytes, not sixteen.
        init(key: UInt64, row: UInt32) {
            high = UInt32(truncatingIfNeeded: key >> 32)
            low = UInt32(truncatingIfNeeded: key)
            self.row = row
        }

        var key: UInt64 { UInt64(high) << 32 | UInt64(low) }
    }

    private let pairs: [Pair]
    private let ends: [UInt32]

    init(pairs: [Pair], ends: [UInt32]) {
        self.pairs = pairs
        self.ends = ends
    }

    var count: Int { ends.count }

    /// How many pairs there are.
    var size: Int { pairs.count }

    /// Calls `body` with the rows of every key in the buckets that at least two rows have.
    func forEach(in buckets: Range<Int>, _ body: (UInt64, ArraySlice<UInt32>) throws -> Void) rethrows {
        var keys: [UInt64] = []
        var rows: [UInt32] = []
        for bucket in buckets {
            let range = (bucket == 0 ? 0 : Int(ends[bucket - 1]))..<Int(ends[bucket])
            if range.count < 2 { continue }
            keys.removeAll(keepingCapacity: true)
            rows.removeAll(keepingCapacity: true)
            sort(range, &keys, &rows)
            var start = 0
            while start < keys.count {
                var end = start + 1
                while end < keys.count, keys[end] == keys[start] { end += 1 }
                if end - start > 1 { try body(keys[start], rows[start..<end]) }
                start = end
            }
        }
    }

    private func sort(_ range: Range<Int>, _ keys: inout [UInt64], _ rows: inout [UInt32]) {
        if range.count > 48 {
            var sorted = Array(pairs[range])
            sorted.sort { ($0.key, $0.row) < ($1.key, $1.row) }
            for pair in sorted {
                keys.append(pair.key)
                rows.append(pair.row)
            }
            return
        }
        // Pairs of one key come in the order of their rows, and stay in it.
        for i in range {
            let (key, row) = (pairs[i].key, pairs[i].row)
            keys.append(key)
            rows.append(row)
            var j = keys.count - 1
            while j > 0, keys[j - 1] > key {
                keys[j] = keys[j - 1]
                rows[j] = rows[j - 1]
                j -= 1
            }
            keys[j] = key
            rows[j] = row
        }
    }
}

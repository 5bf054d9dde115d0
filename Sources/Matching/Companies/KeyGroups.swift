/// (key, row) pairs brought together by key, the rows of each in ascending order.
struct KeyGroups {
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
    ///
    /// One pass scatters the pairs by the top bits of the key into buckets of a few, which are then sorted each.
    consuming func forEach(_ body: (UInt64, ArraySlice<UInt32>) throws -> Void) rethrows {
        let n = keys.count
        if n < 2 { return }
        var bits = 4
        while bits < 24, n >> (bits + 2) > 0 { bits += 1 }
        let shift = UInt64(64 - bits)
        var starts = [Int](repeating: 0, count: (1 << bits) + 1)
        for key in keys { starts[Int(key >> shift) + 1] += 1 }
        for i in 1..<starts.count { starts[i] += starts[i - 1] }
        var sortedKeys = [UInt64](repeating: 0, count: n)
        var sortedRows = [UInt32](repeating: 0, count: n)
        var next = starts
        for i in 0..<n {
            let bucket = Int(keys[i] >> shift)
            sortedKeys[next[bucket]] = keys[i]
            sortedRows[next[bucket]] = rows[i]
            next[bucket] += 1
        }
        keys = []
        rows = []
        for bucket in 0..<(1 << bits) {
            let range = starts[bucket]..<starts[bucket + 1]
            if range.count < 2 { continue }
            Self.sort(range, &sortedKeys, &sortedRows)
            var start = range.lowerBound
            while start < range.upperBound {
                var end = start + 1
                while end < range.upperBound, sortedKeys[end] == sortedKeys[start] { end += 1 }
                if end - start > 1 { try body(sortedKeys[start], sortedRows[start..<end]) }
                start = end
            }
        }
    }

    private static func sort(_ range: Range<Int>, _ keys: inout [UInt64], _ rows: inout [UInt32]) {
        if range.count > 48 {
            var pairs = range.map { (keys[$0], rows[$0]) }
            pairs.sort { $0 < $1 }
            for (i, pair) in zip(range, pairs) { (keys[i], rows[i]) = pair }
            return
        }
        for i in range.dropFirst() {
            let (key, row) = (keys[i], rows[i])
            var j = i
            while j > range.lowerBound, keys[j - 1] > key {
                keys[j] = keys[j - 1]
                rows[j] = rows[j - 1]
                j -= 1
            }
            keys[j] = key
            rows[j] = row
        }
    }
}

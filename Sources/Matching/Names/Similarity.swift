/// Edit distance over short byte strings.
enum Similarity {
    /// Levenshtein distance with swaps of neighbours counted once (optimal string alignment), by Hyyrö's bit-parallel
    /// method for words of up to 64 letters; `nil` if it exceeds `limit` or a word is longer.
    static func distance(_ a: UnsafeBufferPointer<UInt8>, _ b: UnsafeBufferPointer<UInt8>, limit: Int) -> Int? {
        if abs(a.count - b.count) > limit || a.count > 64 || b.count > 64 { return nil }
        if a.isEmpty || b.isEmpty { return max(a.count, b.count) }
        return withUnsafeTemporaryAllocation(of: UInt64.self, capacity: 256) { masks in
            for byte in b { masks[Int(byte)] = 0 }
            for byte in a { masks[Int(byte)] = 0 }
            for (i, byte) in a.enumerated() { masks[Int(byte)] |= 1 << UInt64(i) }
            let last = UInt64(1) << UInt64(a.count - 1)
            var vp = ~UInt64(0)
            var vn: UInt64 = 0
            var d0: UInt64 = 0
            var previous: UInt64 = 0
            var distance = a.count
            for byte in b {
                let mask = masks[Int(byte)]
                let swap = (((~d0) & mask) << 1) & previous
                d0 = ((((mask & vp) &+ vp) ^ vp) | mask | vn) | swap
                let hp = vn | ~(d0 | vp)
                let hn = d0 & vp
                if hp & last != 0 { distance += 1 }
                if hn & last != 0 { distance -= 1 }
                let shifted = (hp << 1) | 1
                vp = (hn << 1) | ~(d0 | shifted)
                vn = shifted & d0
                previous = mask
            }
            return distance <= limit ? distance : nil
        }
    }

    /// 1 for equal, 0 for nothing in common.
    static func ratio(_ a: UnsafeBufferPointer<UInt8>, _ b: UnsafeBufferPointer<UInt8>) -> Double {
        let longest = max(a.count, b.count)
        if longest == 0 { return 1 }
        guard let distance = distance(a, b, limit: longest) else { return 0 }
        return 1 - Double(distance) / Double(longest)
    }
}

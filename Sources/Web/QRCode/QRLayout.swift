/// How the bytes of a QR code of one version are laid out (ISO/IEC 18004, tables 1, 7 and 9), at level M.
struct QRLayout {
    let version: Int

    /// Codewords of error correction in a block, and how many blocks there are, by version from 1.
    private static let corrections = [
        10, 16, 26, 18, 24, 16, 18, 22, 22, 26, 30, 22, 22, 24, 24, 28, 28, 26, 26, 26, 26, 28, 28, 28, 28,
    ]
    private static let blockCounts = [
        1, 1, 1, 2, 2, 4, 4, 4, 5, 5, 5, 8, 9, 9, 10, 10, 11, 13, 14, 16, 17, 17, 18, 20, 21,
    ]

    var size: Int { version * 4 + 17 }
    private var correction: Int { Self.corrections[version - 1] }
    private var blockCount: Int { Self.blockCounts[version - 1] }
    private var dataCodewords: Int { Self.codewords(version) - correction * blockCount }
    /// Bits that say how many bytes follow.
    private var lengthBits: Int { version < 10 ? 8 : 16 }

    static func smallest(for bytes: Int) -> QRLayout? {
        (1...corrections.count).lazy.map(QRLayout.init(version:)).first {
            4 + $0.lengthBits + bytes * 8 <= $0.dataCodewords * 8
        }
    }

    /// Where the centres of the alignment patterns stand, in either direction.
    static func alignments(_ version: Int) -> [Int] {
        guard version > 1 else { return [] }
        let gaps = version / 7 + 1
        let last = version * 4 + 10
        let step = (version * 4 + 4 + 2 * gaps - 1) / (2 * gaps) * 2
        return [6] + (0..<gaps).reversed().map { last - $0 * step }
    }

    /// What fits once the fixed patterns, format and version are drawn.
    private static func codewords(_ version: Int) -> Int {
        let size = version * 4 + 17
        let count = alignments(version).count
        // Finders with their borders, timing, and format with the dark module.
        var taken = 3 * 64 + 2 * (size - 16) + 31
        if count > 0 { taken += (count * count - 3) * 25 - (count - 2) * 10 }
        if version >= 7 { taken += 36 }
        return (size * size - taken) / 8
    }

    /// Data and error correction in the order in which they are drawn.
    func codewords(of bytes: [UInt8]) -> [UInt8] {
        let blocks = split(data(of: bytes))
        let checks = blocks.map { ReedSolomon.remainder(of: $0, degree: correction) }
        return Self.interleaved(blocks) + Self.interleaved(checks)
    }

    private func data(of bytes: [UInt8]) -> [UInt8] {
        var bits: [Bool] = []
        func put(_ value: Int, _ count: Int) {
            for index in stride(from: count - 1, through: 0, by: -1) { bits.append(value >> index & 1 == 1) }
        }
        put(0b0100, 4)
        put(bytes.count, lengthBits)
        for byte in bytes { put(Int(byte), 8) }
        put(0, min(4, dataCodewords * 8 - bits.count))
        put(0, (8 - bits.count % 8) % 8)
        var data = stride(from: 0, to: bits.count, by: 8).map { start in
            bits[start..<start + 8].reduce(UInt8(0)) { $0 << 1 | ($1 ? 1 : 0) }
        }
        for index in 0..<dataCodewords - data.count { data.append(index % 2 == 0 ? 0xEC : 0x11) }
        return data
    }

    /// The last blocks are one longer where the data does not divide.
    private func split(_ data: [UInt8]) -> [[UInt8]] {
        let short = data.count / blockCount, longer = data.count % blockCount
        var (blocks, start): ([[UInt8]], Int) = ([], 0)
        for index in 0..<blockCount {
            let length = index < blockCount - longer ? short : short + 1
            blocks.append(Array(data[start..<start + length]))
            start += length
        }
        return blocks
    }

    private static func interleaved(_ blocks: [[UInt8]]) -> [UInt8] {
        (0..<(blocks.map(\.count).max() ?? 0)).flatMap { index in
            blocks.compactMap { index < $0.count ? $0[index] : nil }
        }
    }

    /// The check bits of a BCH code: the remainder of `value` shifted by `degree` over a polynomial.
    static func remainder(_ value: Int, _ polynomial: Int, _ degree: Int) -> Int {
        (0..<degree).reduce(value) { rest, _ in rest << 1 ^ (rest >> (degree - 1) & 1) * polynomial }
    }
}

/// Error correction over the field of 256 elements with x⁸ + x⁴ + x³ + x² + 1.
enum ReedSolomon {
    static func remainder(of data: [UInt8], degree: Int) -> [UInt8] {
        let divisor = generator(degree)
        var rest = [UInt8](repeating: 0, count: degree)
        for byte in data {
            let factor = byte ^ rest[0]
            rest = Array(rest.dropFirst()) + [0]
            for index in 0..<degree { rest[index] ^= product(divisor[index], factor) }
        }
        return rest
    }

    /// (x − 1)(x − 2)(x − 4)…, without its leading 1.
    private static func generator(_ degree: Int) -> [UInt8] {
        var (polynomial, root): ([UInt8], UInt8) = ([1], 1)
        for _ in 0..<degree {
            let shifted = polynomial + [0], scaled = [0] + polynomial.map { product($0, root) }
            polynomial = zip(shifted, scaled).map { $0 ^ $1 }
            root = product(root, 2)
        }
        return Array(polynomial.dropFirst())
    }

    static func product(_ a: UInt8, _ b: UInt8) -> UInt8 {
        var (result, a, b): (UInt8, UInt8, UInt8) = (0, a, b)
        while b != 0 {
            if b & 1 == 1 { result ^= a }
            a = a << 1 ^ (a & 0x80 == 0 ? 0 : 0x1D)
            b >>= 1
        }
        return result
    }
}

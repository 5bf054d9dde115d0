import Testing

@testable import Web

/// The square that a phone reads, read back here by the standard: format, mask, blocks and their error correction.
@Suite struct QRCodeTests {
    @Test(arguments: [1, 14, 26, 42, 62, 84, 106, 122, 152, 180, 213, 251, 287, 331, 412, 504, 624, 711, 779, 997])
    func `what was written is read, at every size`(_ count: Int) throws {
        let text = String(repeating: "otpauth://totp/%D8%A3?secret=", count: 40).prefix(count)
        let code = try #require(QRCode(String(text)))
        #expect(try Reader(code).text() == String(text))
    }

    @Test func `a text is in the smallest square that holds it, and a longer one in none`() {
        #expect(QRCode("0123456789abcd")?.size == 21)
        #expect(QRCode("0123456789abcde")?.size == 25)
        #expect(QRCode(String(repeating: "x", count: 998)) == nil)
    }

    @Test func `the finders, the timing and the dark module stand where they must`() throws {
        let code = try #require(QRCode("https://example.sa"))
        for (x, y) in [(0, 0), (code.size - 7, 0), (0, code.size - 7)] {
            for d in 0..<7 {
                #expect(code.modules[y][x + d] && code.modules[y + 6][x + d] && code.modules[y + d][x])
            }
            #expect(!code.modules[y + 1][x + 1] && code.modules[y + 3][x + 3])
        }
        for index in 8..<code.size - 8 { #expect(code.modules[6][index] == (index % 2 == 0)) }
        #expect(code.modules[code.size - 8][8])
        #expect(code.path.hasPrefix("M4 4h7v1h-7z") && code.outerSize == code.size + 8)
    }

    /// Reads a square without knowing how it was made but for what the standard fixes.
    private struct Reader {
        let code: QRCode
        let version: Int
        private let size: Int

        enum Unreadable: Error { case format, damaged, mode }

        init(_ code: QRCode) {
            self.code = code
            size = code.size
            version = (size - 17) / 4
        }

        func text() throws -> String {
            let mask = try self.mask()
            var bits: [Bool] = []
            var x = size - 1, isUpward = true
            while x > 0 {
                if x == 6 { x -= 1 }
                for step in 0..<size {
                    let y = isUpward ? size - 1 - step : step
                    for column in [x, x - 1] where !isFixed(column, y) {
                        bits.append(code.modules[y][column] != isInverted(column, y, mask))
                    }
                }
                isUpward.toggle()
                x -= 2
            }
            let words = stride(from: 0, through: bits.count - 8, by: 8).map { start in
                bits[start..<start + 8].reduce(UInt8(0)) { $0 << 1 | ($1 ? 1 : 0) }
            }
            return try content(of: try blocks(words).flatMap { $0 })
        }

        /// Both copies of the format must agree and be a word of the BCH code at level M.
        private func mask() throws -> Int {
            let first = [
                (8, 0), (8, 1), (8, 2), (8, 3), (8, 4), (8, 5), (8, 7), (8, 8), (7, 8), (5, 8), (4, 8), (3, 8), (2, 8),
                (1, 8), (0, 8),
            ]
            let second = (0..<8).map { (size - 1 - $0, 8) } + (8..<15).map { (8, size - 15 + $0) }
            func word(_ places: [(Int, Int)]) -> Int {
                places.enumerated().reduce(0) { $0 | (code.modules[$1.element.1][$1.element.0] ? 1 << $1.offset : 0) }
            }
            // Table C.1 of the standard, level M.
            let words = [0x5412, 0x5125, 0x5E7C, 0x5B4B, 0x45F9, 0x40CE, 0x4F97, 0x4AA0]
            guard word(first) == word(second), let mask = words.firstIndex(of: word(first)) else {
                throw Unreadable.format
            }
            return mask
        }

        private func isInverted(_ x: Int, _ y: Int, _ mask: Int) -> Bool {
            let (i, j) = (y, x)
            return [
                (i + j) % 2, i % 2, j % 3, (i + j) % 3, (i / 2 + j / 3) % 2, i * j % 2 + i * j % 3,
                (i * j % 2 + i * j % 3) % 2, (i * j % 3 + (i + j) % 2) % 2,
            ][mask] == 0
        }

        private func isFixed(_ x: Int, _ y: Int) -> Bool {
            if x == 6 || y == 6 { return true }
            if x < 9 && y < 9 || x >= size - 8 && y < 9 || x < 9 && y >= size - 8 { return true }
            if version >= 7, x >= size - 11 && y < 6 || y >= size - 11 && x < 6 { return true }
            let centres = Self.centres[version - 1]
            return centres.contains { cx in
                centres.contains { cy in
                    let isFinder = cx == 6 && cy == 6 || cx == 6 && cy == centres.last || cx == centres.last && cy == 6
                    return !isFinder && abs(x - cx) <= 2 && abs(y - cy) <= 2
                }
            }
        }

        /// Every block's syndromes must be zero: nothing is damaged.
        private func blocks(_ words: [UInt8]) throws -> [[UInt8]] {
            let (correction, counts) = Self.levels[version - 1]
            let lengths = counts.flatMap { Array(repeating: $0.data, count: $0.blocks) }
            let total = lengths.reduce(0, +)
            var blocks = lengths.map { _ in [UInt8]() }, rest = words.prefix(total)
            for index in 0..<(lengths.max() ?? 0) {
                for block in lengths.indices where index < lengths[block] { blocks[block].append(rest.removeFirst()) }
            }
            var checks = lengths.map { _ in [UInt8]() }
            for (index, word) in words.dropFirst(total).prefix(correction * lengths.count).enumerated() {
                checks[index % lengths.count].append(word)
            }
            for (data, check) in zip(blocks, checks) {
                var root: UInt8 = 1
                for _ in 0..<correction {
                    let syndrome = (data + check).reduce(UInt8(0)) { ReedSolomon.product($0, root) ^ $1 }
                    guard syndrome == 0 else { throw Unreadable.damaged }
                    root = ReedSolomon.product(root, 2)
                }
            }
            return blocks
        }

        private func content(of data: [UInt8]) throws -> String {
            var bits: [Bool] = data.flatMap { byte in (0..<8).reversed().map { byte >> UInt8($0) & 1 == 1 } }
            func take(_ count: Int) -> Int {
                defer { bits.removeFirst(count) }
                return bits.prefix(count).reduce(0) { $0 << 1 | ($1 ? 1 : 0) }
            }
            guard take(4) == 0b0100 else { throw Unreadable.mode }
            let count = take(version < 10 ? 8 : 16)
            return String(decoding: (0..<count).map { _ in UInt8(take(8)) }, as: UTF8.self)
        }

        /// Annex E.
        private static let centres = [
            [], [6, 18], [6, 22], [6, 26], [6, 30], [6, 34], [6, 22, 38], [6, 24, 42], [6, 26, 46], [6, 28, 50],
            [6, 30, 54], [6, 32, 58], [6, 34, 62], [6, 26, 46, 66], [6, 26, 48, 70], [6, 26, 50, 74], [6, 30, 54, 78],
            [6, 30, 56, 82], [6, 30, 58, 86], [6, 34, 62, 90], [6, 28, 50, 72, 94], [6, 26, 50, 74, 98],
            [6, 30, 54, 78, 102], [6, 28, 54, 80, 106], [6, 32, 58, 84, 110],
        ]

        /// Table 9, level M: codewords of correction in a block, and the blocks with their codewords of data.
        private static let levels: [(Int, [(blocks: Int, data: Int)])] = [
            (10, [(1, 16)]), (16, [(1, 28)]), (26, [(1, 44)]), (18, [(2, 32)]), (24, [(2, 43)]), (16, [(4, 27)]),
            (18, [(4, 31)]), (22, [(2, 38), (2, 39)]), (22, [(3, 36), (2, 37)]), (26, [(4, 43), (1, 44)]),
            (30, [(1, 50), (4, 51)]), (22, [(6, 36), (2, 37)]), (22, [(8, 37), (1, 38)]), (24, [(4, 40), (5, 41)]),
            (24, [(5, 41), (5, 42)]), (28, [(7, 45), (3, 46)]), (28, [(10, 46), (1, 47)]), (26, [(9, 43), (4, 44)]),
            (26, [(3, 44), (11, 45)]), (26, [(3, 41), (13, 42)]), (26, [(17, 42)]), (28, [(17, 46)]),
            (28, [(4, 47), (14, 48)]), (28, [(6, 45), (14, 46)]), (28, [(8, 47), (13, 48)]),
        ]
    }
}

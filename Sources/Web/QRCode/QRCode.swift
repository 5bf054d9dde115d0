/// A text as a QR code (ISO/IEC 18004): bytes, error correction level M, versions 1 to 25.
struct QRCode {
    /// Modules on a side, without the quiet zone around them.
    private(set) var size: Int
    /// Row by row; `true` is dark.
    private(set) var modules: [[Bool]]
    /// Modules whose colour the standard fixes, which hold no data.
    private var isFixed: [[Bool]]
    private var version: Int

    /// `nil` for a text of more than 997 bytes.
    init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard let layout = QRLayout.smallest(for: bytes.count) else { return nil }
        version = layout.version
        size = layout.size
        modules = Array(repeating: Array(repeating: false, count: size), count: size)
        isFixed = modules
        drawPatterns()
        drawData(layout.codewords(of: bytes))
        let best = (0..<8).map { (mask: $0, penalty: masked($0).penalty) }.min { $0.penalty < $1.penalty }
        self = masked(best?.mask ?? 0)
    }

    /// The dark modules as the path of an SVG whose unit is a module, the quiet zone of four included.
    var path: String {
        var path = ""
        for (y, row) in modules.enumerated() {
            var x = 0
            while x < size {
                guard row[x] else {
                    x += 1
                    continue
                }
                let start = x
                while x < size && row[x] { x += 1 }
                path += "M\(start + Self.quiet) \(y + Self.quiet)h\(x - start)v1h-\(x - start)z"
            }
        }
        return path
    }

    var outerSize: Int { size + 2 * Self.quiet }
    private static let quiet = 4

    // MARK: Drawing

    private mutating func fix(_ x: Int, _ y: Int, _ isDark: Bool) {
        guard modules.indices.contains(x), modules.indices.contains(y) else { return }
        modules[y][x] = isDark
        isFixed[y][x] = true
    }

    private mutating func drawPatterns() {
        for index in 0..<size {
            fix(index, 6, index % 2 == 0)
            fix(6, index, index % 2 == 0)
        }
        for (x, y) in [(3, 3), (size - 4, 3), (3, size - 4)] { drawFinder(x, y) }
        let places = QRLayout.alignments(version)
        for x in places {
            for y in places where !isCorner(x, y, places) { drawAlignment(x, y) }
        }
        drawFormat(mask: 0)
        drawVersion()
    }

    /// Three corners hold finders instead.
    private func isCorner(_ x: Int, _ y: Int, _ places: [Int]) -> Bool {
        guard let first = places.first, let last = places.last else { return true }
        return (x, y) == (first, first) || (x, y) == (first, last) || (x, y) == (last, first)
    }

    private mutating func drawFinder(_ x: Int, _ y: Int) {
        for dy in -4...4 {
            for dx in -4...4 {
                let ring = max(abs(dx), abs(dy))
                fix(x + dx, y + dy, ring != 2 && ring != 4)
            }
        }
    }

    private mutating func drawAlignment(_ x: Int, _ y: Int) {
        for dy in -2...2 { for dx in -2...2 { fix(x + dx, y + dy, max(abs(dx), abs(dy)) != 1) } }
    }

    /// Level and mask, twice, protected by a BCH code.
    private mutating func drawFormat(mask: Int) {
        // Level M is 00.
        let bits = (mask << 10 | QRLayout.remainder(mask, 0x537, 10)) ^ 0x5412
        func bit(_ index: Int) -> Bool { bits >> index & 1 == 1 }
        for index in 0..<6 { fix(8, index, bit(index)) }
        fix(8, 7, bit(6))
        fix(8, 8, bit(7))
        fix(7, 8, bit(8))
        for index in 9..<15 { fix(14 - index, 8, bit(index)) }
        for index in 0..<8 { fix(size - 1 - index, 8, bit(index)) }
        for index in 8..<15 { fix(8, size - 15 + index, bit(index)) }
        fix(8, size - 8, true)
    }

    private mutating func drawVersion() {
        guard version >= 7 else { return }
        let bits = version << 12 | QRLayout.remainder(version, 0x1F25, 12)
        for index in 0..<18 {
            let (far, near) = (size - 11 + index % 3, index / 3)
            fix(far, near, bits >> index & 1 == 1)
            fix(near, far, bits >> index & 1 == 1)
        }
    }

    /// In columns of two from the right, upwards and downwards in turn, around what is fixed.
    private mutating func drawData(_ codewords: [UInt8]) {
        var index = 0
        var isUpward = true
        for right in stride(from: size - 1, through: 1, by: -2).map({ $0 <= 6 ? $0 - 1 : $0 }) where right > 0 {
            for step in 0..<size {
                let y = isUpward ? size - 1 - step : step
                for x in [right, right - 1] where !isFixed[y][x] && index < codewords.count * 8 {
                    modules[y][x] = codewords[index / 8] >> UInt8(7 - index % 8) & 1 == 1
                    index += 1
                }
            }
            isUpward.toggle()
        }
    }

    private func masked(_ mask: Int) -> QRCode {
        var copy = self
        for y in 0..<size {
            for x in 0..<size where !isFixed[y][x] && Self.isInverted(x, y, mask) { copy.modules[y][x].toggle() }
        }
        copy.drawFormat(mask: mask)
        return copy
    }

    private static func isInverted(_ x: Int, _ y: Int, _ mask: Int) -> Bool {
        switch mask {
        case 0: (x + y) % 2 == 0
        case 1: y % 2 == 0
        case 2: x % 3 == 0
        case 3: (x + y) % 3 == 0
        case 4: (x / 3 + y / 2) % 2 == 0
        case 5: x * y % 2 + x * y % 3 == 0
        case 6: (x * y % 2 + x * y % 3) % 2 == 0
        default: ((x + y) % 2 + x * y % 3) % 2 == 0
        }
    }
}

// MARK: How easily it is read

extension QRCode {
    /// The four rules of section 7.8.3.1; the least is read the best.
    fileprivate var penalty: Int {
        let columns = (0..<size).map { x in modules.map { $0[x] } }
        let lines = (modules + columns).reduce(0) { $0 + Self.runs($1) + Self.finders($1) }
        let dark = modules.reduce(0) { $0 + $1.count(where: { $0 }) }
        let share = abs(dark * 20 - size * size * 10)
        return lines + blocks + share / (size * size) * 10
    }

    /// Five of a colour in a row, and one for each beyond.
    private static func runs(_ line: [Bool]) -> Int {
        var (penalty, length) = (0, 1)
        for index in 1...line.count {
            if index < line.count && line[index] == line[index - 1] {
                length += 1
            } else {
                if length >= 5 { penalty += length - 2 }
                length = 1
            }
        }
        return penalty
    }

    /// What looks like the middle of a finder with light on one side.
    private static func finders(_ line: [Bool]) -> Int {
        let core: [Bool] = [true, false, true, true, true, false, true]
        let light = Array(repeating: false, count: 4)
        let patterns = [core + light, light + core]
        guard line.count >= 11 else { return 0 }
        return (0...line.count - 11).reduce(0) { sum, start in
            sum + 40 * patterns.count { line[start..<start + 11].elementsEqual($0) }
        }
    }

    private var blocks: Int {
        var penalty = 0
        for y in 0..<size - 1 {
            for x in 0..<size - 1 {
                let colour = modules[y][x]
                if modules[y][x + 1] == colour, modules[y + 1][x] == colour, modules[y + 1][x + 1] == colour {
                    penalty += 3
                }
            }
        }
        return penalty
    }
}

/// RFC 3492: letters of any script in those that the Domain Name System takes.
enum Punycode {
    private static let base = 36, tMin = 1, tMax = 26, skew = 38, damp = 700, firstBias = 72, firstScalar = 128
    /// Far beyond a label of 63 octets; keeps the sums below from growing.
    private static let maxLength = 256

    static func encode(_ scalars: [Unicode.Scalar]) -> String {
        var output: [UInt8] = scalars.filter(\.isASCII).map { UInt8($0.value) }
        let basic = output.count
        if basic > 0 { output.append(UInt8(ascii: "-")) }
        var next = firstScalar, delta = 0, bias = firstBias, handled = basic
        while handled < scalars.count, scalars.count <= maxLength {
            let smallest = scalars.lazy.map { Int($0.value) }.filter { $0 >= next }.min() ?? next
            delta += (smallest - next) * (handled + 1)
            next = smallest
            for scalar in scalars {
                if scalar.value < next { delta += 1 }
                guard scalar.value == next else { continue }
                append(delta, bias, to: &output)
                bias = adapted(delta, count: handled + 1, isFirst: handled == basic)
                delta = 0
                handled += 1
            }
            delta += 1
            next += 1
        }
        return String(decoding: output, as: UTF8.self)
    }

    /// `nil` for what is no Punycode.
    static func decode(_ text: Substring) -> String? {
        let bytes = Array(text.utf8)
        guard bytes.count <= maxLength, bytes.allSatisfy({ $0 < 0x80 }) else { return nil }
        let hyphen = bytes.lastIndex(of: UInt8(ascii: "-"))
        var scalars = bytes[..<(hyphen ?? 0)].map { Unicode.Scalar($0) }
        var position = hyphen.map { $0 + 1 } ?? 0
        var next = firstScalar, index = 0, bias = firstBias
        while position < bytes.count {
            let start = index
            var weight = 1, k = base
            while true {
                guard position < bytes.count, let digit = digit(bytes[position]) else { return nil }
                position += 1
                index += digit * weight
                guard index <= 0x10FFFF * maxLength else { return nil }
                let threshold = threshold(k, bias)
                if digit < threshold { break }
                weight *= base - threshold
                guard weight <= 0x10FFFF * maxLength else { return nil }
                k += base
            }
            let count = scalars.count + 1
            bias = adapted(index - start, count: count, isFirst: start == 0)
            next += index / count
            index %= count
            guard let scalar = Unicode.Scalar(UInt32(clamping: next)) else { return nil }
            scalars.insert(scalar, at: index)
            index += 1
        }
        return String(String.UnicodeScalarView(scalars))
    }

    private static func append(_ delta: Int, _ bias: Int, to output: inout [UInt8]) {
        var q = delta, k = base
        while true {
            let threshold = threshold(k, bias)
            if q < threshold { break }
            output.append(letter(threshold + (q - threshold) % (base - threshold)))
            q = (q - threshold) / (base - threshold)
            k += base
        }
        output.append(letter(q))
    }

    private static func threshold(_ k: Int, _ bias: Int) -> Int { min(max(k - bias, tMin), tMax) }

    private static func letter(_ digit: Int) -> UInt8 { UInt8(digit < 26 ? 0x61 + digit : 0x30 + digit - 26) }

    private static func digit(_ byte: UInt8) -> Int? {
        switch byte {
        case 0x61...0x7A: Int(byte) - 0x61
        case 0x41...0x5A: Int(byte) - 0x41
        case 0x30...0x39: Int(byte) - 0x30 + 26
        default: nil
        }
    }

    private static func adapted(_ delta: Int, count: Int, isFirst: Bool) -> Int {
        var delta = isFirst ? delta / damp : delta / 2
        delta += delta / count
        var k = 0
        while delta > (base - tMin) * tMax / 2 {
            delta /= base - tMin
            k += base
        }
        return k + (base - tMin + 1) * delta / (delta + skew)
    }
}

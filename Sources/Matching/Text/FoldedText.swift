import Foundation

/// Text brought to the one form in which two spellings of the same thing are equal.
public enum FoldedText {
    /// The form for comparing and searching: compatibility-folded, lower-case, without hamza, diacritics, tatweel and
    /// direction marks, with ASCII digits; punctuation becomes a space (an apostrophe vanishes), runs of spaces one.
    public static func fold(_ s: String) -> String {
        String(decoding: bytes(s), as: UTF8.self)
    }

    /// The words of `fold(s)`, in order.
    public static func words(_ s: String) -> [String] {
        bytes(s).split(separator: 0x20).map { String(decoding: $0, as: UTF8.self) }
    }

    /// The form for storing: letters and case as typed, without invisible marks, spaces trimmed and runs of them one.
    public static func clean(_ s: String) -> String {
        if isClean(s) { return s }
        var out = String.UnicodeScalarView()
        var pending = false
        for scalar in s.unicodeScalars {
            let u = scalar.value
            if ArabicLetters.isInvisible(u) || (u < 0x20 && !isSpace(scalar)) || u == 0x7F { continue }
            if isSpace(scalar) {
                pending = !out.isEmpty
            } else {
                if pending { out.append(" ") }
                pending = false
                out.append(scalar)
            }
        }
        return String(out)
    }

    /// The form in which names of sheets and columns are compared: folded, without any space, `_`, `-` or other sign.
    public static func sheetKey(_ s: String) -> String {
        var out = bytes(s)
        out.removeAll { $0 == 0x20 }
        return String(decoding: out, as: UTF8.self)
    }

    /// Arabic-Indic and Persian digits as ASCII ones; full-width ones too. Everything else stays.
    public static func latinDigits(_ s: String) -> String {
        if s.utf8.allSatisfy({ $0 < 0x80 }) { return s }
        var out = String.UnicodeScalarView()
        for scalar in s.unicodeScalars {
            let u = scalar.value
            switch u {
            case 0x0660...0x0669: out.append(digit(u - 0x0660))
            case 0x06F0...0x06F9: out.append(digit(u - 0x06F0))
            case 0xFF10...0xFF19: out.append(digit(u - 0xFF10))
            default: out.append(scalar)
            }
        }
        return String(out)
    }

    private static func digit(_ value: UInt32) -> Unicode.Scalar {
        Unicode.Scalar(UInt8(0x30 + value % 10))
    }

    private static func isSpace(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.isWhitespace
    }

    private static func isClean(_ s: String) -> Bool {
        var previous: UInt8 = 0x20
        for byte in s.utf8 {
            // Lead bytes of the Arabic block are safe but for U+061C, which is D8 9C.
            if byte < 0x20 || byte == 0x7F || (byte == 0x20 && previous == 0x20) { return false }
            if byte >= 0xC0 && !(0xD8...0xDB).contains(byte) { return false }
            if byte == 0x9C && previous == 0xD8 { return false }
            previous = byte
        }
        return previous != 0x20 || s.isEmpty
    }
}

extension FoldedText {
    /// UTF-8 of the folded text, without a leading or trailing space.
    static func bytes(_ s: String) -> [UInt8] {
        var out: [UInt8] = []
        out.reserveCapacity(s.utf8.count)
        scan(s) { append($0, to: &out) }
        if out.last == 0x20 { out.removeLast() }
        return out
    }

    private static func append(_ u: UInt32, to out: inout [UInt8]) {
        switch u {
        case 0x20:
            if let last = out.last, last != 0x20 { out.append(0x20) }
        case 0..<0x80:
            out.append(UInt8(truncatingIfNeeded: u))
        case 0x80..<0x800:
            out.append(UInt8(truncatingIfNeeded: 0xC0 | u >> 6))
            out.append(UInt8(truncatingIfNeeded: 0x80 | u & 0x3F))
        default:
            guard let scalar = Unicode.Scalar(u) else { return }
            out.append(contentsOf: String(Character(scalar)).utf8)
        }
    }

    /// Hands every folded scalar to `emit`, spaces for whatever separates words. ASCII and Arabic text is read straight
    /// from its UTF-8; anything else is decomposed first.
    @inline(__always)
    static func scan(_ s: String, _ emit: (UInt32) -> Void) {
        var text = s
        let done = text.withUTF8 { utf8 -> Bool in
            guard isPlain(utf8) else { return false }
            scanPlain(utf8, emit)
            return true
        }
        if !done { scanDecomposed(s, emit) }
    }

    /// True if the text holds only ASCII, the Arabic block and general punctuation (U+2000–U+203F).
    private static func isPlain(_ utf8: UnsafeBufferPointer<UInt8>) -> Bool {
        var i = 0
        while i < utf8.count {
            let byte = utf8[i]
            if byte < 0x80 {
                i += 1
            } else if (0xD8...0xDB).contains(byte) {
                i += 2
            } else if byte == 0xE2, i + 2 < utf8.count, utf8[i + 1] == 0x80 {
                i += 3
            } else {
                return false
            }
        }
        return i == utf8.count
    }

    @inline(__always)
    private static func scanPlain(_ utf8: UnsafeBufferPointer<UInt8>, _ emit: (UInt32) -> Void) {
        var i = 0
        while i < utf8.count {
            let byte = utf8[i]
            if byte < 0x80 {
                i += 1
                switch byte {
                case 0x61...0x7A, 0x30...0x39: emit(UInt32(byte))
                case 0x41...0x5A: emit(UInt32(byte | 0x20))
                case 0x27, 0x60: break
                default: emit(0x20)
                }
            } else if byte == 0xE2 {
                let u = 0x2000 | UInt32(utf8[i + 2] & 0x3F)
                i += 3
                if !ArabicLetters.isInvisible(u) && !ArabicLetters.isApostrophe(u) { emit(0x20) }
            } else {
                let folded = ArabicLetters.fold(UInt32(byte & 0x1F) << 6 | UInt32(utf8[i + 1] & 0x3F))
                i += 2
                if folded != ArabicLetters.dropped { emit(folded) }
            }
        }
    }

    private static func scanDecomposed(_ s: String, _ emit: (UInt32) -> Void) {
        for scalar in s.decomposedStringWithCompatibilityMapping.unicodeScalars {
            let u = scalar.value
            if ArabicLetters.isInvisible(u) || ArabicLetters.isApostrophe(u) { continue }
            if (0x0600...0x06FF).contains(u) {
                let folded = ArabicLetters.fold(u)
                if folded != ArabicLetters.dropped { emit(folded) }
                continue
            }
            let properties = scalar.properties
            switch properties.generalCategory {
            case .nonspacingMark, .enclosingMark, .format: continue
            case .uppercaseLetter, .titlecaseLetter:
                for lower in properties.lowercaseMapping.unicodeScalars where lower.properties.isAlphabetic {
                    emit(lower.value)
                }
            case .lowercaseLetter where u == 0xDF:
                emit(0x73)
                emit(0x73)
            case .lowercaseLetter, .otherLetter, .modifierLetter, .spacingMark, .otherNumber, .letterNumber: emit(u)
            case .decimalNumber:
                emit(properties.numericValue.map { 0x30 + UInt32(max(0, min(9, $0))) } ?? u)
            default: emit(0x20)
            }
        }
    }
}

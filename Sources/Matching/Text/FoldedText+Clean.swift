extension FoldedText {
    /// The form for storing: letters and case as typed, without invisible marks, spaces trimmed and runs of them one.
    public static func clean(_ s: String) -> String {
        var text = s
        return text.withUTF8 { utf8 -> String? in
            if isClean(utf8) { return nil }
            return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: utf8.count + 1) { out in
                String(decoding: out[..<clean(utf8, into: out)], as: UTF8.self)
            }
        } ?? s
    }

    /// Arabic-Indic and Persian digits as ASCII ones; full-width ones too. Everything else stays.
    public static func latinDigits(_ s: String) -> String {
        var text = s
        return text.withUTF8 { utf8 -> String? in
            guard hasOtherDigit(utf8) else { return nil }
            return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: utf8.count + 1) { out in
                String(decoding: out[..<latinDigits(utf8, into: out)], as: UTF8.self)
            }
        } ?? s
    }

    private enum Kind {
        case visible, space, invisible
    }

    private static func isClean(_ utf8: UnsafeBufferPointer<UInt8>) -> Bool {
        var previous: UInt8 = 0x20
        for (i, byte) in utf8.enumerated() {
            if byte < 0x80 {
                if byte < 0x20 || byte == 0x7F || (byte == 0x20 && previous == 0x20) { return false }
            } else if needsLook(byte), kind(utf8, at: i).kind != .visible {
                return false
            }
            previous = byte
        }
        return previous != 0x20 || utf8.isEmpty
    }

    /// Lead bytes under which there are blanks or invisible marks.
    @inline(__always)
    private static func needsLook(_ byte: UInt8) -> Bool {
        switch byte {
        case 0xC2, 0xD8, 0xE1, 0xE2, 0xE3, 0xEF: true
        default: false
        }
    }

    private static func clean(_ utf8: UnsafeBufferPointer<UInt8>, into out: UnsafeMutableBufferPointer<UInt8>) -> Int {
        var count = 0
        var isPending = false
        var i = 0
        while i < utf8.count {
            let (kind, length) = kind(utf8, at: i)
            switch kind {
            case .invisible: break
            case .space: isPending = count > 0
            case .visible:
                if isPending {
                    out[count] = 0x20
                    count += 1
                    isPending = false
                }
                for j in i..<min(i + length, utf8.count) {
                    out[count] = utf8[j]
                    count += 1
                }
            }
            i += length
        }
        return count
    }

    /// What the scalar at the offset is, and how many bytes it has.
    @inline(__always)
    private static func kind(_ utf8: UnsafeBufferPointer<UInt8>, at i: Int) -> (kind: Kind, length: Int) {
        let lead = utf8[i]
        switch lead {
        case 0x09...0x0D, 0x20: return (.space, 1)
        case 0..<0x20, 0x7F: return (.invisible, 1)
        case 0..<0xC0: return (.visible, 1)
        case 0xC0..<0xE0:
            let last = i + 1 < utf8.count ? utf8[i + 1] : 0
            if lead == 0xC2 { return (last == 0x85 || last == 0xA0 ? .space : last == 0xAD ? .invisible : .visible, 2) }
            return (lead == 0xD8 && last == 0x9C ? .invisible : .visible, 2)
        case 0xE0..<0xF0:
            guard needsLook(lead), i + 2 < utf8.count else { return (.visible, 3) }
            let u = UInt32(lead & 0x0F) << 12 | UInt32(utf8[i + 1] & 0x3F) << 6 | UInt32(utf8[i + 2] & 0x3F)
            if ArabicLetters.isInvisible(u) { return (.invisible, 3) }
            switch u {
            case 0x1680, 0x2000...0x200A, 0x2028, 0x2029, 0x202F, 0x205F, 0x3000: return (.space, 3)
            default: return (.visible, 3)
            }
        default: return (.visible, 4)
        }
    }

    private static func hasOtherDigit(_ utf8: UnsafeBufferPointer<UInt8>) -> Bool {
        for (i, byte) in utf8.enumerated() where byte >= 0xD9 {
            if otherDigit(utf8, at: i) != nil { return true }
        }
        return false
    }

    /// The value and the length in bytes of an Arabic-Indic, Persian or full-width digit.
    @inline(__always)
    private static func otherDigit(_ utf8: UnsafeBufferPointer<UInt8>, at i: Int) -> (value: UInt8, length: Int)? {
        func digit(_ at: Int, _ zero: UInt8, _ length: Int) -> (value: UInt8, length: Int)? {
            guard at < utf8.count, utf8[at] >= zero, utf8[at] < zero + 10 else { return nil }
            return (utf8[at] - zero, length)
        }
        switch utf8[i] {
        case 0xD9: return digit(i + 1, 0xA0, 2)
        case 0xDB: return digit(i + 1, 0xB0, 2)
        case 0xEF: return i + 1 < utf8.count && utf8[i + 1] == 0xBC ? digit(i + 2, 0x90, 3) : nil
        default: return nil
        }
    }

    private static func latinDigits(
        _ utf8: UnsafeBufferPointer<UInt8>, into out: UnsafeMutableBufferPointer<UInt8>
    ) -> Int {
        var count = 0
        var i = 0
        while i < utf8.count {
            if utf8[i] >= 0xD9, let digit = otherDigit(utf8, at: i) {
                out[count] = 0x30 + digit.value
                i += digit.length
            } else {
                out[count] = utf8[i]
                i += 1
            }
            count += 1
        }
        return count
    }
}

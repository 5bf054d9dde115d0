import CGMime
import Foundation

extension EncodedWord {
    /// Encoded-words of a header as text; what is none stays as it is.
    ///
    /// Words that stand side by side are joined before their bytes become letters, because some programs cut a letter in two between them.
    static func decoded(_ text: String) -> String {
        guard text.contains("=?") else { return text }
        var out = ""
        var rest = text[...]
        var open: (charset: String, bytes: [UInt8])?
        func close() {
            if let pending = open { out += Charset.text(pending.bytes, pending.charset) }
            open = nil
        }
        while let start = rest.range(of: "=?") {
            let before = rest[..<start.lowerBound]
            guard let word = Word(rest[start.lowerBound...]) else {
                close()
                out += rest[..<start.upperBound]
                rest = rest[start.upperBound...]
                continue
            }
            let followsWord = open != nil && before.allSatisfy(\.isWhitespace)
            if !followsWord || open?.charset != word.charset { close() }
            if !followsWord { out += before }
            open = (word.charset, (open?.bytes ?? []) + word.bytes)
            rest = rest[word.end...]
        }
        close()
        return out + rest
    }

    /// `=?charset?encoding?payload?=`
    private struct Word {
        let charset: String
        let bytes: [UInt8]
        let end: Substring.Index

        private static let maxPayload = 10_000

        init?(_ text: Substring) {
            let fields = text.dropFirst(2).split(separator: "?", maxSplits: 3, omittingEmptySubsequences: false)
            guard fields.count == 4, fields[1].utf8.count == 1, fields[3].first == "=",
                fields[2].utf8.count <= Self.maxPayload,
                !fields[0].isEmpty, !fields[0].contains(where: \.isWhitespace)
            else { return nil }
            // A language may stand behind the set (RFC 2231 section 5).
            charset = fields[0].prefix { $0 != "*" }.lowercased()
            switch fields[1] {
            case "B", "b": bytes = Self.base64(fields[2].utf8)
            case "Q", "q": bytes = Self.quoted(Array(fields[2].utf8))
            default: return nil
            }
            end = text.index(after: fields[3].startIndex)
        }

        /// What is no letter of the alphabet is skipped; a group that is cut short gives what it has.
        private static func base64(_ text: Substring.UTF8View) -> [UInt8] {
            var out: [UInt8] = []
            var bits: UInt32 = 0, count = 0
            for byte in text {
                guard let value = value(byte) else { continue }
                bits = bits << 6 | UInt32(value)
                count += 6
                if count >= 8 {
                    count -= 8
                    out.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
                }
            }
            return out
        }

        private static func value(_ byte: UInt8) -> UInt8? {
            switch byte {
            case 0x41...0x5A: byte - 0x41
            case 0x61...0x7A: byte - 0x61 + 26
            case 0x30...0x39: byte - 0x30 + 52
            case UInt8(ascii: "+"): 62
            case UInt8(ascii: "/"): 63
            default: nil
            }
        }

        private static func quoted(_ text: [UInt8]) -> [UInt8] {
            var out: [UInt8] = []
            var index = 0
            while index < text.count {
                let byte = text[index]
                index += 1
                if byte == UInt8(ascii: "_") {
                    out.append(0x20)
                } else if byte == UInt8(ascii: "="), index + 1 < text.count, let high = Hex.value(text[index]),
                    let low = Hex.value(text[index + 1])
                {
                    out.append(high << 4 | low)
                    index += 2
                } else {
                    out.append(byte)
                }
            }
            return out
        }
    }
}

/// Bytes of a character set as text.
enum Charset {
    /// Unknown sets are read as UTF-8, with replacements where they are not.
    static func text(_ bytes: [UInt8], _ name: String) -> String {
        if name == "utf-8" || name == "us-ascii" || name == "utf8" { return String(decoding: bytes, as: UTF8.self) }
        return converted(bytes, from: name) ?? String(decoding: bytes, as: UTF8.self)
    }

    /// Bytes without a label: UTF-8 if they are, else what Arabic mail programs of old wrote.
    static func unlabelled(_ bytes: [UInt8]) -> String {
        String(validating: bytes, as: UTF8.self) ?? converted(bytes, from: "windows-1256")
            ?? String(decoding: bytes, as: UTF8.self)
    }

    private static func converted(_ bytes: [UInt8], from name: String) -> String? {
        bytes.withUnsafeBytes { raw in
            guard let base = raw.bindMemory(to: CChar.self).baseAddress else { return "" }
            var written: gsize = 0
            guard let text = g_convert(base, gssize(raw.count), "UTF-8", name, nil, &written, nil) else { return nil }
            defer { g_free(text) }
            return String(decoding: UnsafeRawBufferPointer(start: text, count: Int(written)), as: UTF8.self)
        }
    }
}

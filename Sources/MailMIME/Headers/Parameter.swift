/// A parameter of Content-Type or Content-Disposition (RFC 2045 section 5.1, RFC 2231).
enum Parameter {
    /// `name=value`, quoted, or in numbered pieces of percent-encoded UTF-8; each goes on a line of its own.
    static func pieces(_ name: String, _ value: String) -> [String] {
        let bytes = Array(value.utf8)
        let isPlain = bytes.allSatisfy { $0 >= 0x20 && $0 < 0x7F && $0 != 0x22 && $0 != 0x5C }
        if isPlain && name.utf8.count + bytes.count + 5 <= MailLimits.softLineBytes { return ["\(name)=\"\(value)\""] }
        return split(bytes, room: MailLimits.softLineBytes - name.utf8.count - 16).enumerated().map { index, piece in
            "\(name)*\(index)*=\(index == 0 ? "UTF-8''" : "")\(piece)"
        }
    }

    /// Pieces of whole characters, since some readers decode each alone.
    private static func split(_ bytes: [UInt8], room: Int) -> [String] {
        var pieces: [String] = []
        var piece = ""
        for scalar in String(decoding: bytes, as: UTF8.self).unicodeScalars {
            let encoded = PercentEncoding.text(UTF8.encode(scalar).map(Array.init) ?? [])
            if !piece.isEmpty && piece.utf8.count + encoded.utf8.count > room {
                pieces.append(piece)
                piece = ""
            }
            piece += encoded
        }
        return pieces + [piece]
    }
}

enum PercentEncoding {
    /// Letters, digits and `-._~` as they are (RFC 3986 section 2.3), all else as %XX: safe in a link, in a header, and in HTML.
    static func text(_ bytes: some Sequence<UInt8>) -> String { String(decoding: self.bytes(bytes), as: UTF8.self) }

    static func bytes(_ bytes: some Sequence<UInt8>) -> [UInt8] {
        var out: [UInt8] = []
        out.reserveCapacity(bytes.underestimatedCount * 2)
        for byte in bytes {
            guard !isUnreserved(byte) else {
                out.append(byte)
                continue
            }
            out.append(0x25)
            out.append(Hex.upper(byte >> 4))
            out.append(Hex.upper(byte & 15))
        }
        return out
    }

    static func isUnreserved(_ byte: UInt8) -> Bool {
        CharacterClass.isAlphanumeric(byte) || byte == 0x2D || byte == 0x2E || byte == 0x5F || byte == 0x7E
    }
}

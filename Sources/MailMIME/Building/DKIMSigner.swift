import Crypto
import CryptoExtras
import Foundation

/// Signs mails for a domain (RFC 6376; Ed25519: RFC 8463), headers and body in relaxed form.
public struct DKIMSigner: Sendable {
    public let domain: String
    public let selector: String
    let key: Key

    enum Key: Sendable {
        case rsa(_RSA.Signing.PrivateKey)
        case ed25519(Curve25519.Signing.PrivateKey)
    }

    /// RFC 8301: shorter keys are no longer accepted.
    private static let minRSABits = 2_048

    /// Each that the mail has is signed, and once more: so that nobody can add a second one that a reader would show instead (RFC 6376 section 8.15).
    /// RFC 8058 wants both headers of unsubscribing among them.
    private static let signedHeaders = [
        "from", "to", "cc", "reply-to", "subject", "date", "message-id", "in-reply-to", "references", "mime-version",
        "content-type",
        "content-transfer-encoding", "list-id", "list-unsubscribe", "list-unsubscribe-post", "auto-submitted",
    ]
    private static let oversignedHeaders: Set<String> = [
        "from", "to", "cc", "reply-to", "subject", "date", "message-id", "content-type", "list-unsubscribe",
        "list-unsubscribe-post",
    ]

    /// - Parameter pem: an RSA key of 2,048 bits or more, in PEM.
    public init(domain: String, selector: String, rsaKeyPEM pem: String) throws {
        let key = try _RSA.Signing.PrivateKey(pemRepresentation: pem)
        guard key.keySizeInBits >= Self.minRSABits else { throw DKIMError.keyTooShort }
        try self.init(domain, selector, .rsa(key))
    }

    /// - Parameter key: the 32 bytes of an Ed25519 key.
    public init(domain: String, selector: String, ed25519Key key: some ContiguousBytes) throws {
        try self.init(domain, selector, .ed25519(Curve25519.Signing.PrivateKey(rawRepresentation: key)))
    }

    private init(_ domain: String, _ selector: String, _ key: Key) throws {
        guard let ascii = try? DomainName.ascii(domain), let name = try? DomainName.ascii(selector + "." + domain),
            name.hasSuffix("." + ascii)
        else { throw DKIMError.badName }
        self.domain = ascii
        self.selector = String(name.dropLast(ascii.utf8.count + 1))
        self.key = key
    }

    /// The message with a signature before its headers.
    public func signed(_ message: EncodedMessage, at date: Date) throws -> EncodedMessage {
        let (headers, bodyStart) = DKIMCanonical.headers(of: message.bytes)
        let bodyHash = Data(SHA256.hash(data: DKIMCanonical.body(message.bytes[bodyStart...]))).base64EncodedString()
        let (names, chosen) = Self.choose(headers)
        let seconds = Int(max(0, date.timeIntervalSince1970))
        var lines = ["v=1; a=\(algorithm); c=relaxed/relaxed;", "d=\(domain);", "s=\(selector); t=\(seconds);"]
        lines += Self.folded("h=", names.joined(separator: ":"), breakAfter: ":")
        lines[lines.count - 1] += ";"
        lines += ["bh=\(bodyHash);", "b="]
        let unsigned = lines.joined(separator: "\r\n\t")
        var input: [UInt8] = []
        for header in chosen { input += DKIMCanonical.header(header.name, header.value) + [0x0D, 0x0A] }
        input += DKIMCanonical.header("DKIM-Signature", Array(unsigned.utf8)[...])
        let signature = try sign(input).base64EncodedString()
        let header = "DKIM-Signature: " + unsigned + Self.chunks(signature).joined(separator: "\r\n\t ") + "\r\n"
        return EncodedMessage(bytes: Array(header.utf8) + message.bytes, needsSMTPUTF8: message.needsSMTPUTF8)
    }

    private var algorithm: String {
        switch key {
        case .rsa: "rsa-sha256"
        case .ed25519: "ed25519-sha256"
        }
    }

    private func sign(_ input: [UInt8]) throws -> Data {
        switch key {
        case .rsa(let key):
            try key.signature(for: SHA256.hash(data: input), padding: .insecurePKCS1v1_5).rawRepresentation
        // RFC 8463 section 3: Ed25519 signs the hash.
        case .ed25519(let key): try key.signature(for: Data(SHA256.hash(data: input)))
        }
    }

    /// The names for h=, and the headers in that order: of several of one name the last first (RFC 6376 section 5.4.2).
    private static func choose(_ headers: [DKIMCanonical.Header]) -> (names: [String], headers: [DKIMCanonical.Header])
    {
        var names: [String] = []
        var chosen: [DKIMCanonical.Header] = []
        for name in signedHeaders {
            let present = headers.filter { $0.name == name }.reversed()
            names += present.map(\.name)
            chosen += present
            if oversignedHeaders.contains(name) { names.append(name) }
        }
        return (names, chosen)
    }

    private static func folded(_ name: String, _ text: String, breakAfter mark: Character) -> [String] {
        var lines = [name]
        for piece in text.split(separator: mark).enumerated().map({
            $0.offset == 0 ? String($0.element) : ":" + $0.element
        }) {
            if lines[lines.count - 1].utf8.count + piece.utf8.count > MailLimits.encodedLineBytes - 4 {
                lines.append("")
            }
            lines[lines.count - 1] += piece
        }
        return lines
    }

    private static func chunks(_ text: String) -> [Substring] {
        stride(from: 0, to: text.utf8.count, by: 70).map { start in text.dropFirst(start).prefix(70) }
    }
}

public enum DKIMError: Error, Hashable {
    case keyTooShort
    /// No RSA or Ed25519 key in PEM.
    case unreadableKey
    /// Domain or selector are no names of the Domain Name System.
    case badName
}

/// The relaxed form of RFC 6376 section 3.4: what mail servers may change on the way makes no difference.
enum DKIMCanonical {
    struct Header {
        /// In lower case.
        var name: String
        var value: ArraySlice<UInt8>
    }

    /// The headers with their folds, and where the body begins.
    static func headers(of bytes: [UInt8]) -> (headers: [Header], bodyStart: Int) {
        var headers: [Header] = []
        var start = 0
        while start < bytes.count {
            var end = lineEnd(bytes, start)
            if end == start { return (headers, min(end + 2, bytes.count)) }
            while end + 2 < bytes.count, CharacterClass.isBlank(bytes[end + 2]) { end = lineEnd(bytes, end + 2) }
            let line = bytes[start..<end]
            if let colon = line.firstIndex(of: UInt8(ascii: ":")) {
                let name = String(decoding: line[..<colon], as: UTF8.self).trimmed.lowercased()
                headers.append(Header(name: name, value: line[(colon + 1)...]))
            }
            start = end + 2
        }
        return (headers, bytes.count)
    }

    private static func lineEnd(_ bytes: [UInt8], _ start: Int) -> Int {
        bytes[start...].firstIndex(of: 0x0D) ?? bytes.count
    }

    /// `name:value` with single blanks, none at the ends.
    static func header(_ name: String, _ value: ArraySlice<UInt8>) -> [UInt8] {
        var out = Array((name.lowercased() + ":").utf8)
        let start = out.count
        for byte in value {
            switch byte {
            case 0x0D, 0x0A: continue
            case 0x20, 0x09: if out.count > start, out.last != 0x20 { out.append(0x20) }
            default: out.append(byte)
            }
        }
        if out.count > start, out.last == 0x20 { out.removeLast() }
        return out
    }

    /// Single blanks within lines, none at their ends, no empty lines at the end.
    static func body(_ body: ArraySlice<UInt8>) -> [UInt8] {
        var out: [UInt8] = []
        out.reserveCapacity(body.count)
        var hasBlank = false
        for byte in body {
            switch byte {
            case 0x20, 0x09: hasBlank = true
            case 0x0D:
                hasBlank = false
                out.append(byte)
            default:
                if hasBlank { out.append(0x20) }
                hasBlank = false
                out.append(byte)
            }
        }
        while out.count >= 2, out.suffix(2) == [0x0D, 0x0A] { out.removeLast(2) }
        if !out.isEmpty { out += [0x0D, 0x0A] }
        return out
    }
}

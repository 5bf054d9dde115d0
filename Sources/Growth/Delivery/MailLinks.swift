import Crypto
import Foundation
import MailMIME
import Store

/// The addresses that a mail leads to us by, and its Message-ID: each names its recipient and carries a code that only this
/// installation can make (HMAC-SHA256, RFC 2104, 128 of its bits).
///
/// A code is checked without asking the store, holds as long as the installation's secret, and says nothing of who the recipient is.
public struct MailLinks: Sendable {
    /// What addresses begin with, without a stroke at the end: `https://growth.example.sa`.
    public let base: String
    private let key: SymmetricKey
    /// Of the secret before this one: what was sent under it leads back as long as it is named.
    private let previous: SymmetricKey?

    static let codeBytes = 16
    static let tokenBytes = 12 + codeBytes

    public init(base: String, secret: InstallSecret, previous: InstallSecret? = nil) {
        self.base = base.hasSuffix("/") ? String(base.dropLast()) : base
        key = secret.key(for: "mail-links")
        self.previous = previous?.key(for: "mail-links")
    }

    /// Whether only this machine can follow them.
    public var leadNowhere: Bool {
        let host = URL(string: base)?.host() ?? ""
        return host == "localhost" || host.hasPrefix("127.") || host == "::1" || host == "[::1]"
    }

    /// What leads back from one recipient's mail, with one code for all of it.
    struct Ways: Sendable {
        let base: String
        let token: String

        var unsubscribe: String { "\(base)/u/\(token)" }
        var preferences: String { "\(base)/preferences/\(token)" }
        var addresses: MergeText.Addresses {
            MergeText.Addresses(link: "\(base)/c/\(token)/", pixel: "\(base)/o/\(token).gif")
        }

        /// The same on every attempt.
        func messageID(at domain: String) throws -> MessageID { try MessageID("\(token)@\(domain)") }
    }

    func ways(of recipient: ObjectID) -> Ways { Ways(base: base, token: token(recipient)) }

    /// 38 characters of base64url: the recipient's id and the code of it.
    public func token(_ recipient: ObjectID) -> String {
        let id = Self.bytes(of: recipient)
        return LinkToken.text(id + code(id, key))
    }

    /// Whose it is; `nil` for whatever this installation did not make.
    public func recipient(_ token: some StringProtocol) -> ObjectID? {
        Array(token.utf8).withUnsafeBufferPointer { recipient($0) }
    }

    /// The same of a token's bytes.
    public func recipient(_ token: UnsafeBufferPointer<UInt8>) -> ObjectID? {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: Self.tokenBytes) { bytes in
            guard LinkToken.read(token, into: bytes) else { return nil }
            let (id, given) = (bytes[..<12], bytes[12...])
            guard isCode(given, of: id, key) || previous.map({ isCode(given, of: id, $0) }) == true else { return nil }
            return ObjectID(
                high: id[..<8].reduce(0) { $0 << 8 | UInt64($1) }, low: id[8...].reduce(0) { $0 << 8 | UInt32($1) })
        }
    }

    private static func bytes(of id: ObjectID) -> [UInt8] {
        (0..<8).map { UInt8(truncatingIfNeeded: id.high >> (56 - 8 * UInt64($0))) }
            + (0..<4).map { UInt8(truncatingIfNeeded: id.low >> (24 - 8 * UInt32($0))) }
    }

    /// Whose mail it was, where the Message-ID is one of ours.
    func recipient(ofMessageID id: String) -> ObjectID? {
        let bare = id.hasPrefix("<") && id.hasSuffix(">") ? String(id.dropFirst().dropLast()) : id
        return recipient(bare.prefix { $0 != "@" })
    }

    private func code(_ id: [UInt8], _ key: SymmetricKey) -> [UInt8] {
        Array(HMAC<SHA256>.authenticationCode(for: id, using: key).prefix(Self.codeBytes))
    }

    /// In constant time.
    private func isCode(
        _ given: Slice<UnsafeMutableBufferPointer<UInt8>>, of id: Slice<UnsafeMutableBufferPointer<UInt8>>,
        _ key: SymmetricKey
    ) -> Bool {
        HMAC<SHA256>.authenticationCode(for: UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: id)), using: key)
            .withUnsafeBytes { code in
                zip(given, code).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
            }
    }
}

/// base64url of 28 bytes (RFC 4648 section 5), without padding, in one form only.
private enum LinkToken {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)
    private static let values: [UInt8] = {
        var values = [UInt8](repeating: 0xFF, count: 256)
        for (value, letter) in alphabet.enumerated() { values[Int(letter)] = UInt8(value) }
        return values
    }()

    static func text(_ bytes: [UInt8]) -> String {
        var out: [UInt8] = []
        out.reserveCapacity(38)
        var (bits, count) = (UInt32(0), 0)
        for byte in bytes {
            bits = bits << 8 | UInt32(byte)
            count += 8
            while count >= 6 {
                count -= 6
                out.append(alphabet[Int(bits >> UInt32(count)) & 63])
            }
        }
        if count > 0 { out.append(alphabet[Int(bits << UInt32(6 - count)) & 63]) }
        return String(decoding: out, as: UTF8.self)
    }

    /// Fills `out`, which has 28 bytes. `false` for whatever `text` does not make.
    static func read(_ text: UnsafeBufferPointer<UInt8>, into out: UnsafeMutableBufferPointer<UInt8>) -> Bool {
        guard text.count == 38 else { return false }
        var (bits, count, place) = (UInt32(0), 0, 0)
        for letter in text {
            let value = values[Int(letter)]
            guard value != 0xFF else { return false }
            bits = bits << 6 | UInt32(value)
            count += 6
            if count >= 8 {
                count -= 8
                out[place] = UInt8(truncatingIfNeeded: bits >> UInt32(count))
                place += 1
            }
        }
        // The bits that are left over must be none.
        return place == out.count && bits & (1 << UInt32(count) - 1) == 0
    }
}

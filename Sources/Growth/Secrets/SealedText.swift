import Crypto
import Foundation

/// A secret as the database holds it: `v1.<key>.<nonce>.<text and tag>`, the parts in base64url.
///
/// AES-256-GCM (NIST SP 800-38D) with 96 random bits of nonce and a tag of 128. The name of the key says under which
/// secret it was sealed, so that a value of an earlier one is recognised.
enum SealedText {
    private static let version = "v1"
    /// A key seals far fewer values than the 2^32 after which random nonces must not be drawn any more.
    private static let tagBytes = 16, nonceBytes = 12

    static func seal(_ text: HiddenText, _ key: SealingKey, in place: SecretPlace) throws -> String {
        let box = try AES.GCM.seal(Data(text.text.utf8), using: key.key, authenticating: bound(place))
        return [
            version, key.name, Base64URL.text(Data(box.nonce)), Base64URL.text(box.ciphertext + box.tag),
        ].joined(separator: ".")
    }

    /// The name of the key that it was sealed under; `nil` for what is none of ours.
    static func keyName(of sealed: String) -> String? {
        let parts = sealed.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == version ? String(parts[1]) : nil
    }

    /// Throws `SecretError.unreadable` for whatever reason it cannot be read.
    static func open(_ sealed: String, _ key: SealingKey, in place: SecretPlace) throws(SecretError) -> HiddenText {
        let parts = sealed.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 4, parts[0] == version, parts[1] == key.name,
            let nonce = Base64URL.data(parts[2]), nonce.count == nonceBytes,
            let body = Base64URL.data(parts[3]), body.count >= tagBytes
        else { throw .unreadable }
        do {
            let box = try AES.GCM.SealedBox(
                nonce: .init(data: nonce), ciphertext: body.dropLast(tagBytes), tag: body.suffix(tagBytes))
            let plain = try AES.GCM.open(box, using: key.key, authenticating: bound(place))
            guard let text = String(validating: plain, as: UTF8.self) else { throw SecretError.unreadable }
            return HiddenText(text)
        } catch {
            throw .unreadable
        }
    }

    private static func bound(_ place: SecretPlace) -> Data { Data("\(version)/\(place.address)".utf8) }
}

/// A key for one purpose, and a name by which values sealed under it are recognised.
struct SealingKey: Sendable {
    let key: SymmetricKey
    let name: String

    init(_ secret: InstallSecret, _ purpose: SecretPlace.Purpose, salt: [UInt8]) {
        key = secret.key(for: purpose.rawValue, salt: salt)
        let whole = secret.key(for: "kid/\(purpose.rawValue)", salt: salt)
        name = whole.withUnsafeBytes { Base64URL.text(Data($0.prefix(8))) }
    }
}

/// Base64 for URLs and without padding (RFC 4648, section 5), read strictly: one text for one value.
enum Base64URL {
    static func text(_ data: Data) -> String {
        data.base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }

    static func data(_ text: String) -> Data? {
        let plain = text.replacing("-", with: "+").replacing("_", with: "/")
        let padding = String(repeating: "=", count: (4 - plain.utf8.count % 4) % 4)
        guard let data = Data(base64Encoded: plain + padding), self.text(data) == text else { return nil }
        return data
    }
}

import Crypto
import CryptoExtras
import Foundation

/// Keys as people have them, and what is published of them (RFC 6376 section 3.6.1).
extension DKIMSigner {
    /// PKCS#8 of an Ed25519 key up to its 32 bytes (RFC 8410 section 7).
    private static let ed25519Head: [UInt8] = [
        0x30, 0x2E, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20,
    ]

    /// - Parameter pem: an RSA key of 2,048 bits or more, or an Ed25519 key in PKCS#8. Throws `DKIMError`.
    public init(domain: String, selector: String, keyPEM pem: String) throws(DKIMError) {
        do {
            if let key = Self.ed25519Key(pem) {
                try self.init(domain: domain, selector: selector, ed25519Key: key)
            } else {
                try self.init(domain: domain, selector: selector, rsaKeyPEM: pem)
            }
        } catch let error as DKIMError {
            throw error
        } catch {
            throw .unreadableKey
        }
    }

    private static func ed25519Key(_ pem: String) -> Data? {
        let lines = pem.split(whereSeparator: \.isNewline).map { $0.trimmingCharacters(in: .whitespaces) }
        guard lines.first == "-----BEGIN PRIVATE KEY-----", lines.last == "-----END PRIVATE KEY-----",
            let der = Data(base64Encoded: lines.dropFirst().dropLast().joined()), der.count == ed25519Head.count + 32,
            der.starts(with: ed25519Head)
        else { return nil }
        return der.suffix(32)
    }

    /// A new RSA key of 2,048 bits in PEM: every receiver knows this kind.
    public static func newKeyPEM() throws -> String {
        try _RSA.Signing.PrivateKey(keySize: .bits2048).pemRepresentation
    }

    /// Where the record stands: `anwal._domainkey.example.sa`.
    public var recordName: String { "\(selector)._domainkey.\(domain)" }

    /// What the TXT record says.
    public var record: String {
        switch key {
        case .rsa(let key): "v=DKIM1; k=rsa; p=\(key.publicKey.derRepresentation.base64EncodedString())"
        case .ed25519(let key): "v=DKIM1; k=ed25519; p=\(key.publicKey.rawRepresentation.base64EncodedString())"
        }
    }
}

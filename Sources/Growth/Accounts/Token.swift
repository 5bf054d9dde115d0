import Crypto
import Foundation

/// A secret that is handed out once and stored only as its hash.
enum Token {
    /// 256 random bits as 43 characters of base64url.
    static func make() -> String {
        SymmetricKey(size: .bits256).withUnsafeBytes { base64url(Data($0)) }
    }

    static func hash(_ token: String) -> String {
        SHA256.hash(data: Data(token.utf8)).map { byte in
            let hex = String(byte, radix: 16)
            return hex.count == 1 ? "0" + hex : hex
        }.joined()
    }

    /// Whether it can be one of ours at all: nothing empty or padded ever reaches a comparison.
    static func isPlausible(_ token: String) -> Bool {
        token.utf8.count == 43 && token.utf8.allSatisfy(isBase64url)
    }

    /// Compares without telling by its time how much is alike.
    static func areEqual(_ a: String, _ b: String) -> Bool {
        let a = Array(a.utf8), b = Array(b.utf8)
        guard a.count == b.count else { return false }
        return zip(a, b).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }

    private static func base64url(_ data: Data) -> String {
        data.base64EncodedString()
            .replacingOccurrences(of: "+", with: "-")
            .replacingOccurrences(of: "/", with: "_")
            .replacingOccurrences(of: "=", with: "")
    }

    private static func isBase64url(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
            true
        default: false
        }
    }
}

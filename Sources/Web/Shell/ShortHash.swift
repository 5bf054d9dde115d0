import Crypto
import Foundation

/// Tells two contents apart in few letters: the first 64 bits of SHA-256, as 16 hexadecimal digits. Not for secrets.
enum ShortHash {
    static func of(_ data: Data) -> String {
        SHA256.hash(data: data).prefix(8).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}

import Crypto
import Foundation

/// Codes that an authenticator app shows: TOTP (RFC 6238) over HOTP (RFC 4226) with SHA-1, six digits, thirty seconds.
public enum OneTimeCode {
    public static let digits = 6
    public static let period: TimeInterval = 30
    /// RFC 4226, section 4: 160 bits.
    static let secretBytes = 20
    /// How many steps a phone's clock may be off either way.
    static let drift: Int64 = 1

    static func makeSecret() -> [UInt8] {
        Array(SymmetricKey(size: .init(bitCount: secretBytes * 8)).withUnsafeBytes { Array($0) })
    }

    /// The number of the thirty seconds that `date` lies in.
    public static func step(at date: Date) -> Int64 { Int64((date.timeIntervalSince1970 / period).rounded(.down)) }

    /// The code of one step (RFC 4226, section 5.3).
    public static func code(_ secret: [UInt8], step: Int64) -> String {
        let counter = withUnsafeBytes(of: step.bigEndian) { Data($0) }
        let hash = Array(HMAC<Insecure.SHA1>.authenticationCode(for: counter, using: SymmetricKey(data: secret)))
        let offset = Int(hash[19] & 0x0F)
        let number = hash[offset..<offset + 4].reduce(UInt32(0)) { $0 << 8 | UInt32($1) } & 0x7FFF_FFFF
        let text = String(number % 1_000_000)
        return String(repeating: "0", count: digits - text.count) + text
    }

    /// The step whose code this is, near enough to `date` and later than `last`: a code counts once (RFC 6238, section
    /// 5.2). `nil` for a wrong one.
    static func match(_ code: String, _ secret: [UInt8], at date: Date, after last: Int64?) -> Int64? {
        let now = step(at: date)
        // All of them are compared, so that the time tells nothing.
        let matching = (now - drift...now + drift).filter { Token.areEqual(self.code(secret, step: $0), code) }
        return matching.first { $0 > last ?? .min }
    }

    /// The digits that somebody typed, whatever the script and the gaps; `nil` when it can be no code.
    static func read(_ text: String) -> String? {
        let read = text.compactMap(\.wholeNumberValue).map(String.init).joined()
        let isPlain = text.allSatisfy { $0.wholeNumberValue != nil || $0.isWhitespace || $0 == "-" }
        return isPlain && read.utf8.count == digits ? read : nil
    }
}

/// Base 32 without padding (RFC 4648, section 6), as authenticator apps take secrets.
enum Base32 {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")

    static func text(_ bytes: [UInt8]) -> String {
        var text = ""
        var (held, bits) = (UInt32(0), 0)
        for byte in bytes {
            held = held << 8 | UInt32(byte)
            bits += 8
            while bits >= 5 {
                bits -= 5
                text.append(alphabet[Int(held >> UInt32(bits) & 31)])
            }
        }
        if bits > 0 { text.append(alphabet[Int(held << UInt32(5 - bits) & 31)]) }
        return text
    }

    static func bytes(_ text: String) -> [UInt8]? {
        var bytes: [UInt8] = []
        var (held, bits) = (UInt32(0), 0)
        for character in text {
            guard let value = alphabet.firstIndex(of: character) else { return nil }
            held = held << 5 | UInt32(value)
            bits += 5
            if bits >= 8 {
                bits -= 8
                bytes.append(UInt8(truncatingIfNeeded: held >> UInt32(bits)))
            }
        }
        return bytes
    }
}

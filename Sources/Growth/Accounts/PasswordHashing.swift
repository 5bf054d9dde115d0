import CArgon2
import CCrypt
import Crypto
import Foundation

/// The two hashes that are read, of which one is written. Pure and slow by design; `Passwords` calls it off the pool
/// that serves requests.
enum PasswordHashing {
    /// argon2id (RFC 9106), one lane, in PHC form. `nil` when the memory cannot be had.
    static func argon2id(_ password: String, memoryKiB: UInt32, passes: UInt32) -> String? {
        let salt = SymmetricKey(size: .bits128).withUnsafeBytes { Array($0) }
        let bytes = Array(password.utf8)
        let length = argon2_encodedlen(passes, memoryKiB, 1, UInt32(salt.count), 32, Argon2_id)
        var encoded = [CChar](repeating: 0, count: length)
        let code = argon2id_hash_encoded(
            passes, memoryKiB, 1, bytes, bytes.count, salt, salt.count, 32, &encoded, encoded.count)
        guard code == ARGON2_OK.rawValue else { return nil }
        return String(decoding: encoded.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    static func verify(_ password: String, against stored: String) -> Bool {
        if stored.hasPrefix("$argon2id$") {
            guard let cost = Argon2Cost(phc: stored), cost.isAffordable else { return false }
            let bytes = Array(password.utf8)
            return argon2id_verify(stored, bytes, bytes.count) == ARGON2_OK.rawValue
        }
        return isBcrypt(stored) && verifyBcrypt(password, against: stored)
    }

    /// The forms of bcrypt that other programs write, at a cost that ends within seconds.
    static func isBcrypt(_ stored: String) -> Bool {
        let parts = stored.split(separator: "$", omittingEmptySubsequences: false)
        guard parts.count == 4, parts[0].isEmpty, ["2a", "2b", "2y"].contains(parts[1]), parts[3].utf8.count == 53,
            let cost = Int(parts[2])
        else { return false }
        return (4...15).contains(cost)
    }

    private static func verifyBcrypt(_ password: String, against stored: String) -> Bool {
        // bcrypt reads up to the first zero byte, so that such a password would match a shorter one.
        guard !password.utf8.contains(0) else { return false }
        let work = UnsafeMutablePointer<crypt_data>.allocate(capacity: 1)
        defer { work.deallocate() }
        memset(work, 0, MemoryLayout<crypt_data>.size)
        guard let out = crypt_r(password, stored, work) else { return false }
        return Token.areEqual(String(cString: out), stored)
    }
}

/// The cost that a PHC string names.
struct Argon2Cost: Equatable {
    var memoryKiB: UInt32
    var passes: UInt32
    var lanes: UInt32

    /// Reads `$argon2id$v=19$m=47104,t=1,p=1$salt$hash`.
    init?(phc: String) {
        let parts = phc.split(separator: "$")
        guard parts.count == 5 else { return nil }
        var values: [Substring: UInt32] = [:]
        for pair in parts[2].split(separator: ",") {
            let sides = pair.split(separator: "=", maxSplits: 1)
            guard sides.count == 2, let value = UInt32(sides[1]) else { return nil }
            values[sides[0]] = value
        }
        guard let memory = values["m"], let passes = values["t"], let lanes = values["p"] else { return nil }
        memoryKiB = memory
        self.passes = passes
        self.lanes = lanes
    }

    /// A hash that somebody else wrote must not take all memory or minutes.
    var isAffordable: Bool { memoryKiB <= 262_144 && passes <= 16 && lanes <= 8 }
}

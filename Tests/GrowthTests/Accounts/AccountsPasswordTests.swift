import Foundation
import Store
import Testing

@testable import Growth

/// Passwords: how they are hashed, which are refused, and what a database of another program brings (quality W-4).
@Suite struct AccountsPasswordTests {
    @Test func `a hash is argon2id with the memory that the rules ask for`() async throws {
        let passwords = Passwords()
        let hash = try await passwords.hash("نخلة تطل على البحر")
        let cost = try #require(Argon2Cost(phc: hash))
        #expect(hash.hasPrefix("$argon2id$v=19$") && cost.memoryKiB >= 47_104 && cost.passes >= 1 && cost.lanes == 1)
        #expect(try await passwords.hash("نخلة تطل على البحر") != hash)
        #expect(try await passwords.verify("نخلة تطل على البحر", against: hash) == .right)
        #expect(try await passwords.verify("نخلة تطل على البحرِ", against: hash) == .wrong)
    }

    @Test func `long passwords count to their last character`() async throws {
        let passwords = Passwords()
        for length in [64, 72, 73, 128] {
            let password = String(repeating: "x", count: length - 1)
            let hash = try await passwords.hash(password + "a")
            #expect(try await passwords.verify(password + "a", against: hash) == .right)
            #expect(try await passwords.verify(password + "b", against: hash) == .wrong)
        }
    }

    @Test func `a hash at a lower cost, or of another program, is right but old`() async throws {
        let weak = try #require(PasswordHashing.argon2id("correct horse", memoryKiB: 8_192, passes: 1))
        #expect(try await Passwords().verify("correct horse", against: weak) == .rightButOld)
        for hash in Self.bcrypt {
            #expect(try await Passwords().verify("correct horse battery", against: hash) == .rightButOld)
            #expect(try await Passwords().verify("correct horse batterY", against: hash) == .wrong)
            #expect(try await Passwords().verify("correct horse battery\0", against: hash) == .wrong)
        }
    }

    @Test func `a stored text that is no hash lets nobody in and takes no time`() async throws {
        let broken = [
            "", "x", "$argon2id$", "$argon2id$v=19$m=4294967295,t=1,p=1$c2FsdHNhbHQ$aGFzaA",
            "$2b$31$" + String(repeating: "a", count: 53),
            "$2b$10$short", "$1$md5$x", "correct horse battery", "$argon2id$v=19$m=x,t=1,p=1$a$b",
        ]
        for hash in broken {
            #expect(try await Passwords().verify("correct horse battery", against: hash) == .wrong, "\(hash)")
        }
    }

    @Test func `twenty at once are all answered`() async throws {
        let passwords = Passwords()
        let hash = try await passwords.hash("نخلة تطل على البحر")
        let right = try await withThrowingTaskGroup(of: Bool.self) { group in
            for number in 0..<20 {
                group.addTask {
                    try await passwords.verify(number % 2 == 0 ? "نخلة تطل على البحر" : "other", against: hash)
                        == .right
                }
            }
            return try await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }
        #expect(right == 10)
    }

    @Test(arguments: [
        "password", "Password1", "P@ssw0rd", "passw0rd123", "12345678", "123456789", "1234567890", "87654321",
        "11111111",
        "abcd1234", "qwertyuiop", "qwerty123", "1q2w3e4r", "1qaz2wsx", "zaq12wsx", "iloveyou", "iloveyou1", "football1",
        "baseball", "superman1", "trustno1", "starwars", "sunshine1", "princess", "welcome1", "Welcome123", "admin123",
        "administrator", "letmein1", "monkey123", "dragon123", "charlie1", "michael1", "jordan23", "liverpool1",
        "chelsea1",
        "aaaaaaaa", "abcabcabc", "12121212", "11223344", "20202020", "19901990", "01011990", "0501234567", "qazwsxedc",
        "asdfghjkl", "zxcvbnm1", "q1w2e3r4t5", "saudi2030", "riyadh2024", "Riyadh@123", "alhilal1", "nassr1234",
        "mohammed1",
        "abdullah123", "bismillah", "allah123", "kingdom1", "ksa12345", "passwordpassword", "Summer2024!", "Winter2023",
        "january2024", "company1", "business1", "computer", "internet1", "samsung1", "microsoft", "google123",
        "facebook1",
        "minecraft", "pokemon1", "batman123", "whatever", "changeme", "changeme123", "default1", "testtest", "test1234",
        "guest123", "master123", "shadow123", "ferrari1", "mustang1", "السعودية", "محمد1234", "الرياض123", "مرحبا123",
        "ضصثقفغعه",
    ])
    func `a password that everybody tries is refused`(_ password: String) {
        #expect(PasswordRules.problem(with: password) != nil)
    }

    @Test(arguments: [
        "نخلة تطل على البحر", "correct horse battery staple", "vK9#mQ2$xL", "Tr0ub4dor&3xyz", "قهوة سوداء بلا سكر",
        "yellow-submarine-fog",
        "8hT!rzWq", "marble kettle violet", "🐪🌴☕️🕌📚🖋️🎒🧭",
    ])
    func `a password of one's own is taken`(_ password: String) {
        #expect(PasswordRules.problem(with: password) == nil)
    }

    @Test func `one's own name and address are no password`() {
        for password in ["nourasalem1", "Noura2024", "noura.salem"] {
            #expect(
                PasswordRules.problem(with: password, own: ["Noura Salem", "noura.salem@example.sa"])
                    == .passwordTooCommon)
        }
        #expect(PasswordRules.problem(with: "short7!") == .passwordTooShort(8))
        #expect(PasswordRules.problem(with: String(repeating: "نقطة ", count: 26)) == .tooLong(128))
    }

    /// `correct horse battery` at cost 4, once in each spelling of the prefix.
    private static let bcrypt = ["2a", "2b", "2y"].map {
        "$\($0)$04$abcdefghijklmnopqrstuuqREtd3VJD2QVZbuFskFSLk6eRIrQoOS"
    }
}

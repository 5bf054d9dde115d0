import Foundation
import Store
import StoreTesting
import Synchronization
import Testing

@testable import Growth

/// Codes besides the password: the standards' own examples, and what the product makes of them.
@Suite struct SecondFactorTests {
    private final class Clock: Sendable {
        let time = Mutex(Date(timeIntervalSince1970: 1_795_000_000))
        var now: Date { time.withLock { $0 } }
        func advance(_ seconds: TimeInterval) { time.withLock { $0 += seconds } }
    }

    private static func with(_ body: (Platform, Clock, Principal) async throws -> Void) async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("anwal-factor-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        let clock = Clock()
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try await Engine.ofProduct.withStore(in: folder, now: { clock.now }) { store in
            let platform = try await Platform(store: store, folder: folder, now: { clock.now }, passwords: Passwords())
            var user = User()
            (user.name, user.email, user.role, user.status) = ("Noura", "noura@example.sa", .sales, .active)
            user.passwordHash = PasswordHashing.argon2id(password, memoryKiB: 47_104, passes: 1)
            try await platform.store.insert(user)
            try await body(platform, clock, Principal(user: user, origin: .session(Session())))
        }
    }

    private static let password = "نخلة تطل على البحر"

    /// RFC 4226, appendix D.
    @Test func `the codes of a counter are those of the standard`() {
        let expected = [
            "755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583", "399871", "520489",
        ]
        for (step, code) in expected.enumerated() {
            #expect(OneTimeCode.code(Array("12345678901234567890".utf8), step: Int64(step)) == code)
        }
    }

    /// RFC 6238, appendix B, the last six of its eight digits.
    @Test func `the codes of a time are those of the standard`() {
        let expected: [(TimeInterval, String)] = [
            (59, "287082"), (1_111_111_109, "081804"), (1_111_111_111, "050471"), (1_234_567_890, "005924"),
            (2_000_000_000, "279037"), (20_000_000_000, "353130"),
        ]
        for (time, code) in expected {
            let step = OneTimeCode.step(at: Date(timeIntervalSince1970: time))
            #expect(OneTimeCode.code(Array("12345678901234567890".utf8), step: step) == code)
        }
    }

    /// RFC 4648, section 10.
    @Test func `base 32 is that of the standard, both ways`() {
        let pairs = [
            ("", ""), ("f", "MY"), ("fo", "MZXQ"), ("foo", "MZXW6"), ("foob", "MZXW6YQ"), ("fooba", "MZXW6YTB"),
            ("foobar", "MZXW6YTBOI"),
        ]
        for (plain, text) in pairs {
            #expect(Base32.text(Array(plain.utf8)) == text)
            #expect(Base32.bytes(text) == Array(plain.utf8))
        }
        #expect(Base32.bytes("MZ1") == nil)
    }

    @Test func `a code counts once, a step early or late, in any digits`() {
        let now = Date(timeIntervalSince1970: 1_795_000_000)
        let secret = OneTimeCode.makeSecret()
        let step = OneTimeCode.step(at: now)
        for (shift, isRight) in [(-2, false), (-1, true), (0, true), (1, true), (2, false)] as [(Int64, Bool)] {
            let factor = Held(secret)
            let code = OneTimeCode.code(secret, step: step + shift)
            #expect(factor.accept(code, at: now) == isRight, "\(shift)")
            #expect(!factor.accept(code, at: now))
        }
        let factor = Held(secret)
        #expect(factor.accept(OneTimeCode.code(secret, step: step + 1), at: now))
        #expect(!factor.accept(OneTimeCode.code(secret, step: step), at: now), "an earlier one after a later one")
        let arabic = OneTimeCode.code(secret, step: step + 2).map {
            "٠١٢٣٤٥٦٧٨٩".map(String.init)[$0.wholeNumberValue ?? 0]
        }
        #expect(factor.accept(" " + arabic.joined(separator: " "), at: now.addingTimeInterval(60)))
        for wrong in ["", "12345", "1234567", "abcdef", "٠", String(repeating: "1", count: 10_000)] {
            #expect(!factor.accept(wrong, at: now))
        }
    }

    @Test func `a recovery code counts once, however it is written`() throws {
        let held = Held(OneTimeCode.makeSecret())
        let codes = held.factor.renewRecoveryCodes()
        #expect(Set(codes).count == SecondFactor.recoveryCodes && held.factor.recoveryHashes.count == codes.count)
        #expect(held.accept(codes[3].uppercased().replacing("-", with: " "), at: Date()))
        #expect(!held.accept(codes[3], at: Date()))
        let sealable = held.factor.sealable
        let stored = try SecondFactor(unsealed: sealable)
        #expect(stored == held.factor && !sealable.text.contains(codes[4]))
        _ = held.factor.renewRecoveryCodes()
        #expect(!held.accept(codes[4], at: Date()))
    }

    private final class Held {
        var factor: SecondFactor
        init(_ secret: [UInt8]) { factor = SecondFactor(secret: secret) }
        func accept(_ code: String, at date: Date) -> Bool { factor.accept(code, at: date) }
    }

    private static func turnOn(_ platform: Platform, _ clock: Clock, _ who: Principal) async throws -> (
        secret: [UInt8], codes: [String]
    ) {
        let offer = try await platform.users.offerSecondFactor(to: who, issuer: "أنوال")
        let secret = try #require(Base32.bytes(offer.secret))
        #expect(offer.uri.hasPrefix("otpauth://totp/%D8%A3%D9%86"))
        let codes = try await platform.users.beginSecondFactor(
            of: who, setUp: offer.setUp, password: password, code: code(secret, clock))
        clock.advance(60)
        return (secret, codes)
    }

    private static func code(_ secret: [UInt8], _ clock: Clock) -> String {
        OneTimeCode.code(secret, step: OneTimeCode.step(at: clock.now))
    }

    private static func challenge(_ platform: Platform) async throws -> String {
        let first = try await platform.users.signIn(
            email: "noura@example.sa", password: password, address: nil, userAgent: nil)
        guard case .needsCode(let challenge) = first else { throw AccountError.secondFactorIsOff }
        return challenge
    }

    @Test func `nothing counts before the first right code`() async throws {
        try await Self.with { platform, clock, who in
            let offer = try await platform.users.offerSecondFactor(to: who, issuer: "Anwal")
            let secret = try #require(Base32.bytes(offer.secret))
            let right = Self.code(secret, clock)
            let wrong = right == "000000" ? "000001" : "000000"
            for (password, code) in [(Self.password, wrong), ("wrong one", right)] {
                await #expect(throws: InvalidFields.self) {
                    try await platform.users.beginSecondFactor(
                        of: who, setUp: offer.setUp, password: password, code: code)
                }
            }
            #expect(try await platform.store.get(who.user.id)?.hasSecondFactor == false)
            var other = User()
            (other.email, other.status) = ("sami@example.sa", .active)
            try await platform.store.insert(other)
            await #expect(throws: AccountError.stepExpired) {
                try await platform.users.beginSecondFactor(
                    of: Principal(user: other, origin: .session(Session())), setUp: offer.setUp, password: "x",
                    code: right)
            }
            clock.advance(SecondFactorOffer.lifetime)
            await #expect(throws: AccountError.stepExpired) {
                try await platform.users.beginSecondFactor(
                    of: who, setUp: offer.setUp, password: Self.password, code: right)
            }
        }
    }

    @Test func `the password alone begins no session, and a code lets in once`() async throws {
        try await Self.with { platform, clock, who in
            let (secret, codes) = try await Self.turnOn(platform, clock, who)
            let stored = try #require(try await platform.store.get(who.user.id)?.totpSecretEncrypted)
            #expect(stored.hasPrefix("v1.") && !stored.contains(Base32.text(secret)))
            let challenge = try await Self.challenge(platform)
            #expect(try await platform.store.count(Session.self) == 0)
            let code = Self.code(secret, clock)
            guard
                case .done = try await platform.users.finishSignIn(
                    challenge: challenge, code: code, address: nil, userAgent: nil)
            else { throw AccountError.wrongCode }
            await #expect(throws: AccountError.wrongCode) {
                try await platform.users.finishSignIn(challenge: challenge, code: code, address: nil, userAgent: nil)
            }
            guard
                case .done = try await platform.users.signIn(
                    email: who.user.email, password: Self.password, code: codes[0], address: nil, userAgent: nil)
            else { throw AccountError.wrongCode }
            await #expect(throws: AccountError.wrongCode) {
                try await platform.users.signIn(
                    email: who.user.email, password: Self.password, code: codes[0], address: nil, userAgent: nil)
            }
            #expect(try await platform.store.count(Session.self) == 2)
        }
    }

    @Test func `of many who send one code at once one gets in`() async throws {
        try await Self.with { platform, clock, who in
            let (secret, _) = try await Self.turnOn(platform, clock, who)
            let challenge = try await Self.challenge(platform)
            let code = Self.code(secret, clock)
            let entered = await withTaskGroup(of: Bool.self) { group in
                for _ in 0..<8 {
                    group.addTask {
                        do {
                            _ = try await platform.users.finishSignIn(
                                challenge: challenge, code: code, address: nil, userAgent: nil)
                            return true
                        } catch {
                            return false
                        }
                    }
                }
                return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
            }
            #expect(entered == 1)
            #expect(try await platform.store.count(Session.self) == 1)
        }
    }

    @Test func `guessing codes is held up, and the right password does not start the count afresh`() async throws {
        try await Self.with { platform, clock, who in
            let (secret, _) = try await Self.turnOn(platform, clock, who)
            let challenge = try await Self.challenge(platform)
            var tried = 0
            for _ in 0..<40 {
                do {
                    _ = try await platform.users.finishSignIn(
                        challenge: challenge, code: "not one", address: nil, userAgent: nil)
                } catch AccountError.wrongCode {
                    tried += 1
                } catch AccountError.tooManyAttempts {}
            }
            #expect(tried == SignInThrottle.triesPerAccount)
            await #expect(throws: AccountError.self) {
                try await platform.users.finishSignIn(
                    challenge: try await Self.challenge(platform), code: Self.code(secret, clock), address: nil,
                    userAgent: nil)
            }
            clock.advance(601)
            let again = try await Self.challenge(platform)
            guard
                case .done = try await platform.users.finishSignIn(
                    challenge: again, code: Self.code(secret, clock), address: nil, userAgent: nil)
            else { throw AccountError.wrongCode }
        }
    }

    @Test func `a challenge is over after ten minutes and with a new password`() async throws {
        try await Self.with { platform, clock, who in
            let (secret, _) = try await Self.turnOn(platform, clock, who)
            let late = try await Self.challenge(platform)
            clock.advance(Users.challengeLifetime)
            await #expect(throws: AccountError.stepExpired) {
                try await platform.users.finishSignIn(
                    challenge: late, code: Self.code(secret, clock), address: nil, userAgent: nil)
            }
            let held = try await Self.challenge(platform)
            _ = try await platform.users.changePassword(
                of: who, from: Self.password, to: "عصفور على غصن الزيتون", userAgent: nil)
            for challenge in [held, "", "v1.a.b.c"] {
                await #expect(throws: AccountError.stepExpired) {
                    try await platform.users.finishSignIn(
                        challenge: challenge, code: Self.code(secret, clock), address: nil, userAgent: nil)
                }
            }
        }
    }

    @Test func `it is turned off with the password and a code, or by an administrator, who is written down`()
        async throws
    {
        try await Self.with { platform, clock, who in
            let (secret, codes) = try await Self.turnOn(platform, clock, who)
            await #expect(throws: InvalidFields.self) {
                try await platform.users.endSecondFactor(of: who, password: "wrong", code: Self.code(secret, clock))
            }
            let fresh = try await platform.users.renewRecoveryCodes(
                of: who, password: Self.password, code: Self.code(secret, clock))
            #expect(Set(fresh).isDisjoint(with: codes))
            try await platform.users.endSecondFactor(of: who, password: Self.password, code: fresh[0])
            #expect(try await platform.store.get(who.user.id)?.hasSecondFactor == false)

            _ = try await Self.turnOn(platform, clock, who)
            _ = try await platform.sessions.begin(for: who.user.id, userAgent: nil, address: nil)
            try await platform.users.resetSecondFactor(who.user.id, by: .console)
            #expect(try await platform.store.get(who.user.id)?.hasSecondFactor == false)
            #expect(try await platform.store.count(Session.self) == 0)
            let actions = try await platform.store.find(Query<AuditLog>()).map(\.action).sorted()
            #expect(
                actions == [
                    "recovery_codes_made", "second_factor_off", "second_factor_on", "second_factor_on",
                    "second_factor_reset",
                ])
        }
    }

    @Test func `a factor sealed under a lost secret lets nobody in and can be taken off`() async throws {
        try await Self.with { platform, clock, who in
            _ = try await Self.turnOn(platform, clock, who)
            let other = try await Platform(
                store: platform.store, folder: platform.folder, now: { clock.now },
                secret: InstallSecret("a secret that came after the first"), passwords: Passwords())
            await #expect(throws: AccountError.wrongCode) {
                try await other.users.signIn(
                    email: who.user.email, password: Self.password, code: "123456", address: nil, userAgent: nil)
            }
            #expect(try await other.users.recoveryCodesLeft(of: other.users.get(who.user.id)) == nil)
            try await other.users.resetSecondFactor(who.user.id, by: .console)
            guard
                case .done = try await other.users.signIn(
                    email: who.user.email, password: Self.password, address: nil, userAgent: nil)
            else { throw AccountError.wrongCredentials }
        }
    }
}

import Foundation
import Store
import StoreTesting
import Synchronization
import Testing

@testable import Growth

@Suite struct AccountsTests {
    /// The product over a real store, with a clock that the test turns.
    private static func with(_ body: (Platform, TurnedClock) async throws -> Void) async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
            "anwal-accounts-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        let clock = TurnedClock()
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try await Engine.ofProduct.withStore(in: folder, now: { clock.time.withLock { $0 } }) { store in
            let platform = try await Platform(
                store: store, folder: folder, now: { clock.time.withLock { $0 } }, passwords: Passwords())
            try await body(platform, clock)
        }
    }

    private final class TurnedClock: Sendable {
        let time = Mutex(Date(timeIntervalSince1970: 1_795_000_000))
    }

    @Test func `a bcrypt hash of another program lets its owner in and is replaced`() async throws {
        try await Self.with { platform, _ in
            var user = User()
            user.name = "Noura"
            user.email = "noura@example.sa"
            user.status = .active
            user.passwordHash = "$2b$04$abcdefghijklmnopqrstuuqREtd3VJD2QVZbuFskFSLk6eRIrQoOS"
            try await platform.store.insert(user)
            for _ in 0..<2 {
                guard
                    case .done(_, _, let signedIn) = try await platform.users.signIn(
                        email: " Noura@Example.SA", password: "correct horse battery", address: nil, userAgent: nil)
                else { throw AccountError.wrongCredentials }
                #expect(signedIn.passwordHash?.hasPrefix("$argon2id$") == true)
            }
            await #expect(throws: AccountError.wrongCredentials) {
                try await platform.users.signIn(
                    email: user.email, password: "correct horse", address: nil, userAgent: nil)
            }
        }
    }

    @Test func `of ten thousand guesses in a minute ten are tried, and a minute later the owner gets in`() throws {
        let throttle = SignInThrottle()
        let start = Date(timeIntervalSince1970: 0)
        var tried = 0
        for number in 0..<10_000 {
            do {
                try throttle.admit(
                    account: "a@example.sa", address: "10.0.0.\(number % 250)",
                    at: start.addingTimeInterval(Double(number) * 0.005))
                tried += 1
            } catch { continue }
        }
        #expect(tried == 10)
        try throttle.admit(account: "a@example.sa", address: "10.9.9.9", at: start.addingTimeInterval(121))
    }

    @Test func `one address cannot try account after account`() throws {
        let throttle = SignInThrottle()
        var tried = 0
        for number in 0..<1_000 {
            do {
                try throttle.admit(
                    account: "\(number)@example.sa", address: "10.0.0.1", at: Date(timeIntervalSince1970: 0))
                tried += 1
            } catch { continue }
        }
        #expect(tried == SignInThrottle.triesPerAddress)
    }

    @Test func `tokens do not repeat and have the length of 256 bits`() {
        let tokens = Set((0..<100_000).map { _ in Token.make() })
        #expect(tokens.count == 100_000)
        #expect(tokens.allSatisfy(Token.isPlausible))
    }

    @Test func `the roles may what the product page says`() {
        let expected: [User.Role: [Permission]] = [
            .admin: Permission.allCases,
            .manager: [
                .readRecords, .editRecords, .bulkDeleteRecords, .manageSales, .importFiles, .exportRecords,
                .managePrivacy, .manageCampaigns,
            ],
            .sales: [.readRecords, .editRecords, .exportRecords],
            .viewer: [.readRecords],
            "intruder": [],
        ]
        for (role, permissions) in expected { #expect(Permission.of(role) == Set(permissions)) }
        #expect(User.Role.known.map(ExportLimit.rows) == [nil, nil, 1_000, 0])
    }

    @Test func `an installation keeps one secret, for its owner only, and shows it nowhere`() async throws {
        try await Self.with { platform, _ in
            let path = platform.folder.appendingPathComponent("secret").path
            let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
            #expect(mode == 0o600)
            let text = try String(contentsOfFile: path, encoding: .utf8).trimmingCharacters(in: .whitespacesAndNewlines)
            let again = try InstallSecret.kept(in: platform.folder)
            #expect(again.key(for: "a") == platform.secret.key(for: "a") && again.key(for: "a") != again.key(for: "b"))
            #expect(!again.isShort && InstallSecret("short").isShort)
            var shown = ""
            dump(again, to: &shown)
            #expect(!"\(again) \(String(reflecting: again)) \(shown)".contains(text))
        }
    }

    @Test func `of two administrators who take each other's rights at once one stays`() async throws {
        try await Self.with { platform, _ in
            let people = try await Self.administrators(2, platform)
            let (first, second) = (people[0], people[1])
            // Both are signed in and pass every check before either writes.
            async let one: () = Self.ignoringRefusal {
                _ = try await platform.users.edit(
                    second.id, role: .viewer, by: Principal(user: first, origin: .session(Session())))
            }
            async let other: () = Self.ignoringRefusal {
                try await platform.users.delete(first.id, by: Principal(user: second, origin: .session(Session())))
            }
            _ = try await (one, other)
            let left = Filter.equals("role", "admin") && .equals("status", "active")
            #expect(try await platform.store.count(User.self, where: left) == 1)
        }
    }

    @Test func `who is no administrator any more when it is written changes nobody`() async throws {
        try await Self.with { platform, _ in
            let people = try await Self.administrators(3, platform)
            let late = Principal(user: people[1], origin: .session(Session()))
            let first = Principal(user: people[0], origin: .session(Session()))
            _ = try await platform.users.edit(people[1].id, role: .viewer, by: first)
            let conflict = StoreError.conflict(collection: User.collection)
            await #expect(throws: conflict) { try await platform.users.delete(people[2].id, by: late) }
            await #expect(throws: conflict) {
                _ = try await platform.users.edit(people[2].id, status: .disabled, by: late)
            }
            #expect(try await platform.store.get(people[2].id)?.status == .active)
        }
    }

    private static func administrators(_ count: Int, _ platform: Platform) async throws -> [User] {
        let people = (0..<count).map { number in
            var user = User()
            (user.name, user.role, user.status) = ("Admin", .admin, .active)
            user.email = "admin\(number)@example.sa"
            return user
        }
        try await platform.store.insert(people)
        return people
    }

    private static func ignoringRefusal(_ body: () async throws -> Void) async throws {
        do {
            try await body()
        } catch is StoreError {
        } catch is AccountError {}
    }

    @Test func `a machine keeps the cost of its first start`() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "anwal-cost-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let first = try await Passwords.kept(in: folder).cost
        #expect(try await Passwords.kept(in: folder).cost == first)
        try Data("5\n".utf8).write(to: folder.appending(path: "password-cost"))
        #expect(try await Passwords.kept(in: folder).cost.passes == 5)
        try Data("4000000000\n".utf8).write(to: folder.appending(path: "password-cost"))
        #expect(try await Passwords.kept(in: folder).cost.passes <= 8)
    }

    @Test func `sessions that are over are swept away`() async throws {
        try await Self.with { platform, clock in
            let user = EntityID<User>()
            for _ in 0..<3 { _ = try await platform.sessions.begin(for: user, userAgent: nil, address: nil) }
            #expect(try await platform.sessions.sweep() == 0)
            clock.time.withLock { $0 += Sessions.idleLimit }
            _ = try await platform.sessions.begin(for: user, userAgent: nil, address: nil)
            #expect(try await platform.sessions.sweep() == 3)
            #expect(try await platform.sessions.list(of: user).count == 1)
        }
    }

    @Test func `a refused change of settings writes nothing, not even the defaults`() async throws {
        try await Self.with { platform, _ in
            await #expect(throws: InvalidFields.self) {
                try await platform.settings.change(by: .console) { $0.duplicateThreshold = .nan }
            }
            #expect(try await platform.store.count(SystemSettings.self) == 0)
            try await platform.settings.change(by: .console) { $0.companyName = "شركة أفق" }
            #expect(try await platform.settings.current().branding.companyName == "شركة أفق")
        }
    }
}

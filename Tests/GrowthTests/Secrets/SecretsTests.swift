import Crypto
import Foundation
import Store
import StoreTesting
import Testing

@testable import Growth

/// Secrets at rest (quality K-1 to K-5, K-8, K-9).
@Suite struct SecretsTests {
    private static func with(
        _ secrets: [InstallSecret], _ body: ([Secrets], any DocumentStore) async throws -> Void
    ) async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("anwal-secrets-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try await Engine.ofProduct.withStore(in: folder) { store in
            try await store.prepare(GrowthSchema.entities)
            try await body(secrets.map { Secrets(store: store, secret: $0) }, store)
        }
    }

    private static let secret = InstallSecret("0123456789abcdef0123456789abcdef")
    private static let canary = HiddenText("كلمة مرور البريد canary-91")

    @Test func `a sealed text opens where it was sealed and nowhere else`() async throws {
        try await Self.with([Self.secret]) { all, _ in
            let secrets = all[0]
            let users = (0..<5).map { _ in EntityID<User>() }
            let places = users.flatMap { user in
                ["totpSecretEncrypted", "offer"].flatMap { field in
                    SecretPlace.Purpose.allCases.map { SecretPlace($0, user, field: field) }
                }
            }
            for place in places {
                let sealed = try await secrets.seal(Self.canary, in: place)
                for other in places {
                    if other == place {
                        #expect(try await secrets.open(sealed, in: other) == Self.canary)
                    } else {
                        await #expect(throws: SecretError.unreadable) { try await secrets.open(sealed, in: other) }
                    }
                }
            }
        }
    }

    @Test func `no flipped bit of a sealed text is accepted, and every one is the same error`() async throws {
        try await Self.with([Self.secret]) { all, _ in
            let place = SecretPlace(.mailbox, EntityID<Mailbox>(), field: "smtpPasswordEncrypted")
            let sealed = Array(try await all[0].seal(Self.canary, in: place).utf8)
            for bit in 0..<sealed.count * 8 {
                var bytes = sealed
                bytes[bit / 8] ^= 1 << UInt8(bit % 8)
                let text = String(decoding: bytes, as: UTF8.self)
                await #expect(throws: SecretError.unreadable) { try await all[0].open(text, in: place) }
            }
            for text in ["", "v1...", "v2.a.b.c", "plain password", String(decoding: sealed.dropLast(), as: UTF8.self)]
            {
                await #expect(throws: SecretError.unreadable) { try await all[0].open(text, in: place) }
            }
        }
    }

    @Test func `another secret of the installation opens nothing and breaks nothing`() async throws {
        try await Self.with([Self.secret, InstallSecret("another secret of thirty-two bytes!!")]) { all, _ in
            let place = SecretPlace(.mailbox, EntityID<Mailbox>(), field: "imapPasswordEncrypted")
            let sealed = try await all[0].seal(Self.canary, in: place)
            await #expect(throws: SecretError.unreadable) { try await all[1].open(sealed, in: place) }
            let own = try await all[1].seal(Self.canary, in: place)
            #expect(SealedText.keyName(of: own) != SealedText.keyName(of: sealed))
            #expect(try await all[0].open(sealed, in: place) == Self.canary)
        }
    }

    @Test func `of many that make the salt at once one stays, and all can be opened`() async throws {
        try await Self.with(Array(repeating: Self.secret, count: 8)) { all, store in
            let place = SecretPlace(.mailbox, EntityID<Mailbox>(), field: "smtpPasswordEncrypted")
            let sealed = try await withThrowingTaskGroup(of: String.self) { group in
                for secrets in all { group.addTask { try await secrets.seal(Self.canary, in: place) } }
                return try await group.reduce(into: [String]()) { $0.append($1) }
            }
            for text in sealed { #expect(try await all[0].open(text, in: place) == Self.canary) }
            #expect(try await store.count(SystemSettings.self) == 1)
        }
    }

    @Test func `nonces do not repeat, and purposes have keys of their own`() throws {
        let place = SecretPlace(.mailbox, EntityID<Mailbox>(), field: "smtpPasswordEncrypted")
        let salt = Array(repeating: UInt8(7), count: 32)
        let key = SealingKey(Self.secret, .mailbox, salt: salt)
        var nonces: Set<Substring> = []
        for _ in 0..<20_000 {
            let parts = try SealedText.seal(HiddenText("x"), key, in: place).split(separator: ".")
            nonces.insert(parts[2])
        }
        #expect(nonces.count == 20_000)
        let keys = SecretPlace.Purpose.allCases.map { SealingKey(Self.secret, $0, salt: salt) }
        #expect(Set(keys.map(\.name)).count == keys.count)
        #expect(Set(keys.map { $0.key.withUnsafeBytes { Data($0) } }).count == keys.count)
        #expect(SealingKey(Self.secret, .mailbox, salt: Array(salt.reversed().dropLast()) + [8]).name != key.name)
    }

    @Test func `a hidden text shows itself nowhere`() {
        var shown = ""
        dump(Self.canary, to: &shown)
        shown += "\(Self.canary) \(String(reflecting: Self.canary)) \([Self.canary])"
        #expect(!shown.contains("canary-91"))
    }
}

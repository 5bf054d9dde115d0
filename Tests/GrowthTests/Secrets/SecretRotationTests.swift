import Foundation
import Store
import StoreTesting
import Testing

@testable import Growth

/// Changing the installation's secret (quality K-6).
@Suite struct SecretRotationTests {
    private static let old = InstallSecret("0123456789abcdef0123456789abcdef")
    private static let new = InstallSecret("fedcba9876543210fedcba9876543210")
    private static let count = 120

    /// A database with mailboxes and a second factor, sealed under the old secret.
    private func with(_ body: (any DocumentStore) async throws -> Void) async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("anwal-rotate-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try await Engine.ofProduct.withStore(in: folder) { store in
            try await store.prepare(GrowthSchema.entities)
            let secrets = Secrets(store: store, secret: Self.old)
            var mailboxes: [Mailbox] = []
            for number in 0..<Self.count {
                var mailbox = Mailbox()
                mailbox.email = "m\(number)@example.sa"
                for direction in Mailboxes.Direction.allCases {
                    mailbox[direction] = try await secrets.seal(
                        HiddenText("\(direction) \(number)"),
                        in: SecretPlace(.mailbox, mailbox.id, field: direction.field))
                }
                mailboxes.append(mailbox)
            }
            try await store.insert(mailboxes)
            var user = User()
            user.email = "noura@example.sa"
            user.totpSecretEncrypted = try await secrets.seal(HiddenText("factor"), in: SecondFactor.place(of: user.id))
            try await store.insert(user)
            try await body(store)
        }
    }

    /// How many values open to what they were, and the names of the keys that they stand under.
    private func opened(_ secrets: Secrets, _ store: any DocumentStore) async throws -> (count: Int, keys: Set<String>)
    {
        var count = 0, keys: Set<String> = []
        for mailbox in try await store.find(Query<Mailbox>(limit: 1_000)) {
            let number = mailbox.email.dropFirst().prefix { $0 != "@" }
            for direction in Mailboxes.Direction.allCases {
                let sealed = try #require(mailbox[direction])
                keys.insert(SealedText.keyName(of: sealed) ?? "")
                let place = SecretPlace(.mailbox, mailbox.id, field: direction.field)
                if try await secrets.open(sealed, in: place).text == "\(direction) \(number)" { count += 1 }
            }
        }
        return (count, keys)
    }

    @Test func `stopped at any point every secret opens, and in the end all stand under the new one`() async throws {
        try await with { store in
            let both = Secrets(store: store, secret: Self.new, previous: Self.old)
            let rotation = SecretRotation(store: store, secrets: both)
            var random = SystemRandomNumberGenerator(), sawBoth = false
            for _ in 0..<15 {
                let task = Task { try await rotation.run() }
                for _ in 0..<Int.random(in: 0...40, using: &random) { await Task.yield() }
                task.cancel()
                // Ended by the cancellation, or done.
                _ = await task.result
                let (count, keys) = try await opened(both, store)
                #expect(count == Self.count * 2)
                sawBoth = sawBoth || keys.count == 2
            }
            let report = try await rotation.run()
            #expect(report.left == 0)
            #expect(try await rotation.run() == SecretRotation.Report())
            let (count, keys) = try await opened(Secrets(store: store, secret: Self.new), store)
            #expect(count == Self.count * 2 && keys.count == 1)
            let user = try #require(try await store.first(User.self, where: .all))
            let factor = try await Secrets(store: store, secret: Self.new).open(
                try #require(user.totpSecretEncrypted), in: SecondFactor.place(of: user.id))
            #expect(factor.text == "factor")
        }
    }

    @Test func `what opens under neither secret is left as it is and counted`() async throws {
        try await with { store in
            let strange = Secrets(
                store: store, secret: Self.new, previous: InstallSecret("a third secret of 32 bytes or more"))
            let before = try await store.find(Query<Mailbox>(limit: 1_000))
            let report = try await SecretRotation(store: store, secrets: strange).run()
            #expect(report == .init(resealed: 0, left: Self.count * 2 + 1))
            #expect(try await store.find(Query<Mailbox>(limit: 1_000)) == before)
            let without = SecretRotation(store: store, secrets: Secrets(store: store, secret: Self.new))
            #expect(try await without.run() == SecretRotation.Report())
        }
    }
}

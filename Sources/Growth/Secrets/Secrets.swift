import Crypto
import Foundation
import Store
import Synchronization

/// Keeps secrets in the database so that the database alone does not give them away: sealed under keys that come of the
/// installation's secret and a salt, of which the database has only the salt.
public final class Secrets: Sendable {
    private let store: any DocumentStore
    private let secret: InstallSecret
    private let previous: InstallSecret?
    private let salt = Mutex<[UInt8]?>(nil)

    static let saltBytes = 32

    /// - Parameter previous: the secret before this one: what was sealed under it still opens.
    public init(store: any DocumentStore, secret: InstallSecret, previous: InstallSecret? = nil) {
        self.store = store
        self.secret = secret
        self.previous = previous
    }

    var hasPrevious: Bool { previous != nil }

    /// Whether it was sealed under another secret than this installation's.
    func isStale(_ sealed: String, _ purpose: SecretPlace.Purpose) async throws -> Bool {
        guard let name = SealedText.keyName(of: sealed), let salt = try await salt(for: purpose) else { return false }
        return name != SealingKey(secret, purpose, salt: salt).name
    }

    public func seal(_ text: HiddenText, in place: SecretPlace) async throws -> String {
        let salt =
            if let known = try await salt(for: place.purpose) { known } else { try await makeSalt() }
        return try SealedText.seal(text, SealingKey(secret, place.purpose, salt: salt), in: place)
    }

    /// Throws `SecretError.unreadable` for what was sealed under another secret or in another place, or was damaged.
    public func open(_ sealed: String, in place: SecretPlace) async throws -> HiddenText {
        guard let salt = try await salt(for: place.purpose) else { throw SecretError.unreadable }
        let key = SealingKey(secret, place.purpose, salt: salt)
        guard let previous, SealedText.keyName(of: sealed) != key.name else {
            return try SealedText.open(sealed, key, in: place)
        }
        return try SealedText.open(sealed, SealingKey(previous, place.purpose, salt: salt), in: place)
    }

    private func salt(for purpose: SecretPlace.Purpose) async throws -> [UInt8]? {
        purpose.isStored ? try await storedSalt() : []
    }

    private func storedSalt() async throws -> [UInt8]? {
        if let known = salt.withLock({ $0 }) { return known }
        let settings = try await store.first(SystemSettings.self, where: .equals("key", "global"))
        guard let stored = settings?.secretSalt.flatMap(Base64URL.data), stored.count == Self.saltBytes else {
            return nil
        }
        salt.withLock { $0 = Array(stored) }
        return Array(stored)
    }

    /// Made when the first secret is sealed. Of several processes that make one at once, the first keeps its own.
    private func makeSalt() async throws -> [UInt8] {
        let made = SymmetricKey(size: .bits256).withUnsafeBytes { Base64URL.text(Data($0)) }
        var writes = Writes()
        writes.insertIfAbsent([SystemSettings()])
        writes.update(
            SystemSettings.self, where: .equals("key", "global") && .exists("secretSalt", false),
            .set("secretSalt", .string(made)))
        try await store.commit(writes)
        guard let stored = try await storedSalt() else { throw SecretError.unreadable }
        return stored
    }
}

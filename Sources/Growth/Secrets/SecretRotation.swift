import Store

/// Seals anew, under the installation's secret, what was sealed under the one before (quality K-6).
///
/// Each value is exchanged by one write on condition that it is still what was read: stopped or killed at any point, every value opens under
/// the one secret or the other, and the next run goes on with those that are left.
public struct SecretRotation: Sendable {
    public struct Report: Hashable, Sendable {
        public var resealed = 0
        /// Opens under neither secret, or changed meanwhile.
        public var left = 0
    }

    let store: any DocumentStore
    let secrets: Secrets

    private static let batch = 200

    public func run() async throws -> Report {
        var report = Report()
        guard secrets.hasPrevious else { return report }
        for field in Mailbox.secretFields { try await reseal(Mailbox.self, field, .mailbox, &report) }
        try await reseal(User.self, "totpSecretEncrypted", .secondFactor, &report)
        return report
    }

    private func reseal<E: Entity>(
        _ type: E.Type, _ field: String, _ purpose: SecretPlace.Purpose, _ report: inout Report
    ) async throws {
        try await store.stream(type, where: .exists(field, true), batch: Self.batch) { entities in
            for entity in entities {
                try Task.checkCancellation()
                guard let sealed = try Document(entity)[field]?.string,
                    try await secrets.isStale(sealed, purpose)
                else { continue }
                let place = SecretPlace(purpose, entity.id, field: field)
                do {
                    let fresh = try await secrets.seal(try await secrets.open(sealed, in: place), in: place)
                    let isSame = Filter.id(entity.id) && .equals(field, .string(sealed))
                    let count = try await store.update(type, where: isSame, .set(field, .string(fresh)))
                    if count > 0 { report.resealed += 1 } else { report.left += 1 }
                } catch SecretError.unreadable {
                    report.left += 1
                }
            }
        }
    }
}

extension Platform {
    public var secretRotation: SecretRotation { SecretRotation(store: store, secrets: secrets) }
}

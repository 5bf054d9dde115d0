import Foundation
import Logging
import ServiceLifecycle
import Store

/// Removes what is over by itself: sessions, uploads that nobody imported. At the start and every hour.
public struct Housekeeping: Service {
    let platform: Platform
    private let logger = Logger(label: "anwal.housekeeping")

    private static let interval: Duration = .seconds(3_600)

    public init(platform: Platform) { self.platform = platform }

    public func run() async throws {
        await cancelWhenGracefulShutdown {
            await attempt(fillKeys)
            await attempt(sealAnew)
            await attempt(markMailboxes)
            await attempt(platform.knownWords.learnOnce)
            while !Task.isCancelled {
                await attempt(tidy)
                // Ended by cancellation, which is all that a sleep can throw.
                try? await Task.sleep(for: Self.interval)
            }
        }
    }

    private func attempt(_ work: () async throws -> Void) async {
        do {
            try await work()
        } catch {
            // Nothing is lost by doing it an hour, or a start, later.
            logger.warning("Tidying up failed", metadata: ["error": "\(error)"])
        }
    }

    /// One round.
    public func tidy() async throws {
        _ = try await platform.sessions.sweep()
        try await platform.imports.sweep()
        try await platform.rescoreDaily()
        try await platform.duplicates.sweep()
        try await platform.campaigns.complete()
    }

    /// After a change of the secret: what still stands under the one before.
    private func sealAnew() async throws {
        let rotation = platform.secretRotation
        guard rotation.secrets.hasPrevious else { return }
        let report = try await rotation.run()
        let counts: Logger.Metadata = ["resealed": "\(report.resealed)", "left": "\(report.left)"]
        if report.left == 0 {
            logger.warning(
                "Every secret is sealed under NEXTAUTH_SECRET: take NEXTAUTH_SECRET_PREVIOUS out", metadata: counts)
        } else {
            logger.warning(
                "Some secrets open under neither NEXTAUTH_SECRET nor NEXTAUTH_SECRET_PREVIOUS", metadata: counts)
        }
    }

    /// The secret may be another one since the last start.
    private func markMailboxes() async throws {
        let unreadable = try await platform.mailboxes.markUnreadable()
        if unreadable > 0 {
            logger.warning("Mailboxes need their passwords again", metadata: ["count": "\(unreadable)"])
        }
    }

    /// Asks for the keys of records that an earlier program wrote, where some are missing.
    public func fillKeys() async throws {
        let missing = try await MissingKeys(store: platform.store).count()
        let subject = ObjectID(high: 0, low: 0)
        guard missing.companies + missing.people > 0,
            try await !platform.jobs.isActive(MissingKeys.job, on: subject)
        else { return }
        try await platform.store.insert(platform.jobs.job(MissingKeys.job, on: subject, by: nil))
        platform.jobs.wake()
    }
}

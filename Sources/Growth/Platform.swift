import Foundation
import Store

/// Everything the product can do, over one store. Pages, commands and background work all start here.
public struct Platform: Sendable {
    public let store: any DocumentStore
    /// The data folder: uploads, results, the install's secret, the socket.
    public let folder: URL
    public let now: @Sendable () -> Date
    public let secret: InstallSecret
    public let previousSecret: InstallSecret?
    public let secrets: Secrets
    public let audit: AuditTrail
    public let sessions: Sessions
    public let users: Users
    public let apiKeys: APIKeys
    public let settings: Settings
    public let jobs: Jobs
    public let imports: Imports
    public let bulk: Bulk
    public let provenance: Provenance
    public let installMark: InstallMark
    /// Rings when mails may have become due.
    let deliveryBell = Doorbell()
    let segmentSizes = SegmentSizes()
    let oauth: OAuthTokens

    /// Prepares the store and makes the data folder, readable by its owner only, when it is missing.
    ///
    /// - Parameters:
    ///   - secret: `NEXTAUTH_SECRET`; without one, the folder keeps its own.
    ///   - previousSecret: the one before, while what was sealed under it is sealed anew.
    ///   - oauth: providers whose mailboxes sign in without a password.
    ///   - passwords: `nil`: at the cost that the folder keeps, measured at the first start.
    public init(
        store: any DocumentStore, folder: URL, now: @escaping @Sendable () -> Date = { Date() },
        secret: InstallSecret? = nil, previousSecret: InstallSecret? = nil, oauth: [OAuthProvider] = [],
        passwords: Passwords? = nil
    ) async throws {
        try FileManager.default.createDirectory(
            at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        try await store.prepare(GrowthSchema.entities)
        self.store = store
        self.folder = folder
        self.now = now
        let secret = try secret ?? InstallSecret.kept(in: folder)
        let secrets = Secrets(store: store, secret: secret, previous: previousSecret)
        self.secret = secret
        self.oauth = OAuthTokens(oauth)
        self.previousSecret = previousSecret
        self.secrets = secrets
        audit = AuditTrail(store: store, now: now)
        sessions = Sessions(store: store, audit: audit, now: now)
        let hashing = if let passwords { passwords } else { try await Passwords.kept(in: folder) }
        users = Users(
            store: store, passwords: hashing, sessions: sessions, audit: audit, secrets: secrets, now: now)
        apiKeys = APIKeys(store: store, audit: audit, now: now)
        settings = Settings(store: store, audit: audit, now: now)
        let jobs = Jobs(store: store, now: now)
        let imports = Imports(store: store, settings: settings, jobs: jobs, folder: folder, now: now)
        let knownWords = KnownWords(store: store, jobs: jobs)
        jobs.register("import") { try await imports.run($0) }
        jobs.register(Imports.undoing) { job in
            if let subject = job.subjectId { try await imports.undo(EntityID(subject), by: job.createdBy) }
            try await knownWords.learnAgain()
        }
        jobs.register(KnownWords.job) { _ in try await knownWords.learn() }
        let handovers = Handovers(
            store: store, users: users, jobs: jobs, timeline: Timeline(store: store, now: now), audit: audit, now: now)
        jobs.register(Handovers.job) { try await handovers.run($0) }
        let privacy = Privacy(store: store, jobs: jobs, audit: audit, folder: folder, now: now)
        jobs.register(Privacy.job) { try await privacy.erase($0) }
        jobs.register(MissingKeys.job) { _ in try await MissingKeys(store: store).fill() }
        let leads = Leads(store: store, now: now)
        jobs.register(LeadsFromImport.kind) { try await LeadsFromImport(leads: leads, jobs: jobs).run($0) }
        jobs.register(LeadScoring.job) { _ in try await leads.scoring.refreshAll() }
        let bulk = Bulk(store: store, jobs: jobs, settings: settings, audit: audit, now: now)
        bulk.register()
        let settings = settings
        let merges = Merges(store: store, jobs: jobs, now: now)
        let duplicates = Duplicates(store: store, settings: settings, jobs: jobs, now: now)
        jobs.register(Merges.finishing) { try await merges.finish($0) }
        jobs.register(Duplicates.finding) { try await duplicates.search($0) }
        installMark = InstallMark(store: store, folder: folder)
        let segments = Segments(store: store, settings: settings, audit: audit, now: now, sizes: segmentSizes)
        jobs.register(RecipientList.kind) { job in
            try await RecipientList(store: store, segments: segments, settings: settings, jobs: jobs, now: now).run(job)
        }
        self.jobs = jobs
        self.imports = imports
        self.bulk = bulk
        provenance = Provenance(store: store)
    }
}

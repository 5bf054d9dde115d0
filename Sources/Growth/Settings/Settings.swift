import Foundation
import Store
import Synchronization

/// Reads and changes the one document of settings.
public final class Settings: Sendable {
    /// Another process on the same database may have changed them; this process sees its own changes at once.
    static let cacheLifetime: TimeInterval = 10

    private let store: any DocumentStore
    private let audit: AuditTrail
    private let now: @Sendable () -> Date
    private let cached = Mutex<(settings: SystemSettings, at: Date)?>(nil)

    public init(store: any DocumentStore, audit: AuditTrail, now: @escaping @Sendable () -> Date) {
        self.store = store
        self.audit = audit
        self.now = now
    }

    public func current() async throws -> SystemSettings {
        let time = now()
        if let held = cached.withLock({ $0 }), abs(time.timeIntervalSince(held.at)) < Self.cacheLifetime {
            return held.settings
        }
        let stored = try await latest()
        cached.withLock { $0 = (stored, time) }
        return stored
    }

    /// As they stand in the store at this moment, for what goes out under them.
    public func latest() async throws -> SystemSettings {
        var settings = try await store.first(SystemSettings.self, where: .equals("key", "global")) ?? SystemSettings()
        settings.fillBranding()
        return settings
    }

    /// Changes the settings and returns them. Throws `InvalidFields`, and nothing is written.
    @discardableResult
    public func change(
        by principal: Principal, _ edit: (inout SystemSettings) throws -> Void
    ) async throws -> SystemSettings {
        let before = try await latest()
        var after = before
        try edit(&after)
        after.mirrorNames(over: before)
        try after.check(changesFrom: before)
        let update = try Update.changes(from: before, to: after)
        guard !update.isEmpty else { return before }
        try await createIfAbsent()
        var writes = Writes()
        writes.update(SystemSettings.self, where: .equals("key", "global"), update, expecting: 1)
        let fields: Document = ["fields": Value(update.fields)]
        writes.insert([audit.entry("settings_changed", by: principal, on: .init(before), metadata: fields)])
        try await store.commit(writes)
        cached.withLock { $0 = nil }
        return try await current()
    }

    /// The unique key lets one of several processes write the defaults.
    private func createIfAbsent() async throws {
        guard try await store.first(SystemSettings.self, where: .equals("key", "global")) == nil else { return }
        var writes = Writes()
        writes.insertIfAbsent([SystemSettings()])
        try await store.commit(writes)
    }
}

extension SystemSettings {
    /// A database that only an older program wrote has the names in the older fields.
    mutating func fillBranding() {
        if branding.platformName == nil { branding.platformName = appName }
        if branding.companyName == nil { branding.companyName = companyName }
    }

    /// Whichever spelling of a name changed, the other follows.
    mutating func mirrorNames(over before: SystemSettings) {
        if branding.platformName != before.branding.platformName {
            appName = branding.platformName
        } else if appName != before.appName {
            branding.platformName = appName
        }
        if branding.companyName != before.branding.companyName {
            companyName = branding.companyName
        } else if companyName != before.companyName {
            branding.companyName = companyName
        }
    }
}

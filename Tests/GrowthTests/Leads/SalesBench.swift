import Foundation
import Store
import StoreTesting
import Synchronization
import Testing

@testable import Growth

/// The product with a small team over a real store of either engine.
struct SalesBench: Sendable {
    let platform: Platform
    let clock: SteppingClock
    let manager: Principal
    let noura: Principal
    let sami: Principal

    /// - Parameter now: instead of a clock that steps.
    static func with(
        now: (@Sendable () -> Date)? = nil, _ body: (SalesBench) async throws -> Void
    ) async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("anwal-sales-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        let clock = SteppingClock()
        let now = now ?? { clock.next() }
        try await Engine.ofProduct.withStore(in: folder, now: now) { store in
            let platform = try await Platform(
                store: store, folder: folder, now: now, passwords: Passwords())
            let bench = SalesBench(
                platform: platform, clock: clock, manager: try await person("Maha", .manager, store),
                noura: try await person("Noura", .sales, store), sami: try await person("Sami", .sales, store))
            try await body(bench)
        }
    }

    static func person(_ name: String, _ role: User.Role, _ store: any DocumentStore) async throws -> Principal {
        var user = User()
        (user.name, user.email, user.role, user.status) = (name, "\(name.lowercased())@example.sa", role, .active)
        try await store.insert(user)
        return Principal(user: user, origin: .link)
    }

    var store: any DocumentStore { platform.store }
    var leads: Leads { platform.leads }
    var opportunities: Opportunities { platform.opportunities }

    func company(_ name: String = "شركة أفق البناء") async throws -> Company {
        try await platform.companies.create(RecordEdit(["nameAr": name]), by: manager)
    }

    func lead(_ company: Company, by principal: Principal? = nil, _ assign: LeadAssignment = .nobody) async throws
        -> Lead
    {
        try await leads.create(
            RecordEdit(["companyId": company.id.description]), assign: assign, by: principal ?? manager)
    }

    func opportunity(
        _ title: String = "نظام", by principal: Principal? = nil, _ fields: [String: String?] = [:]
    ) async throws -> Opportunity {
        let company = try await company(title)
        var all = fields
        all["title"] = title
        all["companyId"] = company.id.description
        return try await opportunities.create(RecordEdit(all), by: principal ?? noura)
    }

    func entries(_ subject: Timeline.Subject) async throws -> [String] {
        try await platform.timeline.entries(of: subject).map(\.type.rawValue)
    }

    func notices(_ principal: Principal) async throws -> [UserNotification] {
        try await store.find(Query(.equals("userId", Value(principal.user.id))))
    }
}

/// Moves on by ten milliseconds at every look, so that no two changes share a moment.
final class SteppingClock: Sendable {
    private let time = Mutex(Date(timeIntervalSince1970: 1_795_000_000))
    func next() -> Date {
        time.withLock {
            $0 += 0.01
            return $0
        }
    }
    func advance(by seconds: TimeInterval) { time.withLock { $0 += seconds } }
}

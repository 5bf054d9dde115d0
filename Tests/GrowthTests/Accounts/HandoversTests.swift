import Foundation
import Store
import StoreTesting
import Testing

@testable import Growth

/// Who goes on with the records of somebody who leaves.
@Suite struct HandoversTests {
    private static func with(_ body: (Platform, People) async throws -> Void) async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("anwal-leave-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try await Engine.ofProduct.withStore(in: folder) { store in
            let platform = try await Platform(store: store, folder: folder, passwords: Passwords())
            let people = People()
            try await store.insert([people.leaver, people.sara, people.sami, people.viewer])
            try await fill(store, people.leaver.id)
            try await body(platform, people)
        }
    }

    private struct People {
        let leaver = person("Leaver", .sales), sara = person("Sara", .sales), sami = person("Sami", .sales)
        let viewer = person("Viewer", .viewer)

        private static func person(_ name: String, _ role: User.Role) -> User {
            var user = User()
            (user.name, user.email, user.role, user.status) = (name, "\(name)@example.sa".lowercased(), role, .active)
            return user
        }
    }

    private static let companies = 130

    private static func fill(_ store: any DocumentStore, _ owner: EntityID<User>) async throws {
        try await store.insert(
            (0..<companies).map { number in
                var company = Company()
                (company.nameAr, company.ownerId) = ("شركة \(number)", owner)
                return company
            })
        var person = Person()
        (person.fullName, person.ownerId) = ("نورة", owner)
        try await store.insert(person)
        try await store.insert(
            [Lead.Status.new, .converted, .lost].map { status in
                var lead = Lead()
                (lead.status, lead.assignedTo) = (status, owner)
                return lead
            })
        try await store.insert(
            [Opportunity.Stage.proposal, .won].map { stage in
                var opportunity = Opportunity()
                (opportunity.stage, opportunity.assignedTo) = (stage, owner)
                return opportunity
            })
        try await store.insert(
            [WorkTask.Status.inProgress, .completed].map { status in
                var task = WorkTask()
                (task.status, task.assignedTo) = (status, owner)
                return task
            })
    }

    private static func owned(_ platform: Platform, by user: EntityID<User>) async throws -> Int {
        try await platform.handovers.held(by: user).total
    }

    @Test func `open work goes to the colleague, closed work stays, each with its entry`() async throws {
        try await Self.with { platform, people in
            let (leaver, heir) = (people.leaver.id, people.sara.id)
            _ = try await platform.sessions.begin(for: leaver, userAgent: nil, address: nil)
            let held = try await platform.handovers.held(by: leaver)
            #expect(Holding.allCases.map { held[$0] } == [Self.companies, 1, 1, 1, 1])
            _ = try await platform.handovers.disable(leaver, heir: .user(heir), by: .console)
            #expect(try await platform.store.count(Session.self) == 0, "the sessions end at once, the records follow")
            try await platform.jobs.runUntilIdle()
            #expect(try await Self.owned(platform, by: leaver) == 0)
            #expect(try await Self.owned(platform, by: heir) == Self.companies + 4)
            let closed = Filter.equals("assignedTo", Value(leaver))
            #expect(try await platform.store.count(Lead.self, where: closed) == 2)
            #expect(try await platform.store.count(Opportunity.self, where: closed) == 1)
            #expect(try await platform.store.count(WorkTask.self, where: closed) == 1)
            let entries = try await platform.store.find(Query<Activity>())
            #expect(entries.count == Self.companies + 3)
            let change = entries.lazy.compactMap { $0.metadata?.object?["fields"]?.object?["ownerId"]?.object }.first
            #expect(change?["before"] == Value(leaver) && change?["after"] == Value(heir))
            let state = try #require(try await platform.handovers.state(of: leaver))
            #expect(state.status == .done && state.done == Self.companies + 4 && state.given[heir] == state.done)
            #expect(try await platform.store.count(UserNotification.self, where: .equals("userId", Value(heir))) == 1)
        }
    }

    @Test func `in turn each of the sales people gets as much, and nobody else anything`() async throws {
        try await Self.with { platform, people in
            try await platform.handovers.delete(people.leaver.id, heir: .roundRobin, by: .console)
            #expect(try await platform.store.get(people.leaver.id) == nil)
            try await platform.jobs.runUntilIdle()
            let shares = try await [people.sara, people.sami].asyncMap { try await Self.owned(platform, by: $0.id) }
            #expect(shares.reduce(0, +) == Self.companies + 4 && abs(shares[0] - shares[1]) <= 1)
            #expect(try await Self.owned(platform, by: people.viewer.id) == 0)
        }
    }

    @Test func `nobody means that the records stay without an owner`() async throws {
        try await Self.with { platform, people in
            _ = try await platform.handovers.disable(people.leaver.id, heir: .nobody, by: .console)
            try await platform.jobs.runUntilIdle()
            #expect(try await platform.store.count(Company.self, where: .exists("ownerId", false)) == Self.companies)
            _ = try await platform.users.edit(people.leaver.id, status: .active, by: .console)
            #expect(try await Self.owned(platform, by: people.leaver.id) == 0, "nothing comes back")
        }
    }

    @Test func `run again after it was cut off it goes on, and writes no entry twice`() async throws {
        try await Self.with { platform, people in
            _ = try await platform.handovers.disable(people.leaver.id, heir: .user(people.sara.id), by: .console)
            // As a worker that dies after its first commit leaves it.
            let job = try #require(try await platform.store.first(Job.self, where: .equals("kind", "hand_over")))
            let first = try await platform.store.find(Query<Company>(limit: 40)).map(\.id)
            var writes = Writes()
            writes.update(Company.self, where: .ids(first), .set("ownerId", Value(people.sara.id)))
            try await platform.store.commit(writes)
            try await platform.jobs.runUntilIdle()
            let again = Update.set("status", "pending").set("finishedAt", nil)
            _ = try await platform.store.update(Job.self, where: .id(job.id), again)
            try await platform.jobs.runUntilIdle()
            #expect(try await Self.owned(platform, by: people.leaver.id) == 0)
            #expect(try await platform.store.count(Activity.self) == Self.companies - 40 + 3)
            #expect(try await platform.store.count(UserNotification.self) == 1)
        }
    }

    @Test func `who may not edit, is not active or is the one who leaves takes nothing over`() async throws {
        try await Self.with { platform, people in
            for heir in [people.viewer.id, people.leaver.id, EntityID<User>()] {
                await #expect(throws: InvalidFields.self) {
                    try await platform.handovers.disable(people.leaver.id, heir: .user(heir), by: .console)
                }
            }
            let user = try await platform.users.get(people.leaver.id)
            let jobs = try await platform.store.count(Job.self)
            #expect(user.status == .active && jobs == 0)
        }
    }
}

extension Array {
    fileprivate func asyncMap<T>(_ transform: (Element) async throws -> T) async rethrows -> [T] {
        var all: [T] = []
        for element in self { all.append(try await transform(element)) }
        return all
    }
}

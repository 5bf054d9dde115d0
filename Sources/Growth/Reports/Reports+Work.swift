import Foundation
import Store

extension Reports {
    private static let done: [(type: String, figure: Report.Figure)] = [
        ("call", .calls), ("meeting", .meetings), ("note", .notes), ("task_completed", .tasks),
        ("stage_changed", .moves), ("lead_created", .leads),
    ]

    /// What each person did in the period. What a program did for them (imports, edits of many) is not among it.
    func people(_ view: View) async throws -> Report {
        var tally = Tally(Self.done.map(\.figure) + [.won, .wonValue])
        let whose = view.person.map { Filter.equals("createdBy", Value($0)) } ?? .all
        for (type, figure) in Self.done {
            // One entry of a move stands on the opportunity, another on its company.
            let once = type == "stage_changed" ? Filter.equals("entityType", "opportunity") : .all
            let happened = Filter.equals("type", .string(type)) && view.happened("createdAt") && once
            let groups = try await store.group(
                Activity.self, by: "createdBy", sum: nil, where: happened && whose, limit: Self.maxLines)
            for group in groups {
                if let id = group.value.id { tally.add(figure, Double(group.count), to: id.description) }
            }
        }
        let won = Filter.equals("stage", Value(Opportunity.Stage.won)) && view.happened("wonAt")
        try await each(Opportunity.self, view.records && won, fields: ["assignedTo", "valueEstimate"]) { opportunity in
            guard let owner = opportunity.assignedTo?.description else { return }
            tally.add(.won, to: owner)
            tally.add(.wonValue, opportunity.valueEstimate ?? 0, to: owner)
        }
        let users = try await store.get(tally.keys.compactMap { EntityID<User>($0) })
        let names = Dictionary(uniqueKeysWithValues: users.map { ($0.key.description, $0.value.name) })
        var report = tally.report(.people, names: names)
        report.lines.sort { ($0.values.reduce(0, +), $1.key) > ($1.values.reduce(0, +), $0.key) }
        return report
    }

    /// The latest lists, and the leads and opportunities of the companies that they brought.
    func imports(_ view: View) async throws -> Report {
        let finished = Filter.exists("finishedAt", true) && .exists("undoneAt", false)
        let runs = try await store.find(
            Query<ImportLog>(finished, sort: [.descending("createdAt")], limit: Self.maxLines))
        var tally = Tally(
            [.companies, .contacts, .leads, .opportunities, .won, .wonValue], keys: runs.map(\.id.description))
        for run in runs {
            tally.add(.companies, Double(run.counters.companiesExtracted), to: run.id.description)
            tally.add(.contacts, Double(run.counters.peopleExtracted), to: run.id.description)
        }
        let names = Dictionary(uniqueKeysWithValues: runs.map { ($0.id.description, $0.fileName) })
        if runs.isEmpty { return tally.report(.imports, names: names) }
        var came = Came()
        let subject: Set = ["companyId", "personId"]
        try await each(Lead.self, view.records, fields: subject) { came.add($0) }
        try await each(Opportunity.self, view.records, fields: subject.union(["stage", "valueEstimate"])) {
            came.add($0)
        }
        try await count(came, into: &tally, of: Set(runs.map(\.id)))
        return tally.report(.imports, names: names)
    }

    private func count(_ came: Came, into tally: inout Tally, of runs: Set<EntityID<ImportLog>>) async throws {
        try await count(came.companies, Company.self, into: &tally, of: runs) { $0.importLogId }
        try await count(came.people, Person.self, into: &tally, of: runs) { $0.importLogId }
    }

    /// Of most records nothing but the list that they came from is asked, by the hundred; those with opportunities are read.
    private func count<E: Entity>(
        _ came: [EntityID<E>: Came.Deals], _ type: E.Type, into tally: inout Tally, of runs: Set<EntityID<ImportLog>>,
        _ run: (E) -> EntityID<ImportLog>?
    ) async throws {
        let plain = Dictionary(grouping: came.filter { $0.value.opportunities == 0 }, by: \.value.leads)
        for (leads, records) in plain {
            for ids in records.map(\.key).chunks(of: 500) {
                for group in try await store.group(
                    type, by: "importLogId", sum: nil, where: .ids(Array(ids)), limit: 500)
                {
                    guard let id = group.value.id, runs.contains(EntityID(id)) else { continue }
                    tally.add(.leads, leads * Double(group.count), to: id.description)
                }
            }
        }
        for ids in came.filter({ $0.value.opportunities > 0 }).map(\.key).chunks(of: 500) {
            for (id, record) in try await store.get(Array(ids)) {
                guard let deals = came[id], let run = run(record), runs.contains(run) else { continue }
                let key = run.description
                tally.add(.leads, deals.leads, to: key)
                tally.add(.opportunities, deals.opportunities, to: key)
                tally.add(.won, deals.won, to: key)
                tally.add(.wonValue, deals.wonValue, to: key)
            }
        }
    }
}

/// What came of each company, or of a person without one.
private struct Came {
    struct Deals {
        var leads = 0.0, opportunities = 0.0, won = 0.0, wonValue = 0.0
    }

    private(set) var companies: [EntityID<Company>: Deals] = [:]
    private(set) var people: [EntityID<Person>: Deals] = [:]

    mutating func add(_ lead: Lead) {
        change(lead.companyId, lead.personId) { $0.leads += 1 }
    }

    mutating func add(_ opportunity: Opportunity) {
        change(opportunity.companyId, opportunity.personId) { deals in
            deals.opportunities += 1
            guard opportunity.stage == .won else { return }
            deals.won += 1
            deals.wonValue += opportunity.valueEstimate ?? 0
        }
    }

    private mutating func change(
        _ company: EntityID<Company>?, _ person: EntityID<Person>?, _ body: (inout Deals) -> Void
    ) {
        if let company {
            body(&companies[company, default: Deals()])
        } else if let person {
            body(&people[person, default: Deals()])
        }
    }
}

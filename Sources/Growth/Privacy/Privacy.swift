import Foundation
import Matching
import Store

/// Subject access: what is kept of a person, shown, handed out and erased.
public struct Privacy: Sendable {
    let store: any DocumentStore
    let jobs: Jobs
    let audit: AuditTrail
    let folder: URL
    let now: @Sendable () -> Date

    /// More documents of one kind than this are not collected by their ids.
    static let maxIDs = 20_000

    /// Everything that belongs to the person of a record. Throws `RecordError.notFound`.
    public func subject(_ id: EntityID<Person>) async throws -> DataSubject {
        guard let person = try await store.get(id) else { throw RecordError.notFound }
        var subject = DataSubject(person: person, people: [id])
        var last = [id]
        while !last.isEmpty && subject.people.count < Self.maxIDs {
            let merged = Filter.isIn("mergedInto", last.map { Value($0) })
            last = try await ids(Person.self, merged).filter { !subject.people.contains($0) }
            subject.people += last
        }
        let people = try await store.get(subject.people).values
        let points = try await store.find(Query<ContactPoint>(Self.points(of: subject), limit: Self.maxIDs))
        subject.points = points.map(\.id)
        subject.companies = Array(Set(people.compactMap(\.companyId) + points.compactMap(\.companyId))).sorted()
        let emails =
            people.compactMap(\.email) + points.filter { $0.contactType == .email }.compactMap(\.normalizedValue)
        let numbers =
            people.flatMap { [$0.mobile, $0.phone].compactMap { $0 } }
            + points.filter { [.mobile, .phone, .whatsapp].contains($0.contactType) }.compactMap(\.normalizedValue)
        for address in Set(emails + numbers).sorted() {
            if try await isElsewhere(address, than: subject) {
                subject.shared.append(address)
            } else if emails.contains(address) {
                subject.emails.append(address)
            } else {
                subject.numbers.append(address)
            }
        }
        subject.runs = Array(Set(people.compactMap(\.importLogId) + points.compactMap(\.importLogId)))
        return try await completed(subject)
    }

    /// What is left of an address or a number that is in nobody's record any more. Records that still hold it make it
    /// `shared`, and then nothing is found by it. Throws `InvalidFields` for what is neither.
    public func subject(address text: String) async throws -> DataSubject {
        let trimmed = text.trimmingCharacters(in: .whitespacesAndNewlines)
        var subject = DataSubject()
        let email = EmailAddress(trimmed)?.normalized
        guard let address = email ?? PhoneNumber(trimmed).flatMap({ $0.isValid ? $0.e164 : nil }) else {
            throw InvalidFields(["address": .notInList])
        }
        let points = try await store.find(
            Query<ContactPoint>(.equals("normalizedValue", .string(address)), limit: 1_000))
        for point in points where try await !hasOwner(point) { subject.points.append(point.id) }
        if try await isElsewhere(address, than: subject) {
            subject.shared = [address]
            subject.points = []
            return subject
        }
        if email != nil { subject.emails = [address] } else { subject.numbers = [address] }
        subject.runs = points.filter { subject.points.contains($0.id) }.compactMap(\.importLogId)
        return try await completed(subject)
    }

    private func completed(_ start: DataSubject) async throws -> DataSubject {
        var subject = start
        subject.leads = try await ids(Lead.self, .isIn("personId", subject.peopleIDs))
        subject.opportunities = try await ids(Opportunity.self, .isIn("personId", subject.peopleIDs))
        let isTheirs: [Filter] = [
            .isIn("personId", subject.peopleIDs), .isIn("linkedPersonId", subject.peopleIDs),
            .isIn("fromEmail", subject.addresses), .isIn("toEmail", subject.addresses),
            .hasAny("toEmails", subject.addresses),
        ]
        subject.replies = try await ids(EmailReply.self, .or(isTheirs))
        let reached = Filter.or([.isIn("personId", subject.peopleIDs), .isIn("email", subject.addresses)])
        subject.campaignRecipients = try await ids(CampaignRecipient.self, reached)
        subject.sequenceRecipients = try await ids(SequenceRecipient.self, reached)
        let changes = Filter.isIn("recordId", subject.peopleIDs + subject.pointIDs)
        let changed = try await store.find(Query<ImportChange>(changes, limit: Self.maxIDs)).map(\.importLogId)
        subject.runs = Array(Set(subject.runs + changed)).sorted()
        return subject
    }

    private static func points(of subject: DataSubject) -> Filter {
        .or([
            .equals("entityType", Value(ContactPoint.Owner.person)) && .isIn("entityId", subject.peopleIDs),
            .isIn("personId", subject.peopleIDs),
        ])
    }

    /// Whether a record of somebody else, or of a company, holds the address.
    private func isElsewhere(_ address: String, than subject: DataSubject) async throws -> Bool {
        let value = Value.string(address)
        for field in ["email", "mobile", "phone"] {
            let others = Filter.equals(field, value) && .not(.ids(subject.people))
            if try await store.count(Person.self, where: others, upTo: 1) > 0 { return true }
        }
        let points = Filter.equals("normalizedValue", value) && .not(.ids(subject.points))
        for point in try await store.find(Query<ContactPoint>(points, limit: 100)) where try await hasOwner(point) {
            return true
        }
        return false
    }

    private func hasOwner(_ point: ContactPoint) async throws -> Bool {
        point.entityType == .person
            ? try await store.get(EntityID<Person>(point.entityId)) != nil
            : try await store.get(EntityID<Company>(point.entityId)) != nil
    }

    private func ids<E: Entity>(_ type: E.Type, _ filter: Filter) async throws -> [EntityID<E>] {
        try await store.find(Query<E>(filter, limit: Self.maxIDs)).map(\.id)
    }
}

// MARK: What there is

extension Privacy {
    /// One row of the table with what it holds of somebody.
    public struct Found: Sendable {
        public let trace: Trace
        public let count: Int
    }

    /// The rows that hold something.
    public func found(of subject: DataSubject) async throws -> [Found] {
        var found: [Found] = []
        for trace in Trace.table {
            let count = try await count(trace, subject)
            if count > 0 { found.append(Found(trace: trace, count: count)) }
        }
        return found
    }

    private func count(_ trace: Trace, _ subject: DataSubject) async throws -> Int {
        func plain<E: Entity>(_ type: E.Type) async throws -> Int {
            try await store.count(type, where: trace.filter(subject))
        }
        guard trace.isMeant != nil else { return try await plain(trace.entity) }
        var count = 0
        try await each(trace, subject) { count += $0.count }
        return count
    }

    /// The documents of one row, in batches.
    public func each(
        _ trace: Trace, _ subject: DataSubject, _ body: ([any Entity]) async throws -> Void
    ) async throws {
        func read<E: Entity>(_ type: E.Type) async throws {
            try await store.stream(type, where: trace.filter(subject), batch: 500) { documents in
                let meant = try documents.filter { try trace.isMeant?($0, subject) ?? true }
                if !meant.isEmpty { try await body(meant) }
            }
        }
        try await read(trace.entity)
    }

    /// The first documents of one row.
    public func documents(_ trace: Trace, _ subject: DataSubject, limit: Int) async throws -> [any Entity] {
        func read<E: Entity>(_ type: E.Type) async throws -> [any Entity] {
            try await store.find(Query<E>(trace.filter(subject), limit: trace.isMeant == nil ? limit : 1_000))
        }
        let found = try await read(trace.entity)
        return try Array(found.filter { try trace.isMeant?($0, subject) ?? true }.prefix(limit))
    }

    /// Runs of imports whose files may still hold the person's row: failed rows are kept as a workbook, and a file until
    /// its run is over. Nothing is looked up in them.
    public func files(of subject: DataSubject) async throws -> [ImportLog] {
        var kept: [ImportLog] = []
        for log in try await store.get(subject.runs).values.sorted(by: { $0.id < $1.id }) {
            let name = "imports/\(log.id)"
            // A folder that is not there holds no file; on a shared database the files lie there.
            let here = (try? FileManager.default.contentsOfDirectory(atPath: folder.appending(path: name).path)) ?? []
            let pieces = Filter.startsWith("name", name + "/")
            let isElsewhere = try await store.count(FilePiece.self, where: pieces, upTo: 1) > 0
            if log.isRunning || !here.isEmpty || isElsewhere { kept.append(log) }
        }
        return kept
    }

    /// To be called when the data have been handed out.
    public func recordExport(of subject: DataSubject, format: String, by principal: Principal) async throws {
        let metadata: Document = ["format": .string(format)]
        guard let person = subject.person else {
            return try await audit.record("privacy_export", by: principal, metadata: metadata)
        }
        try await audit.record("privacy_export", by: principal, on: .init(person.id), metadata: metadata)
    }
}

extension Platform {
    public var privacy: Privacy { Privacy(store: store, jobs: jobs, audit: audit, folder: folder, now: now) }
}

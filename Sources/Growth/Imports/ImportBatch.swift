import Foundation
import Matching
import Store

/// Some rows of a run, and what they do to the store: filled row by row, then written in one go.
struct ImportBatch {
    struct Item {
        var row: Int
        var sheet: SheetMapping
        var parsed: ParsedRow
        var identity: ImportIdentities.Identity
    }

    /// What holds for the whole run.
    struct Context {
        let log: ImportLog
        let ids: RunIDs
        let policy: ImportPolicy
        let mapping: ImportMapping
        let plan: ImportPlan
        /// On everything that the run writes; so whatever was changed since is told apart by its stamp.
        let stamp: Date
        /// The title of the activities.
        let title: String
    }

    let context: Context
    var counters = ImportCounters()
    var warnings = 0
    var messages: [ImportProblem] = []
    /// The first warnings; the run keeps no more.
    var remarks: [ImportProblem] = []
    /// Filled only where somebody wants to see them.
    var verdicts: [RowVerdict] = []
    var keepsVerdicts = false

    var companies = Records<Company>()
    var people = Records<Person>()
    var services = Records<ServiceMatch>()
    var points = Records<ContactPoint>()
    private(set) var changes: [ImportChange] = []
    private(set) var activities: [Activity] = []
    /// What stored owners have already, by a hash of owner, type and value.
    var storedPoints: [UInt64: EntityID<ContactPoint>] = [:]
    /// Stored services: hash of company and service.
    var storedServices: [UInt64: EntityID<ServiceMatch>] = [:]

    init(_ context: Context) { self.context = context }

    mutating func apply(_ item: Item) {
        counters.totalRowsFound += 1
        var verdict = RowVerdict(sheet: item.sheet.index, row: item.parsed.row)
        verdict.problems =
            item.parsed.problems
            + item.identity.problems.map { problem in
                var problem = problem
                problem.sheet = item.sheet.name
                return problem
            }
        let failed = verdict.problems.contains { $0.severity == .error && $0.code.failsRow }
        if failed {
            verdict.action = .fail
            counters.recordsFailed += item.failedRecords
        } else if item.identity.isRepetition {
            counters.recordsSkipped += 1
        } else {
            write(item, &verdict)
        }
        let warned = verdict.problems.filter { $0.severity == .warning }
        warnings += warned.count
        if remarks.count < ImportLedger.maxMessages { remarks += warned }
        messages += verdict.problems.filter { $0.severity == .error }
        if keepsVerdicts { verdicts.append(verdict) }
    }

    private mutating func write(_ item: Item, _ verdict: inout RowVerdict) {
        if let draft = item.parsed.company, let reference = item.identity.company {
            write(draft, reference, item, &verdict)
        }
        if let draft = item.parsed.person, let reference = item.identity.person {
            write(draft, reference, item, &verdict)
        }
        writeContacts(item, &verdict)
        if let draft = item.parsed.service, let service = item.identity.service {
            write(draft, service, item, &verdict)
        }
    }

    // MARK: Companies

    private mutating func write(
        _ draft: Draft<CompanyField>, _ reference: ImportIdentities.Reference<Company>, _ item: Item,
        _ verdict: inout RowVerdict
    ) {
        verdict.target = context.plan.target(of: item.row)
        verdict.match = context.plan.match(of: item.row)
        if verdict.match != nil { counters.duplicatesDetected += 1 }
        if reference.isFirst { counters.companiesExtracted += 1 }
        let keys = item.parsed.companyMarks + item.parsed.companyKeys
        if reference.isNew {
            var company = Company(draft)
            company.id = reference.id
            if draft[.country] == nil, let country = context.mapping.defaultCountry { company.country = country }
            for tag in context.mapping.defaultTags where !company.tags.contains(tag) { company.tags.append(tag) }
            if company.sourceFile == nil { company.sourceFile = context.log.fileName }
            company.importLogId = context.log.id
            company.settleArchiving(at: context.stamp)
            company.searchKeys = item.parsed.companyWords
            company.matchKeys = keys
            stamp(&company)
            companies.create(company)
            counters.recordsCreated += 1
            verdict.action = .create
            addActivity("company", company.id.raw, .companyActivity, "created", item)
            return
        }
        guard var company = companies[reference.id] else { return }
        let prior = company.updatedAt
        let merged = context.policy.merge(draft, into: &company)
        let fingerprints = company.matchKeys.count { $0.hasPrefix("r:") }
        ImportMatchKeys.add(
            keys.filter { !$0.hasPrefix("r:") || fingerprints < ImportMatchKeys.maxFingerprints },
            to: &company.matchKeys)
        if !merged.changed.isEmpty {
            if merged.changed.contains(where: { $0.field == "status" }) { company.settleArchiving(at: context.stamp) }
            company.searchKeys = company.wordsForSearch
            company.updatedAt = context.stamp
        }
        companies.change(company)
        settle(merged, "companies", reference.id.raw, prior, .change(0), item, &verdict)
        if reference.isStored && reference.isFirst {
            addActivity("company", company.id.raw, .companyActivity, merged.changed.isEmpty ? "seen" : "updated", item)
        }
    }

    // MARK: People

    private mutating func write(
        _ draft: Draft<PersonField>, _ reference: ImportIdentities.Reference<Person>, _ item: Item,
        _ verdict: inout RowVerdict
    ) {
        let company = item.identity.company?.id
        if reference.isFirst { counters.peopleExtracted += 1 }
        if item.parsed.company == nil { verdict.action = reference.isNew ? .create : .skip }
        if reference.isNew {
            var person = Person(draft)
            person.id = reference.id
            person.companyId = company
            if person.companyNameAr == nil { person.companyNameAr = item.parsed.company?[.nameAr] }
            if person.sourceFile == nil { person.sourceFile = context.log.fileName }
            person.importLogId = context.log.id
            person.searchKeys = item.parsed.personWords
            person.matchKeys = ImportMatchKeys.personKeys(person, name: item.parsed.personName)
            stamp(&person)
            people.create(person)
            counters.recordsCreated += 1
            if verdict.action == .skip { verdict.action = item.parsed.company == nil ? .create : .update }
            if keepsVerdicts, verdict.action == .update {
                verdict.changes.append(FieldChange(field: "person", before: nil, after: person.fullName, column: -1))
            }
            addActivity("person", person.id.raw, .personActivity, "created", item)
            return
        }
        if reference.isStored { counters.duplicatesDetected += 1 }
        guard var person = people[reference.id] else { return }
        let prior = person.updatedAt
        var merged = context.policy.merge(draft, into: &person)
        if person.companyId == nil, let company, context.policy != .skip {
            person.companyId = company
            merged.changed.append(FieldChange(field: "companyId", before: nil, after: company.description, column: -1))
        }
        if !merged.changed.isEmpty {
            person.searchKeys = person.wordsForSearch
            person.updatedAt = context.stamp
        }
        let keys = ImportMatchKeys.personKeys(person)
        person.matchKeys += keys.filter { !person.matchKeys.contains($0) }
        people.change(person)
        settle(merged, "people", reference.id.raw, prior, .change(1), item, &verdict)
        if reference.isStored && reference.isFirst {
            addActivity("person", person.id.raw, .personActivity, merged.changed.isEmpty ? "seen" : "updated", item)
        }
    }

    /// Counts a merge, keeps it in the journal and shows it in the verdict.
    mutating func settle(
        _ merged: (changed: [FieldChange], kept: [FieldChange]), _ type: String, _ id: ObjectID, _ prior: Date?,
        _ slot: RunIDs.Slot, _ item: Item, _ verdict: inout RowVerdict
    ) {
        verdict.changes += merged.changed
        verdict.kept += merged.kept
        guard !merged.changed.isEmpty else {
            counters.recordsSkipped += 1
            return
        }
        counters.recordsUpdated += 1
        if verdict.action == .skip { verdict.action = .update }
        note(merged.changed, type, id, prior, slot, item)
    }

    /// Keeps in the journal what a row changed, so that it can be set back.
    mutating func note(
        _ changed: [FieldChange], _ type: String, _ id: ObjectID, _ prior: Date?, _ slot: RunIDs.Slot, _ item: Item
    ) {
        var change = ImportChange()
        change.id = EntityID(context.ids.id(row: item.row, slot))
        change.importLogId = context.log.id
        change.action = .updated
        change.recordType = type
        change.recordId = id
        change.sheet = item.sheet.index
        change.row = item.parsed.row
        change.createdAt = context.stamp
        change.priorUpdatedAt = prior
        for field in changed {
            // A dot would be read as a path.
            change.fields[field.field.replacing(".", with: "\u{FF0E}")] = .object(field.document)
        }
        changes.append(change)
    }

    // MARK: Traces

    func stamp<E: Entity>(_ entity: inout E) {
        entity.createdAt = context.stamp
        entity.updatedAt = context.stamp
    }

    private mutating func addActivity(
        _ type: String, _ id: ObjectID, _ slot: RunIDs.Slot, _ action: String, _ item: Item
    ) {
        tell(.import, context.title, ["action": .string(action)], of: type, id, slot, item)
    }

    /// An entry of a timeline, which leads to the run and its row.
    mutating func tell(
        _ kind: Activity.Kind, _ title: String, _ facts: Document, of type: String, _ id: ObjectID,
        _ slot: RunIDs.Slot, _ item: Item
    ) {
        var activity = Activity()
        activity.id = EntityID(context.ids.id(row: item.row, slot))
        activity.entityType = type
        activity.entityId = id
        activity.type = kind
        activity.title = title
        var metadata: Document = ["importLogId": .id(context.log.id.raw)]
        for pair in facts.pairs { metadata[pair.key] = pair.value }
        metadata["sheet"] = .int(item.sheet.index)
        metadata["row"] = .int(item.parsed.row)
        activity.metadata = .object(metadata)
        activity.createdBy = context.log.createdBy
        stamp(&activity)
        activities.append(activity)
    }

    // MARK: Writing

    /// Everything of the batch, written together. `lastRow` tells the entries of this batch from those of others.
    func add(to writes: inout Writes, lastRow: Int) throws {
        writes.insertIfAbsent(companies.created)
        writes.insertIfAbsent(people.created)
        writes.insertIfAbsent(points.created)
        writes.insertIfAbsent(services.created)
        try companies.addUpdates(to: &writes)
        try people.addUpdates(to: &writes)
        try points.addUpdates(to: &writes)
        try services.addUpdates(to: &writes)
        writes.insertIfAbsent(changes + createdRanges(lastRow: lastRow))
        writes.insertIfAbsent(activities)
        writes.insertIfAbsent(KnownWords.rows(of: companies.written) + KnownWords.rows(of: people.written))
    }

    private func createdRanges(lastRow: Int) -> [ImportChange] {
        let made: [(String, [ObjectID])] = [
            (Company.collection, companies.createdIDs.map(\.raw)), (Person.collection, people.createdIDs.map(\.raw)),
            (ContactPoint.collection, points.createdIDs.map(\.raw)),
            (ServiceMatch.collection, services.createdIDs.map(\.raw)),
        ]
        return made.enumerated().compactMap { number, made in
            guard let first = made.1.min(), let last = made.1.max() else { return nil }
            var change = ImportChange()
            change.id = EntityID(context.ids.id(row: lastRow, .change(5 + number)))
            change.importLogId = context.log.id
            change.action = .created
            change.recordType = made.0
            (change.firstId, change.lastId, change.count) = (first, last, made.1.count)
            change.createdAt = context.stamp
            return change
        }
    }
}

extension ImportBatch.Item {
    /// How many records a row that fails would have held.
    var failedRecords: Int {
        switch sheet.role {
        case .contactPoints, .serviceMatches: 1
        case .people: 1 + parsed.contacts.count
        case .companies: 1 + parsed.contacts.count
        default: 1 + (parsed.person == nil ? 0 : 1) + parsed.contacts.count
        }
    }
}

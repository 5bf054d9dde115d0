import Foundation
import Matching
import Store

/// What can be done with companies.
public struct Companies: Sendable {
    let store: any DocumentStore
    let timeline: Timeline
    let now: @Sendable () -> Date

    public init(store: any DocumentStore, now: @escaping @Sendable () -> Date) {
        self.store = store
        self.now = now
        timeline = Timeline(store: store, now: now)
    }

    /// Those that lists show: neither archived nor merged away.
    public static let live = Filter.equals("archivedAt", .null)
    public static let archived = Filter.exists("archivedAt", true)

    /// Those with a valid address, or number, of their own.
    public static let withEmail = Filter.equals("matchKeys", .string(ImportMatchKeys.hasEmailMark))
    public static let withPhone = Filter.equals("matchKeys", .string(ImportMatchKeys.hasPhoneMark))

    /// Those with neither.
    public static let unreachable = Filter.equals("matchKeys", .string(ImportMatchKeys.unreachableMark))

    /// The companies whose name has these words, or whose address, number or domain this is.
    public func matching(_ text: String) async throws -> Filter {
        if let query = ContactQuery(text) { return try await contactPoints.companies(query) }
        return Self.words(text)
    }

    /// The records whose keys begin with every word of a text; an article makes no difference. A text without a single
    /// word in it finds everything, as an empty one does.
    public static func words(_ text: String) -> Filter {
        let words = bareWords(text)
        return words.isEmpty ? .all : .search("searchKeys", words)
    }

    /// Keys hold each word also without its article, so that the bare word finds both spellings.
    static func bareWords(_ text: String) -> [String] {
        SearchKeys.query(text).map { SearchKeys.keys(for: [$0]).last ?? $0 }
    }

    var contactPoints: ContactPoints { ContactPoints(store: store, now: now) }

    public func get(_ id: EntityID<Company>) async throws -> Company {
        guard let company = try await store.get(id) else { throw RecordError.notFound }
        return company
    }

    /// Live companies with the same name in whatever spelling, for a warning before another is made.
    public func namesakes(of name: String) async throws -> [Company] {
        let wanted = FoldedText.fold(name)
        guard !wanted.isEmpty else { return [] }
        let found = try await store.find(Query<Company>(Self.live && Self.words(name), limit: 50))
        return found.filter { FoldedText.fold($0.nameAr) == wanted || $0.nameEn.map(FoldedText.fold) == wanted }
    }

    public func create(_ edit: RecordEdit, by principal: Principal) async throws -> Company {
        var company = Company()
        company.nameAr = ""
        var fields = edit.fields
        if fields["nameAr"] == nil { fields["nameAr"] = .some(nil) }
        try company.apply(RecordEdit(fields, custom: edit.custom))
        try await Owners(store: store).demand(company.ownerId)
        company.createdAt = now()
        company.refreshKeys(contacts: [])
        var writes = Writes()
        writes.insert([company])
        let activity = timeline.entry(
            .system, "Record created", ["action": "created"], of: .company(company.id), by: principal)
        writes.insert([activity])
        writes.insertIfAbsent(KnownWords.rows(of: company))
        try await store.commit(writes)
        return try await get(company.id)
    }

    /// Throws `InvalidFields` for values that cannot stand, and `StoreError.conflict` when somebody changed the company
    /// since `edit.expected`, or while this call ran.
    public func edit(_ id: EntityID<Company>, _ edit: RecordEdit, by principal: Principal) async throws -> Company {
        let original = try await get(id)
        if let expected = edit.expected, let stored = original.updatedAt, expected.milliseconds != stored.milliseconds {
            throw StoreError.conflict(collection: Company.collection)
        }
        // Nobody would see it there any more.
        if original.mergedInto != nil { throw StoreError.conflict(collection: Company.collection) }
        var company = original
        try company.apply(edit)
        if company.ownerId != original.ownerId { try await Owners(store: store).demand(company.ownerId) }
        return try await save(company, original, by: principal)
    }

    public func archive(_ id: EntityID<Company>, by principal: Principal) async throws -> Company {
        let original = try await get(id)
        if original.isArchived && original.archivedAt != nil { return original }
        var company = original
        company.archive(at: now())
        return try await save(company, original, by: principal)
    }

    public func restore(_ id: EntityID<Company>, by principal: Principal) async throws -> Company {
        let original = try await get(id)
        guard original.isArchived else { return original }
        if original.mergedInto != nil { throw MergeError.cannotRestore }
        var company = original
        company.restore(to: try await statusBeforeArchiving(id) ?? .active)
        return try await save(company, original, by: principal)
    }

    /// What its timeline says that it was; `nil` when it was archived elsewhere.
    func statusBeforeArchiving(_ id: EntityID<Company>) async throws -> Company.Status? {
        let changes = Timeline.filter(of: .company(id)) && .equals("type", Value(Activity.Kind.updated))
        for activity in try await store.find(Query<Activity>(changes, sort: Timeline.order, limit: 100)) {
            let change = activity.metadata?.object?["fields"]?.object?["status"]?.object
            guard change?["after"]?.string == Company.Status.archived.rawValue, let before = change?["before"]?.string
            else { continue }
            let status = Company.Status(rawValue: before)
            return status.isKnown && status != .archived ? status : nil
        }
        return nil
    }

    public func addNote(_ text: String?, to id: EntityID<Company>, by principal: Principal) async throws -> Activity {
        try await timeline.addNote(text, to: .company(get(id).id), by: principal)
    }

    func save(_ changed: Company, _ original: Company, by principal: Principal) async throws -> Company {
        let fields = try ChangedFields.between(original, changed)
        guard !fields.isEmpty else { return original }
        var company = changed
        company.refreshKeys(contacts: try await contactPoints(of: company.id))
        var writes = Writes()
        try writes.save(company, original: original)
        writes.insert([timeline.updated(fields, of: .company(company.id), by: principal)])
        writes.insertIfAbsent(KnownWords.rows(of: company, before: original))
        try await store.commit(writes)
        try await LeadScoring(store: store, now: now).refresh(company: company.id)
        return try await get(company.id)
    }
}

// MARK: What belongs to a company

extension Companies {
    /// The most that a page shows of anything that belongs to a company.
    public static let maxParts = 200

    /// Its own, primary ones first.
    public func contactPoints(of id: EntityID<Company>) async throws -> [ContactPoint] {
        let own = Filter.equals("entityType", Value(ContactPoint.Owner.company)) && .equals("entityId", .id(id.raw))
        return try await store.find(Query<ContactPoint>(own, limit: Self.maxParts)).inOrder
    }

    public func people(of id: EntityID<Company>) async throws -> [Person] {
        try await store.find(Query<Person>(.equals("companyId", Value(id)) && Companies.live, limit: Self.maxParts))
    }

    /// The best first.
    public func services(of id: EntityID<Company>) async throws -> [ServiceMatch] {
        let found = try await store.find(Query<ServiceMatch>(.equals("companyId", Value(id)), limit: Self.maxParts))
        return found.sorted { ($0.fitScore ?? -1, $1.id) > ($1.fitScore ?? -1, $0.id) }
    }

    public func sources(of company: Company) async throws -> [String: ValueSource] {
        try await Provenance(store: store).sources(of: company)
    }
}

extension [ContactPoint] {
    /// Valid before invalid, primary first, then by kind.
    public var inOrder: [ContactPoint] {
        func rank(_ point: ContactPoint) -> (Int, Int, Int) {
            let kind = ContactPoint.Kind.known.firstIndex(of: point.contactType) ?? ContactPoint.Kind.known.count
            return (point.invalidAt == nil ? 0 : 1, point.isPrimary == true ? 0 : 1, kind)
        }
        return sorted { a, b in
            let (x, y) = (rank(a), rank(b))
            return x != y ? x < y : a.id < b.id
        }
    }
}

extension Platform {
    public var companies: Companies { Companies(store: store, now: now) }
    public var timeline: Timeline { Timeline(store: store, now: now) }
}

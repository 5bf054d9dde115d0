import Store

/// The kind of records that a segment is about: what may be asked of them, which of them count, what they are called.
struct SegmentReach: Sendable {
    let target: Segment.Target
    let fields: FilterFields
    /// Archived and merged records are in no segment.
    let live: Filter

    /// Throws `FilterError.malformed` for a kind of another program.
    init(_ target: Segment.Target) throws(FilterError) {
        self.target = target
        switch target {
        case .companies: (fields, live) = (.companies, Companies.live)
        case .people: (fields, live) = (.people, People.live)
        case .contactPoints: (fields, live) = (.contactPoints, .all)
        default: throw .malformed
        }
    }

    func count(_ store: any DocumentStore, _ filter: Filter, upTo limit: Int? = nil) async throws -> Int {
        switch target {
        case .companies: try await store.count(Company.self, where: filter, upTo: limit)
        case .people: try await store.count(Person.self, where: filter, upTo: limit)
        default: try await store.count(ContactPoint.self, where: filter, upTo: limit)
        }
    }

    func members(_ store: any DocumentStore, _ filter: Filter, limit: Int) async throws -> [Segments.Member] {
        switch target {
        case .companies:
            try await youngest(Company.self, store, filter, limit, ["nameAr", "nameEn"]).map {
                Segments.Member(id: $0.id.raw, name: $0.displayName)
            }
        case .people:
            try await youngest(Person.self, store, filter, limit, ["fullName"]).map {
                Segments.Member(id: $0.id.raw, name: $0.fullName)
            }
        default:
            try await youngest(ContactPoint.self, store, filter, limit, ["contactValue"]).map {
                Segments.Member(id: $0.id.raw, name: $0.contactValue)
            }
        }
    }

    private func youngest<E: Entity>(
        _ type: E.Type, _ store: any DocumentStore, _ filter: Filter, _ limit: Int, _ fields: Set<String>
    ) async throws -> [E] {
        var query = Query<E>(filter, sort: [.descending("_id")], limit: limit)
        query.fields = fields
        return try await store.find(query)
    }
}

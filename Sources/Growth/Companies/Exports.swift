import Foundation
import Spreadsheet
import Store

/// Writes lists of records to spreadsheets: what a list shows, as much as the role may take along.
public struct Exports: Sendable {
    let store: any DocumentStore
    let audit: AuditTrail
    let folder: URL

    /// Records that are read together.
    private static let batch = 500
    /// Columns of custom fields beyond these are left out.
    private static let maxCustomColumns = 200

    /// How the file speaks.
    public struct Words: Sendable {
        public var sheet: String
        public var isRightToLeft: Bool
        /// The header of a field.
        public var header: @Sendable (_ field: String) -> String
        /// The label of an enumeration's value.
        public var label: @Sendable (_ field: String, _ token: String) -> String
        /// The fields that are wanted, `customFields.<header>` among them; `nil`: all that an import takes.
        public var only: Set<String>?

        public init(
            sheet: String, isRightToLeft: Bool, header: @escaping @Sendable (String) -> String,
            label: @escaping @Sendable (String, String) -> String, only: Set<String>? = nil
        ) {
            self.only = only
            self.sheet = sheet
            self.isRightToLeft = isRightToLeft
            self.header = header
            self.label = label
        }
    }

    /// A finished file. Whoever sends it deletes it.
    public struct File: Sendable {
        public let path: URL
        public let rows: Int
    }

    /// `format` is `xlsx` or `csv`. Throws `RecordError.exportNotAllowed` for a role that may take nothing along.
    public func companies(
        _ filter: Filter, sort: [Sort], format: String, _ words: Words, by principal: Principal
    ) async throws -> File {
        let fields = CompanyField.allCases.filter { $0 != .sourceFile }
        let contacts: [ContactPoint.Kind] = [.email, .mobile, .phone, .whatsapp]
        return try await write(
            Company.self, filter, sort, format, words, principal,
            fields: fields.map(\.rawValue) + contacts.map(\.rawValue) + ["sourceFile"],
            custom: { $0.customFields }
        ) { companies in
            let points = try await self.points(of: .company, companies.map(\.id.raw))
            return companies.map { company in
                let own = points[company.id.raw]?.inOrder ?? []
                return fields.map { Self.cell($0, company, words) }
                    + contacts.map { kind in
                        Self.text(own.first { $0.contactType == kind && $0.invalidAt == nil }?.contactValue)
                    }
                    + [Self.text(company.sourceFile)]
            }
        }
    }

    public func people(
        _ filter: Filter, sort: [Sort], format: String, _ words: Words, by principal: Principal
    ) async throws -> File {
        let fields = PersonField.allCases.filter { $0 != .sourceFile } + [.sourceFile]
        return try await write(
            Person.self, filter, sort, format, words, principal, fields: fields.map(\.rawValue),
            custom: { $0.customFields }
        ) { people in
            people.map { person in
                fields.map { field in
                    let isWord = [.seniorityLevel, .isDecisionMaker, .dataConfidence].contains(field)
                    return Self.text(isWord ? person[field].map { words.label(field.rawValue, $0) } : person[field])
                }
            }
        }
    }

    public func contactPoints(
        _ filter: Filter, sort: [Sort], format: String, _ words: Words, by principal: Principal
    ) async throws -> File {
        let fields = [
            "owner", "entityType", "contactType", "contactValue", "normalizedValue", "isPrimary", "isVerified",
            "dataConfidence", "notes", "sourceFile", "consentStatus", "consentBasis", "consentSource", "consentAt",
        ]
        return try await write(
            ContactPoint.self, filter, sort, format, words, principal, fields: fields, custom: nil
        ) { points in
            let names = try await self.names(of: points)
            return points.map { point in
                [
                    Self.text(names[point.entityId]), .text(words.label("entityType", point.entityType.rawValue)),
                    .text(words.label("contactType", point.contactType.rawValue)), .text(point.contactValue),
                    Self.text(point.normalizedValue), .bool(point.isPrimary ?? false), .bool(point.isVerified ?? false),
                    Self.text(point.dataConfidence.map { words.label("dataConfidence", $0.rawValue) }),
                    Self.text(point.notes), Self.text(point.sourceFile),
                    Self.text(point.consent?.status.map { words.label("consentStatus", $0) }),
                    Self.text(point.consent?.basis.map { words.label("consentBasis", $0) }),
                    Self.text(point.consent?.source), Self.text(point.consent?.at?.ISO8601Format()),
                ]
            }
        }
    }

    /// The names of the companies and people that own these, by id.
    public func names(of points: [ContactPoint]) async throws -> [ObjectID: String] {
        let companies = Set(points.filter { $0.entityType == .company }.map { EntityID<Company>($0.entityId) })
        let people = Set(points.filter { $0.entityType == .person }.map { EntityID<Person>($0.entityId) })
        var names: [ObjectID: String] = [:]
        for (id, company) in try await store.get(Array(companies)) { names[id.raw] = company.displayName }
        for (id, person) in try await store.get(Array(people)) { names[id.raw] = person.fullName }
        return names
    }

    func write<E: Entity>(
        _ type: E.Type, _ filter: Filter, _ sort: [Sort], _ format: String, _ words: Words, _ principal: Principal,
        fields: [String], custom: ((E) -> Document)?, _ cells: ([E]) async throws -> [[OutCell]]
    ) async throws -> File {
        guard let format = ExportFile.Format(rawValue: format) else { throw InvalidFields(["format": .notInList]) }
        let limit = ExportLimit.rows(for: principal.user.role)
        if limit == 0 || !principal.may(.exportRecords) { throw RecordError.exportNotAllowed }
        // A whole list may take as long as it takes.
        return try await ReadLimit.$longest.withValue(nil) {
            try await write(filter, sort, limit, format, words, principal, fields, custom, cells)
        }
    }

    private func write<E: Entity>(
        _ filter: Filter, _ sort: [Sort], _ limit: Int?, _ format: ExportFile.Format, _ words: Words,
        _ principal: Principal, _ fields: [String], _ custom: ((E) -> Document)?,
        _ cells: ([E]) async throws -> [[OutCell]]
    ) async throws -> File {
        let places = fields.indices.filter { words.only?.contains(fields[$0]) ?? true }
        let stamps = Self.stamps.filter { words.only?.contains($0) ?? false && !fields.contains($0) }
        let headers = try await customHeaders(filter, sort, limit, custom).filter {
            words.only?.contains("customFields." + $0) ?? true
        }
        return try await make(format, words.sheet, words.isRightToLeft, E.collection, by: principal) { file in
            try file.append(header: (places.map { fields[$0] } + stamps).map(words.header) + headers)
            try await read(filter, sort, limit) { (records: [E]) in
                let owners = stamps.contains("ownerId") ? try await self.owners(of: records) : [:]
                for (record, row) in zip(records, try await cells(records)) {
                    let own = custom.map { $0(record) } ?? Document()
                    let more = stamps.isEmpty ? [] : try Self.stamps(stamps, record, owners)
                    try file.append(
                        row: places.map { row[$0] } + more
                            + headers.map { Self.text(own[$0].map { $0.string ?? $0.json }) })
                }
            }
        }
    }

    /// A finished file that stands in the audit log.
    func make(
        _ format: ExportFile.Format, _ sheet: String, _ isRightToLeft: Bool, _ collection: String,
        by principal: Principal, _ write: (ExportFile) async throws -> Void
    ) async throws -> File {
        try await ExportFile.make(format, in: folder, sheet: sheet, rightToLeft: isRightToLeft, write) { file in
            try await audit.record(
                "export", by: principal,
                metadata: [
                    "collection": .string(collection), "rows": .int(file.rows), "format": .string(format.rawValue),
                ])
        }
    }

    /// What an import does not take and a list may show.
    private static let stamps = ["ownerId", "createdAt", "updatedAt"]

    private static func stamps<E: Entity>(
        _ names: [String], _ record: E, _ owners: [EntityID<User>: User]
    ) throws -> [OutCell] {
        let document = try Document(record)
        return names.map { name in
            switch document[name] {
            case .date(let date)?: text(date.ISO8601Format())
            case .id(let id)?: text(owners[EntityID(id)]?.name)
            default: .empty
            }
        }
    }

    private func owners<E: Entity>(of records: [E]) async throws -> [EntityID<User>: User] {
        let ids = try records.compactMap { try Document($0)["ownerId"]?.id.map { EntityID<User>($0) } }
        return try await store.get(Array(Set(ids)))
    }

    /// Whole lists come in the order of their ids, without being held; a list with a limit in the order asked for.
    private func read<E: Entity>(
        _ filter: Filter, _ sort: [Sort], _ limit: Int?, _ body: ([E]) async throws -> Void
    ) async throws {
        if let limit {
            try await body(try await store.find(Query<E>(filter, sort: sort, limit: limit)))
        } else {
            try await store.stream(E.self, where: filter, batch: Self.batch, body)
        }
    }

    private func customHeaders<E: Entity>(
        _ filter: Filter, _ sort: [Sort], _ limit: Int?, _ custom: ((E) -> Document)?
    ) async throws -> [String] {
        guard let custom else { return [] }
        var headers: [String] = []
        var seen: Set<String> = []
        try await read(filter, sort, limit) { (records: [E]) in
            for key in records.flatMap({ custom($0).keys }) where seen.count < Self.maxCustomColumns {
                if seen.insert(key).inserted { headers.append(key) }
            }
        }
        return headers
    }

    private func points(of owner: ContactPoint.Owner, _ ids: [ObjectID]) async throws -> [ObjectID: [ContactPoint]] {
        let filter = Filter.equals("entityType", Value(owner)) && .isIn("entityId", ids.map(Value.id))
        return Dictionary(grouping: try await store.find(Query<ContactPoint>(filter)), by: \.entityId)
    }

    private static func cell(_ field: CompanyField, _ company: Company, _ words: Words) -> OutCell {
        switch field {
        case .leadScore: .number(company.leadScore)
        case .tags: text(company.tags.isEmpty ? nil : company.tags.joined(separator: "، "))
        case .entityType, .dataConfidence, .priority, .status:
            text(company[field].map { words.label(field.rawValue, $0) })
        default: text(company[field])
        }
    }

    private static func text(_ text: String?) -> OutCell { text.map(OutCell.text) ?? .empty }
}

extension Platform {
    public var exports: Exports {
        Exports(store: store, audit: audit, folder: folder.appendingPathComponent("exports"))
    }
}

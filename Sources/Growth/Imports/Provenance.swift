import Foundation
import Store

/// Where the value of a field came from: its file, sheet, row and column.
public struct ValueSource: Hashable, Sendable {
    public var importLogId: EntityID<ImportLog>
    public var fileName: String
    public var sheet: String
    /// As the spreadsheet numbers it.
    public var row: Int
    /// The letters of the column and its header; `nil` where the value does not rest on one column.
    public var column: String?
    public var header: String?
    public var at: Date?

    public var document: Document {
        var document: Document = [
            "importLogId": Value(importLogId), "fileName": .string(fileName), "sheet": .string(sheet), "row": .int(row),
        ]
        if let column { document["column"] = .string(column) }
        if let header { document["header"] = .string(header) }
        if let at { document["at"] = .date(at) }
        return document
    }
}

/// Reads off runs and their journal where the values of a record came from.
public struct Provenance: Sendable {
    private let store: any DocumentStore

    public init(store: any DocumentStore) { self.store = store }

    public func sources(of company: Company) async throws -> [String: ValueSource] {
        let filled = CompanyField.allCases.filter { company[$0] != nil }.map { ($0.rawValue, ColumnTarget.company($0)) }
        return try await sources(
            of: company.id.raw, importLogId: company.importLogId, filled: filled, custom: company.customFields)
    }

    public func sources(of person: Person) async throws -> [String: ValueSource] {
        let filled = PersonField.allCases.filter { person[$0] != nil }.map { ($0.rawValue, ColumnTarget.person($0)) }
        return try await sources(
            of: person.id.raw, importLogId: person.importLogId, filled: filled, custom: person.customFields)
    }

    public func source(of point: ContactPoint) async throws -> ValueSource? {
        guard let id = point.importLogId, let run = try await run(id), let place = run.place(of: point.id.raw) else {
            return nil
        }
        let columns = place.sheet.contactColumns
        let position = RunIDs.contactColumn(of: point.id.raw) ?? 0
        return run.source(place.sheet, place.row, columns.indices.contains(position) ? columns[position].index : nil)
    }

    private func sources(
        of id: ObjectID, importLogId: EntityID<ImportLog>?, filled: [(String, ColumnTarget)], custom: Document
    ) async throws -> [String: ValueSource] {
        var sources: [String: ValueSource] = [:]
        if let importLogId, let run = try await run(importLogId), let place = run.place(of: id) {
            for (field, target) in filled {
                guard let column = place.sheet.column(for: target) else { continue }
                sources[field] = run.source(place.sheet, place.row, column.index)
            }
            for key in custom.keys {
                guard let column = place.sheet.columns.first(where: { $0.header == key }) else { continue }
                sources["customFields." + key] = run.source(place.sheet, place.row, column.index)
            }
        }
        try await addChanges(of: id, to: &sources)
        try await leaveOutEdits(of: id, &sources)
        try await takeMerged(into: id, &sources)
        return sources
    }

    /// A value that came with a merged record has the source that it had there.
    private func takeMerged(into id: ObjectID, _ sources: inout [String: ValueSource]) async throws {
        let merges =
            Filter.isIn("entityType", ["company", "person"]) && .equals("entityId", .id(id))
            && .equals("type", Value(Activity.Kind.merged))
        let found = try await store.find(Query<Activity>(merges, sort: [.ascending("createdAt")], limit: 50))
        for merge in found where merge.undoneAt == nil && merge.mergeJournal?["survivor"]?.id == id {
            let told = merge.metadata?.object
            guard let other = told?["merged"]?.object?["id"]?.id, let fields = told?["fields"]?.object else { continue }
            var there: [String: ValueSource] = [:]
            if merge.entityType == "person", let person = try await store.get(EntityID<Person>(other)) {
                there = try await self.sources(of: person)
            } else if let company = try await store.get(EntityID<Company>(other)) {
                there = try await self.sources(of: company)
            }
            for field in fields.keys { sources[field] = there[field] }
        }
    }

    /// What a person wrote since has no cell any more; the timeline tells of it.
    private func leaveOutEdits(of id: ObjectID, _ sources: inout [String: ValueSource]) async throws {
        if sources.isEmpty { return }
        let edits =
            Filter.isIn("entityType", ["company", "person"]) && .equals("entityId", .id(id))
            && .equals("type", Value(Activity.Kind.updated))
        for edit in try await store.find(Query<Activity>(edits, limit: 500)) {
            for field in edit.metadata?.object?["fields"]?.object?.keys ?? [] {
                guard let source = sources[field], let at = edit.createdAt, at > source.at ?? .distantPast else {
                    continue
                }
                sources[field] = nil
            }
        }
    }

    /// Later rows and runs that changed a field are its source from then on.
    private func addChanges(of id: ObjectID, to sources: inout [String: ValueSource]) async throws {
        let changes = try await store.find(Query<ImportChange>(.equals("recordId", .id(id)), limit: 500))
        var runs: [EntityID<ImportLog>: ImportRun] = [:]
        for change in changes.sorted(by: {
            ($0.createdAt ?? .distantPast, $0.id) < ($1.createdAt ?? .distantPast, $1.id)
        }) {
            if runs[change.importLogId] == nil { runs[change.importLogId] = try await run(change.importLogId) }
            guard let run = runs[change.importLogId], run.log.undoneAt == nil,
                let sheet = run.mapping.sheets.first(where: { $0.index == change.sheet }), let row = change.row
            else { continue }
            for pair in change.fields.pairs {
                guard let item = pair.value.object, let field = item["field"]?.string else { continue }
                let column = item["column"]?.string.flatMap(CellReference.number)
                sources[field] = run.source(sheet, row, column)
            }
        }
    }

    private func run(_ id: EntityID<ImportLog>) async throws -> ImportRun? {
        try await store.get(id).flatMap(ImportRun.init)
    }
}

/// A stored run with the mapping and the numbering that its records' ids rest on.
private struct ImportRun {
    let log: ImportLog
    let mapping: ImportMapping
    let offsets: [Int]

    init?(_ log: ImportLog) {
        guard let stored = log.mapping?.object, let exact = stored["exact"]?.object,
            let mapping = ImportMapping(exact: exact)
        else { return nil }
        self.log = log
        self.mapping = mapping
        offsets = stored["offsets"]?.array?.compactMap(\.int) ?? []
    }

    func place(of id: ObjectID) -> (sheet: SheetMapping, row: Int)? {
        guard let number = RunIDs(of: log).row(of: id), let position = offsets.lastIndex(where: { $0 <= number }),
            mapping.recordSheets.indices.contains(position)
        else { return nil }
        return (mapping.recordSheets[position], number - offsets[position])
    }

    func source(_ sheet: SheetMapping, _ row: Int, _ column: Int?) -> ValueSource {
        let mapped = column.flatMap { column in sheet.columns.first { $0.index == column } }
        return ValueSource(
            importLogId: log.id, fileName: log.fileName, sheet: sheet.name, row: row,
            column: mapped.map { CellReference.letters($0.index) }, header: mapped?.header, at: log.startedAt)
    }
}

import Foundation
import Store

/// What undoing a merge gave back, and what it left as it is since somebody changed it.
public struct MergeUndoReport: Hashable, Sendable {
    public var kind: DuplicateReview.RecordKind
    public var survivor: ObjectID
    /// The record that is back.
    public var other: ObjectID
    public var otherName: String
    public var survivorName: String
    /// Fields of the survivor that keep their value.
    public var keptFields: [String] = []
    /// Rows of each collection that stay with the survivor, or were deleted.
    public var keptRows: [String: Int] = [:]
    public var returned = 0

    public var isWhole: Bool { keptFields.isEmpty && keptRows.isEmpty }
}

extension Merges {
    /// Takes a merge back, by the entry of the timeline that tells of it.
    @discardableResult
    public func undo(_ entry: EntityID<Activity>, by principal: Principal) async throws -> MergeUndoReport {
        guard let activity = try await store.get(entry), activity.type == .merged,
            let journal = activity.mergeJournal
        else { throw RecordError.notFound }
        if activity.undoneAt != nil { throw MergeError.undone }
        if activity.metadata?.object?["isMoving"] != nil { throw MergeError.stillMoving }
        return journal["kind"]?.string == DuplicateReview.RecordKind.person.rawValue
            ? try await undo(activity, journal, Person.self, by: principal)
            : try await undo(activity, journal, Company.self, by: principal)
    }

    private func undo<R: MergeableRecord>(
        _ activity: Activity, _ document: Document, _ type: R.Type, by principal: Principal
    ) async throws -> MergeUndoReport {
        let told = activity.metadata?.object ?? Document()
        guard let survivorID = document["survivor"]?.id, let otherID = told["merged"]?.object?["id"]?.id,
            let survivor = try await store.get(EntityID<R>(survivorID)),
            let other = try await store.get(EntityID<R>(otherID))
        else { throw MergeError.gone }
        guard other.mergedInto == survivor.id else { throw MergeError.undone }
        if survivor.mergedInto != nil {
            throw MergeError.survivorMerged(into: try await self.survivor(of: survivor).displayName)
        }
        let journal = MergeJournal(document)
        var report = MergeUndoReport(
            kind: R.kind, survivor: survivor.id.raw, other: other.id.raw, otherName: other.displayName,
            survivorName: survivor.displayName)
        let restored = try survivor.givingBack(told["fields"]?.object ?? Document(), &report)
        try await countKept(journal, &report)
        var writes = try await head(survivor, restored, other, told, journal, document)
        var entry = activity
        entry.set("undoneAt", .date(now()))
        for record in [survivor, other] {
            writes.insert([undoEntry(of: record.subject, report, by: principal)])
        }
        try await carryOut(journal, .back, entry, original: activity, &writes, by: principal)
        return report
    }

    /// The two records as they are afterwards.
    private func head<R: MergeableRecord>(
        _ survivor: R, _ restored: R, _ other: R, _ told: Document, _ journal: MergeJournal, _ document: Document
    ) async throws -> Writes {
        let points = try await store.find(Query<ContactPoint>(MergePlanner<R>.points(of: survivor.id)))
        let back = points.filter { journal.returns($0.id.raw, from: survivor.id.raw) }
        let gone = Set(back.map(\.id.raw) + journal.added.compactMap(\.id))
        let fingerprints = Set(document["fingerprints"]?.array?.compactMap(\.string) ?? [])
        var (survivorAfter, otherAfter) = (restored, other)
        survivorAfter.matchKeys.removeAll(where: fingerprints.contains)
        survivorAfter.refreshKeys(points.filter { !gone.contains($0.id.raw) })
        otherAfter.comeBack(status: told["merged"]?.object?["status"])
        let doubles: [ContactPoint] = try journal.removed.filter { $0.collection == ContactPoint.collection }.map {
            try $0.document.entity()
        }
        otherAfter.refreshKeys(back + doubles)
        var writes = Writes()
        try writes.touch(otherAfter, original: other)
        try writes.touch(survivorAfter, original: survivor)
        return writes
    }

    private func undoEntry(
        of subject: Timeline.Subject, _ report: MergeUndoReport, by principal: Principal
    ) -> Activity {
        var metadata: Document = ["action": "unmerged"]
        let name = subject.id == report.survivor ? report.otherName : report.survivorName
        metadata["name"] = .string(name)
        if !report.keptFields.isEmpty { metadata["keptFields"] = Value(report.keptFields) }
        if !report.keptRows.isEmpty {
            let rows = report.keptRows.sorted { $0.key < $1.key }.map { Document.Pair($0.key, .int($0.value)) }
            metadata["keptRows"] = .object(Document(rows))
        }
        return timeline.entry(.system, "Merge undone", metadata, of: subject, by: principal)
    }

    // MARK: What stays

    private func countKept(_ journal: MergeJournal, _ report: inout MergeUndoReport) async throws {
        for move in journal.moves {
            guard let type = GrowthSchema.entity(of: move.collection) else { continue }
            var back = 0
            for chunk in move.ids.chunks(of: MergeJournal.batch) {
                let points: Filter =
                    move.isArray ? .hasAny(move.field, [.id(move.to)]) : .equals(move.field, .id(move.to))
                back += try await count(type, .isIn("_id", chunk.map(Value.id)) && points)
            }
            report.note(move.collection, returned: back, of: move.ids.count)
        }
        for (collection, edits) in Dictionary(grouping: journal.edits, by: \.collection) {
            guard let type = GrowthSchema.entity(of: collection) else { continue }
            let back = try await stillSo(type, edits)
            report.note(collection, returned: back, of: edits.count)
        }
        for row in journal.added {
            guard let type = GrowthSchema.entity(of: row.collection) else { continue }
            if try await count(type, row.unchanged) == 0 { report.note(row.collection, returned: 0, of: 1) }
        }
    }

    private func count(_ type: any Entity.Type, _ filter: Filter) async throws -> Int {
        func count<E: Entity>(_ type: E.Type) async throws -> Int { try await store.count(type, where: filter) }
        return try await count(type)
    }

    /// How many of the rows have every value that the merge gave them.
    private func stillSo(_ type: any Entity.Type, _ edits: [MergeJournal.Edit]) async throws -> Int {
        func stillSo<E: Entity>(_ type: E.Type) async throws -> Int {
            var count = 0
            for chunk in edits.chunks(of: MergeJournal.batch) {
                let rows = try await store.get(chunk.map { EntityID<E>($0.id) })
                for edit in chunk {
                    guard let row = try rows[EntityID(edit.id)].map({ try Document($0) }) else { continue }
                    if edit.fields.pairs.allSatisfy({ row[$0.key] == $0.value.object?["after"] }) { count += 1 }
                }
            }
            return count
        }
        return try await stillSo(type)
    }
}

extension MergeUndoReport {
    mutating func note(_ collection: String, returned: Int, of rows: Int) {
        self.returned += returned
        if returned < rows { keptRows[collection, default: 0] += rows - returned }
    }
}

extension MergeJournal {
    /// Whether the row goes back to whom it came from.
    func returns(_ id: ObjectID, from survivor: ObjectID) -> Bool {
        edits.contains { $0.id == id && $0.fields["entityId"]?.object?["after"]?.id == survivor }
    }
}

extension MergeableRecord {
    /// The survivor with the values that it had before, where the merge's still stand.
    func givingBack(_ fields: Document, _ report: inout MergeUndoReport) throws -> Self {
        var document = try Document(self)
        var custom = customFields
        for pair in fields.pairs {
            let before = pair.value.object?["before"], after = pair.value.object?["after"]
            if pair.key.hasPrefix("customFields.") {
                let header = String(pair.key.dropFirst("customFields.".count))
                if custom[header] == after { custom[header] = before } else { report.keptFields.append(pair.key) }
            } else if document[pair.key] == after {
                document[pair.key] = before
            } else {
                report.keptFields.append(pair.key)
            }
        }
        document["customFields"] = custom.isEmpty ? nil : .object(custom)
        return try document.entity()
    }
}

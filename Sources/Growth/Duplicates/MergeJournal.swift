import Store

/// What a merge did besides the two records themselves, so that it can be finished after a crash and taken back.
///
/// It stands in the `merged` activity of the survivor. Every line can be carried out any number of times in either
/// direction: it changes only what still is as the line expects it.
struct MergeJournal: Sendable, Equatable {
    /// Rows whose field is led from the one record to the other.
    struct Move: Sendable, Equatable {
        var collection: String
        var field: String
        var ids: [ObjectID]
        var from: ObjectID
        var to: ObjectID
        var isArray = false
        /// Of an array: the rows that named `to` already.
        var had: [ObjectID] = []
    }

    /// A row of which other values changed too.
    struct Edit: Sendable, Equatable {
        var collection: String
        var id: ObjectID
        /// Field -> `{before, after}`.
        var fields: Document
    }

    /// A whole row that the merge took out or put in.
    struct Row: Sendable, Equatable {
        var collection: String
        var document: Document
    }

    var moves: [Move] = []
    var edits: [Edit] = []
    var removed: [Row] = []
    var added: [Row] = []

    var rows: Int { moves.reduce(0) { $0 + $1.ids.count } + edits.count + removed.count + added.count }
}

// MARK: As a document

extension MergeJournal {
    var document: Document {
        [
            "moves": .array(moves.map(\.value)), "edits": .array(edits.map(\.value)),
            "removed": .array(removed.map(\.value)), "added": .array(added.map(\.value)),
        ]
    }

    init(_ document: Document) {
        func list<T>(_ name: String, _ read: (Document) -> T?) -> [T] {
            (document[name]?.array ?? []).compactMap { $0.object.flatMap(read) }
        }
        moves = list("moves", Move.init)
        edits = list("edits", Edit.init)
        removed = list("removed", Row.init)
        added = list("added", Row.init)
    }
}

extension MergeJournal.Move {
    var value: Value {
        var document: Document = [
            "collection": .string(collection), "field": .string(field), "ids": .array(ids.map(Value.id)),
            "from": .id(from), "to": .id(to),
        ]
        if isArray { document["had"] = .array(had.map(Value.id)) }
        return .object(document)
    }

    init?(_ document: Document) {
        guard let collection = document["collection"]?.string, let field = document["field"]?.string,
            let from = document["from"]?.id, let to = document["to"]?.id
        else { return nil }
        self.init(
            collection: collection, field: field, ids: document["ids"]?.array?.compactMap(\.id) ?? [], from: from,
            to: to, isArray: document["had"] != nil, had: document["had"]?.array?.compactMap(\.id) ?? [])
    }
}

extension MergeJournal.Edit {
    var value: Value { ["collection": .string(collection), "id": .id(id), "fields": .object(fields)] }

    init?(_ document: Document) {
        guard let collection = document["collection"]?.string, let id = document["id"]?.id else { return nil }
        self.init(collection: collection, id: id, fields: document["fields"]?.object ?? Document())
    }

    /// What differs between the two; `nil` when nothing does.
    static func between<E: Entity>(_ before: E, _ after: E) throws -> Self? {
        let update = try Update.changes(from: before, to: after)
        if update.isEmpty { return nil }
        let (old, new) = (try Document(before), try Document(after))
        var fields = Document()
        for name in update.fields where !["searchKeys", "matchKeys"].contains(name) {
            fields[name] = ChangedFields.change(old[name], new[name])
        }
        return Self(collection: E.collection, id: before.id.raw, fields: fields)
    }
}

extension MergeJournal.Row {
    var value: Value { ["collection": .string(collection), "document": .object(document)] }

    init?(_ document: Document) {
        guard let collection = document["collection"]?.string, let row = document["document"]?.object else {
            return nil
        }
        self.init(collection: collection, document: row)
    }

    init<E: Entity>(_ entity: E) throws {
        self.init(collection: E.collection, document: try Document(entity))
    }

    var id: ObjectID? { document["_id"]?.id }
}

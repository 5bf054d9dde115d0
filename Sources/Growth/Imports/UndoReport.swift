import Store

/// What undoing a run does, or would do.
public struct UndoReport: Hashable, Sendable {
    public enum Reason: String, Sendable, CaseIterable {
        /// Somebody, or a later run, has changed it.
        case changedSince
        /// Something that this run did not make hangs on it: a note, a person, a contact point.
        case inUse
    }

    public struct Kept: Hashable, Sendable {
        public var collection: String
        public var id: ObjectID
        public var name: String
        public var reason: Reason
        /// The field that keeps its later value; `nil` where the whole record stays.
        public var field: String?
    }

    public var companiesDeleted = 0
    public var peopleDeleted = 0
    public var contactPointsDeleted = 0
    public var serviceMatchesDeleted = 0
    /// Fields of records that were there before, set back to what they held.
    public var fieldsRestored = 0
    public var keptCount = 0
    /// The first `maxKept` of them.
    public var kept: [Kept] = []

    public static let maxKept = 200

    public init() {}

    mutating func keep(_ kept: Kept) {
        keptCount += 1
        if self.kept.count < Self.maxKept { self.kept.append(kept) }
    }

    /// What `document` gives.
    init?(document: Document) {
        guard let companies = document["companiesDeleted"]?.int else { return nil }
        companiesDeleted = companies
        peopleDeleted = document["peopleDeleted"]?.int ?? 0
        contactPointsDeleted = document["contactPointsDeleted"]?.int ?? 0
        serviceMatchesDeleted = document["serviceMatchesDeleted"]?.int ?? 0
        fieldsRestored = document["fieldsRestored"]?.int ?? 0
        keptCount = document["keptCount"]?.int ?? 0
        kept = document["kept"]?.array?.compactMap(\.object).compactMap(Kept.init(document:)) ?? []
    }

    public var document: Document {
        [
            "companiesDeleted": .int(companiesDeleted), "peopleDeleted": .int(peopleDeleted),
            "contactPointsDeleted": .int(contactPointsDeleted), "serviceMatchesDeleted": .int(serviceMatchesDeleted),
            "fieldsRestored": .int(fieldsRestored), "keptCount": .int(keptCount),
            "kept": .array(
                kept.map { .object($0.document) }),
        ]
    }
}

extension UndoReport.Kept {
    init?(document: Document) {
        guard let collection = document["collection"]?.string, let id = document["id"]?.id,
            let reason = document["reason"]?.string.flatMap(UndoReport.Reason.init(rawValue:))
        else { return nil }
        self.init(
            collection: collection, id: id, name: document["name"]?.string ?? "", reason: reason,
            field: document["field"]?.string)
    }

    var document: Document {
        var document: Document = [
            "collection": .string(collection), "id": .id(id), "name": .string(name), "reason": .string(reason.rawValue),
        ]
        if let field { document["field"] = .string(field) }
        return document
    }
}

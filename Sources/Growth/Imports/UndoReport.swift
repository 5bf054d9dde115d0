import Store

/// What undoing a run does, or would do.
public struct UndoReport: Hashable, Sendable {
    public enum Reason: String, Sendable {
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

    public var document: Document {
        [
            "companiesDeleted": .int(companiesDeleted), "peopleDeleted": .int(peopleDeleted),
            "contactPointsDeleted": .int(contactPointsDeleted), "serviceMatchesDeleted": .int(serviceMatchesDeleted),
            "fieldsRestored": .int(fieldsRestored), "keptCount": .int(keptCount),
            "kept": .array(
                kept.map { kept in
                    var item: Document = [
                        "collection": .string(kept.collection), "id": .id(kept.id), "name": .string(kept.name),
                        "reason": .string(kept.reason.rawValue),
                    ]
                    if let field = kept.field { item["field"] = .string(field) }
                    return .object(item)
                }),
        ]
    }
}

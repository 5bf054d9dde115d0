import Store

/// What is to be done to many records at once.
public struct BulkOrder: Sendable, Hashable {
    public var verb: Verb
    /// The field that `set` sets; `customFields.<header>` for a column kept from an import.
    public var field: String?
    /// The value that is set, the tags, the id of the new owner, the stage or status. Empty: nothing, nobody.
    public var value: String?
    /// Why, where a stage or status asks for it.
    public var reason: String?

    public init(_ verb: Verb, field: String? = nil, value: String? = nil, reason: String? = nil) {
        self.verb = verb
        self.field = field
        self.value = value
        self.reason = reason
    }

    public struct Verb: Choice {
        public var rawValue: String
        public init(rawValue: String) { self.rawValue = rawValue }
        public static let set: Self = "set"
        public static let addTags: Self = "add_tags"
        public static let removeTags: Self = "remove_tags"
        public static let assign: Self = "assign"
        public static let archive: Self = "archive"
        public static let restore: Self = "restore"
        /// To a stage or a status.
        public static let move: Self = "move"
        public static let complete: Self = "complete"
        /// Makes a lead of each. The value is whose they are: a person's id, `turn`, or nothing for nobody's.
        public static let makeLeads: Self = "make_leads"
        public static let known: [Self] = [
            .set, .addTags, .removeTags, .assign, .archive, .restore, .move, .complete, .makeLeads,
        ]

        /// Whether it leaves the records as they are and makes others of them.
        var makes: Bool { self == .makeLeads }

        /// What somebody must be allowed to do it to many records.
        public var permission: Permission {
            self == .archive || self == .restore ? .bulkDeleteRecords : .editRecords
        }
    }

    /// As an edit of one record.
    var edit: RecordEdit {
        guard let field else { return RecordEdit() }
        if field.hasPrefix(Self.custom) {
            return RecordEdit(custom: [String(field.dropFirst(Self.custom.count)): value])
        }
        return RecordEdit([field: value])
    }

    static let custom = "customFields."

    var document: Document {
        var document: Document = ["verb": .string(verb.rawValue)]
        document["field"] = field.map(Value.string)
        document["value"] = value.map(Value.string)
        document["reason"] = reason.map(Value.string)
        return document
    }

    init?(_ document: Document) {
        guard let verb = document["verb"]?.string else { return nil }
        self.init(
            Verb(rawValue: verb), field: document["field"]?.string, value: document["value"]?.string,
            reason: document["reason"]?.string)
    }
}

/// Which records: some by their ids, or all that a list shows.
public enum BulkChoice: Sendable {
    case ids([ObjectID])
    case all(Filter)
}

/// Why something cannot be done to many records.
public enum BulkError: Error, Hashable {
    /// No record is chosen, or none of them is there any more.
    case nothingChosen
    /// The kind of record has no such verb, or the field may not be set for many at once.
    case notForThese
    /// It is still going on, or is being taken back already.
    case notNow
    case alreadyUndone
}

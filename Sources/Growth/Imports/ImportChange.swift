import Foundation
import Store

/// An entry of a run's journal: what it did to one record it found, or to the records that a stretch of rows made.
///
/// Created records carry the run and their row in their id (`RunIDs`), so one entry tells of many of them; a changed
/// record has an entry of its own for each row that changed it, with the value before and the value written.
public struct ImportChange: Entity {
    public static let collection = "import_changes"
    public static let indexes: [Index] = [.on("importLogId"), .on("recordId", sparse: true)]

    public var id = EntityID<ImportChange>()
    public var createdAt: Date?
    public var updatedAt: Date?
    public var extra = Document()

    public var importLogId = EntityID<ImportLog>()
    public var action = Action.updated
    /// The collection of the record.
    public var recordType = ""
    /// The changed record; absent where the entry tells of created ones.
    public var recordId: ObjectID?
    /// The first and last id of the created records, and how many there are.
    public var firstId: ObjectID?
    public var lastId: ObjectID?
    public var count: Int?
    /// When the changed record had been changed before; absent for a record of an earlier program.
    public var priorUpdatedAt: Date?
    /// The position of the sheet in the workbook, from 0, and the number of the row as the spreadsheet shows it.
    public var sheet: Int?
    public var row: Int?
    /// Field -> `{before, after, column}`; `before` is absent where the field was.
    public var fields = Document()

    public init() {}

    public mutating func visit(_ visitor: inout some FieldVisitor) throws {
        try visitor("importLogId", &importLogId)
        try visitor("action", &action)
        try visitor("recordType", &recordType)
        try visitor("recordId", &recordId)
        try visitor("firstId", &firstId)
        try visitor("lastId", &lastId)
        try visitor("count", &count)
        try visitor("priorUpdatedAt", &priorUpdatedAt)
        try visitor("sheet", &sheet)
        try visitor("row", &row)
        try visitor("fields", &fields)
    }

    public struct Action: Choice {
        public var rawValue: String
        public init(rawValue: String) { self.rawValue = rawValue }
        public static let created: Self = "created"
        public static let updated: Self = "updated"
        public static let known: [Self] = [.created, .updated]
    }
}

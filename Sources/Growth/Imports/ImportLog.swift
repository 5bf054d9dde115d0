import Foundation
import Store

/// One run of an import: what it read, what became of it, and how far it is.
public struct ImportLog: Entity {
    public static let collection = "import_logs"
    public static let indexes: [Index] = [
        .on("status"), .on("importType"), .on("createdBy"), .on("createdAt"), .on("fileHash", sparse: true),
    ]

    public var id = EntityID<ImportLog>()
    public var createdAt: Date?
    public var updatedAt: Date?
    public var extra = Document()

    public var sourceId: EntityID<Source>?
    public var importType: ImportType = .simple
    public var status = Status.pending
    public var fileName = ""
    public var counters = ImportCounters()
    /// At most 100; the rest is in errors.xlsx.
    public var errorMessages: [String] = []
    public var startedAt: Date?
    public var finishedAt: Date?
    public var createdBy: EntityID<User>?

    /// How many warnings the run gave.
    public var warnings: Int?
    /// The first of them, as sentences in the language of who imported.
    public var warningMessages: [String] = []
    public var cancelledAt: Date?
    public var undoneAt: Date?
    public var undoneBy: EntityID<User>?
    /// What the run was asked to do: mapping, policy, corrections, excluded rows.
    public var mapping: Value?
    /// SHA-256 of the file, in hexadecimal.
    public var fileHash: String?
    /// How far the run is, so that it goes on there after a crash.
    public var progress: ImportProgress?

    public init() {}

    public mutating func visit(_ fields: inout some FieldVisitor) throws {
        try fields("sourceId", &sourceId)
        try fields("importType", &importType)
        try fields("status", &status)
        try fields("fileName", &fileName)
        try counters.visit(&fields)
        try fields("errorMessages", &errorMessages)
        try fields("startedAt", &startedAt)
        try fields("finishedAt", &finishedAt)
        try fields("createdBy", &createdBy)
        try fields("warnings", &warnings)
        try fields("warningMessages", &warningMessages)
        try fields("cancelledAt", &cancelledAt)
        try fields("undoneAt", &undoneAt)
        try fields("undoneBy", &undoneBy)
        try fields("mapping", &mapping)
        try fields("fileHash", &fileHash)
        try fields("progress", &progress)
    }

    public struct Status: Choice {
        public var rawValue: String
        public init(rawValue: String) { self.rawValue = rawValue }
        public static let pending: Self = "pending"
        public static let processing: Self = "processing"
        public static let completed: Self = "completed"
        public static let failed: Self = "failed"
        public static let partiallyCompleted: Self = "partially_completed"
        public static let known: [Self] = [.pending, .processing, .completed, .failed, .partiallyCompleted]
    }
}

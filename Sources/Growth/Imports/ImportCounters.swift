import Store

/// The figures of a run.
public struct ImportCounters: Part {
    /// Non-empty data rows of the sheets that hold records.
    public var totalRowsFound = 0
    /// Distinct records that the file yields, after merging within it.
    public var companiesExtracted = 0
    public var peopleExtracted = 0
    public var contactPointsExtracted = 0
    public var serviceMatchesExtracted = 0
    /// Each record ends as exactly one of these four.
    public var recordsCreated = 0
    public var recordsUpdated = 0
    public var recordsSkipped = 0
    public var recordsFailed = 0
    public var duplicatesDetected = 0
    public var issuesFound = 0

    public init() {}

    public mutating func visit(_ fields: inout some FieldVisitor) throws {
        try fields("totalRowsFound", &totalRowsFound)
        try fields("companiesExtracted", &companiesExtracted)
        try fields("peopleExtracted", &peopleExtracted)
        try fields("contactPointsExtracted", &contactPointsExtracted)
        try fields("serviceMatchesExtracted", &serviceMatchesExtracted)
        try fields("recordsCreated", &recordsCreated)
        try fields("recordsUpdated", &recordsUpdated)
        try fields("recordsSkipped", &recordsSkipped)
        try fields("recordsFailed", &recordsFailed)
        try fields("duplicatesDetected", &duplicatesDetected)
        try fields("issuesFound", &issuesFound)
    }
}

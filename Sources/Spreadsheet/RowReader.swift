/// Gives the rows of a sheet one by one, in memory that does not grow with the sheet.
///
/// Belongs to one task at a time. Dropping it ends its read-ahead thread or its child process.
public final class RowReader {
    private let source: any RowSource
    private var isDone = false

    init(source: any RowSource) {
        self.source = source
    }

    /// Moves to the next row; false at the end. After an error it stays at the end.
    public func next() throws(SpreadsheetError) -> Bool {
        if isDone { return false }
        do throws(SpreadsheetError) {
            if try source.advance() { return true }
        } catch {
            finish()
            throw error
        }
        finish()
        return false
    }

    /// The last row's memory may be gone: `row` is empty from now on.
    private func finish() {
        isDone = true
        source.storage.reset(number: 0)
    }

    /// The row that the last successful `next()` moved to.
    public var row: Row { Row(storage: source.storage) }

    /// Share of the file's bytes that is read, 0 to 1.
    public var fractionProgress: Double { min(1, max(0, source.fractionProgress)) }

    /// Merged cells met so far. An .xlsx file lists them after its rows: all are known once `next()` gave false.
    public var mergedRanges: [MergedRange] { source.mergedRanges }
}

/// Where rows come from: a sheet of a workbook, delimited text or the child process.
protocol RowSource: AnyObject {
    var storage: RowStorage { get }
    var fractionProgress: Double { get }
    var mergedRanges: [MergedRange] { get }
    func advance() throws(SpreadsheetError) -> Bool
}

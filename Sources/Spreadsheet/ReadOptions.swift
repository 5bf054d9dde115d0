/// How a file is opened.
public struct ReadOptions: Sendable {
    /// Path of the program `anwal-xls`; `nil` looks beside the running program.
    public var xlsReaderPath: String?
    /// Wall-clock time that one sheet of an .xls file may take.
    public var xlsTimeLimit: Duration
    /// Largest file that is opened.
    public var maxFileBytes: Int

    public init(
        xlsReaderPath: String? = nil,
        xlsTimeLimit: Duration = .seconds(120),
        maxFileBytes: Int = SpreadsheetLimits.maxFileBytes
    ) {
        self.xlsReaderPath = xlsReaderPath
        self.xlsTimeLimit = xlsTimeLimit
        self.maxFileBytes = maxFileBytes
    }
}

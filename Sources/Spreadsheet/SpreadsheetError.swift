/// Why a spreadsheet could not be read or written.
///
/// The case is what callers branch on. Names of parts are for the log; no case carries what a cell holds.
public enum SpreadsheetError: Error, Equatable, Sendable {
    /// Neither a workbook nor delimited text (a picture, a PDF, an OpenDocument or binary .xlsb workbook).
    case notASpreadsheet
    /// Protected by a password; nothing of it can be read.
    case encrypted
    /// The content contradicts the format at `part`; `row` is the 1-based row of the sheet where it is known.
    case damaged(part: String, row: Int? = nil)
    case tooLarge(limit: SpreadsheetLimit)
    /// The zip directory names more than `SpreadsheetLimits.maxEntries` entries.
    case tooManyEntries
    /// An entry inflates beyond `SpreadsheetLimits.maxInflationRatio`.
    case suspiciousCompression(part: String)
    /// Two zip entries have the same name, which lets two readers see two different workbooks.
    case duplicateEntry(part: String)
    /// Two zip entries share bytes of the file.
    case overlappingEntries
    /// The zip entry uses a compression other than stored and deflate.
    case unsupportedCompression(part: String)
    /// A document type declaration, or an entity that XML itself does not define.
    case forbiddenXML(part: String)
    /// XML elements nest beyond `SpreadsheetLimits.maxXMLDepth`.
    case tooDeep(part: String)
    /// An XML element has more than `SpreadsheetLimits.maxAttributes` attributes.
    case tooManyAttributes(part: String)
    case noSuchSheet
    /// The file cannot be opened or read; `errno` says why.
    case unreadable(errno: Int32)
    /// The program that reads .xls files is not installed beside this one.
    case childMissing
    /// The program that reads .xls files ended without an answer: killed by its limits or by a fault.
    case childFailed
    /// The program that reads .xls files did not answer within `ReadOptions.xlsTimeLimit`.
    case timedOut
    /// The file cannot be created or written; `code` is an errno or the writing library's own code.
    case unwritable(code: Int32)
}

/// Which limit of `SpreadsheetLimits` a file exceeds.
public enum SpreadsheetLimit: String, Equatable, Sendable {
    case fileBytes
    case inflatedBytes
    case rows
    case columns
    case rowBytes
    case partBytes
}

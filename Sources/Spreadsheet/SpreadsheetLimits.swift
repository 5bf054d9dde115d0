/// Bounds of what is read from a file, so that a hostile or broken one costs little and ends in an error.
public enum SpreadsheetLimits {
    /// The product's upload limit. A million rows of companies are about 60 MB as .xlsx and 250 MB as text.
    public static let maxFileBytes = 200 * 1_048_576
    /// The last row that Excel can number.
    public static let maxRows = 1_048_576
    /// Excel's last column is XFD.
    public static let maxColumns = 16_384
    /// A workbook of a hundred sheets with pictures has a few hundred entries.
    public static let maxEntries = 1_000
    /// All entries together, as the directory declares them and as they come out.
    public static let maxInflatedBytes = 2 << 30
    /// Sheets of real data inflate 5 to 30 times; deflate itself ends at 1032.
    public static let maxInflationRatio = 200
    /// Below this size an entry may inflate at any ratio: an empty but styled sheet does.
    public static let ratioFreeBytes = 1 << 20
    /// SpreadsheetML nests about ten levels.
    public static let maxXMLDepth = 256
    /// The widest element of SpreadsheetML has some fifty attributes.
    public static let maxAttributes = 1_000
    /// One row or one shared string as it stands in the file. A row is parsed in one piece of memory.
    public static let maxRowBytes = 16 << 20
    /// Workbook, relations and styles are held whole while they are parsed.
    public static let maxPartBytes = 64 << 20
    /// What Excel holds in a cell; longer text is cut when written.
    public static let maxCellCharacters = 32_767
    /// Address space and processor time of the program that reads .xls.
    public static let xlsMemoryBytes = 1 << 30
    public static let xlsProcessorSeconds = 60
    /// Number formats beyond this are General, as in Excel.
    public static let maxCellFormats = 65_536
}

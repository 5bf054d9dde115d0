/// Delimited text: one sheet without a name.
final class CSVContent: SheetContent {
    let format: Format
    let sheets = [Sheet(index: 0, name: "", isHidden: false)]
    private let file: RandomAccessFile
    private let encoding: Format.TextEncoding
    private let delimiter: Format.Delimiter
    private let markBytes: Int
    /// The first line is Excel's `sep=;`, which names the delimiter and is no row.
    private let hasDelimiterLine: Bool

    /// Files shorter than this are not worth a second thread.
    private static let threadBytes = 2 * Chunk.capacity

    init(file: RandomAccessFile) throws(SpreadsheetError) {
        self.file = file
        (encoding, markBytes) = try EncodingFinder.find(in: file)
        let chunk = Chunk()
        try TextStream(file: file, encoding: encoding, from: markBytes).fill(chunk)
        let start = Array(UnsafeBufferPointer(start: chunk.start, count: chunk.count))
        let named = DelimiterFinder.named(in: start)
        hasDelimiterLine = named != nil
        delimiter = named ?? DelimiterFinder.find(in: start)
        format = .csv(delimiter: delimiter, encoding: encoding)
    }

    func rows(of sheet: Int) throws(SpreadsheetError) -> any RowSource {
        let stream = TextStream(file: file, encoding: encoding, from: markBytes)
        let ahead: (any ChunkSource)? = file.count > Self.threadBytes ? ReadAhead(stream: stream) : nil
        let window = ByteWindow(source: ahead ?? DirectChunks(stream: stream))
        return CSVRows(
            window: window, delimiter: delimiter.rawValue, fileBytes: file.count, skipsFirst: hasDelimiterLine)
    }

    func mergedRanges(of sheet: Int) throws(SpreadsheetError) -> [MergedRange] { [] }
}

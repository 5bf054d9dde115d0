/// A workbook in the binary format of Excel 5 to 2003, read by a child process with limits on memory and time:
/// hostile files of this format have a long history.
final class XLSContent: SheetContent {
    let format = Format.xls
    let sheets: [Sheet]
    private let path: String
    private let options: ReadOptions

    init(path: String, options: ReadOptions) throws(SpreadsheetError) {
        self.path = path
        self.options = options
        let frames = try XLSFrames(path: path, command: ["sheets"], options: options)
        var sheets: [Sheet] = []
        while let (tag, payload) = try frames.next() {
            guard tag == .sheet, let hidden = payload.u8(0), let name = payload.slice(1, payload.count - 1) else {
                throw .childFailed
            }
            let text = String(decoding: name, as: UTF8.self)
            sheets.append(Sheet(index: sheets.count, name: text, isHidden: hidden > 1 ? nil : hidden == 1))
        }
        self.sheets = sheets
    }

    func rows(of sheet: Int) throws(SpreadsheetError) -> any RowSource {
        XLSRows(frames: try XLSFrames(path: path, command: ["rows", String(sheet)], options: options))
    }

    func mergedRanges(of sheet: Int) throws(SpreadsheetError) -> [MergedRange] {
        let frames = try XLSFrames(path: path, command: ["rows", String(sheet)], options: options)
        var ranges: [MergedRange] = []
        // The child tells them before the rows.
        while let (tag, payload) = try frames.next(), tag == .merged {
            if let range = MergedRange(payload) { ranges.append(range) }
        }
        return ranges
    }
}

/// The rows that the child sends.
final class XLSRows: RowSource {
    let storage = RowStorage()
    private(set) var mergedRanges: [MergedRange] = []
    private let frames: XLSFrames
    private var lastNumber = 0

    /// The format's last row; how many a sheet has is not known while it is read.
    private static let maxRows = 65_536.0

    init(frames: XLSFrames) {
        self.frames = frames
    }

    var fractionProgress: Double { Double(lastNumber) / Self.maxRows }

    func advance() throws(SpreadsheetError) -> Bool {
        while let (tag, payload) = try frames.next() {
            if tag == .merged, let range = MergedRange(payload) { mergedRanges.append(range) }
            guard tag == .row else { continue }
            guard fill(payload) else { throw .childFailed }
            lastNumber = storage.number
            return true
        }
        return false
    }

    private func fill(_ payload: LittleEndian) -> Bool {
        guard let number = payload.u32(0), let hidden = payload.u8(4) else { return false }
        storage.reset(number: number)
        storage.isHidden = hidden == 1
        var offset = 5
        while offset < payload.count {
            guard let column = payload.u16(offset), let kind = payload.u8(offset + 2).flatMap(CellKind.init(rawValue:)),
                let count = payload.u32(offset + 3), let text = payload.slice(offset + 7, count)
            else { return false }
            let copy = storage.scratch.allocate(count)
            for (index, byte) in text.enumerated() { copy[index] = byte }
            guard storage.append(column: column, kind: kind, text: UnsafePointer(copy), count: count) else {
                return false
            }
            offset += 7 + count
        }
        storage.finish()
        return true
    }
}

/// A workbook in the Office Open XML format (ECMA-376, transitional and strict).
final class XLSXContent: SheetContent {
    let format = Format.xlsx
    let sheets: [Sheet]
    private let archive: ZipArchive
    private let parts: [ZipEntry?]
    private let styles: Styles
    private let is1904: Bool
    private let strings: SharedStrings

    init(file: RandomAccessFile) throws(SpreadsheetError) {
        let archive = try ZipArchive(file: file)
        self.archive = archive
        let package = Package(archive: archive)
        let root = try package.relations(of: "").first { $0.kind == "officeDocument" }?.target ?? "xl/workbook.xml"
        // An OpenDocument or a binary workbook, or no workbook at all.
        guard root.lowercased().hasSuffix(".xml"), let entry = archive.entry(root) else { throw .notASpreadsheet }
        let index = try WorkbookIndex(try archive.data(entry), part: root)
        let relations = try package.relations(of: root)
        var sheets: [Sheet] = []
        var parts: [ZipEntry?] = []
        for listed in index.sheets {
            let relation = relations.first { $0.id == listed.relation }
            guard relation == nil || relation?.kind == "worksheet" else { continue }
            sheets.append(Sheet(index: sheets.count, name: listed.name, isHidden: listed.isHidden))
            parts.append(relation.flatMap { archive.entry($0.target) })
        }
        guard !index.sheets.isEmpty else { throw .notASpreadsheet }
        self.sheets = sheets
        self.parts = parts
        is1904 = index.is1904
        if let part = Self.part("styles", of: relations, in: archive, usual: "xl/styles.xml") {
            styles = try Styles(try archive.data(part), part: part.name)
        } else {
            styles = Styles()
        }
        let part = Self.part("sharedStrings", of: relations, in: archive, usual: "xl/sharedStrings.xml")
        strings = SharedStrings(archive: archive, entry: part)
    }

    private static func part(
        _ kind: String, of relations: [Package.Relation], in archive: ZipArchive, usual: String
    ) -> ZipEntry? {
        archive.entry(relations.first { $0.kind == kind }?.target ?? usual)
    }

    private func window(of sheet: Int) throws(SpreadsheetError) -> (ZipEntry, ByteWindow) {
        guard let entry = parts[sheet] else { throw .damaged(part: "sheet \(sheet + 1)") }
        return (entry, archive.window(entry))
    }

    func rows(of sheet: Int) throws(SpreadsheetError) -> any RowSource {
        let (entry, window) = try window(of: sheet)
        return SheetRows(entry: entry, window: window, strings: strings, styles: styles, is1904: is1904)
    }

    func mergedRanges(of sheet: Int) throws(SpreadsheetError) -> [MergedRange] {
        let (entry, window) = try window(of: sheet)
        return try MergedCells.find(in: window, part: entry.name)
    }
}

extension ZipArchive {
    /// A window that slides over an entry; entries larger than one chunk are inflated on a second thread.
    func window(_ entry: ZipEntry) -> ByteWindow {
        let stream = stream(entry)
        if entry.inflatedSize > Chunk.capacity, let ahead = ReadAhead(stream: stream) {
            return ByteWindow(source: ahead)
        }
        return ByteWindow(source: DirectChunks(stream: stream))
    }
}

import Matching
import Spreadsheet
import Store

/// Looks at every sheet of a file: where its header is, what it holds, what its columns become.
struct Detection {
    /// Rows looked at for headers and samples; the rest is only counted.
    static let sampleRows = 250
    /// A header further down than this is not looked for.
    static let headerRows = 40

    static func detect(_ workbook: Workbook) throws -> DetectedFile {
        var sheets: [DetectedSheet] = []
        for sheet in workbook.sheets {
            sheets.append(try detect(sheet, in: workbook))
        }
        let roles = sheets.filter { $0.role != .simple && $0.role != .ignored && $0.role != .summary }
        let hasEntityIDs = sheets.contains { sheet in
            sheet.role == .companies && sheet.columns.contains { $0.target == .entityID }
        }
        let recordRoles = Set(roles.map(\.role))
        let isProcessed = hasEntityIDs || recordRoles.count >= 2
        if !isProcessed {
            sheets = sheets.map(asSimple)
        }
        return weighed(
            DetectedFile(type: isProcessed ? .processed : .simple, confidence: 0, sheets: sheets, warnings: []))
    }

    /// The file with the confidence and the warnings that go with how it is read.
    static func weighed(_ file: DetectedFile) -> DetectedFile {
        var file = file
        file.confidence = confidence(of: file)
        file.warnings = warnings(for: file)
        return file
    }

    private static func detect(_ sheet: Sheet, in workbook: Workbook) throws -> DetectedSheet {
        let reader = try workbook.rows(of: sheet.index)
        var head: [SampleRow] = []
        var count = 0
        var hidden = 0
        while try reader.next() {
            let row = reader.row
            guard row.cells.contains(where: { !$0.utf8.isEmpty }) else { continue }
            count += 1
            if row.isHidden { hidden += 1 }
            guard head.count < sampleRows else { continue }
            var cells: [Int: String] = [:]
            for cell in row.cells where cell.kind != .error {
                let text = cell.text
                if !FoldedText.clean(text).isEmpty { cells[cell.column] = text }
            }
            head.append(SampleRow(number: row.number, cells: cells))
        }
        let role = role(of: sheet.name, head: head)
        let headerRow = headerRow(of: head, role: role)
        return DetectedSheet(
            index: sheet.index, name: sheet.name, isHidden: sheet.isHidden ?? false, role: role, headerRow: headerRow,
            rowCount: max(0, count - head.count { $0.number <= headerRow }), hiddenRows: hidden,
            columns: ColumnGuess.columns(of: head, headerRow: headerRow, role: role), head: head)
    }

    /// A recognised name, unless its columns say otherwise: a sheet called `contacts` may hold contact points, and a
    /// sheet called «الشركات» is raw where it has no ids.
    private static func role(of name: String, head: [SampleRow]) -> SheetRole {
        guard let named = SheetRole(sheetName: name) else { return .simple }
        let top = head.prefix(headerRows)
        func best(_ role: SheetRole) -> Int { top.map { ColumnGuess.knownHeaders($0, role: role) }.max() ?? 0 }
        if named == .people, best(.contactPoints) > best(.people) { return .contactPoints }
        return named
    }

    /// The row with the most known headers; else the first with at least two texts; else none.
    private static func headerRow(of head: [SampleRow], role: SheetRole) -> Int {
        let top = head.prefix(headerRows)
        let scored = top.map { (row: $0, known: ColumnGuess.knownHeaders($0, role: role)) }
        if let best = scored.max(by: { ($0.known, $1.row.number) < ($1.known, $0.row.number) }), best.known >= 1 {
            if best.known >= 2 || best.row.number == top.first?.number { return best.row.number }
        }
        guard let first = top.first(where: { $0.cells.count >= 2 }) else { return top.first?.number ?? 0 }
        let looksLikeData = first.cells.values.contains { EmailAddress($0) != nil || PhoneNumber($0)?.isValid == true }
        return looksLikeData ? 0 : first.number
    }

    static func asSimple(_ sheet: DetectedSheet) -> DetectedSheet {
        guard sheet.role != .simple else { return sheet }
        var sheet = sheet
        sheet.role = .simple
        sheet.headerRow = headerRow(of: sheet.head, role: .simple)
        sheet.columns = ColumnGuess.columns(of: sheet.head, headerRow: sheet.headerRow, role: .simple)
        return sheet
    }

    static func asProcessed(_ sheet: DetectedSheet) -> DetectedSheet {
        let role = role(of: sheet.name, head: sheet.head)
        var sheet = sheet
        // A sheet whose name says nothing holds no records of a processed workbook.
        sheet.role = role == .simple ? .ignored : role
        sheet.headerRow = headerRow(of: sheet.head, role: role)
        sheet.columns = ColumnGuess.columns(of: sheet.head, headerRow: sheet.headerRow, role: role)
        return sheet
    }

    /// The share of filled columns that are recognised, weighted by how surely.
    private static func confidence(of file: DetectedFile) -> Double {
        let sheets = file.type == .simple ? [file.mainSheet].compactMap { $0 } : file.sheets.filter(\.role.holdsRecords)
        let columns = sheets.flatMap(\.columns).filter { !$0.isEmpty }
        guard !columns.isEmpty else { return 0 }
        return columns.map(\.certainty).reduce(0, +) / Double(columns.count)
    }

    private static func warnings(for file: DetectedFile) -> [ImportProblem] {
        var warnings: [ImportProblem] = []
        for sheet in file.sheets {
            if sheet.isHidden { warnings.append(ImportProblem(.hiddenSheet, sheet: sheet.name)) }
            let isRead = file.type == .processed ? sheet.role.holdsRecords : sheet.index == file.mainSheet?.index
            guard isRead else { continue }
            if sheet.hiddenRows > 0 {
                warnings.append(ImportProblem(.hiddenRows, sheet: sheet.name, value: String(sheet.hiddenRows)))
            }
            let unknown = sheet.columns.filter { !$0.isEmpty && $0.target == .custom }.map(\.header)
            if !unknown.isEmpty {
                warnings.append(
                    ImportProblem(.unknownColumns, sheet: sheet.name, value: unknown.joined(separator: "، ")))
            }
        }
        return warnings + summaryWarnings(for: file)
    }

    /// A summary sheet's counts are held against the sheets they speak of.
    private static func summaryWarnings(for file: DetectedFile) -> [ImportProblem] {
        guard let summary = file.sheets.first(where: { $0.role == .summary }) else { return [] }
        return summary.head.compactMap { row in
            let cells = row.cells.sorted { $0.key < $1.key }.map(\.value)
            guard cells.count >= 2, let role = SheetRole(sheetName: cells[0]), let count = Int(cells[1]),
                let sheet = file.sheets.first(where: { $0.role == role }), sheet.rowCount != count
            else { return nil }
            return ImportProblem(
                .summaryDiffers, row: row.number, sheet: summary.name,
                value: "\(sheet.name): \(count) / \(sheet.rowCount)")
        }
    }
}

extension DetectedFile {
    /// The mapping that the program proposes.
    public var proposal: ImportMapping {
        let chosen = type == .processed ? sheets.filter { !$0.isHidden } : [mainSheet].compactMap { $0 }
        return ImportMapping(
            type: type,
            sheets: chosen.map(\.proposal))
    }
}

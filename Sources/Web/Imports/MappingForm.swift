import Foundation
import Growth
import Store

/// How a file is to be read: as which type, which sheet, with the header where.
struct MappingChoice {
    var type: ImportType
    /// Of a simple file.
    var sheet: Int?
    var headerRow: Int?

    /// `nil` when the address says nothing of it.
    init?(query visit: some Visiting, _ file: DetectedFile) throws {
        guard visit.query("type") != nil || visit.query("sheet") != nil else { return nil }
        type = ImportType(known: visit.query("type") ?? "") ?? file.type
        sheet = visit.query("sheet").flatMap { Int($0) }
        // A row that was chosen on another sheet says nothing about this one.
        let isSameSheet = visit.query("shownSheet").map { $0 == visit.query("sheet") } ?? true
        headerRow = isSameSheet ? visit.query("headerRow").flatMap { Int($0) } : nil
    }

    init(of mapping: ImportMapping) {
        type = mapping.type
        guard mapping.type == .simple, let first = mapping.recordSheets.first else { return }
        (sheet, headerRow) = (first.index, first.headerRow)
    }

    /// The file read that way; a simple one with only the sheet that was chosen counting as its main sheet.
    func applied(to file: DetectedFile) throws(MappingError) -> DetectedFile {
        var read = file.read(as: type)
        guard type == .simple, let index = sheet ?? read.mainSheet?.index else { return read }
        guard let found = read.sheets.first(where: { $0.index == index }) else { throw .unknownSheet(String(index)) }
        if let headerRow, headerRow != found.headerRow { read = try read.with(headerRow: headerRow, inSheet: index) }
        return read
    }
}

/// The form of step 2, read.
struct MappingForm {
    let file: DetectedFile
    let mapping: ImportMapping
    let policy: ImportPolicy

    init(_ input: Input, _ detected: DetectedFile) throws(MappingError) {
        guard let type = ImportType(known: input.text("type") ?? "") else { throw .unknownField("type") }
        let index = input.text("sheet").flatMap { Int($0) }
        var choice = MappingChoice(of: ImportMapping(type: type, sheets: []))
        (choice.sheet, choice.headerRow) = (index, input.text("headerRow").flatMap { Int($0) })
        file = try choice.applied(to: detected)
        guard let policy = ImportPolicy(rawValue: input.text("policy") ?? ImportPolicy.fillBlanks.rawValue) else {
            throw .unknownField("policy")
        }
        self.policy = policy
        var sheets: [SheetMapping] = []
        for sheet in file.sheets where Self.isUsed(sheet, type, index ?? file.mainSheet?.index, input) {
            sheets.append(try Self.mapping(of: sheet, input))
        }
        var mapping = ImportMapping(type: type, sheets: sheets)
        let country = input.text("country")?.trimmingCharacters(in: .whitespaces) ?? ""
        mapping.defaultCountry = country.isEmpty ? nil : String(country.prefix(100))
        mapping.defaultTags = (input.text("tags") ?? "").split { ",،;؛\n".contains($0) }
            .map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }.prefix(20).map {
                String($0.prefix(60))
            }
        self.mapping = mapping
    }

    /// Sheets with notes of the file's maker belong to a processed workbook; hidden ones only when they were ticked.
    private static func isUsed(_ sheet: DetectedSheet, _ type: ImportType, _ chosen: Int?, _ input: Input) -> Bool {
        if type == .simple { return sheet.index == chosen }
        return sheet.role.holdsRecords ? input.flag("use.\(sheet.index)") ?? false : !sheet.isHidden
    }

    private static func mapping(of sheet: DetectedSheet, _ input: Input) throws(MappingError) -> SheetMapping {
        var mapping = sheet.proposal
        for at in mapping.columns.indices {
            guard let name = input.text("target.\(sheet.index).\(mapping.columns[at].index)") else { continue }
            guard let target = ColumnTarget(name: name) else { throw .unknownField(name) }
            mapping.columns[at].target = target
        }
        return mapping
    }
}

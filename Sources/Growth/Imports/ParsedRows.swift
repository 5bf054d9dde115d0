import Matching
import Spreadsheet

/// The rows of one sheet, read in order and parsed on all cores.
struct ParsedRows {
    private let parser: RowParser
    private let derives: RowDerivation
    private let extra: [String: [ContactDraft]]
    private var rows: SheetRows

    /// Rows that are parsed by one core in a go.
    private static let stretch = 250

    /// - Parameter extra: contact points of other sheets, by the id of their company.
    init(
        _ workbook: Workbook, _ sheet: SheetMapping, _ request: ImportRequest, deriving derives: RowDerivation,
        extra: [String: [ContactDraft]] = [:]
    ) throws {
        parser = RowParser(sheet, fileName: request.fileName)
        rows = try SheetRows(workbook, sheet, corrections: request.corrections)
        self.derives = derives
        self.extra = sheet.role == .companies ? extra : [:]
    }

    /// Gives `body` the rows in batches of `count`. While it works on one, the next are read and parsed.
    mutating func forEach(batch count: Int, _ body: ([ParsedRow], _ fraction: Double) async throws -> Void) async throws
    {
        let (parser, derives, extra) = (parser, derives, extra)
        let inBatch = max(1, count / Self.stretch)
        try await withThrowingTaskGroup(of: (Int, [ParsedRow]).self) { group in
            var parsed: [Int: [ParsedRow]] = [:]
            var (begun, given) = (0, 0)
            var isAtEnd = false
            while true {
                while !isAtEnd, begun - given < 2 * inBatch {
                    let stretch = try read()
                    isAtEnd = stretch.count < Self.stretch
                    if stretch.isEmpty { break }
                    group.addTask { [begun] in
                        (begun, stretch.map { Self.parsed($0, parser, derives, extra) })
                    }
                    begun += 1
                }
                let due = min(begun, given + inBatch)
                if due == given { return }
                while parsed.count < due - given || (given..<due).contains(where: { parsed[$0] == nil }) {
                    guard let (place, rows) = try await group.next() else { return }
                    parsed[place] = rows
                }
                let batch = (given..<due).flatMap { parsed.removeValue(forKey: $0) ?? [] }
                given = due
                try await body(batch, rows.fraction)
            }
        }
    }

    private mutating func read() throws -> [RawRow] {
        var stretch: [RawRow] = []
        stretch.reserveCapacity(Self.stretch)
        while stretch.count < Self.stretch, try rows.next() {
            stretch.append(RawRow(number: rows.number, cells: rows.cells))
        }
        return stretch
    }

    private static func parsed(
        _ row: RawRow, _ parser: RowParser, _ derives: RowDerivation, _ extra: [String: [ContactDraft]]
    ) -> ParsedRow {
        var parsed = parser.parse(row: row.number, row.cells)
        if let key = parsed.entityKey, let more = extra[key] { parsed.contacts += more }
        parsed.derive(derives)
        return parsed
    }

    private struct RawRow: Sendable {
        let number: Int
        let cells: [CellInput]
    }
}

/// What is worked out beside a row's own values, because it takes longer than the rest and can be done on any core.
struct RowDerivation: OptionSet {
    let rawValue: Int
    /// The company as the matcher takes it.
    static let profile = RowDerivation(rawValue: 1)
    /// The keys and words that its records are stored with.
    static let keys = RowDerivation(rawValue: 2)
}

extension ParsedRow {
    mutating func derive(_ derives: RowDerivation) {
        guard !isFailed else { return }
        if let company, !derives.isEmpty {
            let profile = ImportMatchKeys.profile(self)
            if derives.contains(.profile) { self.profile = profile }
            if derives.contains(.keys), let profile {
                companyKeys = MatchKeys.keys(for: profile) + [ImportMatchKeys.fingerprint(company, contacts)]
                companyMarks = ImportMatchKeys.marks(
                    contacts.lazy.filter { $0.owner == .company && $0.isValid }.map(\.type))
                companyWords = Company.words(company[.nameAr] ?? "", company[.nameEn], website: company[.website])
            }
        }
        if let name = person?[.fullName], derives.contains(.keys) {
            personName = NameKey.personKey(name)
            personWords = SearchKeys.keys(for: [name])
        }
    }
}

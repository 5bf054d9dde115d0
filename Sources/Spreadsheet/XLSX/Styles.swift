/// The one thing of a workbook's styles that changes what a cell says: which cell formats show dates.
struct Styles: Sendable {
    /// By index into `cellXfs`.
    private(set) var kinds: [NumberKind] = []

    init() {}

    init(_ data: [UInt8], part: String) throws(SpreadsheetError) {
        var custom: [Int: NumberKind] = [:]
        var isInCellFormats = false
        var kinds: [NumberKind] = []
        try XMLDocument.scan(data, part: part) { scanner, token throws(XMLFault) in
            switch token {
            case .start where scanner.isNamed("numFmt"):
                if let id = try scanner.attribute("numFmtId").flatMap({ Int($0) }),
                    let code = try scanner.attribute("formatCode")
                {
                    custom[id] = NumberFormat.kind(code: code)
                }
            case .start where scanner.isNamed("cellXfs"): isInCellFormats = !scanner.isEmptyElement
            case .end where scanner.isNamed("cellXfs"): isInCellFormats = false
            case .start where isInCellFormats && scanner.isNamed("xf"):
                guard kinds.count < SpreadsheetLimits.maxCellFormats else { return }
                let id = try scanner.attribute("numFmtId").flatMap { Int($0) } ?? 0
                kinds.append(custom[id] ?? NumberFormat.kind(builtIn: id))
            default: break
            }
        }
        self.kinds = kinds
    }
}

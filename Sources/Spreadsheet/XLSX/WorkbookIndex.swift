/// What `workbook.xml` lists.
struct WorkbookIndex {
    struct Listed {
        var name: String
        var relation: String
        var isHidden: Bool
    }

    private(set) var sheets: [Listed] = []
    /// Days are counted from 1904-01-01 instead of 1899-12-30.
    private(set) var is1904 = false

    init(_ data: [UInt8], part: String) throws(SpreadsheetError) {
        var sheets: [Listed] = []
        var is1904 = false
        try XMLDocument.scan(data, part: part) { scanner, token throws(XMLFault) in
            guard case .start = token else { return }
            if scanner.isNamed("workbookPr") {
                is1904 = try scanner.flag("date1904")
            } else if scanner.isNamed("sheet"), let relation = try scanner.prefixedAttribute("id") {
                let state = try scanner.attribute("state") ?? "visible"
                let name = try scanner.attribute("name") ?? ""
                sheets.append(Listed(name: name, relation: relation, isHidden: state != "visible"))
            }
        }
        self.sheets = sheets
        self.is1904 = is1904
    }
}

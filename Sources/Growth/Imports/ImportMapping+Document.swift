import Store

/// What is wrong with a mapping that a person or a program sent.
public enum MappingError: Error, Hashable, Sendable {
    case notAnObject
    case unknownSheet(String)
    case unknownColumn(String)
    case unknownField(String)
    /// Two columns become the same field.
    case fieldTwice(String)
    /// No column holds a company's or a person's name.
    case noName
    case tooManyContactColumns
}

extension ImportMapping {
    /// The form of the import contract: fields of a simple sheet by name, sheets of a processed workbook in a list.
    public var document: Document {
        var document: Document = ["type": .string(type.rawValue)]
        if type == .simple, let sheet = sheets.first(where: { $0.role == .simple }) {
            for pair in sheet.document.pairs where pair.key != "role" { document[pair.key] = pair.value }
        } else {
            document["sheets"] = .array(sheets.map { .object($0.document) })
        }
        var defaults = Document()
        if let defaultCountry { defaults["country"] = .string(defaultCountry) }
        if !defaultTags.isEmpty { defaults["tags"] = Value(defaultTags) }
        if !defaults.isEmpty { document["defaults"] = .object(defaults) }
        return document
    }

    /// Reads that form; headers and sheet names are looked up in `file`.
    public init(_ document: Document, for file: DetectedFile) throws(MappingError) {
        let type =
            ImportType(known: document["type"]?.string ?? "") ?? (document["sheets"] == nil ? .simple : .processed)
        var sheets: [SheetMapping] = []
        if let list = document["sheets"]?.array {
            for item in list {
                guard let item = item.object else { throw .notAnObject }
                sheets.append(try SheetMapping(item, role: nil, in: file))
            }
        } else {
            sheets.append(try SheetMapping(document, role: .simple, in: file))
        }
        self.init(type: type, sheets: sheets)
        let defaults = document["defaults"]?.object
        defaultCountry = defaults?["country"]?.string
        defaultTags = defaults?["tags"]?.array?.compactMap(\.string) ?? []
        try check()
    }

    /// Throws when the mapping could not make any record.
    public func check() throws(MappingError) {
        var hasName = false
        for sheet in sheets where sheet.role.holdsRecords {
            var seen: Set<ColumnTarget> = []
            for column in sheet.columns where !column.target.mayRepeat {
                guard seen.insert(column.target).inserted else { throw .fieldTwice(column.target.name) }
            }
            if sheet.contactColumns.count > RunIDs.maxContactColumns { throw .tooManyContactColumns }
            hasName = hasName || !seen.isDisjoint(with: [.company(.nameAr), .company(.nameEn), .person(.fullName)])
        }
        if !hasName { throw .noName }
    }
}

extension ColumnTarget {
    /// Whether several columns of a sheet may become this.
    var mayRepeat: Bool {
        switch self {
        case .contactPoint, .custom, .ignored: true
        default: false
        }
    }
}

extension SheetMapping {
    var document: Document {
        var document: Document = [
            "sheet": .string(name), "role": .string(role.rawValue), "headerRow": .int(headerRow),
        ]
        var groups: [String: Document] = [:]
        var points: [Value] = []
        var custom: [Value] = []
        var ignored: [Value] = []
        for column in columns {
            let reference = Value.string(reference(to: column))
            switch column.target {
            case .company(let field): groups["company", default: [:]][field.rawValue] = reference
            case .person(let field): groups["person", default: [:]][field.rawValue] = reference
            case .contact(let field): groups["contact", default: [:]][field.rawValue] = reference
            case .service(let field): groups["service", default: [:]][field.rawValue] = reference
            case .entityID: document["entityId"] = reference
            case .personID: document["personId"] = reference
            case .contactPoint(let owner, let type):
                points.append(
                    .object([
                        "owner": .string(owner.rawValue), "type": .string(type.rawValue), "column": reference,
                        "split": true,
                    ]))
            case .custom: custom.append(reference)
            case .ignored: ignored.append(reference)
            }
        }
        for name in ["company", "person", "contact", "service"] {
            if let group = groups[name] { document[name] = .object(group) }
        }
        if !points.isEmpty { document["contactPoints"] = .array(points) }
        if !custom.isEmpty { document["custom"] = .array(custom) }
        if !ignored.isEmpty { document["ignored"] = .array(ignored) }
        return document
    }

    /// A column's header, or `@C` where the header is empty or stands twice.
    private func reference(to column: ColumnMapping) -> String {
        let isPlain = !column.header.isEmpty && !column.header.hasPrefix("@")
        let isAlone = columns.count { $0.header == column.header } == 1
        return isPlain && isAlone ? column.header : "@" + CellReference.letters(column.index)
    }

    init(_ document: Document, role: SheetRole?, in file: DetectedFile) throws(MappingError) {
        let sheet = try Self.sheet(document["sheet"], in: file)
        var role = role ?? sheet.role
        if let name = document["role"]?.string {
            guard let given = SheetRole(rawValue: name) else { throw .unknownField(name) }
            role = given
        }
        let headerRow = document["headerRow"]?.int ?? sheet.headerRow
        let columns = headerRow == sheet.headerRow ? sheet.columns : try sheet.columns(under: headerRow)
        var targets: [Int: ColumnTarget] = [:]
        func take(_ reference: Value?, as target: ColumnTarget) throws(MappingError) {
            guard let reference = reference?.string, !reference.isEmpty else { return }
            targets[try Self.column(reference, in: columns)] = target
        }
        for group in ["company", "person", "contact", "service"] {
            for pair in document[group]?.object?.pairs ?? [] {
                let name = "\(group).\(pair.key)"
                guard let target = ColumnTarget(name: name) else { throw .unknownField(name) }
                try take(pair.value, as: target)
            }
        }
        try take(document["entityId"], as: .entityID)
        try take(document["personId"], as: .personID)
        for point in document["contactPoints"]?.array ?? [] {
            guard let point = point.object else { throw .notAnObject }
            let name = "contactPoint.\(point["owner"]?.string ?? "company").\(point["type"]?.string ?? "other")"
            guard let target = ColumnTarget(name: name) else { throw .unknownField(name) }
            try take(point["column"], as: target)
        }
        for reference in document["ignored"]?.array ?? [] { try take(reference, as: .ignored) }
        self.init(
            index: sheet.index, name: sheet.name, role: role, headerRow: headerRow,
            columns: columns.map { column in
                ColumnMapping(
                    index: column.index, header: column.header,
                    target: targets[column.index] ?? (column.isEmpty ? .ignored : .custom))
            })
    }

    private static func sheet(_ value: Value?, in file: DetectedFile) throws(MappingError) -> DetectedSheet {
        switch value {
        case .int(let index):
            guard let sheet = file.sheets.first(where: { $0.index == index }) else {
                throw .unknownSheet(String(index))
            }
            return sheet
        case .string(let name):
            guard let sheet = file.sheets.first(where: { $0.name == name }) else { throw .unknownSheet(name) }
            return sheet
        default:
            guard let sheet = file.mainSheet else { throw .unknownSheet("") }
            return sheet
        }
    }

    private static func column(_ reference: String, in columns: [DetectedColumn]) throws(MappingError) -> Int {
        if reference.hasPrefix("@"),
            let column = columns.first(where: { "@" + CellReference.letters($0.index) == reference.uppercased() })
        {
            return column.index
        }
        if let exact = columns.first(where: { $0.header == reference }) { return exact.index }
        let key = AliasKey.of(reference)
        guard let alike = columns.first(where: { AliasKey.of($0.header) == key }) else {
            throw .unknownColumn(reference)
        }
        return alike.index
    }
}

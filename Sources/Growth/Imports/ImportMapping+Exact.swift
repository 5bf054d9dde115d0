import Store

/// The form in which a run keeps its mapping: columns by position, so that nothing has to be looked up again.
extension ImportMapping {
    var exact: Document {
        var document: Document = ["type": .string(type.rawValue), "sheets": .array(sheets.map { .object($0.exact) })]
        if let defaultCountry { document["country"] = .string(defaultCountry) }
        if !defaultTags.isEmpty { document["tags"] = Value(defaultTags) }
        return document
    }

    init?(exact document: Document) {
        guard let type = ImportType(known: document["type"]?.string ?? ""), let list = document["sheets"]?.array else {
            return nil
        }
        self.init(type: type, sheets: list.compactMap { $0.object.flatMap(SheetMapping.init(exact:)) })
        defaultCountry = document["country"]?.string
        defaultTags = document["tags"]?.array?.compactMap(\.string) ?? []
        guard sheets.count == list.count else { return nil }
    }
}

extension SheetMapping {
    fileprivate var exact: Document {
        [
            "index": .int(index), "name": .string(name), "role": .string(role.rawValue), "headerRow": .int(headerRow),
            "columns": .array(
                columns.map { .array([.int($0.index), .string($0.header), .string($0.target.name)]) }),
        ]
    }

    fileprivate init?(exact document: Document) {
        guard let index = document["index"]?.int, let name = document["name"]?.string,
            let role = SheetRole(rawValue: document["role"]?.string ?? ""), let headerRow = document["headerRow"]?.int,
            let list = document["columns"]?.array
        else { return nil }
        let columns = list.compactMap { item -> ColumnMapping? in
            guard let parts = item.array, parts.count == 3, let index = parts[0].int, let header = parts[1].string,
                let target = ColumnTarget(name: parts[2].string ?? "")
            else { return nil }
            return ColumnMapping(index: index, header: header, target: target)
        }
        guard columns.count == list.count else { return nil }
        self.init(index: index, name: name, role: role, headerRow: headerRow, columns: columns)
    }
}

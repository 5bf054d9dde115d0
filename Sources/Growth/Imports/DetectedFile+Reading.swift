import Store

extension DetectedFile {
    /// The file as if the program had taken it for `type`: the person may overrule.
    public func read(as type: ImportType) -> DetectedFile {
        guard type != self.type else { return self }
        var file = self
        file.type = type
        file.sheets = type == .simple ? sheets.map(Detection.asSimple) : sheets.map(Detection.asProcessed)
        return Detection.weighed(file)
    }

    /// The file with the header of a sheet in another row.
    ///
    /// - Parameter headerRow: as the spreadsheet numbers it; 0 where there is none.
    public func with(headerRow: Int, inSheet index: Int) throws(MappingError) -> DetectedFile {
        guard let at = sheets.firstIndex(where: { $0.index == index }) else { throw .unknownSheet(String(index)) }
        var file = self
        file.sheets[at].columns = try sheets[at].columns(under: headerRow)
        file.sheets[at].headerRow = headerRow
        return file
    }

    /// The proposal when a simple import reads the sheet at `index`.
    public func proposal(forSheet index: Int) throws(MappingError) -> ImportMapping {
        guard let sheet = sheets.first(where: { $0.index == index }) else { throw .unknownSheet(String(index)) }
        return ImportMapping(type: .simple, sheets: [sheet.proposal])
    }
}

extension DetectedSheet {
    /// Every column with its guess.
    public var proposal: SheetMapping {
        SheetMapping(
            index: index, name: name, role: role, headerRow: headerRow,
            columns: columns.map { ColumnMapping(index: $0.index, header: $0.header, target: $0.target) })
    }
}

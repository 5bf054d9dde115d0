import Store

extension Index {
    /// The name that MongoDB, and the programs that use it, give an index by default.
    var mongoName: String {
        kind == .text
            ? fields.map { "\($0)_text" }.joined(separator: "_") : fields.map { "\($0)_1" }.joined(separator: "_")
    }

    /// As `createIndexes` takes it.
    var specification: Document {
        let key = Document(fields.map { Document.Pair($0, kind == .text ? "text" : 1) })
        var specification: Document = ["key": .object(key), "name": .string(mongoName)]
        if isUnique { specification["unique"] = true }
        if isSparse { specification["sparse"] = true }
        return specification
    }
}

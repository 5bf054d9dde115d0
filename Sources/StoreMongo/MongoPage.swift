import Store

/// The order of a list and where in it a page begins, as MongoDB asks for it.
///
/// As in the embedded engine, "behind (a, b, id)" is a few ranges one after the other, each of which an index on the
/// sort fields serves without sorting.
struct MongoPage {
    /// `1` and `-1` by field.
    let order: Document
    /// In the order in which their documents follow each other.
    let ranges: [Document]
    let isBackward: Bool

    private struct Key {
        let name: String
        let isDescending: Bool
        var value = Value.null
    }

    init(sort: [Sort], page: Page?, schema: Schema) throws(StoreError) {
        isBackward = page?.isBackward ?? false
        var keys = try Self.keys(sort, flipped: isBackward, schema)
        if let page {
            guard page.values.count == sort.count else { throw StoreError.unsupported("a page of another order") }
            for i in keys.indices {
                keys[i].value = keys[i].name == "_id" ? .id(page.id) : page.values[i]
                let type = schema.type(of: keys[i].name) ?? .mixed
                guard keys[i].value.isNull || keys[i].value.suits(type) else {
                    throw StoreError.unsupported("a page of another order")
                }
            }
        }
        order = Document(keys.map { Document.Pair($0.name, .int($0.isDescending ? -1 : 1)) })
        ranges = page == nil ? [[:]] : Self.ranges(behind: keys)
    }

    private static func keys(_ sort: [Sort], flipped: Bool, _ schema: Schema) throws(StoreError) -> [Key] {
        var keys: [Key] = []
        for item in sort where !keys.contains(where: { $0.name == "_id" }) {
            guard let type = schema.type(of: item.field) else {
                throw StoreError.unknownField(item.field, collection: schema.collection)
            }
            guard type != .mixed, type != .strings else { throw StoreError.unsupported("\(item.field) has no order") }
            if keys.contains(where: { $0.name == item.field }) { continue }
            keys.append(Key(name: item.field, isDescending: item.isDescending != flipped))
        }
        if !keys.contains(where: { $0.name == "_id" }) {
            keys.append(Key(name: "_id", isDescending: (sort.last?.isDescending ?? false) != flipped))
        }
        return keys
    }

    private static func ranges(behind keys: [Key]) -> [Document] {
        var ranges: [Document] = []
        for last in keys.indices.reversed() {
            var prefix = Document()
            for key in keys[..<last] { prefix[key.name] = ["$eq": key.value] }
            let key = keys[last]
            // Absent comes first when ascending, and last when descending.
            switch (key.isDescending, key.value.isNull) {
            case (false, true): ranges.append(prefix.with(key.name, ["$ne": .null]))
            case (true, true): break
            case (let isDescending, false):
                ranges.append(prefix.with(key.name, .object([isDescending ? "$lt" : "$gt": key.value])))
                if isDescending, key.name != "_id" { ranges.append(prefix.with(key.name, ["$eq": .null])) }
            }
        }
        return ranges
    }
}

extension Document {
    func with(_ key: String, _ value: Value) -> Document {
        var copy = self
        copy[key] = value
        return copy
    }
}

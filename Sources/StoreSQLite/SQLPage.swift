import Store

/// The order of a list, and where in it a page begins, as SQL.
///
/// "Behind (a, b, id)" is asked as a few ranges one after the other: equal a, equal b, greater id; equal a, greater b;
/// greater a. An index on (a, b, _id) serves each without sorting, whatever is absent and whichever way each field goes.
struct SQLPage {
    struct Range {
        var sql: String
        var bindings: [SQLValue] = []
    }

    let order: String
    /// In the order in which their rows follow each other.
    let ranges: [Range]
    let isBackward: Bool

    private struct Key {
        let name: String
        let isDescending: Bool
        let isId: Bool
        var value = SQLValue.null
    }

    init(sort: [Sort], page: Page?, layout: Layout) throws(StoreError) {
        isBackward = page?.isBackward ?? false
        var keys = try Self.keys(sort, flipped: isBackward, layout)
        if let page {
            guard page.values.count == sort.count else { throw StoreError.unsupported("a page of another order") }
            for i in keys.indices {
                keys[i].value =
                    keys[i].isId ? .text(page.id.description) : try Self.value(page.values[i], sort[i], layout)
            }
        }
        order = keys.map { $0.name + ($0.isDescending ? " DESC" : "") }.joined(separator: ",")
        ranges = page == nil ? [Range(sql: "1")] : Self.ranges(behind: keys)
    }

    /// The sort fields up to `_id`, which ends every order because it is unique.
    private static func keys(_ sort: [Sort], flipped: Bool, _ layout: Layout) throws(StoreError) -> [Key] {
        var keys: [Key] = []
        for item in sort where !keys.contains(where: \.isId) {
            let (column, below) = try layout.place(item.field)
            guard below.isEmpty, column.type != .mixed, column.type != .strings else {
                throw StoreError.unsupported("\(item.field) has no order")
            }
            let isId = item.field == "_id"
            keys.append(Key(name: column.quoted, isDescending: item.isDescending != flipped, isId: isId))
        }
        if !keys.contains(where: \.isId) {
            keys.append(Key(name: "\"_id\"", isDescending: (sort.last?.isDescending ?? false) != flipped, isId: true))
        }
        return keys
    }

    private static func value(_ value: Value, _ sort: Sort, _ layout: Layout) throws(StoreError) -> SQLValue {
        guard let column = layout.column(sort.field), let bound = SQLValue(value, as: column.type) else {
            throw StoreError.unsupported("a page of another order")
        }
        return bound
    }

    private static func ranges(behind keys: [Key]) -> [Range] {
        var ranges: [Range] = []
        for last in keys.indices.reversed() {
            var prefix = Range(sql: "")
            for key in keys[..<last] {
                prefix.sql += key.value == .null ? "\(key.name) IS NULL AND " : "\(key.name) = ? AND "
                if key.value != .null { prefix.bindings.append(key.value) }
            }
            let key = keys[last]
            // Absent comes first when ascending, and last when descending.
            switch (key.isDescending, key.value == .null) {
            case (false, true):
                ranges.append(Range(sql: prefix.sql + "\(key.name) IS NOT NULL", bindings: prefix.bindings))
            case (true, true): break
            case (_, false):
                let comparison = key.isDescending ? "<" : ">"
                ranges.append(
                    Range(sql: prefix.sql + "\(key.name) \(comparison) ?", bindings: prefix.bindings + [key.value]))
                if key.isDescending, !key.isId {
                    ranges.append(Range(sql: prefix.sql + "\(key.name) IS NULL", bindings: prefix.bindings))
                }
            }
        }
        return ranges
    }
}

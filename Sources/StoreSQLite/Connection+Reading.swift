import GRDBSQLite
import Store

extension Connection {
    /// Gives `body` the SQL of `filter`. Compiles once more without side tables when one has just gone: a big load drops
    /// them, and what the connection sees decides, not what the program knows.
    func filtering<T>(
        _ filter: Filter, _ layout: Layout, use: SQLFilter.Use = .narrows, led: String? = nil,
        _ body: (SQLFilter) throws -> T
    ) throws -> T {
        try filter.check(against: layout.schema) { layouts.layout(named: $0)?.schema }
        defer { predicates = [] }
        func other(_ name: String, _ sides: (Layout) throws -> [Side]) throws -> (layout: Layout, sides: [Side]) {
            guard let other = layouts.layout(named: name) else {
                throw StoreError.unavailable("\(name) was not prepared")
            }
            return (other, try sides(other))
        }
        let compiled = try SQLFilter(
            filter, layout, sides: try activeSides(layout), others: { try other($0, self.activeSides) }, use: use,
            led: led)
        predicates = compiled.predicates
        do {
            return try body(compiled)
        } catch let failure as SQLiteFailure where failure.isMissingTable {
            let plain = try SQLFilter(filter, layout, sides: [], others: { try other($0) { _ in [] } }, led: led)
            predicates = plain.predicates
            return try body(plain)
        }
    }

    func find<E: Entity>(_ query: Query<E>, _ layout: Layout) throws -> [E] {
        if let limit = query.limit, limit <= 0 { return [] }
        if query.isUnordered { return try findUnordered(query, layout) }
        let page = try SQLPage(sort: query.sort, page: query.page, layout: layout)
        let use = try use(of: query.filter, limit: query.limit, layout)
        var found = try filtering(query.filter, layout, use: use, led: query.lead) { filter in
            try snapshot(page.ranges.count > 1) {
                var found: [E] = []
                for range in page.ranges {
                    let limit = query.limit.map { $0 - found.count }
                    if limit == 0 { break }
                    try read(query.fields, filter, range, order: page.order, limit: limit, layout, into: &found)
                }
                return found
            }
        }
        if page.isBackward { found.reverse() }
        return found
    }

    /// Sorting more rows than this costs more than walking along the order until a page is full.
    private static let manyWords: Int64 = 4_000

    /// A page of words that very many have is found by walking along its order, any other by putting in order what has them.
    private func use(of filter: Filter, limit: Int?, _ layout: Layout) throws -> SQLFilter.Use {
        guard let limit, limit < 1_000, let count = SQLFilter.wordCount(filter, sides: try activeSides(layout))
        else { return .narrows }
        let statement = try statement(count.sql)
        statement.bind([count.words, .int(Self.manyWords)])
        defer { statement.reset() }
        return try statement.step() && statement.int(0) >= Self.manyWords ? .tells : .narrows
    }

    private func findUnordered<E: Entity>(_ query: Query<E>, _ layout: Layout) throws -> [E] {
        try filtering(query.filter, layout, use: .leads, led: query.lead) { filter in
            var found: [E] = []
            try read(
                query.fields, filter, SQLPage.Range(sql: "1"), order: nil, limit: query.limit, layout, into: &found)
            return found
        }
    }

    /// One view of the data for several statements.
    private func snapshot<T>(_ isNeeded: Bool, _ body: () throws -> T) throws -> T {
        guard isNeeded, !isInTransaction else { return try body() }
        try run("BEGIN")
        let result = Result { try body() }
        try run("COMMIT")
        return try result.get()
    }

    private func read<E: Entity>(
        _ fields: Set<String>?, _ filter: SQLFilter, _ range: SQLPage.Range, order: String?, limit: Int?,
        _ layout: Layout, into found: inout [E]
    ) throws {
        var sql = "SELECT \(layout.selectList(of: fields)) FROM \(filter.source) WHERE \(filter.sql) AND \(range.sql)"
        if let order { sql += " ORDER BY \(order)" }
        if limit != nil { sql += " LIMIT ?" }
        let statement = try statement(sql)
        statement.bind(filter.bindings + range.bindings + (limit.map { [.int(Int64($0))] } ?? []))
        defer { statement.reset() }
        let (blank, wanted) = (E(), fields.map(layout.isAmong))
        while try statement.step() { found.append(try RowReader.entity(statement, blank: blank, wanted: wanted)) }
    }

    func count(_ filter: Filter, upTo limit: Int?, _ layout: Layout) throws -> Int {
        if let limit, limit <= 0 { return 0 }
        return try filtering(filter, layout, use: .leads) { filter in
            let statement =
                try limit == nil
                ? statement("SELECT count(*) FROM \(filter.source) WHERE \(filter.sql)")
                : statement("SELECT count(*) FROM (SELECT 1 FROM \(filter.source) WHERE \(filter.sql) LIMIT ?)")
            statement.bind(filter.bindings + (limit.map { [.int(Int64($0))] } ?? []))
            defer { statement.reset() }
            return try statement.step() ? Int(statement.int(0)) : 0
        }
    }

    func group(
        by field: String, sum: String?, _ filter: Filter, limit: Int, _ layout: Layout
    ) throws -> [Group] {
        let key = try layout.groupable(field)
        let summed = try sum.map { try layout.summable($0) }
        if limit <= 0 { return [] }
        return try filtering(filter, layout) { filter in
            let total = summed.map { "total(\($0.quoted))" } ?? "0"
            let statement = try statement(
                """
                SELECT \(key.quoted), count(*), \(total) FROM \(layout.table) WHERE \(filter.sql) \
                GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT ?
                """)
            statement.bind(filter.bindings + [.int(Int64(limit))])
            defer { statement.reset() }
            var groups: [Group] = []
            while try statement.step() {
                let value = RowReader(handle: statement.handle).value(0, as: key.type) ?? .null
                let sum = sqlite3_column_double(statement.handle, 2)
                groups.append(Group(value: value, count: Int(statement.int(1)), sum: sum))
            }
            return groups
        }
    }
}

extension Layout {
    func groupable(_ field: String) throws(StoreError) -> Column {
        let (column, below) = try place(field)
        guard below.isEmpty, column.type != .mixed, column.type != .strings else {
            throw .unsupported("\(field) cannot be grouped by")
        }
        return column
    }

    func summable(_ field: String) throws(StoreError) -> Column {
        let (column, below) = try place(field)
        guard below.isEmpty, column.type == .int || column.type == .double else {
            throw .unsupported("\(field) cannot be summed")
        }
        return column
    }
}

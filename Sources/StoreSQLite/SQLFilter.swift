import Foundation
import Store

/// A filter as SQL. Its text holds names of the schema only; every value is a bound parameter.
///
/// A comparison with an absent field is NULL in SQL. `AND` and `OR` treat NULL as the filter's "false", and `not` is
/// written `IS NOT TRUE`, so that nothing else needs to care.
struct SQLFilter {
    private(set) var sql = ""
    /// What stands behind `FROM`: the table, or an index that leads to it.
    private(set) var source: String
    private(set) var bindings: [SQLValue] = []
    private(set) var predicates: [Predicate] = []
    /// Few rows come, each by its key: whether it has an element is then looked up rather than all that have it.
    private var isLedElsewhere = false
    private let layout: Layout
    private let sides: [Side]
    private let others: Others

    /// Finds a collection that a filter relates to, with those of its side tables that exist.
    typealias Others = (String) throws -> (layout: Layout, sides: [Side])

    /// How an index of words or elements is used.
    enum Use {
        /// It says which rows are looked at, which are then put in order.
        case narrows
        /// The rows may come in any order, so it leads to them: they are read as they are found, and none beyond those
        /// asked for.
        case leads
        /// It only tells whether a row is among those found; the rows are walked in their order. For words that very many
        /// have.
        case tells
    }

    private let use: Use
    /// Of the fields that are compared as they stand, the only one whose index may be walked; `nil`: any.
    private let led: String?

    init(
        _ filter: Filter, _ layout: Layout, sides: [Side],
        others: @escaping Others = { throw StoreError.unsupported($0) }, use: Use = .narrows, led: String? = nil,
        behind predicates: [Predicate] = []
    ) throws {
        self.layout = layout
        self.sides = sides
        self.others = others
        self.use = use
        self.led = led
        self.predicates = predicates
        source = layout.table
        try append(use == .leads ? try lead(filter) : filter)
    }

    /// The search for words that must hold for `filter` to hold, as a question of how many have them.
    ///
    /// - Returns: SQL that counts up to its second parameter; `nil` when there is no such search.
    static func wordCount(_ filter: Filter, sides: [Side]) -> (sql: String, words: SQLValue)? {
        guard let side = sides.first(where: { $0.kind == .words }) else { return nil }
        let served = conditions(filter).compactMap { WordMatch($0, in: side)?.text }
        if served.isEmpty { return nil }
        return (
            "SELECT count(*) FROM (SELECT 1 FROM \(side.table) WHERE \(side.table) MATCH ? LIMIT ?)",
            .text(served.joined(separator: " AND "))
        )
    }

    /// Makes the index that serves parts of `filter` the source, and returns what it leaves to be asked.
    private mutating func lead(_ filter: Filter) throws(StoreError) -> Filter {
        var parts = Self.conditions(filter)
        if let side = sides.first(where: { $0.kind == .words }) {
            let matches = parts.map { WordMatch($0, in: side) }
            let served = matches.compactMap(\.self)
            if !served.isEmpty {
                lead(through: "SELECT rowid AS \"_found\" FROM \(side.table) WHERE \(side.table) MATCH ?")
                bindings.append(.text(served.map(\.text).joined(separator: " AND ")))
                return .and(zip(parts, matches).filter { $1?.isExact != true }.map { $0.0 })
            }
        }
        for (i, part) in parts.enumerated() {
            guard case .hasAny(let field, let values) = part, let side = side(field, .elements) else { continue }
            let elements = values.filter { !$0.isNull }.compactMap(SQLValue.init(element:))
            guard !elements.isEmpty, elements.count == values.count, elements.count <= Self.maxListed else { continue }
            let marks = String(repeating: "?,", count: elements.count - 1) + "?"
            let distinct = elements.count == 1 ? "" : "DISTINCT "
            lead(
                through: "SELECT \(distinct)\"key\" AS \"_found\" FROM \(side.table) WHERE \"value\" IN (\(marks))")
            bindings += elements
            parts.remove(at: i)
            break
        }
        return .and(parts)
    }

    /// What all must hold for `filter` to hold.
    private static func conditions(_ filter: Filter) -> [Filter] {
        if case .and(let parts) = filter { parts.flatMap(conditions) } else { [filter] }
    }

    /// `CROSS JOIN` keeps SQLite from beginning with the table.
    private mutating func lead(through found: String) {
        isLedElsewhere = true
        source = "(\(found)) CROSS JOIN \(layout.table) ON \"_key\" = \"_found\""
    }

    private mutating func append(_ filter: Filter) throws {
        switch filter {
        case .all: sql += "1"
        case .none: sql += "0"
        case .and(let filters): try append(filters[...], joinedBy: " AND ", none: "1")
        case .or(let filters): try append(filters[...], joinedBy: " OR ", none: "0")
        case .not(let filter):
            sql += "(("
            try append(filter)
            sql += ") IS NOT TRUE)"
        case .related(let relation, let filter): try related(relation, filter)
        case .search(let field, let words): try search(field, words)
        case .hasAny(let field, let values): try hasAny(field, values)
        case .equals(let field, let value): try compare(field, .equals(value))
        case .isIn(let field, let values): try compare(field, .isIn(values))
        case .range(let field, let from, let to): try compare(field, .range(from: from, to: to))
        case .exists(let field, true): try compare(field, .exists)
        case .exists(let field, false): try compare(field, .equals(.null))
        case .contains(let field, let text): try compare(field, .contains(Array(text.lowercased().utf8)))
        case .startsWith(let field, let text): try compare(field, .startsWith(Array(text.utf8)))
        }
    }

    /// By halves, because SQLite bounds how deep an expression may be nested.
    private mutating func append(
        _ filters: ArraySlice<Filter>, joinedBy word: String, none: String
    ) throws {
        guard let first = filters.first else { return sql += none }
        if filters.count == 1 { return try append(first) }
        let middle = filters.startIndex + filters.count / 2
        sql += "("
        try append(filters[..<middle], joinedBy: word, none: none)
        sql += word
        try append(filters[middle...], joinedBy: word, none: none)
        sql += ")"
    }

    private mutating func compare(_ path: String, _ test: Predicate.Test) throws(StoreError) {
        let (column, below) = try layout.place(path)
        switch column.type {
        case .mixed, .strings: try match(path, column, below, test)
        default: compare(led == nil || led == path ? column : column.withoutIndex, test)
        }
    }

    /// Numbers of predicates go on through the inner filter, since one statement runs both.
    private mutating func related(_ relation: Filter.Relation, _ filter: Filter) throws {
        let other = try others(relation.collection)
        let (local, foreign) = (try layout.place(relation.local), try other.layout.place(relation.foreign))
        let inner = try SQLFilter(filter, other.layout, sides: other.sides, others: others, behind: predicates)
        sql += """
            \(layout.table).\(local.column.quoted) IN (SELECT \(foreign.column.quoted) FROM \(other.layout.table) \
            WHERE \(foreign.column.quoted) IS NOT NULL AND \(inner.sql))
            """
        bindings += inner.bindings
        predicates = inner.predicates
    }

    // MARK: Columns of one value

    private mutating func compare(_ column: Layout.Column, _ test: Predicate.Test) {
        switch test {
        case .equals(.null): sql += "\(column.quoted) IS NULL"
        case .equals(let value): compare(column, "=", value)
        case .isIn(let values): isIn(column, values)
        case .exists, .range(nil, nil): sql += "\(column.quoted) IS NOT NULL"
        case .range(let from, let to):
            sql += "("
            if let from { compare(column, from.isInclusive ? ">=" : ">", from.value) }
            if from != nil, to != nil { sql += " AND " }
            if let to { compare(column, to.isInclusive ? "<=" : "<", to.value) }
            sql += ")"
        case .contains(let needle) where column.type == .string:
            if needle.isEmpty { return sql += "\(column.quoted) IS NOT NULL" }
            sql += "anwal_contains(\(column.quoted),?)"
            bindings.append(.blob(needle))
        case .startsWith(let prefix) where column.type == .string: startsWith(column, prefix)
        case .contains, .startsWith, .words, .isOneOf: sql += "0"
        }
    }

    /// A value of another type than the column's is equal to nothing there, and neither above nor below anything.
    private mutating func compare(_ column: Layout.Column, _ comparison: String, _ value: Value) {
        guard let bound = SQLValue(value, as: column.type), bound != .null else { return sql += "0" }
        sql += "\(column.quoted) \(comparison) ?"
        bindings.append(bound)
    }

    private mutating func isIn(_ column: Layout.Column, _ values: [Value]) {
        let bound = values.compactMap { SQLValue($0, as: column.type) }.filter { $0 != .null }
        let withAbsent = values.contains(.null)
        if withAbsent { sql += "(" }
        append(bound, into: column.quoted)
        if withAbsent { sql += " OR \(column.quoted) IS NULL)" }
    }

    /// `name IN (…)`, by pieces of what SQLite takes as parameters.
    private mutating func append(_ values: [SQLValue], into name: String) {
        if values.isEmpty { return sql += "0" }
        let pieces = stride(from: 0, to: values.count, by: Self.maxListed).map {
            values[$0..<min($0 + Self.maxListed, values.count)]
        }
        sql += "("
        for (i, piece) in pieces.enumerated() {
            if i > 0 { sql += " OR " }
            // Filled up to a power of two with its last value, so that lists of many lengths share one statement.
            let count = min(Self.maxListed, 1 << (Int.bitWidth - (piece.count - 1).leadingZeroBitCount))
            sql += "\(name) IN (" + String(repeating: "?,", count: count - 1) + "?)"
            bindings += piece
            bindings += Array(repeating: piece[piece.endIndex - 1], count: count - piece.count)
        }
        sql += ")"
    }

    private static let maxListed = 4096

    /// As a range, which an index serves.
    private mutating func startsWith(_ column: Layout.Column, _ prefix: [UInt8]) {
        if prefix.isEmpty { return sql += "\(column.quoted) IS NOT NULL" }
        sql += "(\(column.quoted) >= ?"
        bindings.append(.text(String(decoding: prefix, as: UTF8.self)))
        if let end = TextPrefix.successor(of: String(decoding: prefix, as: UTF8.self)) {
            sql += " AND \(column.quoted) < ?"
            bindings.append(.text(end))
        }
        sql += ")"
    }

    // MARK: Arrays and mixed fields

    private mutating func match(
        _ path: String, _ column: Layout.Column, _ below: [String], _ test: Predicate.Test
    ) throws(StoreError) {
        switch test {
        case .equals(.null) where below.isEmpty: return sql += "\(column.quoted) IS NULL"
        case .exists where below.isEmpty: return sql += "\(column.quoted) IS NOT NULL"
        case .equals(let value):
            if let side = side(path, .elements), let element = SQLValue(element: value) {
                return find([element], in: side)
            }
        case .isIn(let values):
            if let side = side(path, .elements) {
                let elements = values.compactMap(SQLValue.init(element:))
                if elements.count == values.count { return find(elements, in: side) }
            }
        default: break
        }
        matchEach(column, below, test)
    }

    private mutating func matchEach(_ column: Layout.Column, _ below: [String], _ test: Predicate.Test) {
        var test = test
        if case .isIn(let values) = test, values.count > 8, values.allSatisfy({ $0.string != nil }) {
            test = .isOneOf(Set(values.compactMap { $0.string.map { Array($0.utf8) } }))
        }
        sql += "anwal_match(\(column.quoted),?)"
        bindings.append(.int(Int64(predicates.count)))
        predicates.append(Predicate(path: below, test: test))
    }

    private func side(_ path: String, _ kind: Index.Kind) -> Side? {
        sides.first { $0.field == path && $0.kind == kind }
    }

    private mutating func find(_ elements: [SQLValue], in side: Side) {
        if elements.isEmpty { return sql += "0" }
        sql += isLedElsewhere ? "EXISTS (SELECT 1" : "\"_key\" IN (SELECT \"key\""
        sql += " FROM \(side.table) WHERE "
        append(elements, into: "\"value\"")
        sql += isLedElsewhere ? " AND \"key\" = \"_found\")" : ")"
    }

    private mutating func hasAny(_ path: String, _ values: [Value]) throws(StoreError) {
        let present = values.filter { !$0.isNull }
        if present.isEmpty { return sql += "0" }
        // Where the index has led here, the element itself is looked at once more and nothing else.
        if !isLedElsewhere, let side = side(path, .words), let match = WordMatch(.hasAny(path, present), in: side) {
            append(match, of: side)
            sql += " AND "
        }
        try compare(path, .isIn(present))
    }

    private mutating func search(_ path: String, _ words: [String]) throws(StoreError) {
        let (column, below) = try layout.place(path)
        if WordMatch.split(words).isEmpty { return sql += "1" }
        if let side = side(path, .words), let match = WordMatch(.search(path, words), in: side) {
            append(match, of: side)
        } else {
            matchEach(column, below, .words(WordMatch.split(words).map { Array($0.utf8) }))
        }
    }

    private mutating func append(_ match: WordMatch, of side: Side) {
        // A plus keeps SQLite from beginning with what is found.
        if use == .tells { sql += "+" }
        sql += "\"_key\" IN (SELECT rowid FROM \(side.table) WHERE \(side.table) MATCH ?)"
        bindings.append(.text(match.text))
    }
}

/// A part of a filter that an index of words serves, as a query of FTS5.
private struct WordMatch {
    let text: String
    /// Whether the index answers alone. It knows words and not which of them stood in one element together, so what is
    /// asked of whole elements is asked of those that it finds once more.
    let isExact: Bool

    /// `nil` for another field, and where a word could mean something else to the index.
    init?(_ filter: Filter, in side: Side) {
        switch filter {
        case .search(side.field, let words):
            let words = Self.split(words)
            if words.isEmpty { return nil }
            text = words.map { Self.quoted($0) + "*" }.joined(separator: " AND ")
            isExact = true
        case .hasAny(side.field, let values):
            let words = values.compactMap(\.string)
            guard !words.isEmpty, words.count == values.count, words.allSatisfy({ Self.split([$0]) == [$0] })
            else { return nil }
            text =
                words.count == 1 ? Self.quoted(words[0]) : "(" + words.map(Self.quoted).joined(separator: " OR ") + ")"
            isExact = false
        default: return nil
        }
    }

    /// The index parts words at white space and control characters.
    static func split(_ words: [String]) -> [String] {
        words.flatMap { $0.unicodeScalars.split { $0.value <= 0x20 }.map(String.init) }
    }

    private static func quoted(_ word: String) -> String { "\"" + word.replacing("\"", with: "\"\"") + "\"" }
}

import Foundation
import Store
import Testing
@testable import Growth

/// The pages beside the checkout that define what is stored.
enum SchemaPages {
    struct Field {
        var name: String
        /// As the page spells it; empty where it gives none.
        var type: String
        /// The values that the page names of an enumeration; `email_*` stands for those that begin so.
        var words: [String]
    }

    struct Described {
        var name: String
        var fields: [Field] = []
        var indexes: Set<Index> = []
    }

    static var arePresent: Bool { FileManager.default.fileExists(atPath: url("database-schema.md").path) }

    private static func url(_ page: String) -> URL { SharedData.folder.appending(path: "spec").appending(path: page) }

    private static func text(of page: String) throws -> String { try String(contentsOf: url(page), encoding: .utf8) }

    /// What follows the heading that begins with `title`, up to the next one.
    private static func section(_ title: String, of page: String) throws -> Substring {
        let whole = try text(of: page)
        let heading = try #require(whole.range(of: "\n## \(title)"))
        let rest = whole[heading.upperBound...]
        return rest[..<(rest.range(of: "\n## ")?.lowerBound ?? rest.endIndex)]
    }

    // MARK: database-schema.md

    static func collections() throws -> [Described] {
        var all: [Described] = []
        var isWithin = false
        for line in try text(of: "database-schema.md").split(whereSeparator: \.isNewline) {
            if line.hasPrefix("## ") { isWithin = false }
            if line.hasPrefix("### `") {
                isWithin = true
                all.append(Described(name: String(line.dropFirst(5).prefix { $0 != "`" })))
            }
            if isWithin { read(line, into: &all[all.count - 1]) }
        }
        return all
    }

    private static func read(_ line: Substring, into collection: inout Described) {
        let mark = "**Indexes:**"
        if line.hasPrefix(mark) {
            let pieces = line.dropFirst(mark.count).split { ",;".contains($0) }
            return collection.indexes.formUnion(pieces.flatMap { indexes(String($0)) })
        }
        let cells = cells(line)
        guard line.hasPrefix("| "), cells.count == 5, cells[1] != "Field" else { return }
        let (type, notes) = (cells[2], cells[3])
        let fields = names(cells[1])
        let named = type == "enum" ? words(notes) : []
        collection.fields += fields.map { Field(name: $0, type: type == "—" ? "" : type, words: named) }
        // A note may call one of the row's fields unique, or all of them.
        guard notes.lowercased().contains("unique") else { return }
        let unique = fields.filter { notes.contains("\($0) unique") }
        let kind = notes.contains("sparse") ? "unique sparse" : "unique"
        for field in unique.isEmpty ? fields : unique { collection.indexes.formUnion(indexes("\(field) \(kind)")) }
    }

    /// What `text nameAr/nameEn`, `threadId+receivedAt`, `email/mobile sparse` or `trackingId (unique sparse)` means.
    private static func indexes(_ piece: String) -> [Index] {
        let words = piece.split { " ()".contains($0) }.map { String($0) }
        guard let name = words.first(where: { !["text", "unique", "sparse"].contains($0) }) else { return [] }
        let alternatives = name.split(separator: "/").map { String($0) }
        if words.contains("text") {
            var index = Index.text()
            index.fields = alternatives
            return [index]
        }
        return alternatives.map { fields in
            var index = Index.on(unique: words.contains("unique"), sparse: words.contains("sparse"))
            index.fields = fields.split(separator: "+").map { String($0) }
            return index
        }
    }

    /// The fields of a cell; `entityId1/2` is two.
    private static func names(_ cell: String) -> [String] {
        let names = cell.split(separator: ",").map { trimmed($0) }
        return names.flatMap { $0.hasSuffix("1/2") ? ["\($0.dropLast(3))1", "\($0.dropLast(3))2"] : [$0] }
            .filter { !$0.isEmpty && $0.allSatisfy(isOfName) }
    }

    private static func words(_ notes: String) -> [String] {
        notes.replacing("**", with: "").replacing("`", with: "").split { ",…".contains($0) }.map { trimmed($0) }
            .filter { isWord($0.hasSuffix("*") ? String($0.dropLast()) : $0) }
    }

    // MARK: settled.md

    /// The names in backquotes of the section on added fields, by the collection that they stand behind.
    static func addedFields() throws -> [String: Set<String>] {
        var added: [String: Set<String>] = [:]
        var (current, listed): ([String], [String]) = ([], [])
        for word in try section("Added fields", of: "settled.md").split(whereSeparator: \.isWhitespace) {
            let stem = String(word.dropLast())
            if Registry.schemas[stem] != nil, word.last == "," || word.last == ":" {
                listed.append(stem)
                if word.last == ":" { (current, listed) = (listed, []) }
                continue
            }
            listed = []
            for collection in current { added[collection, default: []].formUnion(quoted(word)) }
        }
        return added
    }

    /// The rows of the settled enumerations that are plain lists of words, by `collection.field`.
    static func settledWords() throws -> [String: Set<String>] {
        var all: [String: Set<String>] = [:]
        for line in try section("Enum values", of: "settled.md").split(whereSeparator: \.isNewline) {
            let cells = cells(line)
            guard cells.count == 4 else { continue }
            let words = cells[2].components(separatedBy: ", ")
            guard words.allSatisfy(isWord) else { continue }
            for path in paths(cells[1]) { all[path] = Set(words) }
        }
        return all
    }

    /// What `users.status`, `priority (companies, leads)` or the bare `skipReason` means.
    private static func paths(_ cell: String) -> [String] {
        if cell == "skipReason" { return ["campaign_recipients.skipReason"] }
        let parts = cell.split { "()".contains($0) }.map { trimmed($0) }
        if parts.count == 2 { return names(parts[1]).map { "\($0).\(parts[0])" } }
        return cell.contains(".") && !cell.contains(" ") ? [cell] : []
    }

    // MARK: product.md, sequences.md

    static func furtherCollections() throws -> Set<String> {
        let names = quoted(try section("Collections beyond the schema document", of: "product.md"))
        return names.filter { isWord($0) && !$0.hasPrefix("_") }
    }

    /// The fields of a collection, with the words in brackets behind a field.
    static func sequenceItems(of collection: String) throws -> [(name: String, words: [String])] {
        let page = try text(of: "sequences.md")
        let start = try #require(page.range(of: "`\(collection)`: ")).upperBound
        let end = try #require(page[start...].range(of: ".\n")).lowerBound
        var items = [""]
        var depth = 0
        for character in page[start..<end] {
            if "({".contains(character) { depth += 1 }
            if ")}".contains(character) { depth -= 1 }
            if character == ",", depth == 0 {
                items.append("")
            } else {
                items[items.count - 1].append(character)
            }
        }
        var found: [(name: String, words: [String])] = []
        for item in items.map({ trimmed($0) }) {
            let name = String(item.prefix(while: isOfName))
            let rest = trimmed(item.dropFirst(name.count))
            // The rest of an item in prose is neither empty nor in brackets.
            if let bracket = rest.first, !"({[".contains(bracket) { continue }
            let words = rest.hasPrefix("(") ? rest.dropFirst().dropLast().split(separator: ",") : []
            found.append((name: name, words: words.map { trimmed($0) }))
        }
        return found
    }

    // MARK: Text

    private static func cells(_ line: Substring) -> [String] {
        line.split(separator: "|", omittingEmptySubsequences: false).map { trimmed($0) }
    }

    /// The names that stand in backquotes, or after an opening one; `holidays[]` is `holidays`.
    private static func quoted(_ text: Substring) -> Set<String> {
        let pieces = text.split(separator: "`", omittingEmptySubsequences: false)
        let inside = pieces.enumerated().filter { $0.offset % 2 == 1 }
        let names = inside.map { piece in String(piece.element.prefix { $0 != "[" && $0 != " " }) }
        return Set(names.filter { !$0.isEmpty })
    }

    private static func trimmed(_ text: some StringProtocol) -> String {
        text.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    private static func isOfName(_ character: Character) -> Bool {
        character.isASCII && (character.isLetter || character.isNumber || character == "_")
    }

    private static func isWord(_ text: String) -> Bool {
        !text.isEmpty && text.allSatisfy { isOfName($0) && !$0.isUppercase }
    }
}

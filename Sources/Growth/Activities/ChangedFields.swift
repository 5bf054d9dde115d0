import Foundation
import Store

/// What an edit changed: `{name: {before, after}}` as an `updated` activity tells it.
enum ChangedFields {
    private static let silent: Set<String> = ["searchKeys", "matchKeys", "updatedAt", "archivedAt"]

    static func between<E: Entity>(_ before: E, _ after: E) throws -> Document {
        let old = try Document(before)
        let new = try Document(after)
        var fields = Document()
        for key in old.keys + new.keys.filter({ old[$0] == nil }) where !silent.contains(key) && old[key] != new[key] {
            if key == "customFields" {
                custom(old[key]?.object ?? Document(), new[key]?.object ?? Document(), into: &fields)
            } else {
                fields[key] = change(old[key], new[key])
            }
        }
        return fields
    }

    static func change(_ before: Value?, _ after: Value?) -> Value {
        var change = Document()
        if let before { change["before"] = before }
        if let after { change["after"] = after }
        return .object(change)
    }

    private static func custom(_ old: Document, _ new: Document, into fields: inout Document) {
        for key in old.keys + new.keys.filter({ old[$0] == nil }) where old[key] != new[key] {
            fields["customFields." + key] = change(old[key], new[key])
        }
    }
}

extension Writes {
    /// Writes what differs, on the condition that nobody changed the record since `original` was read.
    mutating func save<E: Entity>(_ entity: E, original: E) throws {
        let update = try Update.changes(from: original, to: entity)
        guard !update.isEmpty else { return }
        var unchanged = Filter.id(entity.id)
        if let at = original.updatedAt { unchanged = unchanged && .equals("updatedAt", .date(at)) }
        self.update(E.self, where: unchanged, update, expecting: 1)
    }
}

import Foundation
import Store

/// What bulk work needs to know of a kind of record. Each noun describes itself; the work itself knows none.
///
///     BulkKind<Person>(
///         verbs: [.set, .assign], settable: ["department"], sees: { _ in .all },
///         name: { $0.fullName },
///         change: { person, order, principal, now in … },   // what it would become; nothing is written
///         perform: { original, changed, order, principal in … },  // one commit with its activity
///         revert: { current, restored, undone, principal in … })
///
/// `perform` and `revert` write the record only if it is still `original` or `current`, and make their entry with
/// `Timeline.entry`, which notes the journal of the bulk work in it.
public struct BulkKind<E: Entity>: Sendable {
    let verbs: [BulkOrder.Verb]
    let settable: [String]
    /// The fields that a journal holds, where others that change only follow from them; `nil` for all.
    var journaled: Set<String>?
    /// The records that somebody may change.
    let sees: @Sendable (Principal) -> Filter
    let name: @Sendable (E) -> String
    /// Throws what `BulkRefusal` knows for a record that the order does not fit.
    let change: @Sendable (_ record: E, _ order: BulkOrder, _ by: Principal, _ now: Date) async throws -> E
    let perform: @Sendable (_ original: E, _ changed: E, _ order: BulkOrder, _ by: Principal) async throws -> Void
    let revert: @Sendable (_ current: E, _ restored: E, _ undone: Undone, _ by: Principal) async throws -> Void
    /// For verbs that leave the record as it is and make another of it; `nil` where there are none.
    var making: BulkMaking<E>?

    /// What a `revert` takes back.
    public struct Undone: Sendable {
        let order: BulkOrder
        /// The entry of the timeline that told of it.
        let entry: EntityID<Activity>
    }

    func takes(_ order: BulkOrder) -> Bool {
        guard verbs.contains(order.verb) else { return false }
        guard order.verb == .set else { return true }
        guard let field = order.field else { return false }
        let hasCustom = Schema(of: E.self).type(of: "customFields") == .mixed
        return settable.contains(field)
            || hasCustom && field.hasPrefix(BulkOrder.custom) && field.utf8.count > BulkOrder.custom.utf8.count
    }
}

/// How bulk work makes another record of each, as leads of companies.
///
/// `make` makes its first entry in a timeline that stays when `takeBack` deletes what was made.
struct BulkMaking<E: Entity>: Sendable {
    /// Throws what `BulkRefusal` knows for a record that nothing can be made of.
    let weigh: @Sendable (E, Principal) async throws -> Void
    let make: @Sendable (E, BulkOrder, Principal) async throws -> Void
    /// Takes back what the entry tells of, as long as nobody has touched it.
    let takeBack: @Sendable (Activity, Principal) async throws -> Void
    /// Tells those who are concerned, for a piece of the work at once. May run again after a crash.
    let tell: @Sendable (_ entries: [Activity], _ run: EntityID<Job>, _ first: Int, Principal) async throws -> Void
}

/// What an order changes of a record: field -> value before and after, as the documents have them.
struct BulkJournal {
    private(set) var before = Document()
    private(set) var after = Document()

    /// Follows from other fields, or is the store's own.
    private static let silent: Set<String> = ["_id", "searchKeys", "matchKeys", "createdAt", "updatedAt"]

    init<E: Entity>(from original: E, to changed: E, only fields: Set<String>? = nil) throws {
        let old = try Document(original), new = try Document(changed)
        for key in old.keys + new.keys.filter({ old[$0] == nil }) where old[key] != new[key] {
            if Self.silent.contains(key) || !(fields?.contains(key) ?? true) { continue }
            if key == "customFields" {
                let (was, becomes) = (old[key]?.object ?? Document(), new[key]?.object ?? Document())
                for header in was.keys + becomes.keys.filter({ was[$0] == nil }) where was[header] != becomes[header] {
                    note(BulkOrder.custom + header, was[header], becomes[header])
                }
            } else {
                note(key, old[key], new[key])
            }
        }
    }

    init?(_ metadata: Value?) {
        guard let bulk = metadata?.object?["bulk"]?.object, let before = bulk["before"]?.object,
            let after = bulk["after"]?.object
        else { return nil }
        self.before = before
        self.after = after
    }

    var isEmpty: Bool { before.isEmpty }

    private mutating func note(_ field: String, _ old: Value?, _ new: Value?) {
        before[field] = old ?? .null
        after[field] = new ?? .null
    }

    /// A whole number may have been kept as either kind.
    private static func isSame(_ a: Value, _ b: Value) -> Bool {
        if a == b { return true }
        switch (a, b) {
        case (.int, .double), (.double, .int): return a.double == b.double
        default: return false
        }
    }

    /// The record with every field set back that still is as the order left it; and the fields that are neither so nor
    /// as they were before.
    func restored<E: Entity>(_ current: E) throws -> (record: E, kept: [String]) {
        var document = try Document(current)
        var custom = document["customFields"]?.object ?? Document()
        var kept: [String] = []
        for pair in after.pairs {
            let old = before[pair.key].flatMap { $0.isNull ? Value?.none : $0 }
            let header = pair.key.hasPrefix(BulkOrder.custom) ? String(pair.key.dropFirst(BulkOrder.custom.count)) : nil
            let stands = (header.map { custom[$0] } ?? document[pair.key]) ?? .null
            if Self.isSame(stands, old ?? .null) { continue }
            guard Self.isSame(stands, pair.value) else {
                kept.append(pair.key)
                continue
            }
            if let header { custom[header] = old } else { document[pair.key] = old }
        }
        if document["customFields"] != nil || !custom.isEmpty { document["customFields"] = .object(custom) }
        return (try document.entity(), kept)
    }
}

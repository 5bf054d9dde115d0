import Foundation
import Store

/// A field of two records that become one: what each has, and which stays.
public struct MergeField: Hashable, Sendable {
    public enum Choice: String, Sendable, CaseIterable {
        case survivor, other
        /// What both have, each once: tags.
        case both
    }

    /// A name of the schema, or `customFields.` and a header.
    public let name: String
    public let survivor: Value?
    public let other: Value?
    public let choice: Choice

    public var result: Value? {
        switch choice {
        case .survivor: survivor
        case .other: other
        case .both: Self.union(survivor, other)
        }
    }

    /// Whether the survivor has another value afterwards.
    public var isChanged: Bool { result != survivor }
    public var isEqual: Bool { survivor == other }
    /// Whether there is something to choose: both have a value, and not the same.
    public var isOpen: Bool { survivor != nil && other != nil && !isEqual && choice != .both }

    /// The value that the survivor does not keep.
    public var left: Value? { isOpen ? (choice == .survivor ? other : survivor) : nil }

    static func union(_ a: Value?, _ b: Value?) -> Value? {
        guard let first = a?.array else { return b ?? a }
        return .array(first + (b?.array ?? []).filter { !first.contains($0) })
    }
}

extension MergeField {
    /// When a person last wrote each field of the two records.
    struct Edits {
        var survivor: [String: Date] = [:]
        var other: [String: Date] = [:]
    }

    /// All fields of the two, chosen as `choices` says and sensibly otherwise: a value before none, one that says
    /// something before "unknown", the one that a person wrote later, else the survivor's.
    ///
    /// Throws `InvalidFields` for a choice of a field that there is not.
    static func all<R: MergeableRecord>(
        of survivor: R, _ other: R, _ choices: [String: Choice], _ edits: Edits
    ) throws -> [MergeField] {
        let (a, b) = (try Document(survivor), try Document(other))
        var left = choices
        var fields = R.mergeFields.map { name in
            field(name, a[name], b[name], left.removeValue(forKey: name), edits)
        }
        let (x, y) = (survivor.customFields, other.customFields)
        for key in x.keys + y.keys.filter({ x[$0] == nil }) {
            let name = "customFields." + key
            fields.append(field(name, x[key], y[key], left.removeValue(forKey: name), edits))
        }
        let unknown = left.keys.map { ($0, FieldProblem.unknownField) }
        try InvalidFields(Dictionary(uniqueKeysWithValues: unknown)).throwIfAny()
        return fields
    }

    private static func field(
        _ name: String, _ survivor: Value?, _ other: Value?, _ choice: Choice?, _ edits: Edits
    ) -> MergeField {
        let isList = survivor?.array != nil || other?.array != nil
        let chosen = isList ? choice ?? .both : choice == .both ? nil : choice
        return MergeField(
            name: name, survivor: survivor, other: other,
            choice: chosen ?? sensible(name, survivor, other, edits.survivor[name], edits.other[name]))
    }

    private static func sensible(
        _ name: String, _ survivor: Value?, _ other: Value?, _ edited: Date?, _ otherEdited: Date?
    ) -> Choice {
        guard let other, other != survivor, !isBlank(other) else { return .survivor }
        guard let survivor, !isBlank(survivor) else { return .other }
        if name == "status" { return rank(other) > rank(survivor) ? .other : .survivor }
        if let otherEdited, otherEdited > edited ?? .distantPast { return .other }
        return .survivor
    }

    /// Values that say nothing.
    private static func isBlank(_ value: Value) -> Bool {
        switch value {
        case .string(let text): text.isEmpty || text == "unknown"
        case .int(0), .double(0): true
        default: false
        }
    }

    /// Who is not to be written to stays so.
    private static func rank(_ status: Value) -> Int {
        [Company.Status.new, .active, .blacklisted].firstIndex { $0.rawValue == status.string } ?? 0
    }
}

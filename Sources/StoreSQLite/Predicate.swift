import Foundation
import Store

/// A comparison that SQL cannot make: below a mixed field, or with the elements of an array.
///
/// As MongoDB does it: a path runs through arrays, and a comparison with an array holds when it holds for an element.
struct Predicate: Hashable {
    enum Test: Hashable {
        case equals(Value)
        case isIn([Value])
        /// The same for many values that are all text.
        case isOneOf(Set<[UInt8]>)
        case range(from: Filter.Bound?, to: Filter.Bound?)
        case exists
        /// Lower-cased already.
        case contains([UInt8])
        case startsWith([UInt8])
        /// Every word begins an element.
        case words([[UInt8]])
    }

    /// Below the column.
    let path: [String]
    let test: Test

    func holds(for value: Value?) -> Bool {
        if case .words(let words) = test {
            let elements = Self.leaves(value, path[...]).flatMap { $0.array ?? [$0] }.compactMap(\.string)
            return words.allSatisfy { word in elements.contains { $0.utf8.starts(with: word) } }
        }
        let leaves = Self.leaves(value, path[...])
        switch test {
        case .equals(.null): return leaves.isEmpty || leaves.contains { $0.isNull }
        case .isIn(let values) where values.contains(.null):
            if leaves.isEmpty { return true }
        case .exists: return leaves.contains { !$0.isNull }
        case .range(nil, nil): return leaves.contains { !$0.isNull }
        default: break
        }
        return leaves.contains { leaf in
            matches(leaf) || leaf.array?.contains(where: matches) ?? false
        }
    }

    private func matches(_ value: Value) -> Bool {
        switch test {
        case .equals(let other): value.isSame(as: other)
        case .isIn(let others): others.contains { value.isSame(as: $0) }
        case .isOneOf(let others): value.string.map { others.contains(Array($0.utf8)) } ?? false
        case .range(let from, let to):
            (from.map { value.isBeyond($0, above: true) } ?? true)
                && (to.map { value.isBeyond($0, above: false) } ?? true)
        case .contains(let needle): value.string.map { Array($0.lowercased().utf8).contains(needle) } ?? false
        case .startsWith(let prefix): value.string.map { $0.utf8.starts(with: prefix) } ?? false
        case .exists, .words: false
        }
    }

    /// The values at the end of a path, one for each element of the arrays on the way.
    static func leaves(_ value: Value?, _ path: ArraySlice<String>) -> [Value] {
        guard let value else { return [] }
        guard let key = path.first else { return [value] }
        switch value {
        case .object(let document):
            return leaves(document[key], path.dropFirst())
        case .array(let elements):
            var found: [Value] = []
            if let index = Int(key), elements.indices.contains(index) {
                found = leaves(elements[index], path.dropFirst())
            }
            for case .object(let document) in elements { found += leaves(document[key], path.dropFirst()) }
            return found
        default: return []
        }
    }
}

extension [UInt8] {
    func contains(_ needle: [UInt8]) -> Bool {
        withUnsafeBytes { whole in needle.withUnsafeBytes { Lowered.find($0, in: whole) } }
    }
}

extension Value {
    /// Equal as documents are: numbers by value, texts by their bytes.
    func isSame(as other: Value) -> Bool {
        switch (self, other) {
        case (.int(let a), .double(let b)), (.double(let b), .int(let a)): Double(a) == b && Int(exactly: b) == a
        case (.string(let a), .string(let b)): a.utf8.elementsEqual(b.utf8)
        case (.date(let a), .date(let b)): a.milliseconds == b.milliseconds
        case (.array(let a), .array(let b)): a.count == b.count && zip(a, b).allSatisfy { $0.isSame(as: $1) }
        case (.object(let a), .object(let b)):
            a.pairs.count == b.pairs.count
                && zip(a.pairs, b.pairs).allSatisfy {
                    $0.key.utf8.elementsEqual($1.key.utf8) && $0.value.isSame(as: $1.value)
                }
        default: self == other
        }
    }

    /// Whether the value lies on the right side of a bound of its own type.
    func isBeyond(_ bound: Filter.Bound, above: Bool) -> Bool {
        if isSame(as: bound.value) { return bound.isInclusive && !isNull }
        return switch (self, bound.value) {
        case (.int(let a), .int(let b)): (a > b) == above
        case (.int, .double), (.double, .int), (.double, .double):
            if let a = double, let b = bound.value.double { above ? a > b : a < b } else { false }
        case (.string(let a), .string(let b)): b.utf8.lexicographicallyPrecedes(a.utf8) == above
        case (.date(let a), .date(let b)): (a.milliseconds > b.milliseconds) == above
        case (.id(let a), .id(let b)): (a > b) == above
        case (.bool(let a), .bool(let b)): (a && !b) == above
        default: false
        }
    }
}

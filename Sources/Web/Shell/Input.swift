import Foundation
import Growth
import Store

/// The fields of a form or of a JSON body, read one by one; what cannot be read is collected for `finish`.
///
/// A form's `branding.primaryColor` and JSON's `{"branding": {"primaryColor": …}}` are the same field.
public struct Input: Sendable {
    public let document: Document

    public init(_ document: Document = Document()) { self.document = document }

    public subscript(_ path: String) -> Value? {
        let names = path.split(separator: ".").map(String.init)
        guard let first = names.first else { return nil }
        return names.dropFirst().reduce(document[first]) { $0?.object?[$1] }
    }

    /// Whether the field was sent at all: one that was not is left as it is.
    public func has(_ path: String) -> Bool { self[path] != nil }

    /// The text of a field as it was sent; numbers and yes/no as their text.
    public func text(_ path: String) -> String? {
        switch self[path] {
        case .string(let text)?: text
        case .int(let number)?: String(number)
        case .double(let number)?: String(number)
        case .bool(let flag)?: flag ? "true" : "false"
        default: nil
        }
    }

    public func number(_ path: String) -> Double? {
        self[path]?.double ?? text(path).flatMap { Double($0.trimmingCharacters(in: .whitespaces)) }
    }

    /// A form sends a checked box as `on` and leaves out one that is not checked.
    public func flag(_ path: String) -> Bool? {
        switch self[path] {
        case .bool(let flag)?: flag
        case .string(let text)?: ["on", "true", "1", "yes"].contains(text)
        default: nil
        }
    }

    /// Several values of one name.
    public func texts(_ path: String) -> [String]? {
        switch self[path] {
        case .array(let items)?: items.compactMap(\.string).filter { !$0.isEmpty }
        case .string(let text)?: text.isEmpty ? [] : [text]
        default: nil
        }
    }

    /// Throws for fields that this request does not take: they are named, and nothing is written.
    public func allow(_ names: String...) throws { try allow(names) }

    public func allow(_ names: [String]) throws {
        let unknown = document.keys.filter { !names.contains($0) && $0 != FormToken.field }
        try InvalidFields(Dictionary(unknown.map { ($0, .notWritable) }, uniquingKeysWith: { first, _ in first }))
            .throwIfAny()
    }
}

extension Input {
    /// Reads `application/x-www-form-urlencoded`; `nil` when it is not that or has too many fields.
    static func form(_ text: String) -> Input? {
        var document = Document()
        let pairs = text.split(separator: "&")
        guard pairs.count <= WebLimits.formFields else { return nil }
        for pair in pairs {
            let sides = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = decoded(sides[0]), let value = decoded(sides.count > 1 ? sides[1] : "") else { return nil }
            document = adding(value, at: name.split(separator: ".").map(String.init)[...], to: document)
        }
        return Input(document)
    }

    private static func adding(_ value: String, at path: ArraySlice<String>, to document: Document) -> Document {
        guard let name = path.first, path.count <= 8 else { return document }
        var document = document
        if path.count > 1 {
            document[name] = .object(adding(value, at: path.dropFirst(), to: document[name]?.object ?? Document()))
        } else if let before = document[name] {
            document[name] = .array((before.array ?? [before]) + [.string(value)])
        } else {
            document[name] = .string(value)
        }
        return document
    }

    static func decoded(_ text: Substring) -> String? {
        text.replacingOccurrences(of: "+", with: " ").removingPercentEncoding
    }
}

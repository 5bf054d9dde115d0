import Foundation
import Growth
import Mustache

/// The words of the interface: one JSON file for each noun and language, `Locales/ar/users.json` under the key `users`.
public struct Phrases: Sendable {
    private let trees: [Language: PhraseTree]

    public enum Problem: Error { case notAnObject(file: String) }

    public init(folder: URL) throws {
        var trees: [Language: PhraseTree] = [:]
        for language in Language.known {
            let files = try FileManager.default.contentsOfDirectory(
                at: folder.appendingPathComponent(language.rawValue), includingPropertiesForKeys: nil)
            var nouns: [String: PhraseTree] = [:]
            for file in files where file.pathExtension == "json" {
                let json = try JSONSerialization.jsonObject(with: Data(contentsOf: file))
                guard let tree = PhraseTree(json: json) else { throw Problem.notAnObject(file: file.lastPathComponent) }
                nouns[file.deletingPathExtension().lastPathComponent] = tree
            }
            trees[language] = .branch(nouns)
        }
        self.trees = trees
    }

    public func tree(_ language: Language) -> PhraseTree { trees[language] ?? .branch([:]) }

    /// The phrase of `key` (`users.title`) with its `{name}`s filled in. A missing one shows its key; a test finds it.
    public func text(_ key: String, _ language: Language, _ values: [String: String] = [:]) -> String {
        guard case .text(let phrase)? = tree(language)[key] else { return key }
        return Self.fill(phrase, values)
    }

    public func has(_ key: String) -> Bool {
        Language.known.allSatisfy { if case .text? = tree($0)[key] { true } else { false } }
    }

    /// The form of `key` that goes with `count` in the language's grammar; `{count}` stands for the number.
    public func plural(_ key: String, _ count: Int, _ language: Language, _ values: [String: String] = [:]) -> String {
        let branch = tree(language)[key]
        // English has no form for none, yet "No rows to import" reads better than "Import 0 rows".
        let none = count == 0 ? branch?[PluralForm.zero.rawValue] : nil
        let form = none ?? branch?[PluralForm(count, language).rawValue] ?? branch?[PluralForm.other.rawValue]
        guard case .text(let phrase)? = form else { return key }
        var values = values
        values["count"] = values["count"] ?? Formats.number(count)
        return Self.fill(phrase, values)
    }

    /// Values come between isolates, so that a Latin name or an address keeps its order within Arabic.
    private static func fill(_ phrase: String, _ values: [String: String]) -> String {
        guard phrase.contains("{") else { return phrase }
        var out = ""
        var rest = Substring(phrase)
        while let open = rest.firstIndex(of: "{") {
            out += rest[..<open]
            guard let close = rest[open...].firstIndex(of: "}") else { break }
            let name = String(rest[rest.index(after: open)..<close])
            out += values[name].map(isolated) ?? "{\(name)}"
            rest = rest[rest.index(after: close)...]
        }
        return out + rest
    }

    static func isolated(_ value: String) -> String {
        value.allSatisfy { $0.isASCII && $0.isNumber || $0 == "," } ? value : "\u{2068}\(value)\u{2069}"
    }
}

/// Phrases by name, as templates walk them: `{{t.users.title}}`.
public indirect enum PhraseTree: Sendable, MustacheParent {
    case text(String)
    case branch([String: PhraseTree])

    init?(json: Any) {
        if let text = json as? String {
            self = .text(text)
        } else if let object = json as? [String: Any] {
            var children: [String: PhraseTree] = [:]
            for (key, value) in object {
                guard let child = PhraseTree(json: value) else { return nil }
                children[key] = child
            }
            self = .branch(children)
        } else {
            return nil
        }
    }

    subscript(path: String) -> PhraseTree? {
        path.split(separator: ".").reduce(self as PhraseTree?) { node, name in
            if case .branch(let children)? = node { children[String(name)] } else { nil }
        }
    }

    /// Every path that ends in a text.
    var paths: [String] {
        switch self {
        case .text: [""]
        case .branch(let children):
            children.flatMap { name, child in child.paths.map { $0.isEmpty ? name : "\(name).\($0)" } }
        }
    }

    public func child(named name: String) -> Any? {
        guard case .branch(let children) = self, let child = children[name] else { return nil }
        if case .text(let text) = child { return text }
        return child
    }
}

/// The grammatical number of a count (Unicode CLDR, cardinal rules for whole numbers).
enum PluralForm: String {
    case zero, one, two, few, many, other

    init(_ count: Int, _ language: Language) {
        let n = count.magnitude
        guard language == .arabic else {
            self = n == 1 ? .one : .other
            return
        }
        switch (n, n % 100) {
        case (0, _): self = .zero
        case (1, _): self = .one
        case (2, _): self = .two
        case (_, 3...10): self = .few
        case (_, 11...99): self = .many
        default: self = .other
        }
    }
}

import Foundation
import Growth
import Testing

@testable import Web

/// A missing phrase would render as nothing, so every one is demanded here, in both languages.
@Suite struct LocaleTests {
    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()
    private static let web = root.appendingPathComponent("Sources/Web")

    private static func keys(_ language: Language) throws -> Set<String> {
        Set(try Phrases(folder: web.appendingPathComponent("Locales")).tree(language).paths)
    }

    /// Keys of plural phrases end in the form's name; the phrase is their parent.
    private static let forms: Set<String> = ["zero", "one", "two", "few", "many", "other"]

    /// The names of phrases: a group in which every name is a plural's form counts as one.
    private static func phrases(_ keys: Set<String>) -> Set<String> {
        let plurals = plurals(keys)
        return Set(keys.map { key in plurals.contains(parent(key)) ? parent(key) : key })
    }

    private static func plurals(_ keys: Set<String>) -> Set<String> {
        let groups = Dictionary(grouping: keys, by: parent)
        return Set(
            groups.filter { $0.value.allSatisfy { forms.contains(String($0.split(separator: ".").last ?? "")) } }.keys)
    }

    private static func parent(_ key: String) -> String {
        key.split(separator: ".").dropLast().joined(separator: ".")
    }

    private static func texts(below folder: String, _ ending: String) throws -> [String] {
        try Resources.files(below: web.appendingPathComponent(folder)).filter { $0.path.hasSuffix(ending) }
            .map { try String(contentsOf: $0.url, encoding: .utf8) }
    }

    /// `whole`: keys by name. `begun`: `"users.roles.\(…)"` uses everything below `users.roles.`.
    private static func used() throws -> (whole: Set<String>, begun: Set<String>) {
        var whole: Set<String> = [], begun: Set<String> = []
        for text in try texts(below: "Templates", ".mustache") {
            for match in text.matches(of: #/\{\{[#^&]?\s*t\.([A-Za-z0-9_.]+)/#) { whole.insert(String(match.1)) }
        }
        let nouns = Set(try keys(.arabic).compactMap { $0.split(separator: ".").first.map(String.init) })
        for text in try texts(below: "", ".swift") {
            for match in text.matches(of: #/"([a-z][A-Za-z]*(?:\.[A-Za-z0-9_]+)+)"/#) {
                let key = String(match.1)
                if nouns.contains(String(key.prefix { $0 != "." })) { whole.insert(key) }
            }
            for match in text.matches(of: #/"([a-z][A-Za-z]*(?:\.[A-Za-z0-9_]+)*\.)\\\(/#) {
                begun.insert(String(match.1))
            }
        }
        begun.insert("calendar.months.")
        // What `RecordNoun` looks up.
        for noun in RecordNoun.allCases {
            whole.insert(noun.title)
            begun.formUnion([noun.field(""), noun.hint(""), "\(noun.rawValue).values."])
        }
        return (whole, begun)
    }

    @Test func `both languages have the same phrases`() throws {
        let arabic = Self.phrases(try Self.keys(.arabic)),
            english = Self.phrases(try Self.keys(.english))
        #expect(arabic.subtracting(english).sorted() == [])
        #expect(english.subtracting(arabic).sorted() == [])
    }

    @Test func `every plural has the forms of its language`() throws {
        for (language, wanted) in [(Language.arabic, Self.forms), (.english, ["one", "other"])] {
            let keys = try Self.keys(language)
            for plural in Self.plurals(keys) {
                for form in wanted {
                    #expect(keys.contains("\(plural).\(form)"), "\(language.rawValue) \(plural).\(form)")
                }
            }
        }
    }

    @Test func `every phrase that a template or the code names exists`() throws {
        let phrases = Self.phrases(try Self.keys(.arabic))
        // Index names and ids of others look alike; a key is one whose first word is a noun with a locale file.
        let used = try Self.used().whole.filter { !$0.hasPrefix("branding.") }
        let missing = used.filter { key in !phrases.contains { $0 == key || $0.hasPrefix(key + ".") } }
        #expect(missing.sorted() == [])
    }

    @Test func `no phrase is left over`() throws {
        let (whole, begun) = try Self.used()
        let codes = Set(["errors.", "problems."])
        let unused = Self.phrases(try Self.keys(.arabic)).filter { key in
            !whole.contains(key) && !begun.union(codes).contains { key.hasPrefix($0) }
        }
        #expect(unused.sorted() == [])
    }

    @Test func `every error and problem code has its sentence`() throws {
        let phrases = try Self.keys(.arabic)
        let swift =
            try Self.texts(below: "", ".swift").joined()
            + String(
                contentsOf: Self.root.appendingPathComponent("Sources/Growth/InvalidFields.swift"), encoding: .utf8)
        for match in swift.matches(of: #/Failure\(\s*\.?[A-Za-z(:, "0-9)]*?, "([a-z_]+)"/#) {
            #expect(phrases.contains("errors.\(match.1)"), "errors.\(match.1)")
        }
        for match in swift.matches(of: #/FieldProblem\("([a-z_]+)"/#) {
            #expect(phrases.contains("problems.\(match.1)"), "problems.\(match.1)")
        }
    }

    @Test func `Arabic counts as Arabic does`() throws {
        let phrases = try Phrases(folder: Self.web.appendingPathComponent("Locales"))
        let said = [0, 1, 2, 3, 10, 11, 99, 100, 103, 1_000].map { phrases.plural("users.count", $0, .arabic) }
        #expect(
            said == [
                "لا مستخدمين", "مستخدم واحد", "مستخدمان", "3 مستخدمين", "10 مستخدمين", "11 مستخدما", "99 مستخدما",
                "100 مستخدم", "103 مستخدمين", "1,000 مستخدم",
            ])
    }

    @Test func `text that a person wrote keeps its order within a phrase`() throws {
        let phrases = try Phrases(folder: Self.web.appendingPathComponent("Locales"))
        #expect(phrases.text("dashboard.greeting", .arabic, ["name": "Noura"]) == "أهلا \u{2068}Noura\u{2069}")
        #expect(phrases.text("dashboard.greeting", .english, ["name": "{name}"]) == "Hello \u{2068}{name}\u{2069}")
    }
}

import Foundation
import Store
import StoreTesting
import Testing

/// Texts that broke other programs, out of the shared corpus.
enum Naughty {
    static let file: URL = {
        let shared = ProcessInfo.processInfo.environment["ANWAL_SHARED"].map { URL(fileURLWithPath: $0) }
        let beside = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(path: "../../../shared")
        return (shared ?? beside).standardizedFileURL.appending(path: "corpora/text/blns.json")
    }()

    static let isPresent = FileManager.default.fileExists(atPath: file.path)

    static func texts() throws -> [String] {
        try Value(json: Data(contentsOf: file)).array?.compactMap(\.string) ?? []
    }
}

@Suite(.enabled(if: Naughty.isPresent, "corpora/text/blns.json is missing: set ANWAL_SHARED"))
struct NaughtyTests {
    @Test(arguments: Engine.allCases)
    func `every text comes back byte for byte from every field, also as a filter's value`(
        _ engine: Engine
    ) async throws {
        let texts = try Naughty.texts()
        #expect(texts.count > 500)
        try await engine.withStore { store in
            let firms = texts.map { text in
                var firm = Firm()
                (firm.name, firm.city, firm.tags, firm.aliases) = (text, text, [text], [text])
                firm.custom = .object(Document([.init(text, .string(text)), .init("list", .array([.string(text)]))]))
                firm.extra = Document([.init("x" + text, .string(text))])
                firm.contacts = [Firm.Contact(email: text)]
                return firm
            }
            try await store.insert(firms)
            for (firm, text) in zip(firms, texts) {
                let found = try #require(try await store.get(firm.id))
                #expect(found.city.map { Array($0.utf8) } == Array(text.utf8))
                #expect(
                    found.tags == [text] && found.custom == firm.custom && found.extra == firm.extra
                        && found.contacts == firm.contacts)
                for filter in [
                    Filter.equals("city", .string(text)), .isIn("city", [.string(text)]), .startsWith("city", text),
                    .contains("city", text),
                    .hasAny("tags", [.string(text)]), .equals("aliases", .string(text)),
                    .equals("custom.list", .string(text)),
                    .equals("contacts.email", .string(text)),
                    .range("name", from: .including(.string(text)), to: .including(.string(text))),
                ] {
                    let count = try await store.count(Firm.self, where: filter && .id(firm.id))
                    #expect(count == 1, "\(filter)")
                }
            }
        }
    }

    @Test(arguments: Engine.allCases) func `no text in a filter's path or a search reaches the engine as language`(
        _ engine: Engine
    ) async throws {
        let texts = try Naughty.texts()
        try await engine.withStore { store in
            try await store.insert(Firm())
            for text in texts {
                await #expect(throws: StoreError.self) {
                    try await store.count(Firm.self, where: .equals("x" + text, 1))
                }
                let (below, searched) = try await (
                    store.count(Firm.self, where: .equals("custom." + text, "x")),
                    store.count(Firm.self, where: .search("words", ["q" + text]))
                )
                #expect(below == 0 && searched == 0)
            }
            #expect(try await store.count(Firm.self) == 1)
        }
    }
}

import ArgumentParser
import Foundation
import Store

struct DuplicatesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "duplicates",
        abstract: "Find records that may be the same, and list them.",
        discussion: """
              anwal duplicates find
              anwal duplicates list --kind people
            """,
        subcommands: [Find.self, List.self])

    struct Find: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Look for duplicates among all records and wait for the end.")

        @OptionGroup var folder: FolderOptions

        @Flag(name: .long, help: "Show how far it is, also where the output is no terminal.")
        var progress = false

        func run() async throws {
            let (isJSON, showsProgress) = (folder.json, progress)
            try await Failures.explained {
                try await Connection.with(try folder.settings()) { connection in
                    _ = try await connection.post("/api/duplicates/search")
                    let search = try await connection.follow(
                        "/api/duplicates/search", isQuiet: isJSON && !Output.isTerminal && !showsProgress
                    ) { search in
                        guard ["pending", "running"].contains(search["status"]?.string ?? "") else { return nil }
                        return (DuplicatesCommand.phase(search), search["fraction"]?.double ?? 0)
                    }
                    guard search["status"]?.string == "done" else {
                        throw Failure.refused(
                            Output.words(
                                "لم يكتمل البحث؛ انظر سجل الخادم.", "The search did not end; see the server's log."))
                    }
                    isJSON ? Output.json(.object(search)) : DuplicatesCommand.report(search)
                }
            }
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List the pairs that wait for a review, the surest first.")

        @OptionGroup var folder: FolderOptions

        @Option(name: .long, help: "companies or people.")
        var kind = "companies"

        @Option(name: .long, help: "How many, up to 200.")
        var limit = 50

        func validate() throws {
            guard ["companies", "people"].contains(kind) else {
                throw ValidationError("--kind takes companies or people.")
            }
            guard (10...200).contains(limit) else { throw ValidationError("--limit takes 10 to 200.") }
        }

        func run() async throws {
            let (kind, limit, isJSON) = (kind == "people" ? "person" : "company", limit, folder.json)
            try await Failures.explained {
                try await Connection.with(try folder.settings()) { connection in
                    let path = "/api/duplicates?filter[status]=pending&filter[entityType]=\(kind)&limit=\(limit)"
                    let encoded = path.replacing("[", with: "%5B").replacing("]", with: "%5D")
                    let list = try await connection.get(encoded)
                    isJSON ? Output.json(list) : DuplicatesCommand.show(list.object ?? Document())
                }
            }
        }
    }

    private static func phase(_ search: Document) -> String {
        switch search["phase"]?.string {
        case "reading": Output.words("قراءة", "reading")
        case "matching": Output.words("مطابقة", "matching")
        case "writing": Output.words("كتابة", "writing")
        default: Output.words("انتظار", "waiting")
        }
    }

    private static func report(_ search: Document) {
        let rows: [(String, String, String)] = [
            ("rows", "سجلات قورنت", "records compared"), ("pairs", "أزواج جديدة", "new pairs"),
            ("known", "أزواج معروفة من قبل", "pairs known before"),
        ]
        for (key, arabic, english) in rows { Output.line("\(search[key]?.int ?? 0)  \(Output.words(arabic, english))") }
        if search["pairs"]?.int ?? 0 > 0 {
            Output.line(Output.words("لعرضها:", "To see them:") + " anwal duplicates list")
        }
    }

    private static func show(_ list: Document) {
        let items = list["items"]?.array?.compactMap(\.object) ?? []
        if items.isEmpty {
            Output.line(
                Output.words(
                    "لا أزواج بانتظار المراجعة. للبحث: anwal duplicates find",
                    "No pairs wait for a review. To look for some: anwal duplicates find"))
        }
        for item in items {
            let ids = "\(item["entityId1"]?.string ?? "")  \(item["entityId2"]?.string ?? "")"
            let names = "\(item["entityName1"]?.string ?? "")  ·  \(item["entityName2"]?.string ?? "")"
            Output.line("\(ids)  \(item["recommendedAction"]?.string ?? "")  \(names)")
        }
        let count = list["count"]?.int ?? 0
        if count > items.count {
            let sign = list["countIsExact"]?.bool == false ? "+" : ""
            Output.line(Output.words("من أصل \(count)\(sign)", "of \(count)\(sign)"))
        }
    }
}

import ArgumentParser
import Foundation
import Growth
import Store

struct Undo: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Take an import back.",
        discussion: """
            Deletes what the import made and sets back what it changed, unless someone has changed it since.

              anwal undo 665f0c… --dry-run
              anwal undo 665f0c…
            """)

    @OptionGroup var folder: FolderOptions

    @Argument(help: "The id of an import, as anwal history shows it.")
    var id: String

    @Flag(name: .long, help: "Show what would happen and change nothing.")
    var dryRun = false

    func run() async throws {
        let (id, isDry, isJSON) = (id, dryRun, folder.json)
        try await Failures.explained {
            try await Connection.with(try folder.settings()) { connection in
                let path = "/api/imports/\(id)/undo"
                let report =
                    isDry
                    ? try await connection.post(path + "?dryRun=true")
                    : try await Self.undo(id, path, connection, isJSON)
                isJSON ? Output.json(report) : Self.show(report.object ?? Document())
            }
        }
    }

    /// Asks for it, waits for its end and gives the report.
    private static func undo(_ id: String, _ path: String, _ connection: Connection, _ isJSON: Bool) async throws
        -> Value
    {
        _ = try await connection.post(path)
        let log = try await connection.follow("/api/imports/\(id)", isQuiet: isJSON && !Output.isTerminal) { log in
            let progress = log["progress"]?.object
            guard log["undoneAt"] == nil, progress?["phase"]?.string == ImportProgress.Phase.undoing.rawValue
            else { return nil }
            return (Output.words("تراجع", "undoing"), (progress?["rowsDone"]?.double ?? 0) / 1_000)
        }
        guard log["undoneAt"] != nil else {
            throw Failure.refused(
                Output.words("تعذر التراجع؛ انظر سجل الخادم.", "It could not be undone; see the server's log."))
        }
        return try await connection.get(path)
    }

    private static func show(_ report: Document) {
        let rows: [(String, String, String)] = [
            ("companiesDeleted", "شركات محذوفة", "companies deleted"),
            ("peopleDeleted", "أشخاص محذوفون", "people deleted"),
            ("contactPointsDeleted", "وسائل تواصل محذوفة", "contact points deleted"),
            ("serviceMatchesDeleted", "خدمات محذوفة", "service matches deleted"),
            ("fieldsRestored", "حقول أعيدت", "fields set back"),
            ("keptCount", "بقيت لأنها تغيّرت بعد الاستيراد", "kept, changed since"),
        ]
        for (key, arabic, english) in rows { Output.line("\(report[key]?.int ?? 0)  \(Output.words(arabic, english))") }
        for kept in report["kept"]?.array?.compactMap(\.object).prefix(20) ?? [] {
            Output.line(
                "  \(kept["name"]?.string ?? "")  \(kept["field"]?.string ?? "")  \(kept["reason"]?.string ?? "")")
        }
    }
}

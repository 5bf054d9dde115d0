import ArgumentParser
import Foundation
import Store

struct History: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "List the imports, or show one.",
        discussion: """
              anwal history
              anwal history 665f0c… --errors errors.xlsx
            """)

    @OptionGroup var folder: FolderOptions

    @Argument(help: "The id of an import.")
    var id: String?

    @Option(name: .long, help: "Where to write the rows that failed.", completion: .file(extensions: ["xlsx"]))
    var errors: String?

    func validate() throws {
        if errors != nil && id == nil { throw ValidationError("--errors needs the id of an import.") }
    }

    func run() async throws {
        let (id, errors, isJSON) = (id, errors.map { URL(filePath: $0) }, folder.json)
        try await Failures.explained {
            try await Connection.with(try folder.settings()) { connection in
                guard let id else {
                    let list = try await connection.get("/api/imports/history?limit=50")
                    return isJSON ? Output.json(list) : Self.show(list.object?["items"]?.array ?? [])
                }
                let log = try await connection.get("/api/imports/\(id)")
                if let errors { try await connection.download("/api/imports/\(id)/errors.xlsx", to: errors) }
                isJSON ? Output.json(log) : Self.show([log])
            }
        }
    }

    private static func show(_ logs: [Value]) {
        if logs.isEmpty { Output.line(Output.words("لا توجد عمليات استيراد بعد.", "Nothing has been imported yet.")) }
        for log in logs.compactMap(\.object) {
            let at = log["startedAt"]?.string?.prefix(16).replacing("T", with: " ") ?? ""
            let status =
                log["undoneAt"] != nil
                ? "undone" : log["cancelledAt"] != nil ? "cancelled" : log["status"]?.string ?? ""
            let created = log["recordsCreated"]?.int ?? 0
            Output.line(
                "\((log["_id"] ?? log["id"])?.string ?? "")  \(at)  \(status)  +\(created)  \(log["fileName"]?.string ?? "")"
            )
        }
    }
}

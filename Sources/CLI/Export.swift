import ArgumentParser
import Foundation
import Store

struct Export: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Export companies, people, contact points, leads, opportunities or tasks to a spreadsheet.",
        discussion: """
              anwal export companies companies.xlsx
              anwal export people people.csv --query "city=الرياض"
            """)

    @OptionGroup var folder: FolderOptions

    @Argument(help: "companies, people, contact_points, leads, opportunities or tasks.")
    var what: String

    @Argument(help: "The file to write: .xlsx or .csv.", completion: .file())
    var file: String

    @Option(name: .long, help: "Narrows the list as the API's query does: q=…, filter[city]=… (joined by &).")
    var query: String?

    private static let nouns = ["companies", "people", "contact_points", "leads", "opportunities", "tasks"]

    func validate() throws {
        guard Self.nouns.contains(what) else {
            throw ValidationError("Export takes \(Self.nouns.joined(separator: ", ")).")
        }
        guard ["xlsx", "csv"].contains(format) else { throw ValidationError("The file's name ends in .xlsx or .csv.") }
    }

    private var format: String { URL(filePath: file).pathExtension.lowercased() }

    func run() async throws {
        let (what, file, format, isJSON) = (what, URL(filePath: file), format, folder.json)
        let query = (query ?? "").addingPercentEncoding(withAllowedCharacters: .urlQueryAllowed) ?? ""
        try await Failures.explained {
            try await Connection.with(try folder.settings()) { connection in
                let listed = try await connection.get("/api/\(what)?limit=10&\(query)").object
                try await connection.download("/api/\(what)/export?format=\(format)&\(query)", to: file)
                if isJSON {
                    var result: Document = ["file": .string(file.path)]
                    result["count"] = listed?["count"]
                    result["countIsExact"] = listed?["countIsExact"]
                    Output.json(.object(result))
                } else {
                    Output.line(file.path)
                }
            }
        }
    }
}

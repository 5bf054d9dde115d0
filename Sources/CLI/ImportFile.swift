import ArgumentParser
import Foundation
import Growth
import Store

struct ImportFile: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Import companies, people and contact points from a spreadsheet.",
        discussion: """
            The columns are recognised by their headers and contents; a mapping file overrules that.

              anwal import list.xlsx
              anwal import list.xlsx --dry-run
              anwal import list.csv --mapping mapping.json --policy overwrite --json

            Exit codes: 0 every row imported; 2 some rows failed (anwal import prints where they are); 1 nothing imported.
            """)

    @OptionGroup var folder: FolderOptions

    @Argument(
        help: "An .xlsx, .xls, .csv or .tsv file.",
        completion: .file(extensions: ["xlsx", "xlsm", "xls", "csv", "tsv"]))
    var file: String

    @Option(
        name: .long, help: "A JSON file that says which column becomes which field.",
        completion: .file(extensions: ["json"]))
    var mapping: String?

    @Option(name: .long, help: "What a row may do to a stored record: fillBlanks, overwrite, higherConfidence or skip.")
    var policy: String = ImportPolicy.fillBlanks.rawValue

    @Flag(name: .long, help: "Show what would happen and change nothing.")
    var dryRun = false

    func validate() throws {
        guard ImportPolicy(rawValue: policy) != nil else {
            throw ValidationError("--policy takes \(ImportPolicy.allCases.map(\.rawValue).joined(separator: ", ")).")
        }
    }

    func run() async throws {
        let outcome = Outcome()
        try await Failures.explained {
            let path = URL(filePath: file)
            guard FileManager.default.fileExists(atPath: path.path) else { throw Failure.fileMissing(file) }
            let mapping = try mapping.map(Self.readMapping)
            let (isDry, isJSON, policy) = (dryRun, folder.json, policy)
            try await Connection.with(try folder.settings()) { connection in
                let run = ImportSession(connection: connection, isJSON: isJSON)
                let request = try await run.upload(path, mapping: mapping, policy: policy)
                await outcome.set(isDry ? try await run.preview(request) : try await run.execute(request))
            }
        }
        if let code = await outcome.code { throw code }
    }

    private static func readMapping(_ path: String) throws -> Value {
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else { throw Failure.cannotRead(path) }
        do {
            return try Value(json: text)
        } catch {
            throw Failure.refused("\(path): \(error)")
        }
    }
}

/// The exit code that a run ends with; `nil` for 0.
private actor Outcome {
    private(set) var code: ExitCode?
    func set(_ code: ExitCode?) { self.code = code }
}

/// One import through the API.
struct ImportSession: Sendable {
    let connection: Connection
    let isJSON: Bool

    /// Sends the file and returns the request for its preview or its run.
    func upload(_ file: URL, mapping: Value?, policy: String) async throws -> Document {
        let detected = try await connection.upload(file, to: "/api/imports/detect").object ?? Document()
        var request: Document = ["policy": .string(policy)]
        request["fileId"] = detected["fileId"]
        request["mapping"] = mapping ?? detected["mapping"]
        request["type"] = mapping?.object?["type"] ?? detected["type"]
        return request
    }

    func preview(_ request: Document) async throws -> ExitCode? {
        let preview = try await connection.post("/api/imports/preview", .object(request)).object ?? Document()
        if isJSON {
            Output.json(.object(preview))
        } else {
            Output.line(Output.words("لن يتغيّر شيء. لو نُفّذ الاستيراد:", "Nothing changes. The import would do this:"))
            Self.show(preview["counters"]?.object ?? preview["counts"]?.object ?? Document())
        }
        return nil
    }

    func execute(_ request: Document) async throws -> ExitCode? {
        let started = try await connection.post("/api/imports/execute", .object(request)).object
        guard let id = (started?["_id"] ?? started?["id"])?.string else { throw Failure.refused("execute") }
        let log = try await follow(id)
        if isJSON { Output.json(.object(log)) } else { Self.report(log, id: id) }
        switch log["status"]?.string {
        case "completed": return nil
        case "partially_completed": return .someFailed
        default: return .failure
        }
    }

    /// Waits for the end of a run and shows how far it is.
    private func follow(_ id: String) async throws -> Document {
        try await connection.follow("/api/imports/\(id)", isQuiet: isJSON && !Output.isTerminal) { log in
            guard ["pending", "processing"].contains(log["status"]?.string ?? "") else { return nil }
            let progress = log["progress"]?.object
            let done = progress?["rowsDone"]?.double ?? 0
            return (Self.phase(progress?["phase"]?.string), done / max(progress?["rowsTotal"]?.double ?? 0, 1))
        }
    }

    private static func phase(_ name: String?) -> String {
        switch name {
        case "reading": Output.words("قراءة", "reading")
        case "matching": Output.words("مطابقة", "matching")
        case "writing": Output.words("كتابة", "writing")
        default: Output.words("انتظار", "waiting")
        }
    }

    private static func report(_ log: Document, id: String) {
        show(log)
        for message in log["errorMessages"]?.array?.prefix(10) ?? [] { Output.line("  " + (message.string ?? "")) }
        if log["recordsFailed"]?.int ?? 0 > 0 {
            Output.line(
                Output.words("الصفوف التي لم تُستورد مع أسبابها:", "The rows that failed, with their reasons:")
                    + " anwal history \(id) --errors errors.xlsx")
        }
        Output.line(Output.words("للتراجع:", "To take it back:") + " anwal undo \(id)")
    }

    static func show(_ counters: Document) {
        let rows: [(String, String, String)] = [
            ("totalRowsFound", "صفوف", "rows"), ("companiesExtracted", "شركات", "companies"),
            ("peopleExtracted", "أشخاص", "people"), ("contactPointsExtracted", "وسائل تواصل", "contact points"),
            ("serviceMatchesExtracted", "خدمات مقترحة", "service matches"),
            ("recordsCreated", "سجلات جديدة", "created"),
            ("recordsUpdated", "سجلات محدّثة", "updated"), ("recordsSkipped", "بلا تغيير", "unchanged"),
            ("recordsFailed", "لم تُستورد", "failed"), ("duplicatesDetected", "مكررات", "duplicates"),
        ]
        for (key, arabic, english) in rows {
            guard let count = counters[key]?.int else { continue }
            let number = String(count)
            Output.line(
                String(repeating: " ", count: max(0, 12 - number.count)) + number + "  " + Output.words(arabic, english)
            )
        }
    }
}

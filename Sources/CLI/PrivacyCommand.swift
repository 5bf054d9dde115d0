import ArgumentParser
import Foundation
import Store

struct PrivacyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "privacy", abstract: "Show, hand out and erase what is kept of a person.",
        subcommands: [Show.self, Export.self, Erase.self])

    /// A person's id, or an address that is in no record any more.
    struct Subject: ParsableArguments {
        @Argument(help: "The id of a person, or an email or number that is in no record any more.")
        var subject: String

        var isRecord: Bool { ObjectID(subject) != nil }
        var encoded: String {
            subject.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Count what is kept, by collection, and say what an erasure would do to it.",
            discussion: """
                  anwal privacy show 665f0c…
                  anwal privacy show noura@example.sa
                """)

        @OptionGroup var folder: FolderOptions
        @OptionGroup var subject: Subject

        func run() async throws {
            let (subject, isJSON) = (subject, folder.json)
            try await Failures.explained {
                try await Connection.with(try folder.settings()) { connection in
                    let report: Value
                    if subject.isRecord {
                        report = try await connection.get("/api/people/\(subject.subject)/privacy")
                    } else {
                        report = try await connection.get("/api/privacy?q=\(subject.encoded)")
                    }
                    if isJSON { return Output.json(report) }
                    let rows = (report.object?["address"]?.object ?? report.object)?["items"]?.array ?? []
                    for row in rows.compactMap(\.object) {
                        Output.line(
                            "\(row["count"]?.int ?? 0)  \(row["name"]?.string ?? "")  \(row["fate"]?.string ?? "")")
                    }
                    for person in report.object?["people"]?.array?.compactMap(\.object) ?? [] {
                        Output.line("\(person["_id"]?.string ?? "")  \(person["fullName"]?.string ?? "")")
                    }
                }
            }
        }
    }

    struct Export: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Write what is kept to a file.",
            discussion: """
                  anwal privacy export 665f0c… noura.json
                  anwal privacy export noura@example.sa noura.xlsx
                """)

        @OptionGroup var folder: FolderOptions
        @OptionGroup var subject: Subject

        @Argument(help: "The file to write: .json or .xlsx.", completion: .file())
        var file: String

        private var format: String { URL(filePath: file).pathExtension.lowercased() }

        func validate() throws {
            guard ["json", "xlsx"].contains(format) else {
                throw ValidationError("The file's name ends in .json or .xlsx.")
            }
        }

        func run() async throws {
            let (subject, file, format, isJSON) = (subject, URL(filePath: file), format, folder.json)
            try await Failures.explained {
                try await Connection.with(try folder.settings()) { connection in
                    let path =
                        subject.isRecord
                        ? "/api/people/\(subject.subject)/privacy/export?format=\(format)"
                        : "/api/privacy/export?address=\(subject.encoded)&format=\(format)"
                    try await connection.download(path, to: file)
                    isJSON ? Output.json(["file": .string(file.path)]) : Output.line(file.path)
                }
            }
        }
    }

    struct Erase: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Erase what is kept, for good.",
            discussion: """
                  anwal privacy erase 665f0c… --confirm "نورة العتيبي"
                  anwal privacy erase noura@example.sa --confirm noura@example.sa
                """)

        @OptionGroup var folder: FolderOptions
        @OptionGroup var subject: Subject

        @Option(name: .long, help: "The person's full name, or the address again: this cannot be undone.")
        var confirm: String

        func run() async throws {
            let (subject, confirm, isJSON) = (subject, confirm, folder.json)
            try await Failures.explained {
                try await Connection.with(try folder.settings()) { connection in
                    var body: Document = ["confirm": .string(confirm)]
                    let path = subject.isRecord ? "/api/people/\(subject.subject)/privacy/erase" : "/api/privacy/erase"
                    if !subject.isRecord { body["address"] = .string(subject.subject) }
                    let asked = try await connection.post(path, .object(body))
                    let state = try await Self.follow(asked.object?["_id"]?.string ?? "", connection, isJSON)
                    if isJSON { return Output.json(state) }
                    for pair in state.object?["counts"]?.object?.pairs ?? [] {
                        Output.line("\(pair.value.int ?? 0)  \(pair.key)")
                    }
                }
            }
        }

        private static func follow(_ id: String, _ connection: Connection, _ isJSON: Bool) async throws -> Value {
            let path = "/api/privacy/erasures/\(id)"
            let state = try await connection.follow(path, isQuiet: isJSON && !Output.isTerminal) { state in
                guard ["pending", "running"].contains(state["status"]?.string ?? "") else { return nil }
                let share = (state["done"]?.double ?? 0) / max(state["total"]?.double ?? 1, 1)
                return (Output.words("محو", "erasing"), share)
            }
            guard state["status"]?.string == "done" else {
                throw Failure.refused(
                    Output.words("توقف المحو؛ انظر سجل الخادم.", "The erasure stopped; see the server's log."))
            }
            return .object(state)
        }
    }
}

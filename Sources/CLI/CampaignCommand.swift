import ArgumentParser
import Foundation
import Store

struct CampaignCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "campaign", abstract: "List campaigns, start, pause and cancel them, and see what came of them.",
        discussion: """
            A campaign is written in the browser or through the API; here it is set going and watched.

              anwal campaign list
              anwal campaign show 665f0c…
              anwal campaign start 665f0c… --at 2026-12-01T09:00
              anwal campaign recipients 665f0c… ledger.xlsx
            """,
        subcommands: [
            List.self, Show.self, Check.self, Prepare.self, Start.self, Move<Pause>.self, Move<Resume>.self,
            Move<Cancel>.self, Move<Retry>.self, Recipients.self,
        ])

    struct Campaign: ParsableArguments {
        @Argument(help: "The id of a campaign, as anwal campaign list shows it.")
        var id: String

        func validate() throws {
            guard ObjectID(id) != nil else { throw ValidationError("The id has 24 hexadecimal digits.") }
        }

        var path: String { "/api/campaigns/\(id)" }
    }

    /// One line: id, status, figures, name.
    static func show(_ campaign: Document) {
        let stats = campaign["stats"]?.object
        let figures = ["totalRecipients", "sent", "opened", "clicked", "bounced"].map { String(stats?[$0]?.int ?? 0) }
        Output.line(
            "\(campaign["_id"]?.string ?? "")  \(campaign["status"]?.string ?? "")  \(figures.joined(separator: "/"))  "
                + (campaign["name"]?.string ?? ""))
    }

    /// Asks for one thing and shows the campaign as it is then.
    static func move(
        _ folder: FolderOptions, _ body: @escaping @Sendable (Connection) async throws -> Value
    ) async throws {
        let isJSON = folder.json
        try await Failures.explained {
            try await Connection.with(try folder.settings()) { connection in
                let answer = try await body(connection)
                isJSON ? Output.json(answer) : show(answer.object ?? Document())
            }
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "The latest campaigns: id, status, recipients/sent/opened/clicked/bounced, name.")
        @OptionGroup var folder: FolderOptions

        func run() async throws {
            let isJSON = folder.json
            try await Failures.explained {
                try await Connection.with(try folder.settings()) { connection in
                    let page = try await connection.get("/api/campaigns?limit=100")
                    if isJSON { return Output.json(page) }
                    for item in page.object?["items"]?.array?.compactMap(\.object) ?? [] { CampaignCommand.show(item) }
                }
            }
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "How many recipients stand where, and why.")
        @OptionGroup var folder: FolderOptions
        @OptionGroup var campaign: Campaign

        func run() async throws {
            let (isJSON, path) = (folder.json, campaign.path)
            try await Failures.explained {
                try await Connection.with(try folder.settings()) { connection in
                    let counts = try await connection.get("\(path)/counts")
                    if isJSON { return Output.json(counts) }
                    CampaignCommand.show(try await connection.get(path).object ?? Document())
                    for group in ["byStatus", "bySkipReason"] {
                        for pair in counts.object?[group]?.object?.pairs ?? [] {
                            Output.line("\(pair.value.int ?? 0)  \(pair.key)")
                        }
                    }
                    for name in ["held", "uncertain"] where counts.object?[name]?.int ?? 0 > 0 {
                        Output.line("\(counts.object?[name]?.int ?? 0)  \(name)")
                    }
                }
            }
        }
    }

    struct Check: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "What should be known before it starts.",
            discussion: "Exit code 1 when something keeps it from starting.")
        @OptionGroup var folder: FolderOptions
        @OptionGroup var campaign: Campaign

        func run() async throws {
            let (isJSON, path) = (folder.json, campaign.path)
            try await Failures.explained {
                try await Connection.with(try folder.settings()) { connection in
                    let answer = try await connection.get("\(path)/check")
                    let problems = answer.object?["problems"]?.array?.compactMap(\.object) ?? []
                    if isJSON { Output.json(answer) }
                    for problem in problems where !isJSON {
                        let isGrave = problem["isGrave"]?.bool ?? false
                        Output.line("\(isGrave ? "!" : "-") \(problem["sentence"]?.string ?? "")")
                    }
                    if problems.contains(where: { $0["isGrave"]?.bool == true }) { throw ExitCode.failure }
                }
            }
        }
    }

    struct Prepare: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Make the list of recipients, and wait for it.")
        @OptionGroup var folder: FolderOptions
        @OptionGroup var campaign: Campaign

        func run() async throws {
            let (isJSON, path) = (folder.json, campaign.path)
            try await Failures.explained {
                try await Connection.with(try folder.settings()) { connection in
                    _ = try await connection.post("\(path)/recipients")
                    let counts = try await connection.follow("\(path)/counts", isQuiet: isJSON && !Output.isTerminal) {
                        state in
                        guard let list = state["list"]?.object else { return nil }
                        let (done, total) = (list["done"]?.double ?? 0, max(list["total"]?.double ?? 1, 1))
                        return (Output.words("إعداد القائمة", "making the list"), done / total)
                    }
                    if isJSON { return Output.json(.object(counts)) }
                    Output.line(
                        "\(counts["meant"]?.int ?? 0)  \(Output.words("مستلمون", "recipients"))")
                    for pair in counts["bySkipReason"]?.object?.pairs ?? [] {
                        Output.line("\(pair.value.int ?? 0)  \(pair.key)")
                    }
                }
            }
        }
    }

    struct Start: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Send it at once, or from a moment on.")
        @OptionGroup var folder: FolderOptions
        @OptionGroup var campaign: Campaign
        @Option(name: .long, help: "When it starts, in the team's time: 2026-12-01T09:00.")
        var at: String?

        func run() async throws {
            let (path, at) = (campaign.path, at)
            try await CampaignCommand.move(folder) { connection in
                var body = Document()
                if let at { body["at"] = .string(at) }
                return try await connection.post("\(path)/schedule", .object(body))
            }
        }
    }

    /// A move that is one request, with nothing more to say.
    struct Move<Kind: CampaignMove>: AsyncParsableCommand {
        static var configuration: CommandConfiguration {
            CommandConfiguration(commandName: Kind.name, abstract: Kind.abstract)
        }

        @OptionGroup var folder: FolderOptions
        @OptionGroup var campaign: Campaign

        func run() async throws {
            let path = campaign.path
            try await CampaignCommand.move(folder) { try await Kind.ask($0, path) }
        }
    }

    struct Recipients: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Write the ledger to a file.")
        @OptionGroup var folder: FolderOptions
        @OptionGroup var campaign: Campaign
        @Argument(help: "The file to write: .xlsx or .csv.", completion: .file())
        var file: String

        private var format: String { URL(filePath: file).pathExtension.lowercased() }

        func validate() throws {
            guard ["xlsx", "csv"].contains(format) else {
                throw ValidationError("The file's name ends in .xlsx or .csv.")
            }
        }

        func run() async throws {
            let (id, file, format, isJSON) = (campaign.id, URL(filePath: file), format, folder.json)
            try await Failures.explained {
                try await Connection.with(try folder.settings()) { connection in
                    try await connection.download(
                        "/recipients/export?format=\(format)&filter%5BcampaignId%5D=\(id)", to: file)
                    if isJSON { Output.json(["path": .string(file.path)]) } else { Output.line(file.path) }
                }
            }
        }
    }
}

protocol CampaignMove: SendableMetatype {
    static var name: String { get }
    static var abstract: String { get }
    /// - Parameter path: of the campaign in the API.
    static func ask(_ connection: Connection, _ path: String) async throws -> Value
}

extension CampaignMove {
    static func ask(_ connection: Connection, _ path: String) async throws -> Value {
        try await connection.post("\(path)/\(name)")
    }
}

private enum Pause: CampaignMove {
    static let (name, abstract) = ("pause", "Pause it; what is under way ends.")
}

private enum Resume: CampaignMove {
    static let (name, abstract) = ("resume", "Go on with it.")
    static func ask(_ connection: Connection, _ path: String) async throws -> Value {
        try await connection.delete("\(path)/pause")
    }
}

private enum Cancel: CampaignMove {
    static let (name, abstract) = ("cancel", "Send no more of it, ever.")
}

private enum Retry: CampaignMove {
    static let (name, abstract) = ("retry", "Try again those whom it failed to reach.")
}

import ArgumentParser
import Foundation
import Store

struct UserCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "user", abstract: "Add people who may sign in, disable them, take off a lost second factor.",
        subcommands: [Add.self, List.self, Disable.self, Delete.self, ResetSecondFactor.self])

    struct Add: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Invite somebody: prints a link with which they choose their password.",
            discussion: """
                  anwal user add sara@example.sa --name "سارة العتيبي" --role manager
                """)

        @OptionGroup var folder: FolderOptions

        @Argument(help: "The email address.")
        var email: String

        @Option(name: .long, help: "The name.")
        var name: String

        @Option(name: .long, help: "admin, manager, sales or viewer.")
        var role: String = "sales"

        func run() async throws {
            let body: Document = ["email": .string(email), "name": .string(name), "role": .string(role)]
            let isJSON = folder.json
            let settings = try folder.settings()
            try await Failures.explained {
                try await Connection.with(settings) { connection in
                    let made = try await connection.post("/api/users", .object(body))
                    if isJSON { return Output.json(made) }
                    Output.line(made.object?["link"]?.string ?? made.json)
                }
            }
        }
    }
}

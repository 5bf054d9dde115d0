import ArgumentParser
import Growth

@main
enum Program {
    static func main() async {
        Allocator.beThrifty()
        await Anwal.main()
    }
}

/// The `anwal` command.
struct Anwal: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "anwal",
        abstract: "A growth platform for sales teams who live in spreadsheets.",
        discussion: """
            Commands talk to the server that owns the data folder, or open the folder themselves when none runs.

            Exit codes: 0 done; 1 not done, the message says why; 2 done, but some rows failed; 64 wrong arguments; \
            69 the server or the folder cannot be reached.
            """,
        version: Build.version,
        subcommands: [
            Serve.self, ImportFile.self, Export.self, Undo.self, History.self, UserCommand.self, PrivacyCommand.self,
            DuplicatesCommand.self, CampaignCommand.self, MailboxCommand.self, Doctor.self, Demo.self, Worker.self,
            Migrate.self, SchemaCommand.self,
        ],
        defaultSubcommand: Serve.self)
}

enum Build {
    static let version = "0.1.0"
}

extension ExitCode {
    /// The work is done, but some rows failed: errors.xlsx has them.
    static let someFailed = ExitCode(2)
    static let unreachable = ExitCode(69)
}

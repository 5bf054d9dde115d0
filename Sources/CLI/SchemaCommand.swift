import ArgumentParser
import Growth
import Store
import StoreMongo

struct SchemaCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "schema", abstract: "Look after collections and indexes of a MongoDB database.",
        subcommands: [Sync.self], defaultSubcommand: Sync.self)

    struct Sync: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Create the indexes that are missing, and name those that nothing here needs.",
            discussion: """
                Superfluous indexes are named and never dropped: another program may want them.

                  anwal schema sync --dry-run

                Exit codes: 0 nothing is missing any more; 1 an index could not be made; the list says why.
                """)

        @OptionGroup var folder: FolderOptions

        @Flag(name: .long, help: "Only say what would be done.")
        var dryRun = false

        func run() async throws {
            try await Failures.explained {
                let settings = try folder.settings()
                guard let uri = settings.text(.mongoDB) else {
                    throw SettingsProblem(
                        .mongoDB, "the address of the database; the embedded store needs no such care")
                }
                let store = try MongoStore(uri: uri)
                let states = try await store.syncIndexes(GrowthSchema.entities, dryRun: dryRun)
                await store.close()
                report(states)
                if states.contains(where: { $0.state == .conflicting }) { throw ExitCode.failure }
            }
        }

        private func report(_ states: [IndexState]) {
            if folder.json {
                return Output.json(
                    .array(
                        states.map {
                            [
                                "collection": .string($0.collection), "index": .string($0.index),
                                "state": .string($0.state.rawValue),
                            ]
                        }))
            }
            for item in states where item.state != .present {
                Output.line("\(item.state.rawValue)  \(item.collection)  \(item.index)")
            }
            let present = states.count { $0.state == .present }
            Output.line(Output.words("موجودة: \(present)", "present: \(present)"))
        }
    }
}

import ArgumentParser
import Foundation
import Growth
import Store
import StoreMongo
import StoreSQLite

struct Migrate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Copy all data to another store: from the data folder to MongoDB, or back.",
        discussion: """
            Stop every server first. The copy may be interrupted and begun again; at its end both sides are compared, \
            document by document. The data folder keeps its secret and the files of imports: take it along.

            `--to mongodb` takes the address from MONGODB_URI, so that its password stands in no argument list.

              MONGODB_URI=mongodb://db/anwal_growth anwal migrate --to mongodb
              anwal migrate --from mongodb --to /var/lib/anwal

            Exit codes: 0 copied and the same; 1 not.
            """)

    @OptionGroup var folder: FolderOptions

    @Option(name: .long, help: "mongodb, a mongodb:// address, or a folder.")
    var to: String

    @Option(name: .long, help: "The same; by default the data folder.")
    var from: String?

    func run() async throws {
        try await Failures.explained {
            let settings = try folder.settings()
            let source = try open(from ?? settings.folder.path(percentEncoded: false), settings)
            do {
                let target = try open(to, settings)
                try await copy(source, target)
                await target.close()
            } catch {
                await source.close()
                throw error
            }
            await source.close()
        }
    }

    private func open(_ place: String, _ settings: ServerSettings) throws -> any DocumentStore {
        if place == "mongodb" {
            guard let uri = settings.text(.mongoDB) else {
                throw SettingsProblem(
                    .mongoDB, "the address of the database, for example mongodb://db.example/anwal_growth")
            }
            return try MongoStore(uri: uri)
        }
        if place.hasPrefix("mongodb://") || place.hasPrefix("mongodb+srv://") { return try MongoStore(uri: place) }
        return try SQLiteStore(folder: URL(filePath: place).standardizedFileURL)
    }

    private func copy(_ source: any DocumentStore, _ target: any DocumentStore) async throws {
        let types = GrowthSchema.entities
        for store in [source, target] { try await store.prepare(types) }
        let copy = StoreCopy(from: source, to: target)
        try await copy.run(types) { progress in
            guard Output.isTerminal else { return }
            Output.overwrite("\(progress.collection) \(progress.done)/\(progress.total)")
        }
        if Output.isTerminal { Output.overwrite("") }
        let findings = try await copy.compare(types) { finding in
            if !folder.json {
                let mark = finding.isSame ? "✓" : "✘"
                Output.line(
                    "\(mark) \(finding.collection.padding(toLength: 22, withPad: " ", startingAt: 0)) \(finding.count)")
            }
        }
        if folder.json {
            Output.json(
                .array(
                    findings.map {
                        ["collection": .string($0.collection), "count": .int($0.count), "isSame": .bool($0.isSame)]
                    }))
        }
        if findings.contains(where: { !$0.isSame }) {
            Output.error(
                Output.words(
                    "الجانبان مختلفان. تأكد من أن أحدًا لا يكتب فيهما، ثم أعد النقل إلى قاعدة فارغة.",
                    "The two sides differ. See that nobody writes to them, then copy to an empty database again."))
            throw ExitCode.failure
        }
    }
}

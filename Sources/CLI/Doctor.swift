import ArgumentParser
import Foundation
import Growth
import Store
import StoreSQLite

struct Doctor: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Say how this installation stands and what is wrong with it.",
        discussion: """
            With --mailbox it looks at the sender's domain instead, as receivers of its mail do: SPF, DKIM, DMARC, MX, and \
            the name of the server that sends.

            Exit codes: 0 nothing is wrong; 1 something is; 69 no name server answers.

              anwal doctor
              anwal doctor --mailbox sales@example.sa
              anwal doctor --mailbox sales@example.sa --selector anwal2026 --dns 9.9.9.9
            """)

    @OptionGroup var folder: FolderOptions

    @Option(name: .long, help: "The address of a sender, whose domain is looked at.")
    var mailbox: String?

    @Option(name: .long, help: "A selector of DKIM to look under; may be given several times.")
    var selector: [String] = []

    @Option(name: .long, help: "The name server to ask, with or without a port (default: the system's).")
    var dns: String?

    func validate() throws {
        if mailbox == nil, !selector.isEmpty || dns != nil {
            throw ValidationError("--selector and --dns go with --mailbox.")
        }
    }

    func run() async throws {
        if let mailbox {
            return try await SenderReport.run(mailbox, selectors: selector, dns: dns, folder)
        }
        let settings = try folder.settings()
        var report = HealthReport()
        for key in ServerSettings.Key.allCases {
            let value = settings.text(key).map { key.isSecret ? "set" : $0 } ?? "-"
            report.add(key.rawValue, value, note: settings.source(key).rawValue)
        }
        do {
            try settings.check()
        } catch let problem as SettingsProblem {
            report.addProblem(problem.description)
        }
        if let secret = settings.text(.secret), InstallSecret(secret).isShort {
            report.addWarning("NEXTAUTH_SECRET is shorter than 32 bytes: choose a longer one.")
        }
        if let warning = settings.proxyWarning { report.addWarning(warning) }
        await report.look(settings)
        folder.json ? Output.json(.object(report.document)) : report.print()
        if report.hasProblems { throw ExitCode.failure }
    }
}

/// What `doctor` found.
struct HealthReport {
    private var facts: [(name: String, value: String, note: String)] = []
    private var problems: [String] = []
    private var warnings: [String] = []

    var hasProblems: Bool { !problems.isEmpty }

    mutating func add(_ name: String, _ value: String, note: String = "") { facts.append((name, value, note)) }
    mutating func addProblem(_ text: String) { problems.append(text) }
    mutating func addWarning(_ text: String) { warnings.append(text) }

    /// The store itself, or told that a server has the folder.
    mutating func look(_ settings: ServerSettings) async {
        guard settings.text(.mongoDB) != nil || FileManager.default.fileExists(atPath: settings.folder.path) else {
            add("folder", "not made yet")
            return
        }
        do {
            let store = try settings.openStore()
            try await store.prepare(GrowthSchema.entities)
            for fact in try await store.facts() { add(fact.name, fact.value) }
            try await addRecords(store)
            await store.close()
        } catch StoreError.inUse(let path) {
            add("server", "runs", note: SQLiteStore.owner(of: path).map(String.init) ?? "")
        } catch let error as StoreError {
            addProblem(Failures.sentence(for: error))
        } catch {
            addProblem("\(error)")
        }
    }

    private mutating func addRecords(_ store: any DocumentStore) async throws {
        add("companies", String(try await store.count(Company.self)))
        add("people", String(try await store.count(Person.self)))
        let missing = try await MissingKeys(store: store).count()
        if missing.companies + missing.people > 0 {
            addWarning(
                "\(missing.companies) companies and \(missing.people) people of an earlier program are not searchable yet; "
                    + "a running server sees to it.")
        }
        let failed = try await store.count(Job.self, where: .equals("status", "failed"))
        if failed > 0 { addWarning("\(failed) background jobs failed: see anwal history.") }
    }

    var document: Document {
        [
            "facts": .array(
                facts.map { .object(["name": .string($0.name), "value": .string($0.value), "note": .string($0.note)]) }),
            "problems": Value(problems), "warnings": Value(warnings),
        ]
    }

    func print() {
        for fact in facts {
            let note = fact.note.isEmpty ? "" : "  (\(fact.note))"
            Output.line(fact.name.padding(toLength: 24, withPad: " ", startingAt: 0) + " " + fact.value + note)
        }
        for warning in warnings { Output.line("! " + warning) }
        for problem in problems { Output.line("✘ " + problem) }
        if problems.isEmpty { Output.line(Output.words("لا مشكلة.", "Nothing is wrong.")) }
    }
}

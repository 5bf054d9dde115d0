import ArgumentParser
import Foundation
import Store

struct MailboxCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mailbox", abstract: "List the team's mailboxes, and test whether they send and read.",
        discussion: """
              anwal mailbox list
              anwal mailbox test sales@example.sa
              anwal mailbox sign sales@example.sa
            """,
        subcommands: [List.self, Test.self, Sign.self])

    struct Sign: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Sign the mails of a mailbox (DKIM), and print the TXT record to publish.",
            discussion: """
                Without --key a key is made. The key is sealed in the database and cannot be read out again. \
                Check the published record with: anwal doctor --mailbox ADDRESS

                  anwal mailbox sign sales@example.sa
                  anwal mailbox sign sales@example.sa --selector k2026 --key dkim.pem
                """)

        @OptionGroup var folder: FolderOptions

        @Argument(help: "The name or the address of a mailbox.")
        var mailbox: String

        @Option(
            name: .long, help: "The name under which the record stands (default: anwal, for a new key the next one).")
        var selector: String?

        @Option(name: .long, help: "A file with a private key in PEM, RSA or Ed25519.")
        var key: String?

        func run() async throws {
            let (name, isJSON) = (mailbox, folder.json)
            var body: Document = [:]
            if let selector { body["selector"] = .string(selector) }
            let (request, file) = (body, key)
            try await Failures.explained {
                var request = request
                if let file { request["key"] = .string(try String(contentsOfFile: file, encoding: .utf8)) }
                let signing = request
                try await Connection.with(try folder.settings()) { connection in
                    let id = try await MailboxCommand.find(name, connection)
                    let made = try await connection.put("/api/mailboxes/\(id)/signing", .object(signing))
                    if isJSON { return Output.json(made) }
                    Output.line("\(made.object?["name"]?.string ?? "")  TXT")
                    Output.line(made.object?["record"]?.string ?? "")
                }
            }
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List the mailboxes, how they are and what they sent.")

        @OptionGroup var folder: FolderOptions

        func run() async throws {
            let isJSON = folder.json
            try await Failures.explained {
                try await Connection.with(try folder.settings()) { connection in
                    let list = try await connection.get("/api/mailboxes")
                    isJSON ? Output.json(list) : MailboxCommand.show(list.object?["items"]?.array ?? [])
                }
            }
        }
    }

    struct Test: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Connect to both servers of a mailbox and sign in, as sending and reading would.",
            discussion: """
                No mail is sent and nothing in the inbox changes.

                Exit codes: 0 all that is set up works; 1 something does not, the message says what and what to do; 69 the \
                server or the folder cannot be reached.

                  anwal mailbox test sales@example.sa
                  anwal mailbox test "مبيعات أنوال" --json
                """)

        @OptionGroup var folder: FolderOptions

        @Argument(help: "The name or the address of a mailbox.")
        var mailbox: String

        func run() async throws {
            let (name, isJSON) = (mailbox, folder.json)
            try await Failures.explained {
                try await Connection.with(try folder.settings()) { connection in
                    let found = try await MailboxCommand.find(name, connection)
                    let checks = try await connection.post("/api/mailboxes/\(found)/check")
                    isJSON ? Output.json(checks) : MailboxCommand.show(checks.object ?? Document())
                    let isWell = checks.object?.pairs.allSatisfy { pair in
                        pair.value.object?["isWell"]?.bool ?? false || pair.value.object?["isSetUp"]?.bool == false
                    }
                    if isWell != true { throw ExitCode.failure }
                }
            }
        }
    }

    /// The id of the mailbox with this address, else with this name.
    static func find(_ name: String, _ connection: Connection) async throws -> String {
        let items = try await connection.get("/api/mailboxes").object?["items"]?.array?.compactMap(\.object) ?? []
        let found =
            items.first { $0["email"]?.string?.lowercased() == name.lowercased() }.map { [$0] }
            ?? items.filter { $0["name"]?.string == name }
        guard found.count < 2 else {
            throw Failure.refused(
                Output.words(
                    "أكثر من حساب بهذا الاسم. اكتب عنوانه.", "Several mailboxes have this name. Give the address."))
        }
        guard let id = found.first?["_id"]?.string else {
            throw Failure.refused(
                Output.words(
                    "لا حساب بريد بهذا الاسم أو العنوان. لعرضها: anwal mailbox list",
                    "No mailbox has this name or address. To see them: anwal mailbox list"))
        }
        return id
    }

    private static func show(_ items: [Value]) {
        if items.isEmpty {
            Output.line(
                Output.words(
                    "لا حسابات بريد بعد. اربط واحدا من الصفحة /mailboxes", "No mailboxes yet. Connect one at /mailboxes"
                ))
        }
        for item in items.compactMap(\.object) {
            func sent(_ count: String, _ cap: String) -> String {
                "\(item[count]?.int ?? 0)" + (item[cap]?.int.map { "/\($0)" } ?? "")
            }
            let mark = item["isDefault"]?.bool == true ? "*" : " "
            let hour = sent("sentLastHour", "hourlyCap"), day = sent("sentLastDay", "dailyCap")
            Output.line(
                "\(mark) \(item["email"]?.string ?? "")  \(item["condition"]?.string ?? "")  \(hour) h  \(day) d  "
                    + (item["name"]?.string ?? ""))
        }
    }

    private static func show(_ checks: Document) {
        let names = [
            "smtp": Output.words("الإرسال", "Sending"), "imap": Output.words("القراءة", "Reading"),
        ]
        for pair in checks.pairs {
            let check = pair.value.object ?? Document(), name = names[pair.key] ?? pair.key
            if check["isWell"]?.bool == true {
                Output.line("✔ \(name): " + Output.words("يعمل", "works"))
            } else if check["isSetUp"]?.bool == false {
                Output.line("- \(name): " + Output.words("غير معدّ", "not set up"))
            } else {
                Output.line("✘ \(name) (\(check["step"]?.string ?? "")): \(check["sentence"]?.string ?? "")")
                if let said = check["said"]?.string { Output.line("  « \(said) »") }
            }
        }
    }
}

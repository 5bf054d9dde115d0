import ArgumentParser
import Foundation
import Store

extension UserCommand {
    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the people who may sign in.")

        @OptionGroup var folder: FolderOptions

        func run() async throws {
            let isJSON = folder.json
            try await Failures.explained {
                try await Connection.with(try folder.settings()) { connection in
                    let users = try await connection.get("/api/users")
                    if isJSON { return Output.json(users) }
                    for user in users.object?["items"]?.array?.compactMap(\.object) ?? [] {
                        let factor = user["hasSecondFactor"]?.bool == true ? Output.words("بخطوتين", "two steps") : "-"
                        let words = ["email", "role", "status"].map { user[$0]?.string ?? "" }
                        Output.line((words + [factor, user["name"]?.string ?? ""]).joined(separator: "  "))
                    }
                }
            }
        }
    }

    struct Disable: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Disable an account: sessions and keys end at once.",
            discussion: """
                  anwal user disable sami@example.sa --hand-over-to sara@example.sa
                  anwal user disable sami@example.sa --hand-over-to round_robin
                """)

        @OptionGroup var folder: FolderOptions
        @OptionGroup var heir: HeirOptions

        @Argument(help: "The email address.")
        var email: String

        func run() async throws {
            try await heir.leave(email, folder) { connection, id, heir in
                var body: Document = ["status": "disabled"]
                if let heir { body["handOverTo"] = .string(heir) }
                _ = try await connection.patch("/api/users/\(id)", .object(body))
                return Output.words("أُوقف الحساب.", "The account is disabled.")
            }
        }
    }

    struct Delete: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Delete an account for good.",
            discussion: """
                  anwal user delete sami@example.sa --hand-over-to sara@example.sa
                """)

        @OptionGroup var folder: FolderOptions
        @OptionGroup var heir: HeirOptions

        @Argument(help: "The email address.")
        var email: String

        func run() async throws {
            try await heir.leave(email, folder) { connection, id, heir in
                try await connection.delete("/api/users/\(id)" + (heir.map { "?handOverTo=\($0)" } ?? ""))
                return Output.words("حُذف الحساب.", "The account is deleted.")
            }
        }
    }

    struct ResetSecondFactor: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "reset-second-factor",
            abstract: "Take off the second step of sign-in of somebody who has lost the phone.",
            discussion: """
                  anwal user reset-second-factor noura@example.sa
                """)

        @OptionGroup var folder: FolderOptions

        @Argument(help: "The email address.")
        var email: String

        func run() async throws {
            let (email, isJSON) = (email, folder.json)
            try await Failures.explained {
                try await Connection.with(try folder.settings()) { connection in
                    let id = try await Accounts.id(of: email, connection)
                    try await connection.delete("/api/users/\(id)/second-factor")
                    isJSON
                        ? Output.json(["reset": .string(id)])
                        : Output.line(
                            Output.words("أُعيد ضبط الدخول بخطوتين.", "Sign-in in two steps is reset."))
                }
            }
        }
    }
}

/// Who goes on with the records of somebody who leaves.
struct HeirOptions: ParsableArguments {
    @Option(name: .long, help: "Who gets the records: an email address, round_robin or nobody. Without it they stay.")
    var handOverTo: String?

    /// Ends an account by `act`, which says what it did, and waits until the records are passed on.
    func leave(
        _ email: String, _ folder: FolderOptions,
        _ act: @escaping @Sendable (_ connection: Connection, _ id: String, _ heir: String?) async throws -> String
    ) async throws {
        let (handOverTo, isJSON) = (handOverTo, folder.json)
        try await Failures.explained {
            try await Connection.with(try folder.settings()) { connection in
                let id = try await Accounts.id(of: email, connection)
                var heir = handOverTo
                if let address = handOverTo, address.contains("@") {
                    heir = try await Accounts.id(of: address, connection)
                }
                let sentence = try await act(connection, id, heir)
                if heir != nil { try await Self.follow(id, connection, isJSON) }
                isJSON ? Output.json(["user": .string(id)]) : Output.line(sentence)
            }
        }
    }

    /// Waits until the records are passed on.
    private static func follow(_ id: String, _ connection: Connection, _ isJSON: Bool) async throws {
        let path = "/api/users/\(id)/hand-over"
        let state = try await connection.follow(path, isQuiet: isJSON && !Output.isTerminal) { state in
            let latest = state["latest"]?.object
            guard ["pending", "running"].contains(latest?["status"]?.string ?? "") else { return nil }
            let share = (latest?["done"]?.double ?? 0) / max(latest?["total"]?.double ?? 1, 1)
            return (Output.words("نقل السجلات", "passing records on"), min(share, 1))
        }
        if state["latest"]?.object?["status"]?.string == "failed" {
            throw Failure.refused(
                Output.words(
                    "توقف نقل السجلات؛ انظر سجل الخادم.", "Passing the records on stopped; see the server's log."))
        }
    }
}

/// Accounts as commands name them.
enum Accounts {
    /// The id of an account by its address.
    static func id(of email: String, _ connection: Connection) async throws -> String {
        let users = try await connection.get("/api/users").object?["items"]?.array?.compactMap(\.object) ?? []
        guard let id = users.first(where: { $0["email"]?.string == email.lowercased() })?["_id"]?.string else {
            throw Failure.refused(Output.words("لا حساب بالعنوان \(email).", "There is no account \(email)."))
        }
        return id
    }
}

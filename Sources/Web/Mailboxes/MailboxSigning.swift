import Growth
import Store

/// A mailbox's own signature: its part of the page, its form, its JSON.
enum MailboxSigning {
    static func data(
        _ mailbox: Mailbox, _ visit: MemberVisit, _ problems: [String: FieldProblem]
    ) -> PageData {
        let input = visit.input
        let domain = mailbox.email.split(separator: "@").last.map(String.init) ?? ""
        return [
            "id": mailbox.id.description, "email": mailbox.email, "isSigned": mailbox.dkim != nil,
            "errors": visit.sentences(problems), "isOpen": !problems.isEmpty, "recordName": mailbox.dkim?.name ?? "",
            "record": mailbox.dkim?.record ?? "",
            "selector": input.text("selector") ?? mailbox.nextSelector,
            "domain": input.text("domain") ?? mailbox.dkim?.domain ?? domain,
        ]
    }

    /// What is left empty is chosen.
    static func read(_ input: Input) throws -> Mailboxes.Signing {
        try input.allow("domain", "selector", "key")
        func text(_ name: String) -> String? { input.text(name).flatMap { $0.isEmpty ? nil : $0 } }
        var signing = Mailboxes.Signing()
        (signing.domain, signing.selector) = (text("domain"), text("selector"))
        signing.key = text("key").map { HiddenText($0) }
        return signing
    }

    static let schema: JSONSchema = .object(
        .must("domain", .string), .must("selector", .string), .must("name", .string), .must("record", .string))

    static func value(_ signing: Mailbox.Signing) -> Value {
        [
            "domain": .string(signing.domain), "selector": .string(signing.selector), "name": .string(signing.name),
            "record": .string(signing.record),
        ]
    }
}

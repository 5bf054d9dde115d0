import Store

/// Reads the fields of a mailbox as they were sent, and collects what is wrong.
struct MailboxReader {
    private var reader = FieldReader()
    private let fields: [String: String]

    init(_ fields: [String: String]) { self.fields = fields }

    static let known: Set<String> = [
        "name", "email", "provider", "status", "notes", "signature", "smtpHost", "smtpPort", "smtpSecurity", "smtpUser",
        "imapHost", "imapPort", "imapSecurity", "imapUser", "dailyCap", "hourlyCap", "minGapSeconds",
    ]

    mutating func refuse(_ field: String, _ problem: FieldProblem) { reader.refuse(field, problem) }

    func throwIfAny() throws { try reader.throwIfAny() }

    mutating func read(into mailbox: inout Mailbox, isNew: Bool) {
        for field in fields.keys where !Self.known.contains(field) { reader.refuse(field, .unknownField) }
        if isNew || fields["name"] != nil {
            mailbox.name = reader.line(fields["name"], "name", required: true, limit: 120) ?? ""
        }
        if isNew || fields["email"] != nil {
            mailbox.email = reader.email(fields["email"], "email") ?? ""
            if mailbox.email.isEmpty, (fields["email"] ?? "").isEmpty { reader.refuse("email", .required) }
        }
        word("provider", Mailbox.Provider.known) { mailbox.provider = $0 ?? .smtpImap }
        word("status", Mailbox.Status.known) { mailbox.status = $0 ?? .active }
        word("smtpSecurity", Mailbox.Security.known) { mailbox.smtpSecurity = $0 }
        word("imapSecurity", Mailbox.Security.known) { mailbox.imapSecurity = $0 }
        host("smtpHost") { mailbox.smtpHost = $0 }
        host("imapHost") { mailbox.imapHost = $0 }
        number("smtpPort", Mailboxes.ports) { mailbox.smtpPort = $0 }
        number("imapPort", Mailboxes.ports) { mailbox.imapPort = $0 }
        number("dailyCap", Mailboxes.caps) { mailbox.dailyCap = $0 }
        number("hourlyCap", Mailboxes.caps) { mailbox.hourlyCap = $0 }
        number("minGapSeconds", 0...86_400) { mailbox.minGapSeconds = $0 }
        if fields["smtpUser"] != nil { mailbox.smtpUser = reader.line(fields["smtpUser"], "smtpUser") }
        if fields["imapUser"] != nil { mailbox.imapUser = reader.line(fields["imapUser"], "imapUser") }
        if fields["notes"] != nil { mailbox.notes = reader.text(fields["notes"], "notes") }
        if fields["signature"] != nil { mailbox.signature = reader.text(fields["signature"], "signature") }
    }

    private mutating func word<C: Choice & Equatable>(_ field: String, _ known: [C], _ set: (C?) -> Void) {
        guard let text = fields[field] else { return }
        if text.isEmpty { return set(nil) }
        guard let word = known.first(where: { $0.rawValue == text }) else { return reader.refuse(field, .notInList) }
        set(word)
    }

    private mutating func number(_ field: String, _ range: ClosedRange<Int>, _ set: (Int?) -> Void) {
        guard let text = fields[field] else { return }
        if text.isEmpty { return set(nil) }
        guard let number = Int(text) else { return reader.refuse(field, .notANumber) }
        guard range.contains(number) else {
            return reader.refuse(field, .outOfRange(String(range.lowerBound), String(range.upperBound)))
        }
        set(number)
    }

    /// A name or an address of a machine, and nothing that could become a command.
    private mutating func host(_ field: String, _ set: (String?) -> Void) {
        guard let text = fields[field] else { return }
        guard let host = reader.line(text, field, limit: 253) else { return set(nil) }
        let letters = host.utf8.allSatisfy {
            (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0)
                || [0x2D, 0x2E, 0x3A].contains($0)
        }
        guard letters else { return reader.refuse(field, .notAHost) }
        set(host.lowercased())
    }
}

extension FieldProblem {
    static let notAHost = FieldProblem("not_a_host")
}

import Growth

/// What pages and answers call the states and troubles of a mailbox.
enum MailboxWords {
    static func condition(_ mailbox: Mailbox, _ visit: some Visiting) -> String {
        visit.phrase("mailboxes.conditions.\(mailbox.condition.rawValue)")
    }

    static func sign(_ mailbox: Mailbox) -> String {
        switch mailbox.condition {
        case .well: "ok"
        case .unwell, .needsPassword: "error"
        case .unknown: "warn"
        case .inactive: ""
        }
    }

    /// What failed, and what to do about it; providers that are particular about passwords have words of their own.
    static func sentence(
        _ trouble: MailboxTrouble, _ mailbox: Mailbox, _ direction: Mailboxes.Direction, _ visit: some Visiting
    ) -> String {
        if let refusal = trouble.refusal { return RecipientWords.sentence(refusal, visit) + "." }
        let host = (direction == .smtp ? mailbox.smtpHost : mailbox.imapHost) ?? ""
        let port = direction == .smtp ? mailbox.smtpPort : mailbox.imapPort
        let values = ["host": host, "port": port.map(String.init) ?? ""]
        if trouble.code == .signInRefused || trouble.code == .noCommonMechanism, let provider = particular(host) {
            return visit.phrase("mailboxes.signIn.\(provider)", values)
        }
        return visit.phrase("mailboxes.troubles.\(trouble.code.rawValue)", values)
    }

    private static func particular(_ host: String) -> String? {
        if host.hasSuffix(".gmail.com") { return "google" }
        if host.hasSuffix(".office365.com") || host.hasSuffix(".outlook.com") { return "microsoft" }
        if host.hasSuffix(".yahoo.com") || host.hasSuffix(".me.com") { return "appPassword" }
        return nil
    }

    /// The name of the step that failed.
    static func step(_ trouble: MailboxTrouble, _ visit: some Visiting) -> String {
        let names = [
            "connect": "connect", "greeting": "greeting", "hello": "greeting", "capability": "greeting",
            "startTLS": "protect", "tls": "protect", "signIn": "signIn", "inbox": "inbox",
        ]
        return visit.phrase("mailboxes.steps.\(names[trouble.step] ?? "use")")
    }

    /// `12 of 50`, or the count alone where nothing bounds it.
    static func sent(_ count: Int, of cap: Int?, _ visit: some Visiting) -> String {
        guard let cap else { return visit.formats.number(count) }
        return visit.phrase(
            "mailboxes.sentOf", ["count": visit.formats.number(count), "cap": visit.formats.number(cap)])
    }
}

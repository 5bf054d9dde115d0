import Growth
import Hummingbird
import Store

/// The form of a mailbox. A password is typed in and never shown.
enum MailboxForms {
    static func new(_ visit: MemberVisit, _ problems: [String: FieldProblem] = [:]) throws -> Response {
        var mailbox = Mailbox()
        let chosen = visit.input.text("preset") ?? visit.query("provider") ?? ""
        if let known = MailboxPreset.named.first(where: { $0.name == chosen })?.preset { mailbox.take(known) }
        return try page(
            visit, mailbox, action: "/mailboxes", back: "/mailboxes", title: visit.phrase("mailboxes.new"),
            preset: chosen, problems)
    }

    static func edit(_ visit: MemberVisit, _ problems: [String: FieldProblem] = [:]) async throws -> Response {
        let mailbox = try await visit.platform.mailboxes.get(try visit.id())
        let path = "/mailboxes/\(mailbox.id)"
        return try page(
            visit, mailbox, action: path, back: path,
            title: visit.phrase("records.editing", ["name": mailbox.name]), preset: nil, problems)
    }

    /// - Parameter preset: the provider chosen for a new mailbox; `nil` when one is changed.
    private static func page(
        _ visit: MemberVisit, _ mailbox: Mailbox, action: String, back: String, title: String, preset: String?,
        _ problems: [String: FieldProblem]
    ) throws -> Response {
        let input = visit.input
        let isNew = preset != nil
        var data: PageData = [
            "formTitle": title, "action": action, "back": back, "isNew": isNew, "errors": visit.sentences(problems),
            "preset": preset ?? "", "presets": presets(visit, chosen: preset ?? ""),
            "hasHint": hint(mailbox) != nil,
            "hint": hint(mailbox).map { visit.phrase("mailboxes.hints.\($0)") } ?? "",
            "servers": [server(.smtp, mailbox, visit, problems), server(.imap, mailbox, visit, problems)],
            "samePassword": input.document.isEmpty ? isNew : input.flag("samePassword") ?? false,
            "hasDailyHint": mailbox.dailyCap == nil && mailbox.dailyCapInForce != nil,
            "dailyHint": visit.phrase(
                "mailboxes.dailyCapHint", ["cap": visit.formats.number(mailbox.dailyCapInForce ?? 0)]),
        ]
        let kept = [
            "name": mailbox.name, "email": mailbox.email, "signature": mailbox.signature ?? "",
            "notes": mailbox.notes ?? "", "dailyCap": mailbox.dailyCap.map(String.init) ?? "",
            "hourlyCap": mailbox.hourlyCap.map(String.init) ?? "",
            "minGapSeconds": mailbox.minGapSeconds.map(String.init) ?? "", "provider": mailbox.provider.rawValue,
        ]
        for (field, value) in kept { data[field] = input.text(field) ?? value }
        data.merge(SendWindowForm.data(mailbox.sendWindow, visit)) { $1 }
        return try visit.page(
            "mailboxes/form", title: isNew ? title : visit.phrase("records.edit"), data,
            trail: [MailboxPages.crumb(visit)] + (isNew ? [] : [Crumb(action, mailbox.name)]),
            status: problems.isEmpty ? .ok : .unprocessableContent)
    }

    private static func presets(_ visit: MemberVisit, chosen: String) -> [PageData] {
        (MailboxPreset.named.map(\.name) + [""]).map { name in
            [
                "path": "/mailboxes/new" + (name.isEmpty ? "" : "?provider=\(name)"),
                "label": visit.phrase("mailboxes.providers.\(name.isEmpty ? "other" : name)"),
                "isChosen": name == chosen,
            ]
        }
    }

    /// What this provider wants to be known before a password is typed.
    private static func hint(_ mailbox: Mailbox) -> String? {
        switch mailbox.smtpHost {
        case "smtp.gmail.com": "google"
        case "smtp.office365.com": "microsoft"
        case "smtp.mail.yahoo.com", "smtp.mail.me.com": "appPassword"
        default: nil
        }
    }

    private static func server(
        _ direction: Mailboxes.Direction, _ mailbox: Mailbox, _ visit: MemberVisit, _ problems: [String: FieldProblem]
    ) -> PageData {
        let name = direction.rawValue, input = visit.input, isSMTP = direction == .smtp
        let kept: [String: String] = [
            "Host": (isSMTP ? mailbox.smtpHost : mailbox.imapHost) ?? "",
            "Port": (isSMTP ? mailbox.smtpPort : mailbox.imapPort).map(String.init) ?? "",
            "User": (isSMTP ? mailbox.smtpUser : mailbox.imapUser) ?? "",
        ]
        let usual: Mailbox.Security = isSMTP ? .starttls : .tls
        let chosen =
            input.text("\(name)Security")
            ?? ((isSMTP ? mailbox.smtpSecurity : mailbox.imapSecurity) ?? usual).rawValue
        let hasPassword = (isSMTP ? mailbox.smtpPasswordEncrypted : mailbox.imapPasswordEncrypted) != nil
        var data: PageData = [
            "direction": name, "label": visit.phrase("mailboxes.directions.\(name)"),
            "note": visit.phrase("mailboxes.directionNotes.\(name)"), "isReading": !isSMTP,
            "hasPassword": hasPassword, "usualPort": isSMTP ? "587" : "993", "usualHost": "\(name).example.sa",
            "securities": Mailbox.Security.known.map { security -> PageData in
                [
                    "code": security.rawValue, "label": visit.phrase("mailboxes.security.\(security.rawValue)"),
                    "isChosen": security.rawValue == chosen,
                ]
            },
        ]
        for (field, value) in kept { data[field.lowercased()] = input.text(name + field) ?? value }
        for field in ["Host", "Port", "User", "Security", "Password"] {
            let problem = problems[name + field].map { visit.phrase("problems.\($0.code)", $0.values) }
            data["has\(field)Error"] = problem != nil
            data["\(field.lowercased())Error"] = problem ?? ""
        }
        return data
    }

    /// What the form says. Whoever has one password for both directions types it once.
    static func draft(_ visit: MemberVisit) throws -> Mailboxes.Draft {
        let input = visit.input
        var draft = Mailboxes.Draft()
        let names =
            ["name", "email", "provider", "signature", "notes", "dailyCap", "hourlyCap", "minGapSeconds"]
            + Mailboxes.Direction.allCases.flatMap { direction in
                ["Host", "Port", "Security", "User"].map { direction.rawValue + $0 }
            }
        for name in names { draft.fields[name] = input.text(name) }
        let sending = input.text("smtpPassword") ?? "", reading = input.text("imapPassword") ?? ""
        if !sending.isEmpty { draft.smtpPassword = .set(HiddenText(sending)) }
        if !reading.isEmpty {
            draft.imapPassword = .set(HiddenText(reading))
        } else if !sending.isEmpty, input.flag("samePassword") ?? false {
            draft.imapPassword = .set(HiddenText(sending))
        }
        draft.sendWindow = .some(SendWindowForm.window(input))
        return draft
    }
}

extension Mailbox {
    fileprivate mutating func take(_ preset: MailboxPreset) {
        provider = preset.provider
        (smtpHost, smtpPort, smtpSecurity) = (preset.smtpHost, preset.smtpPort, preset.smtpSecurity)
        (imapHost, imapPort, imapSecurity) = (preset.imapHost, preset.imapPort, preset.imapSecurity)
    }
}

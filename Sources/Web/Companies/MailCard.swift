import Growth

/// The latest mails with a company or a person, for the partial `records/mails`.
enum MailCard {
    static func data(_ mails: [Mails.Mail], _ visit: some Visiting) -> PageData {
        ["hasMails": !mails.isEmpty, "mails": mails.map { row($0, visit) }]
    }

    private static func row(_ mail: Mails.Mail, _ visit: some Visiting) -> PageData {
        var row: PageData = [
            "icon": mail.direction == .inbound ? "inbox" : "mail", "address": mail.address,
            "subject": mail.subject ?? visit.phrase("records.mails.campaign"), "isUnread": mail.isUnread,
            "direction": visit.phrase(mail.direction == .inbound ? "records.mails.inbound" : "records.mails.outbound"),
            "hasSnippet": mail.snippet?.isEmpty == false, "snippet": mail.snippet ?? "", "hasStatus": false,
            "hasDate": false,
        ]
        if let status = mail.status {
            row["hasStatus"] = true
            let key = "records.mails.statuses.\(status.rawValue)"
            row["status"] = visit.visit.resources.phrases.has(key) ? visit.phrase(key) : status.rawValue
        }
        if let at = mail.at {
            row["hasDate"] = true
            row["at"] = visit.formats.dateTime(at)
            row["machineAt"] = visit.formats.machine(at)
        }
        return row
    }
}

import Growth
import Hummingbird
import Store

/// The list of mailboxes, and one of them.
enum MailboxPages {
    static func list(_ visit: MemberVisit, refusal: String? = nil) async throws -> Response {
        let mailboxes = try await visit.platform.mailboxes.list()
        var rows: [PageData] = []
        for mailbox in mailboxes {
            rows.append(row(mailbox, try await visit.platform.mailboxes.usage(of: mailbox.id), visit))
        }
        let locked = mailboxes.filter { $0.condition == .needsPassword }
        return try visit.page(
            "mailboxes/index", title: visit.phrase("mailboxes.title"),
            [
                "rows": rows, "isEmpty": rows.isEmpty, "mayManage": visit.may(.manageMailboxes),
                "hasLocked": !locked.isEmpty, "locked": visit.plural("mailboxes.locked", locked.count),
                "hasRefusal": refusal != nil, "refusal": refusal ?? "",
            ], status: refusal == nil ? .ok : .conflict)
    }

    /// - Parameter id: `nil`: the one that the path names.
    static func show(
        _ visit: MemberVisit, _ id: EntityID<Mailbox>? = nil, refusal: String? = nil,
        problems: [String: FieldProblem] = [:]
    ) async throws -> Response {
        let mailbox = try await visit.platform.mailboxes.get(try id ?? visit.id())
        let usage = try await visit.platform.mailboxes.usage(of: mailbox.id)
        var data = row(mailbox, usage, visit)
        data.merge(checks(mailbox, kept(mailbox), visit)) { $1 }
        data["hasRefusal"] = refusal != nil
        data["refusal"] = refusal ?? ""
        data["isActive"] = mailbox.status == .active
        data["needsPassword"] = mailbox.condition == .needsPassword
        data["mayBeDefault"] = !mailbox.isDefault && mailbox.status == .active
        data["isSwapped"] = false
        data["isInUse"] = try await visit.platform.mailboxes.isInUse(mailbox.id)
        data["servers"] = Mailboxes.Direction.allCases.map { server($0, mailbox, visit) }
        data["gap"] = mailbox.minGapSeconds.map { visit.plural("mailboxes.seconds", $0) } ?? ""
        data["hasGap"] = mailbox.minGapSeconds != nil
        data["window"] = SendWindowForm.words(mailbox.sendWindow, visit)
        data["access"] = MailboxAccess.data(mailbox, visit)
        data["hasAccess"] = mailbox.oauthRefreshTokenEncrypted != nil
        data["signing"] = [MailboxSigning.data(mailbox, visit, problems)]
        data["hasNotes"] = mailbox.notes != nil
        data["notes"] = mailbox.notes ?? ""
        return try visit.page(
            "mailboxes/show", title: mailbox.name, data, trail: [crumb(visit)],
            status: refusal != nil ? .conflict : problems.isEmpty ? .ok : .unprocessableContent)
    }

    static func crumb(_ visit: some Visiting) -> Crumb { Crumb("/mailboxes", visit.phrase("mailboxes.title")) }

    private static func row(_ mailbox: Mailbox, _ usage: MailboxUsage, _ visit: MemberVisit) -> PageData {
        let checked = mailbox.health?.checkedAt
        return [
            "id": mailbox.id.description, "name": mailbox.name, "email": mailbox.email,
            "isDefault": mailbox.isDefault, "condition": MailboxWords.condition(mailbox, visit),
            "sign": MailboxWords.sign(mailbox), "hasCheck": checked != nil,
            "checked": checked.map(visit.formats.dateTime) ?? "", "machine": checked.map(visit.formats.machine) ?? "",
            "hour": MailboxWords.sent(usage.lastHour, of: mailbox.hourlyCap, visit),
            "day": MailboxWords.sent(usage.lastDay, of: mailbox.dailyCapInForce, visit),
        ]
    }

    private static func server(
        _ direction: Mailboxes.Direction, _ mailbox: Mailbox, _ visit: MemberVisit
    ) -> PageData {
        let isSMTP = direction == .smtp
        let host = isSMTP ? mailbox.smtpHost : mailbox.imapHost
        let port = isSMTP ? mailbox.smtpPort : mailbox.imapPort
        let security = (isSMTP ? mailbox.smtpSecurity : mailbox.imapSecurity)?.rawValue
        let hasPassword = (isSMTP ? mailbox.smtpPasswordEncrypted : mailbox.imapPasswordEncrypted) != nil
        return [
            "label": visit.phrase("mailboxes.directions.\(direction.rawValue)"), "isSetUp": host != nil,
            "address": [host, port.map(String.init)].compactMap { $0 }.joined(separator: ":"),
            "hasSecurity": security != nil,
            "hasAccess": mailbox.oauthRefreshTokenEncrypted != nil,
            "security": security.map { visit.phrase("mailboxes.security.\($0)") } ?? "", "hasPassword": hasPassword,
        ]
    }

    // MARK: Checks

    /// What the last attempts came to, as far as it is kept; `nil` for what nobody tried.
    private static func kept(_ mailbox: Mailbox) -> [Mailboxes.Direction: MailboxCheck] {
        func one(_ error: String?, _ host: String?) -> MailboxCheck? {
            if host == nil { return .notSetUp }
            if let error { return .failed(MailboxTrouble(kept: error)) }
            return mailbox.health?.checkedAt == nil ? nil : .well
        }
        var checks: [Mailboxes.Direction: MailboxCheck] = [:]
        checks[.smtp] = one(mailbox.health?.smtpError, mailbox.smtpHost)
        checks[.imap] = one(mailbox.health?.imapError, mailbox.imapHost)
        return checks
    }

    /// What a check came to, and the state that it leaves the mailbox in.
    static func checked(
        _ mailbox: Mailbox, _ found: [Mailboxes.Direction: MailboxCheck], _ visit: MemberVisit
    ) -> PageData {
        var data = checks(mailbox, found, visit)
        data["isSwapped"] = true
        data["condition"] = MailboxWords.condition(mailbox, visit)
        data["sign"] = MailboxWords.sign(mailbox)
        return data
    }

    private static func checks(
        _ mailbox: Mailbox, _ checks: [Mailboxes.Direction: MailboxCheck], _ visit: MemberVisit
    ) -> PageData {
        let rows = Mailboxes.Direction.allCases.map { direction -> PageData in
            let check = checks[direction], trouble = check?.trouble
            return [
                "label": visit.phrase("mailboxes.directions.\(direction.rawValue)"), "isWell": check == .well,
                "isUntried": check == nil, "isNotSetUp": check == .notSetUp, "isFailed": trouble != nil,
                "step": trouble.map { MailboxWords.step($0, visit) } ?? "",
                "sentence": trouble.map { MailboxWords.sentence($0, mailbox, direction, visit) } ?? "",
                "hasSaid": trouble?.said != nil, "said": trouble?.said ?? "",
            ]
        }
        let at = mailbox.health?.checkedAt
        return [
            "checks": rows, "hasCheck": at != nil, "checked": at.map(visit.formats.dateTime) ?? "",
            "machine": at.map(visit.formats.machine) ?? "",
        ]
    }
}

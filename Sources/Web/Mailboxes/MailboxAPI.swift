import Foundation
import Growth
import HTTPTypes
import Hummingbird
import Store

/// Mailboxes for other programs. Passwords go in and never come out.
enum MailboxAPI {
    private static let security = JSONSchema.words(of: Mailbox.Security.self)
    private static let window: JSONSchema = .object(
        .may("days", .array(.string)), .may("from", .string), .may("to", .string), .may("timezone", .string),
        .may("holidays", .array(.string)))

    private static let summary: JSONSchema = .object(
        .must("_id", .id), .must("name", .string), .must("email", .string), .must("status", .string),
        .must("isDefault", .boolean), .must("condition", .word(Mailbox.Condition.allCases.map(\.rawValue))),
        .may("checkedAt", .formatted("date-time")), .must("sentLastHour", .integer), .must("sentLastDay", .integer),
        .may("hourlyCap", .integer), .may("dailyCap", .integer))

    private static let item = JSONSchema.entity(
        Mailbox.self,
        and: .must("hasPassword", .object(.must("smtp", .boolean), .must("imap", .boolean), .must("oauth", .boolean))))

    private static let body: JSONSchema = .object(
        (["name", "email"].map { .may($0, .string) } as [JSONSchema.Property])
            + [
                "notes", "signature", "smtpHost", "smtpUser", "imapHost", "imapUser", "smtpPassword", "imapPassword",
                "oauthRefreshToken",
            ]
            .map { .may($0, .nullable(.string)) }
            + ["smtpPort", "imapPort", "dailyCap", "hourlyCap", "minGapSeconds"]
            .map { .may($0, .nullable(.integer)) }
            + [
                .may("provider", .words(of: Mailbox.Provider.self)), .may("status", .words(of: Mailbox.Status.self)),
                .may("smtpSecurity", security), .may("imapSecurity", security), .may("isDefault", .boolean),
                .may("sendWindow", .nullable(window)),
            ], isOpen: false)

    private static let signing: JSONSchema = .object(
        (["domain", "selector", "key"].map { .may($0, .string) } as [JSONSchema.Property]), isOpen: false)

    private static let check: JSONSchema = .object(
        .must("isWell", .boolean), .must("isSetUp", .boolean), .may("step", .string),
        .may("code", .word(MailboxTrouble.Code.allCases.map(\.rawValue))), .may("sentence", .string),
        .may("said", .string))

    static let all: [Endpoint] = [
        Endpoint(
            .get, "/api/mailboxes", for: .may(.manageCampaigns), "The team's mailboxes and how they are",
            gives: .json(.object(.must("items", .array(summary))))
        ) { visit in
            var items: [Value] = []
            for mailbox in try await visit.platform.mailboxes.list() {
                items.append(value(mailbox, try await visit.platform.mailboxes.usage(of: mailbox.id)))
            }
            return visit.json(["items": .array(items)])
        },
        Endpoint(
            .post, "/api/mailboxes", for: .may(.manageMailboxes), "Connects a mailbox", takes: .json(body),
            gives: .json(item, status: .created)
        ) { visit in
            let made = try await visit.platform.mailboxes.create(try draft(visit.input), by: visit.principal)
            return visit.json(try value(made), status: .created)
        },
        Endpoint(.get, "/api/mailboxes/{id}", for: .may(.manageMailboxes), "A mailbox", gives: .json(item)) { visit in
            visit.json(try value(try await visit.platform.mailboxes.get(try visit.id())))
        },
        Endpoint(
            .patch, "/api/mailboxes/{id}", for: .may(.manageMailboxes),
            "Changes what is sent. A password that is blank or left out stays, null clears it", takes: .json(body),
            gives: .json(item)
        ) { visit in
            let id: EntityID<Mailbox> = try visit.id()
            return visit.json(
                try value(try await visit.platform.mailboxes.edit(id, try draft(visit.input), by: visit.principal)))
        },
        Endpoint(
            .delete, "/api/mailboxes/{id}", for: .may(.manageMailboxes), "Deletes one that nothing names",
            gives: .nothing
        ) { visit in
            try await visit.platform.mailboxes.delete(try visit.id(), by: visit.principal)
            return visit.noContent()
        },
        Endpoint(
            .put, "/api/mailboxes/{id}/signing", for: .may(.manageMailboxes),
            "Signs its mails (DKIM); answers with the record to publish. Without a key one is made",
            takes: .json(signing), gives: .json(MailboxSigning.schema)
        ) { visit in
            let mailbox = try await visit.platform.mailboxes.sign(
                try visit.id(), MailboxSigning.read(visit.input), by: visit.principal)
            guard let signing = mailbox.dkim else { throw WebError.notFound }
            return visit.json(MailboxSigning.value(signing))
        },
        Endpoint(
            .get, "/api/mailboxes/{id}/signing", for: .may(.manageMailboxes), "The record to publish, where it signs",
            gives: .json(MailboxSigning.schema)
        ) { visit in
            guard let signing = try await visit.platform.mailboxes.get(try visit.id()).dkim else {
                throw WebError.notFound
            }
            return visit.json(MailboxSigning.value(signing))
        },
        Endpoint(
            .delete, "/api/mailboxes/{id}/signing", for: .may(.manageMailboxes), "Signs its mails no more",
            gives: .nothing
        ) { visit in
            _ = try await visit.platform.mailboxes.unsign(try visit.id(), by: visit.principal)
            return visit.noContent()
        },
        Endpoint(
            .post, "/api/mailboxes/{id}/check", for: .may(.manageMailboxes),
            "Tries sending and reading, and says of each what failed and what to do",
            gives: .json(.object(.must("smtp", check), .must("imap", check)))
        ) { visit in
            let id: EntityID<Mailbox> = try visit.id()
            let checks = try await visit.platform.mailboxes.check(id, with: try MailClients())
            let mailbox = try await visit.platform.mailboxes.get(id)
            func one(_ direction: Mailboxes.Direction) -> Value {
                value(checks[direction] ?? .notSetUp, mailbox, direction, visit)
            }
            return visit.json(["smtp": one(.smtp), "imap": one(.imap)])
        },
    ]

    // MARK: Out

    private static func value(_ mailbox: Mailbox) throws -> Value {
        var document = try EntityJSON.value(mailbox).object ?? Document()
        document["hasPassword"] = [
            "smtp": .bool(mailbox.smtpPasswordEncrypted != nil), "imap": .bool(mailbox.imapPasswordEncrypted != nil),
            "oauth": .bool(mailbox.oauthRefreshTokenEncrypted != nil),
        ]
        return .object(document)
    }

    private static func value(_ mailbox: Mailbox, _ usage: MailboxUsage) -> Value {
        var document: Document = [
            "_id": Value(mailbox.id), "name": .string(mailbox.name), "email": .string(mailbox.email),
            "status": Value(mailbox.status), "isDefault": .bool(mailbox.isDefault),
            "condition": .string(mailbox.condition.rawValue), "sentLastHour": .int(usage.lastHour),
            "sentLastDay": .int(usage.lastDay),
        ]
        if let at = mailbox.health?.checkedAt { document["checkedAt"] = .date(at) }
        if let cap = mailbox.hourlyCap { document["hourlyCap"] = .int(cap) }
        if let cap = mailbox.dailyCapInForce { document["dailyCap"] = .int(cap) }
        return .object(document)
    }

    private static func value(
        _ check: MailboxCheck, _ mailbox: Mailbox, _ direction: Mailboxes.Direction, _ visit: MemberVisit
    ) -> Value {
        var document: Document = ["isWell": .bool(check == .well), "isSetUp": .bool(check != .notSetUp)]
        if let trouble = check.trouble {
            document["step"] = .string(trouble.step)
            document["code"] = .string(trouble.code.rawValue)
            document["sentence"] = .string(MailboxWords.sentence(trouble, mailbox, direction, visit))
            if let said = trouble.said { document["said"] = .string(said) }
        }
        return .object(document)
    }

    // MARK: In

    private static func draft(_ input: Input) throws -> Mailboxes.Draft {
        var draft = Mailboxes.Draft()
        for pair in input.document.pairs {
            switch pair.key {
            case FormToken.field: break
            case "smtpPassword": draft.smtpPassword = try password(pair.value, pair.key)
            case "oauthRefreshToken": draft.refreshToken = try password(pair.value, pair.key)
            case "imapPassword": draft.imapPassword = try password(pair.value, pair.key)
            case "isDefault":
                guard let flag = pair.value.bool else { throw InvalidFields(["isDefault": .notInList]) }
                draft.isDefault = flag
            case "sendWindow": draft.sendWindow = .some(try CampaignInput.window(pair.value))
            default:
                guard let text = input.text(pair.key) ?? (pair.value.isNull ? "" : nil) else {
                    throw InvalidFields([pair.key: .notText])
                }
                draft.fields[pair.key] = text
            }
        }
        return draft
    }

    private static func password(_ value: Value, _ field: String) throws -> Mailboxes.PasswordChange {
        if value.isNull { return .clear }
        guard let text = value.string else { throw InvalidFields([field: .notText]) }
        return text.isEmpty ? .keep : .set(HiddenText(text))
    }
}

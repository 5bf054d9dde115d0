import Foundation
import Growth
import Hummingbird
import Store

/// The list of campaigns: what it can be asked, in pages and in the API.
enum CampaignList {
    static let definition = ListDefinition<Campaign>(
        path: "/campaigns",
        filters: [
            "status", "segmentId", "templateId", "mailboxId", "scheduledAt", "sentAt", "cancelledAt", "language",
            "name",
            "createdAt", "updatedAt",
        ],
        sorts: ["_id", "createdAt", "status"], defaultSort: [.descending("createdAt")],
        search: { .contains("name", $0.trimmingCharacters(in: .whitespaces)) })

    static let list = RecordList<Campaign>(
        .campaigns, definition,
        words: ListWords(
            title: "campaigns.title", search: "campaigns.search", hint: "campaigns.searchHint", none: "campaigns.none",
            noneHint: "campaigns.noneHint", new: "campaigns.new"),
        columns: [
            ListColumn("name", "campaigns.fields.name", isHead: true),
            ListColumn("status", "campaigns.fields.status", sort: "status"),
            ListColumn("recipients", "campaigns.figures.meant", isNumber: true),
            ListColumn("sent", "campaigns.figures.sent", isNumber: true),
            ListColumn("opened", "campaigns.figures.opened", isNumber: true),
            ListColumn("clicked", "campaigns.figures.clicked", isNumber: true),
            ListColumn("bounced", "campaigns.figures.bounced", isNumber: true, isExtra: true),
            ListColumn("scheduledAt", "campaigns.fields.scheduledAt"),
            ListColumn("createdAt", "campaigns.fields.createdAt", sort: "createdAt", isExtra: true),
        ],
        tokens: [
            "status": Campaign.Status.known.map(\.rawValue), "language": MailLanguage.known.map(\.rawValue),
        ],
        controls: [.choice("status", all: "campaigns.allStatuses")], newPath: "/campaigns/new",
        newPermission: .manageCampaigns, scene: "scene-import", isImported: false, isExported: false, rows: rows)

    private static func rows(_ campaigns: [Campaign], _ visit: MemberVisit) async throws -> [ListRow] {
        campaigns.map { campaign in
            let stats = campaign.stats
            func share(_ count: Int) -> String? {
                stats.sent == 0 ? nil : CampaignWords.share(count, of: stats.sent, visit)
            }
            let cells: [String: ListCell?] = [
                "name": .title(campaign.name, href: "/campaigns/\(campaign.id)", below: campaign.subjectSnapshot),
                "status": .badge(CampaignWords.status(campaign, visit), sign: CampaignWords.sign(campaign)),
                "recipients": .plain(visit.formats.number(stats.totalRecipients)),
                "sent": .plain(visit.formats.number(stats.sent)), "opened": .plain(share(stats.opened)),
                "clicked": .plain(share(stats.clicked)), "bounced": .plain(visit.formats.number(stats.bounced)),
                "scheduledAt": .time(campaign.scheduledAt, visit), "createdAt": .time(campaign.createdAt, visit),
            ]
            return ListRow(campaign, cells.compactMapValues { $0 })
        }
    }
}

/// Everybody on the lists of campaigns, with what became of their mail.
enum CampaignRecipientList {
    static let definition = ListDefinition<CampaignRecipient>(
        path: "/recipients",
        filters: [
            "campaignId", "status", "skipReason", "email", "companyId", "personId", "variant", "heldReason",
            "uncertainAt",
            "sentAt", "openedAt", "clickedAt", "repliedAt", "bouncedAt", "nextAttemptAt", "attempts", "companyName",
            "personName", "sector", "city", "errorMessage",
        ],
        sorts: ["_id", "email", "status"], defaultSort: [.ascending("_id")],
        search: { text in
            let plain = text.trimmingCharacters(in: .whitespaces)
            if plain.isEmpty { return .all }
            return .or([
                .startsWith("email", plain.lowercased()), .contains("companyName", plain),
                .contains("personName", plain),
            ])
        },
        flags: [
            "held": .equals("status", "pending") && .exists("heldReason", true),
            "uncertain": .equals("status", "queued") && .exists("uncertainAt", true) && .exists("lease", false),
        ])

    /// Those of the campaign in the address.
    static func page(_ visit: MemberVisit) async throws -> ListPage<CampaignRecipient> {
        let id: EntityID<Campaign> = try visit.id()
        _ = try await visit.platform.campaigns.get(id)
        return try await definition.page(visit, within: .equals("campaignId", Value(id)))
    }

    static let list = RecordList<CampaignRecipient>(
        .campaignRecipients, definition,
        words: ListWords(
            title: "campaignRecipients.title", search: "campaignRecipients.search",
            hint: "campaignRecipients.searchHint",
            none: "campaignRecipients.none", noneHint: "campaignRecipients.noneHint"),
        columns: [
            ListColumn("email", "campaignRecipients.fields.email", sort: "email", isHead: true),
            ListColumn("status", "campaignRecipients.fields.status", sort: "status"),
            ListColumn("why", "campaignRecipients.why", fields: ["skipReason", "heldReason", "errorMessage"]),
            ListColumn("company", "campaignRecipients.fields.companyName", fields: ["companyName"]),
            ListColumn("person", "campaignRecipients.fields.personName", fields: ["personName"]),
            ListColumn("sentAt", "campaignRecipients.fields.sentAt"),
            ListColumn("openedAt", "campaignRecipients.fields.openedAt"),
            ListColumn("clickedAt", "campaignRecipients.fields.clickedAt"),
            ListColumn("variant", "campaignRecipients.fields.variant", isExtra: true),
            ListColumn("attempts", "campaignRecipients.fields.attempts", isNumber: true, isExtra: true),
            ListColumn("nextAttemptAt", "campaignRecipients.fields.nextAttemptAt", isExtra: true),
            ListColumn("bouncedAt", "campaignRecipients.fields.bouncedAt", isExtra: true),
            ListColumn("campaign", "campaignRecipients.fields.campaignId", fields: ["campaignId"], isExtra: true),
        ],
        tokens: [
            "status": CampaignRecipient.Status.known.map(\.rawValue),
            "skipReason": CampaignRecipient.SkipReason.known.map(\.rawValue),
        ],
        controls: [
            .choice("status", all: "campaignRecipients.allStatuses"),
            .choice("skipReason", all: "campaignRecipients.allReasons"),
            .flag("held"), .flag("uncertain"),
        ],
        flagLabel: { "campaignRecipients.flags.\($0).\($1)" }, isImported: false, views: views,
        exporter: { try await $0.platform.exports.campaignRecipients($1, sort: $2, format: $3, $4, by: $0.principal) },
        rows: rows)

    /// The way back to the campaign whose ledger it is.
    private static func views(_ visit: MemberVisit) -> [PageData] {
        guard let id = EntityID<Campaign>(visit.query("filter[campaignId]") ?? "") else { return [] }
        let path = "/recipients?" + QueryPair.text([QueryPair(name: "filter[campaignId]", value: id.description)])
        return [
            ["path": "/campaigns/\(id)", "label": visit.phrase("campaigns.backTo"), "isCurrent": false],
            ["path": path, "label": visit.phrase("campaignRecipients.title"), "isCurrent": true],
        ]
    }

    private static func linked(_ name: String?, _ path: String?) -> ListCell? {
        if let name, let path { .link(name, href: path) } else { .text(name) }
    }

    private static func rows(_ recipients: [CampaignRecipient], _ visit: MemberVisit) async throws -> [ListRow] {
        let campaigns = try await visit.platform.store.get(Array(Set(recipients.map(\.campaignId))))
        return recipients.map { row in
            let cells: [String: ListCell?] = [
                "email": .part(
                    "lists/cells/title",
                    [
                        "text": row.email.isEmpty ? visit.phrase("campaignRecipients.noAddress") : row.email,
                        "href": "/recipients/\(row.id)", "hasBelow": false, "below": "", "isLatinBelow": false,
                    ]),
                "status": .badge(RecipientWords.status(row, visit), sign: RecipientWords.sign(row)),
                "why": .text(RecipientWords.why(row, visit)),
                "company": linked(row.companyName, row.companyId.map { "/companies/\($0)" }),
                "person": linked(row.personName, row.personId.map { "/people/\($0)" }),
                "sentAt": .time(row.sentAt, visit),
                "openedAt": .time(row.openedAt, visit), "clickedAt": .time(row.clickedAt, visit),
                "variant": .plain(row.variant), "attempts": .plain(row.attempts.map { visit.formats.number($0) }),
                "nextAttemptAt": .time(row.nextAttemptAt, visit), "bouncedAt": .time(row.bouncedAt, visit),
                "campaign": campaigns[row.campaignId].flatMap { .link($0.name, href: "/campaigns/\($0.id)") },
            ]
            return ListRow(row, cells.compactMapValues { $0 })
        }
    }
}

import Foundation
import Growth
import HTTPTypes
import Hummingbird
import Store

/// Campaigns for other programs.
enum CampaignAPI {
    static let item = JSONSchema.entity(Campaign.self)
    private static let recipient = JSONSchema.entity(CampaignRecipient.self)
    private static let counted: JSONSchema = .object([], isOpen: true)
    static let counts: JSONSchema = .object(
        .must("byStatus", counted), .must("bySkipReason", counted), .must("held", .integer),
        .must("uncertain", .integer), .must("meant", .integer), .must("sent", .integer), .must("waiting", .integer),
        .must("list", .nullable(.object(.must("done", .integer), .must("total", .integer)))))
    private static let problem: JSONSchema = .object(
        .must("code", .word(CampaignProblem.Code.allCases.map(\.rawValue))), .must("isGrave", .boolean),
        .must("detail", .nullable(.string)), .must("template", .nullable(.string)), .must("sentence", .string))
    private static let window: JSONSchema = .object(
        .may("days", .array(.string)), .may("from", .string), .may("to", .string), .may("timezone", .string),
        .may("holidays", .array(.string)))
    private static let body: JSONSchema = .object(
        .may("name", .string), .may("segmentId", .nullable(.id)), .may("templateId", .nullable(.id)),
        .may("mailboxIds", .array(.id)), .may("language", .words(of: MailLanguage.self)),
        .may("sendWindow", .nullable(window)), .may("timezone", .string),
        .may(
            "variants",
            .array(.object(.may("name", .string), .must("subject", .string), .may("weight", .integer)))),
        .may("requiresConsent", .boolean), .may("updatedAt", .formatted("date-time")))

    static let all: [Endpoint] = reading + changing + moving + recipients

    private static let reading: [Endpoint] = [
        Endpoint(
            .get, "/api/campaigns", for: .may(.readRecords), "Lists campaigns",
            query: CampaignList.definition.parameters,
            gives: .json(.list(of: item))
        ) { visit in visit.json(try await CampaignList.definition.page(visit).value()) },
        Endpoint(.get, "/api/campaigns/{id}", for: .may(.readRecords), "A campaign", gives: .json(item)) { visit in
            try visit.json(try await visit.platform.campaigns.get(try visit.id()))
        },
        Endpoint(
            .get, "/api/campaigns/{id}/counts", for: .may(.readRecords),
            "How many recipients stand where, and how far the making of the list is", gives: .json(counts)
        ) { visit in visit.json(try await countsValue(try visit.id(), visit)) },
        Endpoint(
            .get, "/api/campaigns/{id}/check", for: .may(.manageCampaigns),
            "What should be known before it starts, the grave things first",
            gives: .json(.object(.must("problems", .array(problem))))
        ) { visit in
            let found = try await visit.platform.campaigns.check(try visit.id(), links: visit.tracking.links)
            return visit.json(["problems": .array(found.map { value($0, visit) })])
        },
        Endpoint(
            .get, "/api/campaigns/{id}/recipients", for: .may(.readRecords), "Who is written to, and what became of it",
            query: CampaignRecipientList.definition.parameters, gives: .json(.list(of: recipient))
        ) { visit in visit.json(try await CampaignRecipientList.page(visit).value()) },
        Endpoint(
            .get, "/api/campaigns/{id}/report", for: .may(.readRecords), "What came of it",
            gives: .json(.object([], isOpen: true))
        ) { visit in visit.json(try await CampaignReportView.value(try visit.id(), visit)) },
    ]

    private static let changing: [Endpoint] = [
        Endpoint(
            .post, "/api/campaigns", for: .may(.manageCampaigns), "Makes a draft", takes: .json(body),
            gives: .json(item, status: .created)
        ) { visit in
            try visit.json(
                try await visit.platform.campaigns.create(try CampaignInput.draft(visit), by: visit.principal),
                status: .created)
        },
        Endpoint(
            .patch, "/api/campaigns/{id}", for: .may(.manageCampaigns),
            "Changes what is named of a draft; with `updatedAt`, only if nobody has since", takes: .json(body),
            gives: .json(item)
        ) { visit in
            try visit.json(
                try await visit.platform.campaigns.edit(
                    try visit.id(), try CampaignInput.draft(visit), expected: try CampaignInput.expected(visit),
                    by: visit.principal))
        },
        Endpoint(.delete, "/api/campaigns/{id}", for: .may(.manageCampaigns), "Deletes a draft", gives: .nothing) {
            visit in
            try await visit.platform.campaigns.delete(try visit.id(), by: visit.principal)
            return visit.noContent()
        },
        Endpoint(
            .post, "/api/campaigns/{id}/copies", for: .may(.manageCampaigns), "Makes a draft that says the same",
            takes: .json(.object(.must("name", .string))), gives: .json(item, status: .created)
        ) { visit in
            try visit.input.allow("name")
            return try visit.json(
                try await visit.platform.campaigns.duplicate(
                    try visit.id(), name: visit.input.text("name") ?? "", by: visit.principal),
                status: .created)
        },
    ]

    private static let moving: [Endpoint] = [
        Endpoint(
            .post, "/api/campaigns/{id}/recipients", for: .may(.manageCampaigns),
            "Makes the list of recipients anew, in the background", gives: .json(counts, status: .accepted)
        ) { visit in
            let id: EntityID<Campaign> = try visit.id()
            try await visit.platform.campaigns.makeRecipients(id, by: visit.principal)
            return visit.json(try await countsValue(id, visit), status: .accepted)
        },
        Endpoint(
            .post, "/api/campaigns/{id}/schedule", for: .may(.manageCampaigns),
            "Sends it from `at` on; without, at once",
            takes: .json(.object(.may("at", .nullable(.formatted("date-time"))))), gives: .json(item, status: .accepted)
        ) { visit in
            try visit.input.allow("at")
            let at = try CampaignInput.date(visit.input.text("at"), "at", visit)
            return try visit.json(
                try await visit.platform.campaigns.schedule(try visit.id(), at: at, by: visit.principal),
                status: .accepted)
        },
        Endpoint(
            .delete, "/api/campaigns/{id}/schedule", for: .may(.manageCampaigns), "Makes a draft of it again",
            gives: .json(item)
        ) { visit in
            try visit.json(try await visit.platform.campaigns.unschedule(try visit.id(), by: visit.principal))
        },
        Endpoint(.post, "/api/campaigns/{id}/pause", for: .may(.manageCampaigns), "Pauses it", gives: .json(item)) {
            visit in
            try visit.json(try await visit.platform.campaigns.pause(try visit.id(), by: visit.principal))
        },
        Endpoint(
            .delete, "/api/campaigns/{id}/pause", for: .may(.manageCampaigns), "Goes on with it", gives: .json(item)
        ) {
            visit in
            try visit.json(try await visit.platform.campaigns.resume(try visit.id(), by: visit.principal))
        },
        Endpoint(
            .post, "/api/campaigns/{id}/cancel", for: .may(.manageCampaigns), "Sends no more of it, ever",
            gives: .json(item)
        ) { visit in
            try visit.json(try await visit.platform.campaigns.cancel(try visit.id(), by: visit.principal))
        },
        Endpoint(
            .post, "/api/campaigns/{id}/retry", for: .may(.manageCampaigns),
            "Tries again those whom it failed to reach",
            gives: .json(item)
        ) { visit in
            try visit.json(try await visit.platform.campaigns.retryFailures(try visit.id(), by: visit.principal))
        },
        Endpoint(
            .post, "/api/campaigns/{id}/release", for: .may(.manageCampaigns),
            "Lets go every held recipient whose values are all there now",
            gives: .json(.object(.must("released", .integer)))
        ) { visit in
            let released = try await visit.platform.campaigns.releaseHeld(try visit.id(), by: visit.principal)
            return visit.json(["released": .int(released)])
        },
    ]

    private static let recipients: [Endpoint] = [
        Endpoint(
            .patch, "/api/campaign_recipients/{id}", for: .may(.manageCampaigns),
            "Fills in what the mail calls them, while it waits",
            takes: .json(
                .object(TemplateField.ofRecipient.map { .may($0.rawValue, .nullable(.string)) }, isOpen: false)),
            gives: .json(recipient)
        ) { visit in
            let names = TemplateField.ofRecipient.map(\.rawValue)
            let fields = try RecordInput.edit(visit.input).fields
            let unknown = fields.keys.filter { !names.contains($0) }
            if let first = unknown.first { throw InvalidFields([first: .unknownField]) }
            return try visit.json(
                try await visit.platform.campaigns.fill(
                    try visit.id(), fields.mapValues { $0 ?? "" }, by: visit.principal))
        },
        Endpoint(
            .post, "/api/campaign_recipients/{id}/exclusion", for: .may(.manageCampaigns),
            "Takes somebody off the list",
            gives: .json(recipient)
        ) { visit in try visit.json(try await visit.platform.campaigns.exclude(try visit.id(), by: visit.principal)) },
        Endpoint(
            .delete, "/api/campaign_recipients/{id}/exclusion", for: .may(.manageCampaigns), "Puts them back",
            gives: .json(recipient)
        ) { visit in try visit.json(try await visit.platform.campaigns.include(try visit.id(), by: visit.principal)) },
        Endpoint(
            .post, "/api/campaign_recipients/{id}/decision", for: .may(.manageCampaigns),
            "Decides of a mail that the server may have or not",
            takes: .json(.object(.must("decision", .word(Campaigns.Decision.allCases.map(\.rawValue))))),
            gives: .json(recipient)
        ) { visit in
            try visit.input.allow("decision")
            guard let decision = Campaigns.Decision(rawValue: visit.input.text("decision") ?? "") else {
                throw InvalidFields(["decision": .notInList])
            }
            return try visit.json(
                try await visit.platform.campaigns.decide(try visit.id(), decision, by: visit.principal))
        },
    ]

    // MARK: Values

    static func countsValue(_ id: EntityID<Campaign>, _ visit: MemberVisit) async throws -> Value {
        _ = try await visit.platform.campaigns.get(id)
        let progress = try await visit.platform.campaigns.listProgress(id)
        let counts = try await visit.platform.campaignFigures.counts(id, isMaking: progress != nil)
        func object(_ counts: [String: Int]) -> Value {
            var object = Document()
            for (key, count) in counts.sorted(by: { $0.key < $1.key }) { object[key] = .int(count) }
            return .object(object)
        }
        return [
            "byStatus": object(counts.byStatus), "bySkipReason": object(counts.bySkipReason), "held": .int(counts.held),
            "uncertain": .int(counts.uncertain), "meant": .int(counts.meant), "sent": .int(counts.sent),
            "waiting": .int(counts.waiting),
            "list": progress.map { ["done": .int($0.done), "total": .int($0.total)] } ?? .null,
        ]
    }

    private static func value(_ problem: CampaignProblem, _ visit: MemberVisit) -> Value {
        [
            "code": .string(problem.code.rawValue), "isGrave": .bool(problem.isGrave),
            "detail": problem.detail.map(Value.string) ?? .null,
            "template": problem.template.map { .string($0.code.rawValue) } ?? .null,
            "sentence": .string(CampaignWords.sentence(problem, visit)),
        ]
    }
}

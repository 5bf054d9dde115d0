import Foundation
import Growth
import Hummingbird
import Store

/// One recipient's page: what became of their mail, and what a person can decide.
enum RecipientPages {
    static func show(_ visit: MemberVisit, problems: [String: FieldProblem] = [:], refusal: String? = nil) async throws
        -> Response
    {
        let row = try await visit.platform.campaigns.recipient(try visit.id())
        let campaign = try await visit.platform.campaigns.get(row.campaignId)
        let mayManage = visit.may(.manageCampaigns)
        let isUncertain = row.status == .queued && row.uncertainAt != nil && row.lease == nil
        let events = try await visit.platform.store.find(
            Query<TrackingEvent>(
                .equals("campaignRecipientId", Value(row.id)), sort: [.descending("at")], limit: 100))
        let facts = facts(row, visit)
        let missing = row.heldReason.map(HeldReason.fields) ?? []
        return try visit.page(
            "campaigns/recipient", title: row.email,
            [
                "id": row.id.description, "email": row.email, "status": RecipientWords.status(row, visit),
                "sign": RecipientWords.sign(row), "hasWhy": RecipientWords.why(row, visit) != nil,
                "why": RecipientWords.why(row, visit) ?? "", "hasRefusal": refusal != nil, "refusal": refusal ?? "",
                "hasCompany": row.companyId != nil, "companyPath": row.companyId.map { "/companies/\($0)" } ?? "",
                "company": row.companyName ?? "", "hasPerson": row.personId != nil,
                "personPath": row.personId.map { "/people/\($0)" } ?? "", "person": row.personName ?? "",
                "facts": facts, "hasFacts": !facts.isEmpty, "hasArrived": row.sentAt != nil || !events.isEmpty,
                "isUncertain": isUncertain && mayManage,
                "mayFill": mayManage && row.status == .pending,
                "mayExclude": mayManage && (row.status == .pending || row.status == .failed),
                "mayInclude": mayManage && row.status == .skipped && row.skipReason == .excluded,
                "fields": fields(row, missing, problems, visit),
                "hasEvents": !events.isEmpty, "events": events.map { event($0, visit) },
            ],
            trail: [CampaignPages.crumb(visit), Crumb("/campaigns/\(campaign.id)", campaign.name)],
            status: refusal != nil ? .conflict : problems.isEmpty ? .ok : .unprocessableContent)
    }

    private static func fields(
        _ row: CampaignRecipient, _ missing: [String], _ problems: [String: FieldProblem], _ visit: MemberVisit
    ) -> [PageData] {
        TemplateField.ofRecipient.map { field in
            let problem = problems[field.rawValue]
            let value = visit.input.text(field.rawValue) ?? row[field] ?? ""
            return [
                "name": field.rawValue, "label": visit.phrase("templateFields.\(field.rawValue)"), "value": value,
                "isMissing": missing.contains(field.rawValue), "hasError": problem != nil,
                "error": problem.map { visit.phrase("problems.\($0.code)", $0.values) } ?? "",
            ]
        }
    }

    private static func facts(_ row: CampaignRecipient, _ visit: MemberVisit) -> [PageData] {
        let times: [(String, Date?)] = [
            ("sentAt", row.sentAt), ("openedAt", row.openedAt), ("clickedAt", row.clickedAt),
            ("repliedAt", row.repliedAt),
            ("bouncedAt", row.bouncedAt), ("uncertainAt", row.uncertainAt), ("nextAttemptAt", row.nextAttemptAt),
        ]
        let texts: [(String, String?)] = [
            ("variant", row.variant), ("attempts", row.attempts.map { visit.formats.number($0) }),
            ("smtpReply", row.smtpReply ?? row.errorMessage), ("internetMessageId", row.internetMessageId),
        ]
        let all = times.map { ($0.0, $0.1.map(visit.formats.dateTime)) } + texts
        return all.compactMap { field, value in
            value.map {
                [
                    "label": visit.phrase("campaignRecipients.fields.\(field)"), "value": $0,
                    "isLatin": ["smtpReply", "internetMessageId"].contains(field),
                ]
            }
        }
    }

    private static func event(_ event: TrackingEvent, _ visit: MemberVisit) -> PageData {
        [
            "kind": visit.phrase("campaignRecipients.events.\(event.kind == .click ? "click" : "open")"),
            "at": visit.formats.dateTime(event.at), "machine": visit.formats.machine(event.at),
            "hasURL": event.url != nil,
            "url": event.url ?? "",
            "who": visit.phrase("campaignRecipients.agents.\(event.userAgentClass?.rawValue ?? "human")"),
        ]
    }
}

import Foundation
import Growth
import Hummingbird
import Store

/// A campaign's page: what it needs before it starts, how it goes, what came of it.
enum CampaignPages {
    static func show(_ visit: MemberVisit, refusal: String? = nil) async throws -> Response {
        let campaign = try await visit.platform.campaigns.get(try visit.id())
        var data = try await header(campaign, visit)
        data["live"] = try await live(campaign, visit)
        (data["hasRefusal"], data["refusal"]) = (refusal != nil, refusal ?? "")
        data["isDraft"] = campaign.isEditable
        if campaign.isEditable { data.merge(try await preparation(campaign, visit)) { $1 } }
        let hasReport = !campaign.isEditable && campaign.stats.sent + campaign.stats.bounced > 0
        data["hasReport"] = hasReport
        if hasReport { data["report"] = try await CampaignReportView.data(campaign, visit) }
        return try visit.page(
            "campaigns/show", title: campaign.name, data, trail: [crumb(visit)],
            status: refusal == nil ? .ok : .conflict)
    }

    /// The part that is asked for again while something goes on.
    static func live(_ visit: MemberVisit) async throws -> Response {
        let campaign = try await visit.platform.campaigns.get(try visit.id())
        return try visit.fragment("campaigns/live", try await live(campaign, visit))
    }

    static func crumb(_ visit: some Visiting) -> Crumb { Crumb("/campaigns", visit.phrase("campaigns.title")) }

    private static func header(_ campaign: Campaign, _ visit: MemberVisit) async throws -> PageData {
        let status = campaign.status
        let mayManage = visit.may(.manageCampaigns)
        let segment = if let id = campaign.segmentId { try await visit.platform.store.get(id) } else { Segment?.none }
        let template =
            if let id = campaign.templateId { try await visit.platform.store.get(id) } else { EmailTemplate?.none }
        let mailboxes = try await visit.platform.store.get(campaign.mailboxIds)
        return [
            "id": campaign.id.description, "name": campaign.name, "status": CampaignWords.status(campaign, visit),
            "sign": CampaignWords.sign(campaign), "mayManage": mayManage,
            "mayEdit": mayManage && campaign.isEditable,
            "mayPause": mayManage && (status == .sending || status == .scheduled),
            "mayResume": mayManage && status == .paused, "mayUnschedule": mayManage && status == .scheduled,
            "mayCancel": mayManage && campaign.isUnderWay,
            "hasSegment": segment != nil, "segment": segment?.name ?? "",
            "segmentId": campaign.segmentId?.description ?? "",
            "hasTemplate": template != nil, "template": template?.name ?? "",
            "templateId": campaign.templateId?.description ?? "",
            "hasMailboxes": !mailboxes.isEmpty,
            "mailboxes": campaign.mailboxIds.compactMap { mailboxes[$0] }.map { ["name": $0.name, "email": $0.email] },
            "window": window(campaign, visit), "hasSchedule": campaign.scheduledAt != nil,
            "scheduledAt": campaign.scheduledAt.map(visit.formats.dateTime) ?? "",
            "hasSent": campaign.sentAt != nil, "sentAt": campaign.sentAt.map(visit.formats.dateTime) ?? "",
            "subject": campaign.subjectSnapshot ?? template?.subject ?? "",
            "hasVariants": !campaign.variants.isEmpty,
            "variants": campaign.variants.map {
                ["name": $0.name, "subject": $0.subject, "weight": String($0.weight)]
            },
            "requiresConsent": campaign.requiresConsent,
        ]
    }

    private static func window(_ campaign: Campaign, _ visit: MemberVisit) -> String {
        guard let window = campaign.sendWindow else { return visit.phrase("campaigns.window.any_time") }
        if let preset = SendWindowPreset.allCases.first(where: { $0.window == window }) {
            return visit.phrase("campaigns.window.\(preset.rawValue)")
        }
        let days = window.days.map { visit.phrase("calendar.weekdays.\(CampaignForms.dayCode($0))") }
        return days.joined(separator: visit.phrase("shell.listSeparator"))
            + " \u{2068}\(window.from ?? "00:00")–\(window.to ?? "24:00")\u{2069}"
    }

    // MARK: Before it starts

    private static func preparation(_ campaign: Campaign, _ visit: MemberVisit) async throws -> PageData {
        let problems = try await visit.platform.campaigns.check(campaign.id, links: visit.tracking.links)
        let progress = try await visit.platform.campaigns.listProgress(campaign.id)
        let isReady = campaign.recipientsAt != nil && progress == nil && !problems.contains { $0.isGrave }
        func line(_ problem: CampaignProblem) -> PageData {
            ["text": CampaignWords.sentence(problem, visit), "isGrave": problem.isGrave]
        }
        return [
            "problems": problems.map(line), "hasProblems": !problems.isEmpty, "isReady": isReady,
            "hasList": campaign.recipientsAt != nil, "isMaking": progress != nil,
            "mayMake": campaign.segmentId != nil && campaign.templateId != nil && progress == nil,
            "zone": campaign.timezone ?? visit.settings.timezone,
        ]
    }

    // MARK: While it goes on

    private static func live(_ campaign: Campaign, _ visit: MemberVisit) async throws -> PageData {
        let progress = try await visit.platform.campaigns.listProgress(campaign.id)
        let began = ContinuousClock.now
        let counts = try await visit.platform.campaignFigures.counts(campaign.id, isMaking: progress != nil)
        // The page asks again later, the more there is to count.
        let pause = min(max(began.duration(to: .now) * 20, .milliseconds(1_500)), .seconds(30))
        let outlook = try await visit.platform.campaigns.outlook(campaign.id)
        let isLive = campaign.status == .sending || campaign.status == .scheduled || progress != nil
        let done = counts.meant - counts.waiting
        var data: PageData = [
            "id": campaign.id.description, "isLive": isLive, "isMaking": progress != nil,
            "delay": String(Int(pause / .milliseconds(1))),
            "making": progress.map {
                visit.phrase(
                    "campaigns.making",
                    ["done": visit.formats.number($0.done), "total": visit.formats.number($0.total)])
            } ?? "",
            "makingDone": String(progress?.done ?? 0), "makingTotal": String(max(progress?.total ?? 1, 1)),
            "hasRows": counts.all > 0, "isUnderWay": campaign.isUnderWay && counts.meant > 0, "done": String(done),
            "meant": String(max(counts.meant, 1)),
            "progress": visit.phrase(
                "campaigns.progress",
                ["done": visit.formats.number(done), "total": visit.formats.number(counts.meant)]),
            "isPaused": campaign.status == .paused, "hasPauseReason": campaign.pauseReason != nil,
            "pauseReason": campaign.pauseReason.map { visit.phrase("campaigns.pauseReasons.\($0.rawValue)") } ?? "",
            "tiles": tiles(counts, campaign, visit), "mayManage": visit.may(.manageCampaigns),
            "hasHeld": counts.held > 0, "hasUncertain": counts.uncertain > 0,
            "held": visit.plural("campaigns.held", counts.held),
            "uncertain": visit.plural("campaigns.uncertain", counts.uncertain),
            "mayRetry": visit.may(.manageCampaigns) && counts[.failed] > 0 && !campaign.isEditable
                && !campaign.isCancelled,
            "failed": visit.plural("campaigns.failed", counts[.failed]),
        ]
        data["skips"] = counts.bySkipReason.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map {
            reason, count -> PageData in
            [
                "label": RecordWords.label(visit, .campaignRecipients, "skipReason", reason),
                "count": visit.formats.number(count),
                "href": "/recipients?filter%5BcampaignId%5D=\(campaign.id)&filter%5BskipReason%5D=\(reason)",
            ]
        }
        data["hasSkips"] = counts.skipped > 0
        data["outlook"] = outlook.reasons.map { visit.phrase("campaigns.outlook.\($0.rawValue)") }
        data["hasOutlook"] = !outlook.reasons.isEmpty && campaign.isUnderWay
        data["hasNext"] = outlook.next != nil
        data["next"] = outlook.next.map(visit.formats.dateTime) ?? ""
        return data
    }

    private static func tiles(
        _ counts: CampaignFigures.Counts, _ campaign: Campaign, _ visit: MemberVisit
    ) -> [PageData] {
        func tile(_ name: String, _ count: Int, _ filter: String) -> PageData {
            [
                "label": visit.phrase("campaigns.figures.\(name)"), "count": visit.formats.number(count),
                "href": "/recipients?filter%5BcampaignId%5D=\(campaign.id)\(filter)",
            ]
        }
        var tiles = [tile("meant", counts.meant, ""), tile("skipped", counts.skipped, "&filter%5Bstatus%5D=skipped")]
        if !campaign.isEditable {
            tiles = [
                tile("meant", counts.meant, ""), tile("waiting", counts.waiting, "&filter%5Bstatus%5D=pending"),
                tile("sent", counts.sent, "&filter%5BsentAt%5D%5Bexists%5D=true"),
                tile("bounced", counts[.bounced], "&filter%5Bstatus%5D=bounced"),
                tile("failed", counts[.failed], "&filter%5Bstatus%5D=failed"),
                tile("skipped", counts.skipped, "&filter%5Bstatus%5D=skipped"),
            ]
        }
        return tiles
    }
}

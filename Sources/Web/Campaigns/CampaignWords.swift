import Foundation
import Growth
import Store

/// What pages call the states and troubles of a campaign.
enum CampaignWords {
    static func status(_ campaign: Campaign, _ visit: some Visiting) -> String {
        if campaign.isCancelled { return visit.phrase("campaigns.cancelled") }
        return RecordWords.label(visit, .campaigns, "status", campaign.status.rawValue)
    }

    static func sign(_ campaign: Campaign) -> String {
        switch campaign.status {
        case .sending, .scheduled: "info"
        case .sent, .completed: "ok"
        case .paused: "warn"
        case .failed: "error"
        default: ""
        }
    }

    static func sentence(_ problem: CampaignProblem, _ visit: some Visiting) -> String {
        if let template = problem.template {
            return visit.phrase("templateProblems.\(template.code.rawValue)", ["detail": template.detail ?? ""])
        }
        return visit.phrase("campaigns.problems.\(problem.code.rawValue)", ["detail": problem.detail ?? ""])
    }

    /// `37 %`, with a digit behind the point where it is small.
    static func share(_ count: Int, of all: Int, _ visit: some Visiting) -> String {
        guard all > 0 else { return "—" }
        let percent = Double(count) * 100 / Double(all)
        return visit.formats.number(percent, places: percent < 10 ? 1 : 0) + "%"
    }
}

/// What pages call the states of a recipient's row.
enum RecipientWords {
    static func status(_ row: CampaignRecipient, _ visit: some Visiting) -> String {
        if row.status == .pending, row.heldReason != nil { return visit.phrase("campaignRecipients.held") }
        if row.status == .queued, row.uncertainAt != nil, row.lease == nil {
            return visit.phrase("campaignRecipients.uncertain")
        }
        return RecordWords.label(visit, .campaignRecipients, "status", row.status.rawValue)
    }

    static func sign(_ row: CampaignRecipient) -> String {
        switch row.status {
        case .sent, .delivered: "ok"
        case .opened, .clicked, .replied: "brand"
        case .bounced, .failed: "error"
        case .unsubscribed: "warn"
        case .pending: row.heldReason == nil ? "" : "warn"
        case .queued: row.uncertainAt == nil || row.lease != nil ? "info" : "warn"
        default: ""
        }
    }

    /// Why a server did not take a mail, with the code that its words are looked up by: `No such mailbox (550 5.1.1)`.
    static func sentence(_ refusal: RefusalReason, _ visit: some Visiting) -> String {
        let words = visit.phrase("campaignRecipients.refusals.\(refusal.problem)")
        let code = refusal.code?.replacing(" ", with: "\u{A0}")
        return code.map { "\(words) \u{2068}(\($0))\u{2069}" } ?? words
    }

    /// Why they get no mail, or none yet.
    static func why(_ row: CampaignRecipient, _ visit: some Visiting) -> String? {
        if let reason = row.skipReason {
            return RecordWords.label(visit, .campaignRecipients, "skipReason", reason.rawValue)
        }
        if let reason = row.heldReason {
            let fields = HeldReason.fields(reason).map { visit.phrase("templateFields.\($0)") }
            return visit.phrase(
                "campaignRecipients.missing", ["fields": fields.joined(separator: visit.phrase("shell.listSeparator"))])
        }
        return row.refusal.map { sentence($0, visit) }
    }
}

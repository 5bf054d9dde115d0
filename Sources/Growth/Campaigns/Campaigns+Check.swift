import Foundation
import Store

extension Campaigns {
    /// What is wrong with a campaign, the grave things first.
    ///
    /// - Parameter links: `nil`: what its links lead to is not looked at.
    public func check(_ id: EntityID<Campaign>, links: MailLinks? = nil) async throws -> [CampaignProblem] {
        try await check(get(id), links: links)
    }

    func check(_ campaign: Campaign, links: MailLinks? = nil) async throws -> [CampaignProblem] {
        var found = try await segmentProblems(campaign)
        found += try await templateProblems(campaign)
        found += try await mailboxProblems(campaign)
        if let window = campaign.sendWindow, !SendCalendar.isValid(window) { found.append(CampaignProblem(.badWindow)) }
        if links?.leadNowhere == true { found.append(CampaignProblem(.linksToThisMachine)) }
        if campaign.recipientsAt != nil {
            let pending = recipients(of: campaign.id) && .equals("status", Value(CampaignRecipient.Status.pending))
            if try await store.count(CampaignRecipient.self, where: pending, upTo: 1) == 0 {
                found.append(CampaignProblem(.nobodyToSendTo))
            }
            let held = try await store.count(
                CampaignRecipient.self, where: pending && .exists("heldReason", true), upTo: 10_000)
            if held > 0 { found.append(CampaignProblem(.heldRecipients, String(held))) }
        }
        return found.filter(\.isGrave) + found.filter { !$0.isGrave }
    }

    func recipients(of id: EntityID<Campaign>) -> Filter { .equals("campaignId", Value(id)) }

    private func segmentProblems(_ campaign: Campaign) async throws -> [CampaignProblem] {
        guard let id = campaign.segmentId, let segment = try await store.get(id) else {
            return [CampaignProblem(.noSegment)]
        }
        if segment.status != .active { return [CampaignProblem(.inactiveSegment)] }
        do {
            _ = try await segments.filter(of: segment, by: nil)
            return []
        } catch is FilterError {
            return [CampaignProblem(.unreadableSegment)]
        }
    }

    private func templateProblems(_ campaign: Campaign) async throws -> [CampaignProblem] {
        guard let id = campaign.templateId, let template = try await store.get(id) else {
            return [CampaignProblem(.noTemplate)]
        }
        let address = try await settings.current().branding.address
        return template.compiled(variants: campaign.variants).problems(hasPostalAddress: !(address ?? "").isEmpty).map {
            CampaignProblem(.templateProblem, $0.detail, template: $0)
        }
    }

    private func mailboxProblems(_ campaign: Campaign) async throws -> [CampaignProblem] {
        let mailboxes = try await store.get(campaign.mailboxIds)
        if campaign.mailboxIds.isEmpty { return [CampaignProblem(.noMailbox)] }
        var found: [CampaignProblem] = []
        for id in campaign.mailboxIds {
            guard let mailbox = mailboxes[id] else {
                found.append(CampaignProblem(.noMailbox, id.description))
                continue
            }
            if mailbox.status != .active { found.append(CampaignProblem(.mailboxInactive, mailbox.email)) }
            if mailbox.health?.needsPassword == true {
                found.append(CampaignProblem(.mailboxNeedsPassword, mailbox.email))
            } else if mailbox.health?.smtpError != nil {
                found.append(CampaignProblem(.mailboxUnwell, mailbox.email))
            } else if mailbox.health?.checkedAt == nil {
                found.append(CampaignProblem(.neverChecked, mailbox.email))
            }
        }
        // A sender that another program stored: what goes out must come from an address of the team.
        if let sender = campaign.senderEmail, !mailboxes.values.contains(where: { $0.email == sender }) {
            found.append(CampaignProblem(.senderNotAMailbox, sender))
        }
        return found
    }
}

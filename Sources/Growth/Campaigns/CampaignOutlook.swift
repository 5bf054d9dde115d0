import Foundation
import Store

/// Why nothing of a campaign goes out at this moment, and when it goes on by itself.
public struct CampaignOutlook: Sendable, Hashable {
    public enum Reason: String, Sendable, CaseIterable {
        /// Its time has not come.
        case scheduled
        /// Outside of the hours and days in which its mails go out.
        case window
        /// Outside of the hours of its mailboxes themselves.
        case mailboxWindow = "mailbox_window"
        /// Its mailboxes have sent as much as they may for now.
        case caps
        /// Its mailboxes cannot sign in or are not there.
        case mailboxes
        /// Those who are left are tried again later.
        case retries
        /// Those who are left wait for a person.
        case held, uncertain
    }

    public var reasons: [Reason] = []
    /// When the next mail may go out; `nil`: now, or not without a person.
    public var next: Date?
}

extension Campaigns {
    public func outlook(_ id: EntityID<Campaign>) async throws -> CampaignOutlook {
        let campaign = try await get(id)
        var outlook = CampaignOutlook()
        func wait(_ reason: CampaignOutlook.Reason, _ date: Date?) {
            outlook.reasons.append(reason)
            if let date { outlook.next = max(outlook.next ?? date, date) }
        }
        if campaign.status == .scheduled { wait(.scheduled, campaign.scheduledAt) }
        guard campaign.status == .sending || campaign.status == .scheduled else { return outlook }
        let time = max(now(), campaign.status == .scheduled ? campaign.scheduledAt ?? now() : now())
        let calendar = SendCalendar(campaign.sendWindow, try await settings.current(), timezone: campaign.timezone)
        if !calendar.isOpen(at: time) { wait(.window, calendar.opening(at: time)) }
        guard campaign.status == .sending else { return outlook }
        try await mailboxes(of: campaign, wait)
        try await rows(of: campaign, wait)
        return outlook
    }

    private func mailboxes(of campaign: Campaign, _ wait: (CampaignOutlook.Reason, Date?) -> Void) async throws {
        let found = try await store.get(campaign.mailboxIds).values.filter { $0.status == .active }
        let well = found.filter { $0.health?.needsPassword != true && $0.health?.smtpError == nil }
        guard !well.isEmpty else { return wait(.mailboxes, nil) }
        let (settings, time) = (try await settings.current(), now())
        var reasons: Set<CampaignOutlook.Reason> = []
        var openings: [Date] = []
        for mailbox in well {
            let byHours = SendCalendar(mailbox.sendWindow, settings).opening(at: time)
            let byCaps = try await opening(of: mailbox)
            if byHours == time, byCaps == nil { return }
            if byHours != time { reasons.insert(.mailboxWindow) }
            if byCaps != nil { reasons.insert(.caps) }
            if let byHours { openings.append(max(byHours, byCaps ?? byHours)) }
        }
        for reason in [CampaignOutlook.Reason.mailboxWindow, .caps] where reasons.contains(reason) {
            wait(reason, openings.min())
        }
    }

    /// When the mailbox may send again by its caps; `nil`: now.
    private func opening(of mailbox: Mailbox) async throws -> Date? {
        var latest: Date?
        for (cap, span) in [(mailbox.hourlyCap, MailboxGate.hour), (mailbox.dailyCapInForce, MailboxGate.day)] {
            guard let cap, cap > 0 else { continue }
            let since = now().addingTimeInterval(-span)
            var query = Query<EmailMessage>(
                .equals("mailboxId", Value(mailbox.id)) && .range("sentAt", from: .excluding(.date(since)), to: nil),
                sort: [.descending("sentAt")], limit: cap)
            query.fields = ["sentAt"]
            let sent = try await store.find(query)
            guard sent.count == cap, let oldest = sent.last?.sentAt else { continue }
            latest = max(latest ?? oldest, oldest.addingTimeInterval(span))
        }
        return latest
    }

    private func rows(of campaign: Campaign, _ wait: (CampaignOutlook.Reason, Date?) -> Void) async throws {
        let counts = try await CampaignFigures(store: store).counts(campaign.id)
        let own = recipients(of: campaign.id) && .equals("status", Value(CampaignRecipient.Status.pending))
        let later = own && .range("nextAttemptAt", from: .excluding(.date(now())), to: nil)
        let free = own && .equals("nextAttemptAt", .null) && .exists("heldReason", false)
        guard try await store.count(CampaignRecipient.self, where: free, upTo: 1) == 0 else { return }
        if let first = try await store.first(CampaignRecipient.self, where: later, sort: [.ascending("nextAttemptAt")])
        {
            wait(.retries, first.nextAttemptAt)
        }
        if counts.held > 0 { wait(.held, nil) }
        if counts.uncertain > 0 { wait(.uncertain, nil) }
    }
}

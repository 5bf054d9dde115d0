import Foundation
import Store

/// Why something cannot be done with a campaign.
public enum CampaignError: Error, Hashable {
    /// What was asked for does not follow on the status that it has.
    case notPossible(Campaign.Status)
    case inThePast
    /// Something must be put right first: `Campaigns.check` says what.
    case notReady([CampaignProblem.Code])
    /// The list of recipients is not made, or no longer what the campaign says.
    case noRecipients
    /// The list is being made at this moment.
    case listInTheMaking
    /// The row was sent or is on its way.
    case recipientUnderWay
}

/// What a campaign may become, and when. Each throws `CampaignError.notPossible` where it may not.
extension Campaign {
    /// A start that was missed by less is made up for; a later one waits for a person.
    static let startGrace: TimeInterval = 3_600

    /// The copy of its template, which is what goes out; `nil` before it is scheduled.
    var sentTemplate: EmailTemplate? {
        // A copy that another program wrote in a form of its own counts as none.
        templateSnapshot.flatMap { try? $0.object?.entity(EmailTemplate.self) }
    }

    /// What it says may be changed.
    public var isEditable: Bool { status == .draft }
    /// Mails of it may go out now or later.
    public var isUnderWay: Bool { status == .scheduled || status == .sending || status == .paused }
    public var isCancelled: Bool { cancelledAt != nil }

    mutating func edit() throws(CampaignError) {
        guard isEditable else { throw .notPossible(status) }
    }

    /// - Parameter date: `nil`: at once.
    mutating func schedule(at date: Date?, now: Date) throws(CampaignError) {
        guard status == .draft || status == .scheduled else { throw .notPossible(status) }
        guard recipientsAt != nil else { throw .noRecipients }
        if let date, date < now { throw .inThePast }
        (status, scheduledAt) = date == nil ? (.sending, now) : (.scheduled, date)
        pauseReason = nil
    }

    /// Back to a draft, as long as nothing went out.
    mutating func unschedule() throws(CampaignError) {
        guard status == .scheduled else { throw .notPossible(status) }
        (status, scheduledAt) = (.draft, nil)
    }

    mutating func pause(_ reason: PauseReason? = nil) throws(CampaignError) {
        guard status == .sending || status == .scheduled else { throw .notPossible(status) }
        (status, pauseReason) = (.paused, reason)
    }

    mutating func resume(now: Date) throws(CampaignError) {
        guard status == .paused else { throw .notPossible(status) }
        let isDue = (scheduledAt ?? now) <= now
        (status, pauseReason) = (isDue ? .sending : .scheduled, nil)
    }

    /// What was not sent never is. Nothing that was is taken back.
    mutating func cancel(now: Date) throws(CampaignError) {
        guard isUnderWay else { throw .notPossible(status) }
        (status, cancelledAt, pauseReason) = (.archived, now, nil)
    }

    /// Sends again to those whom it failed to reach.
    mutating func retryFailures() throws(CampaignError) {
        guard status == .sent || status == .sending || status == .paused || status == .completed else {
            throw .notPossible(status)
        }
        if status != .paused { status = .sending }
        sentAt = nil
    }
}

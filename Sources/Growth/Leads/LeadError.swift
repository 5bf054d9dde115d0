import Store

/// Why something cannot be done with a lead.
public enum LeadError: Error, Hashable {
    /// The record has an open lead already; `nil` when it is one that the asker does not see. `owner` is its name.
    case alreadyOpen(EntityID<Lead>?, owner: String?)
    /// The status does not follow on the one that the lead has.
    case notPossible(from: Lead.Status, to: Lead.Status)
    /// Somebody else took it a moment ago.
    case alreadyTaken
    /// Nobody who takes part in the turns may own leads now.
    case nobodyTakesPart
    /// Its opportunity has been worked on since, so the conversion stays.
    case opportunityInUse
    /// The run's records are being made leads of at this moment.
    case alreadyAtWork
}

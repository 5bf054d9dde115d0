import Store

/// Why something cannot be done with an opportunity.
public enum OpportunityError: Error, Hashable {
    /// Somebody else moved it: it is no longer where the mover saw it.
    case movedMeanwhile(to: Opportunity.Stage)
    /// It is not closed, so there is nothing to open again.
    case notClosed
    /// Something has happened since the move that was to be taken back.
    case tooLateToUndo
}

import Growth
import HTTPTypes

extension OpportunityError: Presentable {
    public var failure: Failure {
        switch self {
        case .movedMeanwhile(let stage):
            var failure = Failure(.conflict, "opportunity_moved")
            failure.values = ["stage": stage.rawValue]
            return failure
        case .notClosed: return Failure(.conflict, "opportunity_not_closed")
        case .tooLateToUndo: return Failure(.conflict, "too_late_to_undo")
        }
    }
}

extension LeadError: Presentable {
    public var failure: Failure {
        switch self {
        case .alreadyOpen(_, let owner?): Failure(.conflict, "lead_open_with", values: ["owner": owner])
        case .alreadyOpen: Failure(.conflict, "lead_open")
        case .notPossible: Failure(.conflict, "lead_status_not_possible")
        case .alreadyTaken: Failure(.conflict, "lead_taken")
        case .nobodyTakesPart: Failure(.conflict, "nobody_takes_part")
        case .opportunityInUse: Failure(.conflict, "opportunity_in_use")
        case .alreadyAtWork: Failure(.conflict, "leads_being_made")
        }
    }
}

import Growth
import HTTPTypes

extension CampaignError: Presentable {
    public var failure: Failure {
        switch self {
        case .notPossible: Failure(.conflict, "campaign_not_possible")
        case .inThePast: Failure(.unprocessableContent, "campaign_in_the_past")
        case .notReady: Failure(.conflict, "campaign_not_ready")
        case .noRecipients: Failure(.conflict, "campaign_no_recipients")
        case .listInTheMaking: Failure(.conflict, "campaign_list_in_the_making")
        case .recipientUnderWay: Failure(.conflict, "recipient_under_way")
        }
    }
}

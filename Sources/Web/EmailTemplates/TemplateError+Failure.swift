import Growth
import HTTPTypes

extension TemplateError: Presentable {
    public var failure: Failure {
        switch self {
        case .inUse(let names):
            Failure(.conflict, "template_in_use", values: ["names": names.prefix(5).joined(separator: "، ")])
        case .noMailbox: Failure(.conflict, "no_mailbox_to_send")
        case .notSent(let reason): Failure(.badGateway, "test_not_sent", values: ["reason": reason])
        }
    }
}

import Growth
import HTTPTypes

extension TemplateError: Presentable {
    public var failure: Failure {
        switch self {
        case .inUse(let names):
            Failure(.conflict, "template_in_use", values: ["names": names.prefix(5).joined(separator: "، ")])
        case .noMailbox: Failure(.conflict, "no_mailbox_to_send")
        // What was asked for is right; the mail server on which it rests is not (RFC 4918, 11.4).
        case .notSent(let reason):
            Failure(
                HTTPResponse.Status(code: 424, reasonPhrase: "Failed Dependency"), "test_not_sent",
                values: ["reason": reason])
        }
    }
}

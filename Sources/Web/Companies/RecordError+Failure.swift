import Growth
import HTTPTypes

extension RecordError: Presentable {
    public var failure: Failure {
        switch self {
        case .notFound: WebError.notFound.failure
        case .exportNotAllowed: WebError.forbidden.failure
        }
    }
}

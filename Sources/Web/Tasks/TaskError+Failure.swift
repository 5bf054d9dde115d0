import Growth
import HTTPTypes

extension TaskError: Presentable {
    public var failure: Failure {
        switch self {
        case .closed: Failure(.conflict, "task_closed")
        case .changedSince: Failure(.conflict, "task_changed_since")
        }
    }
}

import Growth
import HTTPTypes

extension MergeError: Presentable {
    public var failure: Failure {
        switch self {
        case .same: Failure(.unprocessableContent, "merge_same")
        case .merged(let name): Failure(.conflict, "merge_merged", values: ["name": name])
        case .circle: Failure(.conflict, "merge_circle")
        case .archived(let name): Failure(.conflict, "merge_archived", values: ["name": name])
        case .differentKinds: Failure(.unprocessableContent, "merge_different_kinds")
        case .tooMuch: Failure(.conflict, "merge_too_much")
        case .undone: Failure(.conflict, "merge_undone")
        case .survivorMerged(let name): Failure(.conflict, "merge_survivor_merged", values: ["name": name])
        case .gone: Failure(.conflict, "merge_gone")
        case .stillMoving: Failure(.conflict, "merge_still_moving")
        case .cannotRestore: Failure(.conflict, "merge_cannot_restore")
        }
    }
}

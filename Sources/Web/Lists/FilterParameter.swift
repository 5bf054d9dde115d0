import Foundation
import Growth
import HTTPTypes
import Store

/// A condition's name in an address: `filter[city]`, `filter[leadScore][gte]`.
struct FilterParameter {
    let field: String
    let operation: String

    init?(_ parameter: String) {
        guard parameter.hasPrefix("filter["), parameter.hasSuffix("]") else { return nil }
        let parts = parameter.dropFirst(7).dropLast().components(separatedBy: "][")
        guard (1...2).contains(parts.count), !parts[0].isEmpty else { return nil }
        field = parts[0]
        operation = parts.count == 2 ? parts[1] : FilterReader.Operation.eq.rawValue
    }

    init(_ field: String, _ operation: FilterReader.Operation) {
        self.field = field
        self.operation = operation.rawValue
    }

    /// As it stands in an address.
    var name: String {
        operation == FilterReader.Operation.eq.rawValue ? "filter[\(field)]" : "filter[\(field)][\(operation)]"
    }
}

extension FilterContext {
    init(_ visit: some Visiting) {
        self.init(
            days: FilterDays(now: visit.platform.now(), zone: visit.formats.timeZone),
            me: visit.visit.principal?.userId)
    }
}

extension FilterError: Presentable {
    public var failure: Failure {
        switch self {
        case .malformed, .tooMuch: Failure(.badRequest, "bad_parameter", values: ["name": "filter"])
        case .unknownField(let field):
            Failure(.badRequest, "unknown_filter_field", values: ["name": String(field.prefix(80))])
        case .unknownOperator(let operation, let field):
            Failure(
                .badRequest, "unknown_filter_operator",
                values: ["operator": String(operation.prefix(80)), "name": String(field.prefix(80))])
        case .badValue(let field):
            Failure(.badRequest, "bad_filter_value", values: ["name": String(field.prefix(80))])
        case .unknownRelation(let name):
            Failure(.badRequest, "unknown_filter_relation", values: ["name": String(name.prefix(80))])
        case .unknownSegment: Failure(.badRequest, "unknown_filter_segment")
        }
    }
}

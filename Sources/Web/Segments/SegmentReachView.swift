import Growth
import Hummingbird
import Store

/// How many records are in a segment at the moment, and some of them.
enum SegmentReachView {
    /// For the partial `segments/reach`; what cannot be asked is said instead.
    static func data(_ segment: Segment, _ visit: MemberVisit) async throws -> PageData {
        do {
            try FilterNode.top(segment.filters).demandComplete()
            let segments = visit.platform.segments
            let count = try await segments.count(segment, by: visit.principal)
            let sample = try await segments.sample(segment, by: visit.principal)
            return [
                "hasProblem": false, "isNobody": count == 0,
                "count": visit.plural("segments.counts.\(segment.targetType.rawValue)", count),
                "sample": sample.map { member($0.id, $0.name, segment.targetType) },
                "hasSample": !sample.isEmpty, "isPart": count > sample.count,
            ]
        } catch let error as FilterError {
            return ["hasProblem": true, "problem": sentence(error, visit)]
        } catch StoreError.tookTooLong {
            return ["hasProblem": true, "problem": visit.phrase("errors.took_too_long")]
        }
    }

    static func member(_ id: ObjectID, _ name: String, _ target: Segment.Target) -> PageData {
        let path = path(id, target)
        return ["id": id.description, "name": name, "hasPath": path != nil, "path": path ?? ""]
    }

    static func path(_ id: ObjectID, _ target: Segment.Target) -> String? {
        switch target {
        case .companies: "/companies/\(id)"
        case .people: "/people/\(id)"
        default: nil
        }
    }

    /// What is wrong with a filter, in the words of the builder.
    static func sentence(_ error: FilterError, _ visit: MemberVisit) -> String {
        switch error {
        case .malformed: visit.phrase("segments.problems.malformed")
        case .tooMuch: visit.phrase("segments.problems.tooMuch")
        case .badValue(let field): visit.phrase("segments.problems.value", ["field": label(field, visit)])
        default: visit.phrase("errors.\(error.failure.code)", error.failure.values)
        }
    }

    /// The error names a field; the first kind of record that has it gives the words.
    private static func label(_ field: String, _ visit: MemberVisit) -> String {
        let top: [FilterVocabulary] = Segment.Target.known.compactMap(FilterVocabulary.init)
        let all = top + top.flatMap { one in one.fields.relations.compactMap { one.related($0.name) } }
        return all.first { $0.input(field) != nil }?.label(field, visit) ?? field
    }
}

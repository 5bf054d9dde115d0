import Foundation
import Growth
import HTTPTypes
import Hummingbird
import Store

/// Merging for other programs: looked at first with `dryRun`, then done, then taken back if need be.
enum MergeAPI {
    private static let body: JSONSchema = .object(
        .must("otherId", .id), .may("choices", .any), .may("updatedAt", .formatted("date-time")),
        .may("otherUpdatedAt", .formatted("date-time")), .may("dryRun", .boolean))
    private static let plan: JSONSchema = .object(
        .must("survivorId", .id), .must("otherId", .id), .must("updatedAt", .nullable(.formatted("date-time"))),
        .must("otherUpdatedAt", .nullable(.formatted("date-time"))),
        .must(
            "fields",
            .array(
                .object(
                    .must("field", .string), .must("choice", .word(MergeField.Choice.allCases.map(\.rawValue))),
                    .must("isChanged", .boolean), .may("survivor", .any), .may("other", .any), .may("result", .any)))),
        .must("moving", .array(.object(.must("collection", .string), .must("count", .integer)))),
        .must("doubled", .integer), .must("mergeId", .nullable(.id)))
    private static let report: JSONSchema = .object(
        .must("survivorId", .id), .must("otherId", .id), .must("returned", .integer),
        .must("keptFields", .array(.string)),
        .must("keptRows", .array(.object(.must("collection", .string), .must("count", .integer)))))

    static let all: [Endpoint] = [
        merging("/api/companies/{id}/merge", "company", Company.self),
        merging("/api/people/{id}/merge", "person", Person.self),
        Endpoint(
            .post, "/api/merges/{id}/undo", for: .may(.editRecords),
            "Takes a merge back, by the id of its entry in the timeline", gives: .json(report)
        ) { visit in
            let done = try await visit.platform.merges.undo(try visit.id(), by: visit.principal)
            let kept = done.keptRows.sorted { $0.key < $1.key }
            return visit.json([
                "survivorId": .id(done.survivor), "otherId": .id(done.other), "returned": .int(done.returned),
                "keptFields": Value(done.keptFields), "keptRows": .array(kept.map { row($0.key, $0.value) }),
            ])
        },
    ]

    private static func merging<R: PairedRecord>(_ path: String, _ word: String, _ type: R.Type) -> Endpoint {
        Endpoint(
            .post, path, for: .may(.editRecords),
            "Merges another \(word) into this one; with `dryRun`, only says what that would do. `choices` names fields "
                + "that keep `survivor`'s or `other`'s value", takes: .json(body), gives: .json(plan)
        ) { visit in
            let request = try request(visit)
            let isDry = visit.input.flag("dryRun") ?? false
            let plan = try await visit.platform.merges.plan(R.self, request)
            let moving = try await PairCounts.figures(plan, visit)
            let done = isDry ? nil : try await visit.platform.merges.merge(R.self, request, by: visit.principal)
            return visit.json(try value(plan, moving, mergeId: done?.entry))
        }
    }

    private static func request(_ visit: MemberVisit) throws -> Merges.Request {
        let input = visit.input
        try input.allow("otherId", "choices", "updatedAt", "otherUpdatedAt", "dryRun")
        let survivor: EntityID<Company> = try visit.id()
        guard let other = input.text("otherId").flatMap({ ObjectID($0) }) else {
            throw InvalidFields(["otherId": input.has("otherId") ? .notInList : .required])
        }
        var problems: [String: FieldProblem] = [:]
        var request = Merges.Request(survivor.raw, other)
        for (name, path) in [("updatedAt", \Merges.Request.survivorSeen), ("otherUpdatedAt", \.otherSeen)] {
            guard let value = input[name], !value.isNull else { continue }
            request[keyPath: path] = RecordInput.date(value)
            if request[keyPath: path] == nil { problems[name] = .notADate }
        }
        if let choices = input["choices"], !choices.isNull {
            guard let object = choices.object else { throw InvalidFields(["choices": .notText]) }
            for pair in object.pairs {
                if let choice = pair.value.string.flatMap(MergeField.Choice.init(rawValue:)) {
                    request.choices[pair.key] = choice
                } else {
                    problems[pair.key] = .notInList
                }
            }
        }
        if input.has("dryRun"), input.flag("dryRun") == nil { problems["dryRun"] = .notInList }
        try InvalidFields(problems).throwIfAny()
        return request
    }

    private static func value<R: PairedRecord>(
        _ plan: MergePlan<R>, _ moving: [(String, Int)], mergeId: EntityID<Activity>?
    ) throws -> Value {
        let fields = plan.fields.map { field -> Value in
            var value: Document = [
                "field": .string(field.name), "choice": .string(field.choice.rawValue),
                "isChanged": .bool(field.isChanged),
            ]
            value["survivor"] = field.survivor
            value["other"] = field.other
            value["result"] = field.result
            return .object(value)
        }
        return [
            "survivorId": Value(plan.survivor.id), "otherId": Value(plan.other.id),
            "updatedAt": plan.survivor.updatedAt.map(Value.date) ?? .null,
            "otherUpdatedAt": plan.other.updatedAt.map(Value.date) ?? .null, "fields": .array(fields),
            "moving": .array(moving.map { row($0.0, $0.1) }), "doubled": .int(plan.doubled),
            "mergeId": mergeId.map { Value($0) } ?? .null,
        ]
    }

    private static func row(_ collection: String, _ count: Int) -> Value {
        ["collection": .string(collection), "count": .int(count)]
    }
}

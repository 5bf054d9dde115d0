import Growth
import Store

/// Bulk work as pages and the API show it.
enum BulkView {
    private static let refusal: JSONSchema = .object(
        .must("id", .id), .must("name", .string), .must("code", .string), .must("message", .string),
        .must("fields", .array(.string)))

    static let schema: JSONSchema = .named(
        "BulkRun",
        .object(
            .must("id", .id), .must("collection", .string), .must("verb", .string), .must("field", .nullable(.string)),
            .must("value", .nullable(.string)), .must("status", .words(of: Job.Status.self)),
            .must("isCancelling", .boolean), .must("total", .nullable(.integer)), .must("done", .integer),
            .must("changed", .integer),
            .must("unchanged", .integer), .must("missing", .integer), .must("refusedCount", .integer),
            .must("refused", .array(.any)), .must("undoneBy", .nullable(.id)), .must("undoes", .nullable(.id))))

    static let previewSchema: JSONSchema = .object(
        .must("total", .integer), .must("totalIsExact", .boolean), .must("weighed", .integer),
        .must("changed", .integer), .must("unchanged", .integer), .must("refusedCount", .integer),
        .must("refused", .array(.any)))

    static func value(_ run: BulkRun) -> Value {
        [
            "id": Value(run.id), "collection": .string(run.collection), "verb": Value(run.order.verb),
            "field": run.order.field.map(Value.string) ?? .null, "value": run.order.value.map(Value.string) ?? .null,
            "status": Value(run.job.status), "isCancelling": .bool(run.isCancelling),
            "total": run.total.map(Value.int) ?? .null, "done": .int(run.done),
            "changed": .int(run.changed), "unchanged": .int(run.unchanged), "missing": .int(run.missing),
            "refusedCount": .int(run.refusedCount), "refused": .array(run.refused.map(value)),
            "undoneBy": run.undoneBy.map { Value($0) } ?? .null, "undoes": run.undoes.map { Value($0) } ?? .null,
        ]
    }

    static func value(_ preview: Bulk.Preview) -> Value {
        let counts = preview.counts
        return [
            "total": .int(min(preview.total, Bulk.Preview.countLimit)),
            "totalIsExact": .bool(preview.total <= Bulk.Preview.countLimit), "weighed": .int(preview.weighed),
            "changed": .int(counts.changed), "unchanged": .int(counts.unchanged),
            "refusedCount": .int(counts.refused.count),
            "refused": .array(counts.refused.prefix(BulkRun.maxRefused).map(value)),
        ]
    }

    private static func value(_ refusal: BulkRefusal) -> Value {
        [
            "id": .id(refusal.id), "name": .string(refusal.name), "code": .string(refusal.problem.code),
            "fields": Value(refusal.fields),
        ]
    }

    /// A record that stays as it is, in a list of them.
    static func data(_ refusal: BulkRefusal, _ noun: RecordNoun, _ visit: some Visiting) -> PageData {
        let fields = refusal.fields.map { field in
            field.hasPrefix("customFields.")
                ? String(field.dropFirst("customFields.".count)) : visit.phrase(noun.field(field))
        }
        return [
            "name": refusal.name.isEmpty ? refusal.id.description : refusal.name,
            "href": "\(path(noun))/\(refusal.id)",
            "why": visit.phrase("problems.\(refusal.problem.code)", refusal.problem.values),
            "fields": fields.joined(separator: visit.phrase("shell.listSeparator")), "hasFields": !fields.isEmpty,
        ]
    }

    static func noun(of collection: String) -> RecordNoun {
        collection == ContactPoint.collection ? .contactPoints : RecordNoun(rawValue: collection) ?? .companies
    }

    /// Where the records of a noun have their pages.
    static func path(_ noun: RecordNoun) -> String { noun == .contactPoints ? "/contact-points" : "/\(noun.rawValue)" }

    /// Where they have their list.
    static func list(_ noun: RecordNoun) -> String {
        switch noun {
        case .opportunities: OpportunityList.definition.path
        case .tasks: TaskList.definition.path
        default: path(noun)
        }
    }
}

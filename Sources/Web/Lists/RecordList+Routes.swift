import Growth
import Hummingbird
import Store

/// The pages that every list has.
extension RecordList {
    var routes: [Endpoint] {
        [
            Endpoint(
                .get, path, for: .may(.readRecords), "The list of \(E.collection)",
                query: definition.parameters + Self.pageParameters
            ) { try await show($0) },
            Endpoint(
                .get, "\(path)/values", for: .may(.readRecords), "The frequent values of a field of \(E.collection)",
                query: [QueryParameter("field", .word(suggests))]
            ) { try await values($0) },
            Endpoint(
                .get, "\(path)/condition", for: .may(.readRecords),
                "What a condition on a field of \(E.collection) takes",
                query: [QueryParameter("field")]
            ) { try await condition($0) },
            Endpoint(
                .get, "\(path)/filter", for: .may(.readRecords), "Adds a condition to the list of \(E.collection)",
                query: ["field", "op", "value", "until", "span", "to"].map { QueryParameter($0) }
            ) { try add($0) },
        ]
    }

    static var pageParameters: [QueryParameter] {
        [
            QueryParameter("columns", .string, "Names of columns, with commas between them"),
            QueryParameter("view", .string, "The saved view that is open"),
        ]
    }
}

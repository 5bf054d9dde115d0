import Foundation
import Growth
import Store

/// What the API shows of an import, with sentences beside the codes.
enum ImportView {
    static func value(
        of file: Uploads.File, _ detected: (file: DetectedFile, proposal: ImportMapping, isRemembered: Bool),
        _ visit: some Visiting
    ) -> Value {
        var document = detected.file.document
        document["fileId"] = .string(file.id)
        document["fileName"] = .string(file.name)
        document["size"] = .int(file.size)
        document["mapping"] = .object(detected.proposal.document)
        document["isRemembered"] = .bool(detected.isRemembered)
        document["warnings"] = .array(detected.file.warnings.map { .object(self.document(of: $0, visit)) })
        return .object(document)
    }

    static func document(of problem: ImportProblem, _ visit: some Visiting) -> Document {
        var document = problem.document
        document["message"] = .string(problem.sentence(in: visit.language))
        return document
    }

    static func value(
        of preview: ImportPreview, planToken: String, _ rows: (rows: [PreviewRow], total: Int), from: Int,
        _ visit: some Visiting
    ) -> Value {
        var actions = Document()
        for action in RowVerdict.Action.allCases { actions[action.rawValue] = .int(preview.actions[action] ?? 0) }
        return [
            "planToken": .string(planToken), "counters": .object(preview.counters.document),
            "warnings": .int(preview.warnings),
            "rows": .object(actions), "rowsWithWarnings": .int(preview.rowsWithWarnings),
            "items": items(rows.rows, visit), "total": .int(rows.total), "from": .int(from),
        ]
    }

    static func items(_ rows: [PreviewRow], _ visit: some Visiting) -> Value {
        .array(rows.map { .object(document(of: $0, visit)) })
    }

    private static func document(of row: PreviewRow, _ visit: some Visiting) -> Document {
        var document = row.document
        let problems = VerdictView(row.verdict).problems
        if !problems.isEmpty {
            document["problems"] = .array(problems.map { .object(self.document(of: $0, visit)) })
        }
        return document
    }
}

/// A stored verdict, read again.
struct VerdictView {
    let document: Document

    init(_ document: Document) { self.document = document }

    var row: Corrections.Row { Corrections.Row(sheet: document["sheet"]?.int ?? 0, row: document["row"]?.int ?? 0) }
    var action: String { document["action"]?.string ?? "" }
    var sameAsRow: Int? { document["sameAsRow"]?.int }
    var companyId: EntityID<Company>? { document["companyId"]?.id.map(EntityID.init) }
    var score: Double? { document["score"]?.double }
    var reasons: [String] { document["reasons"]?.array?.compactMap(\.string) ?? [] }
    var changes: [Change] { document["changes"]?.array?.compactMap { $0.object.map(Change.init) } ?? [] }
    var kept: [Change] { document["kept"]?.array?.compactMap { $0.object.map(Change.init) } ?? [] }
    var problems: [ImportProblem] {
        document["problems"]?.array?.compactMap { $0.object.flatMap(ImportProblem.init(document:)) } ?? []
    }

    struct Change {
        let field: String
        let before: String?
        let after: String
        /// From 0.
        let column: Int?

        init(_ document: Document) {
            field = document["field"]?.string ?? ""
            before = document["before"]?.string
            after = document["after"]?.string ?? ""
            column = document["column"]?.string.flatMap(CellReference.number)
        }
    }
}

extension ImportProblem {
    init?(document: Document) {
        guard let code = document["code"]?.string.flatMap(Code.init(rawValue:)) else { return nil }
        self.init(
            code, row: document["row"]?.int, sheet: document["sheet"]?.string,
            column: document["column"]?.string.flatMap(CellReference.number), header: document["header"]?.string,
            value: document["value"]?.string)
    }
}

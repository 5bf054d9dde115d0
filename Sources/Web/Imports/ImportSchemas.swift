import Growth
import Store

/// The shapes of the imports' API.
enum ImportSchemas {
    static let log = JSONSchema.entity(ImportLog.self)
    private static let type = JSONSchema.words(of: ImportType.self)
    private static let action = JSONSchema.word(RowVerdict.Action.allCases.map(\.rawValue))
    static let policy = JSONSchema.word(ImportPolicy.allCases.map(\.rawValue))

    private static let problem: JSONSchema = .named(
        "ImportProblem",
        .object(
            .must("code", .word(ImportProblem.Code.allCases.map(\.rawValue))),
            .must("severity", .word(["error", "warning", "note"])),
            .must("message", .string), .may("row", .integer), .may("sheet", .string), .may("column", .string),
            .may("header", .string),
            .may("value", .string)))

    private static let column: JSONSchema = .object(
        .must("column", .string), .must("header", .string), .must("samples", .array(.string)), .must("target", .string),
        .must("certainty", .number))

    private static let sheet: JSONSchema = .object(
        .must("index", .integer), .must("name", .string), .must("hidden", .boolean),
        .must("role", .word(SheetRole.allCases.map(\.rawValue))), .must("headerRow", .integer), .must("rows", .integer),
        .must("hiddenRows", .integer), .must("columns", .array(column)))

    static let detected: JSONSchema = .named(
        "DetectedFile",
        .object(
            .must("fileId", .string), .must("fileName", .string), .must("size", .integer), .must("type", type),
            .must("confidence", .number), .must("sheets", .array(sheet)), .must("mapping", .any),
            .must("isRemembered", .boolean),
            .must("warnings", .array(problem))))

    private static let change: JSONSchema = .object(
        .must("field", .string), .must("after", .string), .may("before", .string), .may("column", .string))

    private static let row: JSONSchema = .named(
        "PreviewRow",
        .object(
            .must("sheet", .integer), .must("row", .integer), .must("action", action), .must("cells", .any),
            .may("sameAsRow", .integer), .may("companyId", .id), .may("score", .number),
            .may("reasons", .array(.string)),
            .may("changes", .array(change)), .may("kept", .array(change)), .may("problems", .array(problem))))

    static let counters: JSONSchema = .object(
        ImportCounters().document.keys.map { .must($0, .integer) }, isOpen: false)

    static let rows: JSONSchema = .object(
        .must("items", .array(row)), .must("total", .integer), .must("from", .integer))

    static let preview: JSONSchema = .named(
        "ImportPreview",
        .object(
            .must("planToken", .string), .must("counters", counters), .must("warnings", .integer),
            .must("rows", .object(RowVerdict.Action.allCases.map { .must($0.rawValue, .integer) }, isOpen: false)),
            .must("rowsWithWarnings", .integer), .must("items", .array(row)), .must("total", .integer),
            .must("from", .integer)))

    /// What a preview takes; a run takes it too, in place of the token of a preview.
    static let request: JSONSchema = .object(requestParts, isOpen: false)
    static let execution: JSONSchema = .object([.may("planToken", .string)] + requestParts, isOpen: false)

    private static let requestParts: [JSONSchema.Property] = [
        .may("fileId", .string), .may("type", type), .may("mapping", .any), .may("policy", policy),
        .may(
            "corrections",
            .array(.object(.may("sheet", .any), .must("row", .integer), .must("column", .any), .must("value", .string)))
        ),
        .may("excludedRows", .array(.any)),
    ]

    private static let kept: JSONSchema = .object(
        .must("collection", .string), .must("id", .id), .must("name", .string),
        .must("reason", .word(["changedSince", "inUse"])),
        .may("field", .string))

    static let undo: JSONSchema = .named(
        "UndoReport",
        .object(
            .must("companiesDeleted", .integer), .must("peopleDeleted", .integer),
            .must("contactPointsDeleted", .integer),
            .must("serviceMatchesDeleted", .integer), .must("fieldsRestored", .integer), .must("keptCount", .integer),
            .must("kept", .array(kept))))

    static let rowQuery = [
        QueryParameter("action", action, "Rows that end this way"),
        QueryParameter("warnings", .boolean, "Rows with a warning"),
        QueryParameter("from", .integer, "By default 0"), QueryParameter("limit", .integer, "1 to 500, by default 50"),
    ]
}

import Foundation
import Growth
import Store

/// A field of a form, as the partial `records/field` draws it.
struct FormField {
    enum Kind {
        case line, latin, email, phone, address, text, number, day
        case choice([String])
    }

    let name: String
    let kind: Kind
    var isRequired = false
    var isWide = false

    /// - Parameters:
    ///   - noun: whose locale file has the labels: `fields.<name>` and `values.<name>.<token>`.
    ///   - stored: what the record has, or what is proposed for a new one.
    ///   - problems: what is wrong with it, by field.
    func data(
        _ visit: some Visiting, noun: RecordNoun, stored: String, isNew: Bool, problems: [String: FieldProblem]
    ) -> PageData {
        let value = visit.input.typed(name) ?? stored
        let problem = problems[name]
        var data: PageData = [
            "field": name, "label": visit.phrase(noun.field(name)), "value": value, "isRequired": isRequired,
            "isWide": isWide, "hasError": problem != nil, "isLine": false, "isText": false, "isChoice": false,
            "isLatin": false, "type": "text", "hasHint": false,
            // One that is missing must be filled in: then nothing is as it was.
            "isMarked": !isNew && !(isRequired && stored.isEmpty), "mark": FormMark.of(stored, isText: isText),
        ]
        if let problem { data["error"] = visit.phrase("problems.\(problem.code)", problem.values) }
        let hint = noun.hint(name)
        if visit.visit.resources.phrases.has(hint) {
            data["hasHint"] = true
            data["hint"] = visit.phrase(hint)
        }
        switch kind {
        case .line: data["isLine"] = true
        case .latin, .address, .email, .phone, .number, .day:
            data["isLine"] = true
            data["isLatin"] = true
            data["type"] = inputType
        case .text: data["isText"] = true
        case .choice(let tokens):
            data["isChoice"] = true
            // A stored word that no list has stays choosable, so that saving does not lose it.
            let all = tokens.contains(value) || value.isEmpty ? tokens : tokens + [value]
            data["options"] = all.map { token in
                ["code": token, "label": RecordWords.label(visit, noun, name, token), "isChosen": token == value]
                    as PageData
            }
        }
        return data
    }

    private var isText: Bool { if case .text = kind { true } else { false } }

    private var inputType: String {
        switch kind {
        case .email: "email"
        case .phone: "tel"
        case .day: "date"
        default: "text"
        }
    }
}

/// What a form says first whose record was put away while somebody typed: for `records/conflict`.
enum PutAway {
    static func data(isArchived: Bool, isMerged: Bool) -> PageData {
        ["isFiledAway": isArchived || isMerged, "isArchivedNow": isArchived && !isMerged, "isMergedNow": isMerged]
    }
}

enum RecordWords {
    /// The label of an enumeration's value; a word that we do not know is shown as it is stored.
    static func label(_ visit: some Visiting, _ noun: RecordNoun, _ field: String, _ token: String) -> String {
        let key = noun.value(field, token)
        return visit.visit.resources.phrases.has(key) ? visit.phrase(key) : token
    }

    static func options(_ visit: some Visiting, _ noun: RecordNoun, _ field: String, _ tokens: [String], chosen: String)
        -> [PageData]
    {
        tokens.map { ["code": $0, "label": label(visit, noun, field, $0), "isChosen": $0 == chosen] }
    }

    /// `ok`, `warn`, `error`, `info` or nothing: the sign of a badge.
    static func sign(ofStatus status: String) -> String {
        switch status {
        case "active": "ok"
        case "new": "info"
        case "blacklisted": "error"
        default: ""
        }
    }

    static func sign(ofPriority priority: String) -> String {
        switch priority {
        case "very_high", "high": "brand"
        default: ""
        }
    }
}

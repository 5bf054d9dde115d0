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
    ///   - stored: what the record has, which the form sends along: a field that stayed so is no change. `nil`: the record is new.
    ///   - proposed: what stands in it at first where nothing is stored.
    ///   - problems: what is wrong with it, by field.
    func data(
        _ visit: some Visiting, noun: RecordNoun, stored: String?, proposed: String = "",
        problems: [String: FieldProblem]
    ) -> PageData {
        let value = visit.input.text(name) ?? stored ?? proposed
        let problem = problems[name]
        var data: PageData = [
            "field": name, "label": visit.phrase(noun.field(name)), "value": value, "isRequired": isRequired,
            "isWide": isWide, "hasError": problem != nil, "isLine": false, "isText": false, "isChoice": false,
            "isLatin": false, "type": "text", "hasHint": false, "isStored": stored != nil, "stored": stored ?? "",
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

    private var inputType: String {
        switch kind {
        case .email: "email"
        case .phone: "tel"
        case .day: "date"
        default: "text"
        }
    }
}

extension [FormField] {
    /// What was typed beside what somebody else stored meanwhile, where the two differ: for `records/conflict`.
    func differences(_ visit: MemberVisit, noun: RecordNoun, stored: (String) -> String) -> [PageData] {
        compactMap { field in
            let stored = stored(field.name)
            guard let typed = visit.input.text(field.name),
                typed.trimmingCharacters(in: .whitespacesAndNewlines) != stored
            else { return nil }
            func shown(_ text: String) -> String {
                if text.isEmpty { return visit.phrase("records.conflict.nothing") }
                return RecordWords.label(visit, noun, field.name, text)
            }
            return [
                "label": visit.phrase(noun.field(field.name)), "stored": shown(stored), "typed": shown(typed),
            ]
        }
    }
}

extension MemberVisit {
    /// The version of a record that its form was drawn from. One that is shown again for what is wrong in it keeps the one that it came with.
    func version(_ updatedAt: Date?, _ problems: [String: FieldProblem]) -> String {
        let stored = updatedAt.map { String($0.milliseconds) } ?? ""
        return problems.isEmpty ? stored : input.text("updatedAt") ?? stored
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

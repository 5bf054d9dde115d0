import Growth
import Store

/// A filter as a person would say it.
struct FilterWords {
    let visit: MemberVisit
    let names: FilterNames

    /// A condition, or whatever stands for one, in one sentence.
    func sentence(_ node: FilterNode, _ vocabulary: FilterVocabulary) -> String {
        switch node {
        case .condition(let field, let operation, let value):
            return condition(field, operation, value, vocabulary)
        case .segment(let id, let isIn):
            return visit.phrase(
                isIn ? "segments.words.inSegment" : "segments.words.notInSegment",
                ["name": names.segment(id) ?? id.description])
        case .related(let name, let isThere, let inner):
            guard let related = vocabulary.related(name) else { return name }
            let what = visit.phrase("segments.relations.\(name)")
            let key = isThere ? "has" : "hasNo"
            guard case .group(_, let parts) = inner, !parts.isEmpty else {
                return visit.phrase("segments.words.\(key)", ["what": what])
            }
            return visit.phrase(
                "segments.words.\(key)Where", ["what": what, "conditions": aligned(sentence(inner, related))])
        case .group(let join, let parts):
            let joint = visit.phrase(join == .and ? "segments.words.and" : "segments.words.or")
            let inner = parts.map { part -> String in
                if case .group = part { "(\(sentence(part, vocabulary)))" } else { sentence(part, vocabulary) }
            }.joined(separator: joint)
            return join == .none ? visit.phrase("segments.words.none", ["conditions": aligned(inner)]) : inner
        case .raw(let value): return value.json
        }
    }

    /// A sentence within a sentence: all of its words stand between isolates, so a mark has to say its direction.
    private func aligned(_ sentence: String) -> String { visit.language == .arabic ? "\u{200F}" + sentence : sentence }

    private func condition(
        _ field: String, _ operation: String, _ value: Value, _ vocabulary: FilterVocabulary
    ) -> String {
        guard let input = vocabulary.input(field) else { return "\(field) \(operation) \(value.json)" }
        let name = vocabulary.label(field, visit)
        let shown = FilterNode.Shown(operation, value, isDate: input == .field(.date))
        let values = shown.values.map { self.value($0, field, input, vocabulary) }
        switch shown.operation {
        case "set": return visit.phrase("records.operators.exists.true", ["field": name])
        case "unset": return visit.phrase("records.operators.exists.false", ["field": name])
        case "between":
            return visit.phrase(
                "records.operators.between", ["field": name, "from": values.first ?? "", "to": shown.until])
        default:
            let alike = ["in", "has", "within", "on"].contains(shown.operation) ? "eq" : shown.operation
            return visit.phrase(
                "records.operators.\(alike)",
                ["field": name, "value": values.joined(separator: visit.phrase("shell.listSeparator"))])
        }
    }

    private func value(
        _ text: String, _ field: String, _ input: FilterVocabulary.Input, _ vocabulary: FilterVocabulary
    ) -> String {
        switch input {
        case .field(.word): return vocabulary.word(field, text, visit)
        case .field(.flag): return visit.phrase(text == "true" ? "records.yes" : "records.no")
        case .field(.date): return FilterDays.offered.contains(text) ? visit.phrase("lists.spans.\(text)") : text
        case .run, .campaign, .field(.user): return names.name(of: text, input, visit)
        default: return text
        }
    }

    // MARK: The tree, with or without what holds for a record

    /// For the partial `segments/reason`.
    func data(_ node: FilterNode, _ vocabulary: FilterVocabulary) -> PageData {
        guard case .group(let join, let parts) = node else { return leaf(sentence(node, vocabulary), holds: nil) }
        return group(join, parts.map { data($0, vocabulary) }, holds: nil)
    }

    func data(_ reason: SegmentReason, _ vocabulary: FilterVocabulary) -> PageData {
        func inner(_ join: FilterNode.Join) -> PageData {
            group(join, reason.parts.map { data($0, vocabulary) }, holds: reason.holds)
        }
        switch reason.kind {
        case .and: return inner(.and)
        case .or: return inner(.or)
        case .none: return inner(.none)
        case .condition(let value): return leaf(sentence(.read(value), vocabulary), holds: reason.holds)
        case .notLive: return leaf(visit.phrase("segments.why.notLive"), holds: false)
        case .list:
            return leaf(
                visit.phrase(reason.holds ? "segments.why.listed" : "segments.why.notListed"), holds: reason.holds)
        }
    }

    private func group(_ join: FilterNode.Join, _ parts: [PageData], holds: Bool?) -> PageData {
        var data = leaf(visit.phrase("segments.joins.\(join.rawValue)"), holds: holds)
        data["isGroup"] = true
        data["parts"] = parts
        return data
    }

    private func leaf(_ text: String, holds: Bool?) -> PageData {
        [
            "text": text, "isGroup": false, "parts": [PageData](), "isMarked": holds != nil, "holds": holds == true,
            "said": holds.map { visit.phrase($0 ? "segments.why.holds" : "segments.why.fails") } ?? "",
        ]
    }
}

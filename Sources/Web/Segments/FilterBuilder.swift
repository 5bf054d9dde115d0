import Growth
import Store

/// The visual builder of a filter: a group of conditions and groups, each with the operators and the input that suit it.
struct FilterBuilder {
    let visit: MemberVisit
    let names: FilterNames
    let context: FilterContext

    /// For the partial `segments/node`.
    func data(_ filters: Value?, _ vocabulary: FilterVocabulary) -> PageData {
        node(.top(filters), vocabulary, path: "n", depth: 0, relations: 0)
    }

    /// Groups within groups; deeper ones can be written as JSON.
    private static let maxDepth = 4
    private static let maxRelations = 2

    private func node(
        _ node: FilterNode, _ vocabulary: FilterVocabulary, path: String, depth: Int, relations: Int
    ) -> PageData {
        var data: PageData = [
            "id": path, "isTop": depth == 0, "mayRemove": depth > 0, "isGroup": false, "isCondition": false,
            "isRelated": false, "isSegment": false, "isRaw": false,
        ]
        switch node {
        case .group(let join, let parts):
            data["isGroup"] = true
            data["joins"] = FilterNode.Join.allCases.map {
                option($0.rawValue, visit.phrase("segments.joins.\($0.rawValue)"), $0 == join)
            }
            data["items"] = parts.enumerated().map { index, part in
                self.node(part, vocabulary, path: "\(path)-\(index)", depth: depth + 1, relations: relations)
            }
            data["first"] = vocabulary.names.first { vocabulary.input($0) == .field(.text) } ?? vocabulary.names[0]
            data["mayNest"] = depth < Self.maxDepth
            data["mayRelate"] = relations < Self.maxRelations && !vocabulary.fields.relations.isEmpty
            data["relation"] = vocabulary.fields.relations.first?.name ?? ""
            data["mayExclude"] = relations == 0 && !names.segments.isEmpty
            data["segment"] = names.segments.first?.id ?? ""
        case .condition(let field, let operation, let value):
            guard let input = vocabulary.input(field) else { return raw(data, field, operation, value) }
            data["isCondition"] = true
            data.merge(condition(field, operation, value, input, vocabulary)) { _, new in new }
        case .related(let name, let isThere, let inner):
            guard let related = vocabulary.related(name) else {
                data["isRaw"] = true
                data["json"] = Value.object(["has": .string(name)]).json
                return data
            }
            data["isRelated"] = true
            data["quantities"] = ["has", "hasNo"].map {
                option($0, visit.phrase("segments.quantities.\($0)"), ($0 == "has") == isThere)
            }
            data["relations"] = vocabulary.fields.relations.map {
                option($0.name, visit.phrase("segments.relations.\($0.name)"), $0.name == name)
            }
            var group = self.node(inner, related, path: "\(path)-w", depth: depth + 1, relations: relations + 1)
            group["mayRemove"] = false
            data["inner"] = [group]
        case .segment(let id, let isIn):
            data["isSegment"] = true
            data["signs"] = ["in", "notIn"].map {
                option($0, visit.phrase("segments.signs.\($0)"), ($0 == "in") == isIn)
            }
            data["segments"] = chosen(names.segments, [id.description])
        case .raw(let value):
            data["isRaw"] = true
            data["json"] = value.json
        }
        return data
    }

    private func raw(_ data: PageData, _ field: String, _ operation: String, _ value: Value) -> PageData {
        var data = data
        data["isRaw"] = true
        data["json"] = Value.object(["field": .string(field), "op": .string(operation), "value": value]).json
        return data
    }

    // MARK: Conditions

    private func condition(
        _ field: String, _ operation: String, _ value: Value, _ input: FilterVocabulary.Input,
        _ vocabulary: FilterVocabulary
    ) -> PageData {
        var shown = FilterNode.Shown(operation, value, isDate: input == .field(.date))
        let offered = FilterVocabulary.operators(input)
        let isFresh = value.isNull || value.string?.isEmpty == true
        if operation.isEmpty { shown = FilterNode.Shown(offered[0], value, isDate: false) }
        let all = offered.contains(shown.operation) ? offered : offered + [shown.operation]
        let custom = names.custom[vocabulary.kind] ?? []
        let fields = vocabulary.names + custom
        var data: PageData = [
            "fields": (fields.contains(field) ? fields : fields + [field]).map {
                option($0, vocabulary.label($0, visit), $0 == field)
            },
            "operators": all.map { option($0, visit.phrase("lists.operators.\($0)"), $0 == shown.operation) },
            "isText": false, "isNumber": false, "isDate": false, "isChoice": false, "isMany": false, "isList": false,
            "isBetween": shown.operation == "between", "hasValue": true, "until": shown.until,
            "value": shown.values.first ?? "", "hasSuggestions": false, "label": vocabulary.label(field, visit),
            "isWrong": !isFresh && !isAccepted(field, operation, value, vocabulary),
        ]
        func choose(_ options: [PageData]) {
            data["isChoice"] = true
            data["options"] = options
        }
        switch (shown.operation, input) {
        case ("set", _), ("unset", _): data["hasValue"] = false
        case ("within", _):
            let spans = FilterDays.offered.map { ($0, visit.phrase("lists.spans.\($0)")) }
            choose(chosen(spans.map { (id: $0.0, name: $0.1) }, shown.values))
        case (_, .field(.number)): data["isNumber"] = true
        case (_, .field(.date)):
            data["isDate"] = true
            data["value"] = String((shown.values.first ?? "").prefix(10))
        case (_, .field(.flag)):
            choose(
                ["true", "false"].map {
                    option($0, visit.phrase($0 == "true" ? "records.yes" : "records.no"), $0 == shown.values.first)
                })
        case (let operation, .field(.word(let words))):
            data["isMany"] = operation == "in"
            choose(chosen(words.map { (id: $0, name: vocabulary.word(field, $0, visit)) }, shown.values))
        case (_, .field(.user)): choose(names.colleagues.options(visit, chosen: shown.values.first ?? ""))
        case (_, .run): choose(chosen(names.runs, shown.values))
        case (_, .campaign): choose(chosen(names.campaigns, shown.values))
        default:
            data["isText"] = true
            if ["in", "has"].contains(shown.operation) {
                data["isList"] = true
                data["value"] = shown.values.joined(separator: ", ")
            }
            if let path = vocabulary.suggestions(field) {
                data["hasSuggestions"] = true
                data["suggestions"] = path
            }
        }
        return data
    }

    private func isAccepted(_ field: String, _ operation: String, _ value: Value, _ vocabulary: FilterVocabulary)
        -> Bool
    {
        do {
            _ = try FilterReader(vocabulary.fields, context).condition(field, operation, value)
            return true
        } catch {
            // What is wrong with it is said where the members are counted.
            return false
        }
    }

    private func option(_ code: String, _ label: String, _ isChosen: Bool) -> PageData {
        ["code": code, "label": label, "isChosen": isChosen]
    }

    /// What is chosen stays choosable, also where it is no longer offered.
    private func chosen(_ known: [(id: String, name: String)], _ values: [String]) -> [PageData] {
        let gone = values.filter { value in !value.isEmpty && !known.contains { $0.id == value } }
        return known.map { option($0.id, $0.name, values.contains($0.id)) } + gone.map { option($0, $0, true) }
    }
}

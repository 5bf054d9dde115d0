import Foundation
import Growth
import Hummingbird
import Store

/// Conditions over any field of a list, one at a time: the panel that adds one, and how a chip reads.
extension RecordList {
    /// The fields that the panel offers, by their labels, and every column kept from imports that is known.
    func conditionFields(_ custom: [String], _ visit: MemberVisit) -> [PageData] {
        (definition.filters.filter { kind(of: $0) != .id } + custom).map {
            ["name": $0, "label": label($0, visit)]
        }
    }

    /// The second half of the panel: the operators that suit a field, and where its value is written.
    func condition(_ visit: MemberVisit) async throws -> Response {
        let field = visit.query("field") ?? ""
        guard let kind = kind(of: field) else { throw FilterError.unknownField(field) }
        var data: PageData = [
            "operators": Self.operators(kind).map {
                ["code": $0, "label": visit.phrase("lists.operators.\($0)")] as PageData
            },
            "isText": false, "isNumber": false, "isDate": false, "isChoice": false, "label": label(field, visit),
            "hasList": suggests.contains(field), "values": "\(path)/values?field=\(field)",
        ]
        switch kind {
        case .text, .tags, .id: data["isText"] = true
        case .number: data["isNumber"] = true
        case .date:
            data["isDate"] = true
            data["spans"] = FilterDays.offered.map {
                ["code": $0, "label": visit.phrase("lists.spans.\($0)")] as PageData
            }
        case .flag:
            data["isChoice"] = true
            data["options"] = ["true", "false"].map {
                ["code": $0, "label": visit.phrase($0 == "true" ? "records.yes" : "records.no")] as PageData
            }
        case .word(let words):
            data["isChoice"] = true
            data["isMany"] = true
            data["options"] = RecordWords.options(visit, noun, field, words, chosen: "")
        case .user:
            data["isChoice"] = true
            data["options"] = try await Colleagues(visit).options(visit, chosen: "")
        }
        return try visit.fragment("lists/condition", data)
    }

    /// The operators in the order in which people want them; `set` and `unset` stand for `exists`.
    static func operators(_ kind: ListFieldKind) -> [String] {
        switch kind {
        case .text: ["contains", "eq", "startsWith", "ne", "set", "unset"]
        case .number: ["gte", "lte", "between", "eq", "set", "unset"]
        case .date: ["within", "on", "gte", "lt", "between", "set", "unset"]
        case .flag: ["eq"]
        case .tags: ["has", "ne", "set", "unset"]
        case .word: ["in", "ne", "set", "unset"]
        case .user, .id: ["eq", "ne"]
        }
    }

    /// Adds the panel's condition to the list's address, checked, and goes there.
    func add(_ visit: MemberVisit) throws -> Response {
        let pairs = try QueryPair.all(visit.request.uri.query ?? "")
        func all(_ name: String) -> [String] { pairs.filter { $0.name == name && !$0.value.isEmpty }.map(\.value) }
        let field = all("field").first ?? ""
        guard kind(of: field) != nil else { throw FilterError.unknownField(field) }
        let operation = all("op").first ?? ""
        let (name, value) = try condition(operation, field, all)
        let condition = FilterParameter(field, name).name
        var kept = try QueryPair.all(all("to").first ?? "").filter {
            !["after", "before", condition].contains($0.name)
        }
        kept.append(QueryPair(name: condition, value: value))
        // Whatever the list would refuse is refused here, where the sentence can name it.
        _ = try ListRequest(query: QueryPair.text(kept), definition, context: FilterContext(visit), isPage: true)
        return visit.redirect(to: "\(path)?\(QueryPair.text(kept))")
    }

    /// The panel's words for operators as those of addresses.
    private func condition(
        _ operation: String, _ field: String, _ sent: (String) -> [String]
    ) throws -> (FilterReader.Operation, String) {
        let values = sent("value")
        switch operation {
        case "set": return (.exists, "true")
        case "unset": return (.exists, "false")
        case "within": return (.within, sent("span").first ?? "")
        case "on": return (.eq, values.first ?? "")
        case "between":
            guard let first = values.first, let last = sent("until").first else { throw FilterError.badValue(field) }
            return (.between, "\(first)..\(last)")
        default:
            guard let known = FilterReader.Operation(rawValue: operation) else {
                throw FilterError.unknownOperator(operation, field: field)
            }
            guard !values.isEmpty else { throw FilterError.badValue(field) }
            return (known, known == .in || known == .has ? values.joined(separator: ",") : values[0])
        }
    }

    /// `المدينة: الرياض`; days, people and words as the reader knows them.
    func conditionLabel(
        _ field: String, _ operation: String, _ value: String, _ names: ConditionNames, _ visit: MemberVisit
    ) -> String {
        let name = label(field, visit)
        if operation == "exists" { return visit.phrase("records.operators.exists.\(value)", ["field": name]) }
        let kind = kind(of: field)
        func shown(_ text: String) -> String {
            if let known = names.names[text] { return known }
            switch (kind, text) {
            case (.user?, FilterReader.me): return visit.phrase("lists.owner.me")
            case (.user?, FilterReader.nobody): return visit.phrase("lists.owner.none")
            case (.flag?, "true"), (.flag?, "false"): return visit.phrase(text == "true" ? "records.yes" : "records.no")
            case (.date?, _):
                return FilterDays.offered.contains(text) ? visit.phrase("lists.spans.\(text)") : text
            default: return RecordWords.label(visit, noun, field, text)
            }
        }
        let operation = operation == "in" || operation == "has" || operation == "within" ? "eq" : operation
        var parts = ["in", "eq", "ne"].contains(operation) ? value.split(separator: ",").map(String.init) : [value]
        if operation == "between" { parts = value.components(separatedBy: "..") }
        let words = parts.map(shown)
        if operation == "between" {
            return visit.phrase(
                "records.operators.between", ["field": name, "from": words[0], "to": words.last ?? ""])
        }
        return visit.phrase(
            "records.operators.\(operation)",
            ["field": name, "value": words.joined(separator: visit.phrase("shell.listSeparator"))])
    }

    /// Values of a field, for a list to choose from while one types: the known tags; of a field with an index the most
    /// frequent ones; of another one the most frequent ones of the latest records, since all of them would be read.
    func values(_ visit: MemberVisit) async throws -> Response {
        guard let field = visit.query("field"), suggests.contains(field) else { throw WebError.badParameter("field") }
        let store = visit.platform.store
        var counted: [(value: String, count: Int?)]
        if kind(of: field) == .tags {
            counted = try await visit.platform.knownWords.list(.tags, of: E.collection).map { ($0, nil) }
        } else if Schema(of: E.self).indexes.contains(where: { $0.fields.first == field }) {
            let groups = try await store.group(E.self, by: field, sum: nil, where: .exists(field, true), limit: 200)
            counted = groups.compactMap { group in group.value.string.map { ($0, group.count) } }
        } else {
            var counts: [String: Int] = [:]
            let latest = Query<E>(sort: [.descending("_id")], limit: Self.sampled)
            for record in try await store.find(latest) {
                if let value = try Document(record)[field]?.string { counts[value, default: 0] += 1 }
            }
            counted = counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(200).map { ($0.key, nil) }
        }
        let values = counted.map { value, count in
            ["value": value, "count": count.map { visit.formats.number($0) } ?? ""] as PageData
        }
        return try visit.fragment("records/values", ["values": values])
    }

    private static var sampled: Int { 2_000 }
}

/// What the ids in a list's conditions are called: files of imports, people.
struct ConditionNames {
    private(set) var names: [String: String] = [:]

    init<E: Entity>(_ page: ListPage<E>, _ visit: MemberVisit) async throws {
        for pair in page.request.parameters {
            guard let field = FilterParameter(pair.name) else { continue }
            switch field.field {
            case "importLogId":
                guard let id = EntityID<ImportLog>(pair.value), let run = try await visit.platform.imports.log(id)
                else { continue }
                names[pair.value] = run.fileName
            case "ownerId", "assignedTo", "createdBy":
                guard let id = EntityID<User>(pair.value), let user = try await visit.platform.store.get(id)
                else { continue }
                names[pair.value] = user.name
            case "campaignId":
                guard let id = EntityID<Campaign>(pair.value), let campaign = try await visit.platform.store.get(id)
                else { continue }
                names[pair.value] = campaign.name
            case "companyId":
                guard let id = EntityID<Company>(pair.value), let company = try await visit.platform.store.get(id)
                else { continue }
                names[pair.value] = company.displayName
            default: break
            }
        }
    }
}

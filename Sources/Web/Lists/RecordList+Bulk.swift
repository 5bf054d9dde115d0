import Foundation
import Growth
import Hummingbird
import Store

/// Ticked rows and what is done with them: the bar below a list, the page that shows what would happen, the doing.
extension RecordList {
    private typealias Verb = BulkOrder.Verb

    /// For the partial `lists/bulk`; `nil` for whom nothing can be done.
    func bulkBar(_ page: ListPage<E>, _ visit: MemberVisit) -> PageData? {
        guard isBulk, visit.may(.editRecords), !page.items.isEmpty else { return nil }
        let isArchived = page.request.filter.names("archivedAt") || page.request.filter.names("status", "archived")
        let verbs = visit.platform.bulk.verbs(of: E.collection).filter { verb in
            guard visit.may(verb.permission) else { return false }
            return verb == .archive ? !isArchived : verb == .restore ? isArchived : true
        }
        return [
            "hasBulk": true, "bulkPath": "\(path)/bulk/preview", "where": QueryPair.text(page.request.parameters),
            "verbs": verbs.map {
                ["code": $0.rawValue, "label": visit.phrase("lists.bulk.verbs.\($0.rawValue)"), "icon": Self.icon($0)]
                    as PageData
            },
            "mayExportPicked": exporter != nil && ListExports.isOpen(to: visit),
            "pickedFormats": ListExports.formats.map {
                ["code": $0, "label": visit.phrase("lists.picked.\($0)")] as PageData
            },
            "mayPutInSegment": visit.may(.manageCampaigns)
                && Segment.Target.known.contains(Segment.Target(rawValue: E.collection)),
            "hasAll": page.hasNext || page.hasPrevious,
            "allLabel": visit.phrase("lists.bulk.all", ["count": page.countText]),
        ]
    }

    private static func icon(_ verb: BulkOrder.Verb) -> String {
        switch verb {
        case .addTags, .removeTags: "tag"
        case .assign: "person"
        case .archive: "archive"
        case .restore: "undo"
        case .complete: "check"
        case .makeLeads: "lead"
        case .move: "board"
        default: "edit"
        }
    }

    // MARK: Before

    /// What would happen, with what is still to be said of it.
    func previewBulk(_ visit: MemberVisit) async throws -> Response {
        let (order, choice) = try await BulkInput.readForm(visit, self)
        guard visit.may(order.verb.permission) else { throw WebError.forbidden }
        var data = try await orderData(order, visit)
        let path = BulkInput.back(visit, path)
        data["back"] = path
        data["summary"] = [PageData]()
        var status = HTTPResponse.Status.ok
        if isComplete(order, visit) {
            do {
                let preview = try await visit.platform.bulk.preview(
                    order, on: E.collection, choice, by: visit.principal)
                data["summary"] = [summary(preview, order.verb, visit)]
            } catch let error as InvalidFields {
                data["hasError"] = true
                data["error"] = error.problems.values.first.map { visit.phrase("problems.\($0.code)", $0.values) } ?? ""
                status = .unprocessableContent
            } catch LeadError.nobodyTakesPart {
                data["hasError"] = true
                data["error"] = visit.phrase("errors.\(LeadError.nobodyTakesPart.failure.code)")
                status = .unprocessableContent
            }
        }
        if visit.wantsFragment { return try visit.fragment("lists/bulk-order", data, status: status) }
        return try visit.page(
            "lists/bulk-page", title: visit.phrase("lists.bulk.verbs.\(order.verb.rawValue)"), data,
            trail: [Crumb(path, visit.phrase(words.title))], status: status)
    }

    private func isComplete(_ order: BulkOrder, _ visit: MemberVisit) -> Bool {
        switch order.verb {
        case .set: order.field != nil && visit.input.has("value")
        case .addTags, .removeTags, .move: !(order.value ?? "").isEmpty
        case .assign: visit.input.has("value")
        default: true
        }
    }

    /// The form of an order: what it takes, and what was said so far.
    private func orderData(_ order: BulkOrder, _ visit: MemberVisit) async throws -> PageData {
        let value = order.value ?? ""
        var data: PageData = [
            "action": "\(path)/bulk", "preview": "\(path)/bulk/preview", "verb": order.verb.rawValue,
            "verbLabel": visit.phrase("lists.bulk.verbs.\(order.verb.rawValue)"), "field": order.field ?? "",
            "value": value, "reason": order.reason ?? "", "isSet": order.verb == .set, "hasError": false,
            "takesText": false, "takesChoice": false, "isOwner": false, "hasList": false, "takesReason": false,
            "isFirst": !visit.input.has("value"),
            "ids": BulkInput.ids(visit).joined(separator: ","), "all": visit.input.text("all") ?? "",
            "where": visit.input.text("where") ?? "",
        ]
        func choose(_ options: [PageData]) {
            data["takesChoice"] = true
            data["options"] = options
        }
        switch order.verb {
        case .set:
            let fields = visit.platform.bulk.settable(of: E.collection) + (try await knownCustom(visit))
            data["fields"] = fields.map {
                ["name": $0, "label": label($0, visit), "isChosen": $0 == order.field] as PageData
            }
            switch order.field.flatMap(inputKind) {
            case .word(let words)?: choose(RecordWords.options(visit, noun, order.field ?? "", words, chosen: value))
            case .flag?:
                choose(
                    ["true", "false"].map {
                        [
                            "code": $0, "label": visit.phrase($0 == "true" ? "records.yes" : "records.no"),
                            "isChosen": $0 == value,
                        ]
                    })
            case .some: data["takesText"] = true
            case nil: break
            }
        case .addTags, .removeTags:
            data["takesText"] = true
            data["hasList"] = suggests.contains("tags")
            data["values"] = "\(path)/values?field=tags"
        case .assign:
            choose(try await Colleagues(visit).options(visit, chosen: value).filter { $0["code"] as? String != "none" })
        case .makeLeads where visit.principal.ownRecordsOf == nil:
            data["isOwner"] = true
            choose(
                [["code": "turn", "label": visit.phrase("leads.turn"), "isChosen": value == "turn"]]
                    + DealWords.owners(try await visit.platform.leads.turns.owners(), chosen: value, visit))
        case .move:
            let field = tokens["stage"] == nil ? "status" : "stage"
            choose(RecordWords.options(visit, noun, field, tokens[field] ?? [], chosen: value))
            data["takesReason"] = true
        default: break
        }
        data["valueLabel"] = valueLabel(order, visit)
        return data
    }

    private func valueLabel(_ order: BulkOrder, _ visit: MemberVisit) -> String {
        switch order.verb {
        case .addTags, .removeTags: visit.phrase("lists.bulk.tags")
        case .assign, .makeLeads: visit.phrase("lists.bulk.owner")
        case .move: visit.phrase("lists.bulk.stage")
        default: order.field.map { label($0, visit) } ?? ""
        }
    }

    private func inputKind(_ field: String) -> ListFieldKind? {
        if let words = tokens[field] { return .word(words.filter { field != "status" || $0 != "archived" }) }
        return kind(of: field) ?? .text
    }

    private func summary(_ preview: Bulk.Preview, _ verb: BulkOrder.Verb, _ visit: MemberVisit) -> PageData {
        let counts = preview.counts
        let isExact = preview.total <= Bulk.Preview.countLimit
        let total = Formats.number(min(preview.total, Bulk.Preview.countLimit)) + (isExact ? "" : "+")
        func line(_ key: String, _ count: Int) -> String? {
            count == 0 ? nil : visit.plural("lists.bulk.\(key)", count)
        }
        return [
            "total": visit.plural("lists.bulk.total", preview.total, ["count": total]),
            "isPart": preview.weighed < preview.total,
            "part": visit.phrase("lists.bulk.part", ["count": Formats.number(preview.weighed)]),
            "lines": [
                line(verb == .makeLeads ? "make" : "change", counts.changed), line("same", counts.unchanged),
                line("refuse", counts.refused.count),
            ].compactMap { $0 },
            "hasRefused": !counts.refused.isEmpty,
            "refused": counts.refused.prefix(5).map { BulkView.data($0, noun, visit) },
            "mayGo": counts.changed > 0 || preview.weighed < preview.total,
            "isBackground": preview.total > Bulk.maxAtOnce,
        ]
    }

    // MARK: Doing

    func startBulk(_ visit: MemberVisit) async throws -> Response {
        let (order, choice) = try await BulkInput.readForm(visit, self)
        guard visit.may(order.verb.permission) else { throw WebError.forbidden }
        guard isComplete(order, visit) else { throw BulkError.notForThese }
        let run = try await visit.platform.bulk.start(order, on: E.collection, choice, by: visit.principal)
        guard run.isFinished, !run.hasFailed, run.refusedCount == 0 else {
            return visit.redirect(to: "/bulk/\(run.id)")
        }
        return visit.redirect(
            to: BulkInput.back(visit, path),
            flash: order.verb == .makeLeads ? "lists.bulk.leadsMade.done" : "lists.bulk.done",
            undo: Undo(action: "/bulk/undo", id: run.id.raw))
    }
}

/// What somebody sent of bulk work.
enum BulkInput {
    static let schema: JSONSchema = .object(
        .must("verb", .words(of: BulkOrder.Verb.self)), .may("field", .string), .may("value", .nullable(.string)),
        .may("reason", .string), .may("ids", .array(.id)), .may("all", .boolean), .may("q", .string),
        .may("filter", .any))

    /// A JSON body: `ids`, or `all` with the question of the list.
    static func read<E: Entity>(_ visit: MemberVisit, _ list: RecordList<E>) async throws -> (BulkOrder, BulkChoice) {
        let input = visit.input
        try input.allow("verb", "field", "value", "reason", "ids", "all", "q", "filter")
        let order = try order(input)
        guard visit.may(order.verb.permission) else { throw WebError.forbidden }
        if input.flag("all") == true {
            guard input["ids"] == nil else { throw InvalidFields(["ids": .notWritable]) }
            var question = Document()
            for name in ["q", "filter"] { question[name] = input[name] }
            let request = try ListRequest(Input(question), list.definition, context: FilterContext(visit))
            return (order, .all(request.wholeFilter(within: try await list.scope(request, visit))))
        }
        guard let items = input["ids"]?.array else { throw InvalidFields(["ids": .required]) }
        let ids = items.compactMap { $0.id ?? $0.string.flatMap { ObjectID($0) } }
        guard ids.count == items.count else { throw InvalidFields(["ids": .notInList]) }
        return (order, try choice(ids))
    }

    /// A form of ours: `ids` (or `id` for each), or `all` with the list's address in `where`.
    static func readForm<E: Entity>(
        _ visit: MemberVisit, _ list: RecordList<E>
    ) async throws -> (BulkOrder, BulkChoice) {
        (try order(visit.input, me: visit.principal.userId), try await choice(visit, list))
    }

    /// The ticked rows of a form, or all that its list shows.
    static func choice<E: Entity>(_ visit: MemberVisit, _ list: RecordList<E>) async throws -> BulkChoice {
        if visit.input.flag("all") == true {
            let pairs = try QueryPair.all(visit.input.text("where") ?? "").filter {
                !["after", "before", "limit", "sort"].contains($0.name)
            }
            let request = try ListRequest(
                query: QueryPair.text(pairs), list.definition, context: FilterContext(visit), isPage: true)
            return .all(request.wholeFilter(within: try await list.scope(request, visit)))
        }
        return try choice(ids(visit).compactMap { ObjectID($0) })
    }

    static func ids(_ visit: MemberVisit) -> [String] {
        let joined = visit.input.text("ids")?.split(separator: ",").map(String.init) ?? []
        return joined + (visit.input.texts("id") ?? [])
    }

    private static func choice(_ ids: [ObjectID]) throws -> BulkChoice {
        if ids.isEmpty { throw BulkError.nothingChosen }
        if ids.count > maxIds { throw InvalidFields(["ids": .tooLong(maxIds)]) }
        return .ids(ids)
    }

    /// More than a page of a list has are asked for by what they have in common.
    private static let maxIds = 1_000

    private static func order(_ input: Input, me: EntityID<User>? = nil) throws -> BulkOrder {
        guard let verb = BulkOrder.Verb(known: input.text("verb") ?? "") else {
            throw InvalidFields(["verb": input.has("verb") ? .notInList : .required])
        }
        var order = BulkOrder(verb)
        order.field = input.text("field").flatMap { $0.isEmpty ? nil : $0 }
        order.value = input.text("value").flatMap { $0.isEmpty ? nil : $0 }
        if [.assign, .makeLeads].contains(verb), order.value == FilterReader.me, let me {
            order.value = me.description
        }
        order.reason = input.text("reason").flatMap { $0.isEmpty ? nil : $0 }
        return order
    }

    /// The list as the person left it.
    static func back(_ visit: MemberVisit, _ path: String) -> String {
        let query = visit.input.text("where") ?? ""
        return OwnPath.checked(query.isEmpty ? path : "\(path)?\(query)") ?? path
    }
}

import Growth
import HTTPTypes
import Hummingbird
import Store

/// The queue of pairs, and the search that fills it.
enum DuplicatePages {
    static func index(_ visit: MemberVisit) async throws -> Response {
        let request = try ListRequest(visit, DuplicateRoutes.list)
        let kind = chosenKind(request)
        let scope = request.filter.names("status") ? Filter.all : Duplicates.pending
        let ofKind: Filter = request.filter.names("entityType") ? .all : .equals("entityType", Value(kind))
        let page = try await request.page(visit.platform.store, within: scope && ofKind)
        let shown =
            request.filter.names("status") ? page.items : try await visit.platform.duplicates.withoutStale(page.items)
        var data = try await search(visit)
        data["isPart"] = false
        data["rows"] = shown.map { row($0, visit) }
        data["isEmpty"] = shown.isEmpty
        data["pager"] = try page.pager(visit)
        data["isFiltered"] = !page.chosen("filter[recommendedAction]").isEmpty || request.filter.names("status")
        data["clear"] = "/duplicates?filter%5BentityType%5D=\(kind.rawValue)"
        data["first"] = shown.first.flatMap { path(of: $0) } ?? ""
        data["kinds"] = try await kinds(kind, visit)
        data["actions"] = try await actions(kind, page, visit)
        return try visit.page("duplicates/index", title: visit.phrase("duplicates.title"), data)
    }

    private static func chosenKind(_ request: ListRequest<DuplicateReview>) -> DuplicateReview.RecordKind {
        request.filter.names("entityType", "person") ? .person : .company
    }

    static func kind(_ noun: String?) throws -> DuplicateReview.RecordKind {
        switch noun {
        case nil, "companies": .company
        case "people": .person
        default: throw WebError.badParameter("kind")
        }
    }

    static func noun(_ kind: DuplicateReview.RecordKind?) -> RecordNoun { kind == .person ? .people : .companies }

    /// The page of a pair; `nil` where an earlier program named one record only.
    static func path(of review: DuplicateReview) -> String? {
        guard let a = review.entityId1, let b = review.entityId2, a != b else { return nil }
        return "/duplicates/\(noun(review.entityType).rawValue)/\(a)/\(b)"
    }

    private static func row(_ review: DuplicateReview, _ visit: MemberVisit) -> PageData {
        let action = review.recommendedAction?.rawValue
        return [
            "href": path(of: review) ?? "", "hasPage": path(of: review) != nil, "first": review.entityName1 ?? "–",
            "second": review.entityName2 ?? "–", "hasAction": action != nil,
            "action": action.map { label("actions", $0, visit) } ?? "", "sign": sign(review.recommendedAction),
            "score": review.groupScore.map { visit.formats.number(($0 * 100).rounded(.down), places: 0) + "%" } ?? "",
            "isDecided": review.isDecided, "status": label("statuses", review.status.rawValue, visit),
        ]
    }

    static func label(_ group: String, _ word: String, _ visit: some Visiting) -> String {
        StoredWord.label("duplicates.\(group)", word, visit)
    }

    static func sign(_ action: DuplicateReview.RecommendedAction?) -> String {
        switch action {
        case .merge?: "ok"
        case .reviewManually?: "warn"
        default: ""
        }
    }

    private static func kinds(_ chosen: DuplicateReview.RecordKind, _ visit: MemberVisit) async throws -> [PageData] {
        var tabs: [PageData] = []
        for kind in [DuplicateReview.RecordKind.company, .person] {
            tabs.append([
                "label": visit.phrase(noun(kind).title), "isCurrent": kind == chosen,
                "href": "/duplicates?filter%5BentityType%5D=\(kind.rawValue)",
                "count": try await count(kind, nil, visit),
            ])
        }
        return tabs
    }

    private static func count(
        _ kind: DuplicateReview.RecordKind, _ action: DuplicateReview.RecommendedAction?, _ visit: MemberVisit
    ) async throws -> String {
        let limit = ListDefinition<DuplicateReview>.countLimit
        let count = try await visit.platform.duplicates.waiting(kind, action, upTo: limit + 1)
        return Formats.number(min(count, limit)) + (count > limit ? "+" : "")
    }

    private static func actions(
        _ kind: DuplicateReview.RecordKind, _ page: ListPage<DuplicateReview>, _ visit: MemberVisit
    ) async throws -> [PageData] {
        let base = "/duplicates?filter%5BentityType%5D=\(kind.rawValue)"
        let chosen = page.chosen("filter[recommendedAction]"), status = page.chosen("filter[status]")
        var links: [PageData] = [
            [
                "label": visit.phrase("duplicates.all"), "href": base, "isCurrent": chosen.isEmpty && status.isEmpty,
                "hasCount": false,
            ]
        ]
        for action in DuplicateReview.RecommendedAction.known {
            links.append([
                "label": label("actions", action.rawValue, visit), "isCurrent": chosen == action.rawValue,
                "href": "\(base)&filter%5BrecommendedAction%5D=\(action.rawValue)", "hasCount": true,
                "count": try await count(kind, action, visit),
            ])
        }
        for decided in [DuplicateReview.Status.merged, .keptSeparate, .ignored] {
            links.append([
                "label": label("statuses", decided.rawValue, visit), "isCurrent": status == decided.rawValue,
                "href": "\(base)&filter%5Bstatus%5D=\(decided.rawValue)", "hasCount": false,
            ])
        }
        return links
    }

    /// Leads to the next pair, or to the queue when all have been seen.
    static func next(
        _ visit: MemberVisit, _ kind: DuplicateReview.RecordKind, after id: EntityID<DuplicateReview>?,
        flash: String? = nil, undo: Undo? = nil
    ) async throws -> Response {
        let duplicates = visit.platform.duplicates
        let after = if let id { try await visit.platform.store.get(id) } else { DuplicateReview?.none }
        let next = try await duplicates.next(kind, after: after)
        let path = next.flatMap(path) ?? "/duplicates?filter%5BentityType%5D=\(kind.rawValue)"
        return visit.redirect(to: path, flash: flash, undo: undo)
    }

    // MARK: The search

    static func search(_ visit: MemberVisit) async throws -> PageData {
        guard let job = try await visit.platform.duplicates.lastSearch() else {
            return ["isSearching": false, "hasSearched": false]
        }
        let progress = job.payload?.object ?? Document()
        let fraction = progress["fraction"]?.double ?? 0
        let phase = progress["phase"]?.string ?? "waiting"
        let found = progress["pairs"]?.int ?? 0
        var data: PageData = [
            "isSearching": job.isActive, "hasSearched": !job.isActive, "isKnown": fraction > 0,
            "percent": Int((min(max(fraction, 0), 1) * 100).rounded(.down)),
            "phase": label("phases", phase, visit), "found": visit.plural("duplicates.found", found),
            "rowsDone": Formats.number(progress["rows"]?.int ?? 0),
            "rowsTotal": Formats.number(progress["total"]?.int ?? 0), "hasRows": progress["total"] != nil,
            "outcome": label("outcomes", job.status.rawValue, visit), "isFailed": job.status == .failed,
            "hasFinished": job.finishedAt != nil,
        ]
        if let at = job.finishedAt {
            data["finishedAt"] = visit.formats.dateTime(at)
            data["machine"] = visit.formats.machine(at)
        }
        return data
    }
}

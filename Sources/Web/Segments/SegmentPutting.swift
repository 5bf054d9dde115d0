import Growth
import Hummingbird
import Store

/// Ticked rows of a list, or all that match, are put into a static segment: one that is there, or a new one.
enum SegmentPutting {
    static func put(_ visit: MemberVisit) async throws -> Response {
        let target = Segment.Target(rawValue: visit.input.text("target") ?? "")
        let choice = try await choice(visit, target)
        guard visit.input.has("put") else { return try await page(visit, target, choice) }
        do {
            let segment = try await segment(visit, target)
            let segments = visit.platform.segments
            let ids = try await segments.ids(choice, in: target)
            try await segments.add(ids, to: segment, by: visit.principal)
            return visit.redirect(to: "/segments/\(segment)", flash: "segments.putDone.done")
        } catch let error as InvalidFields {
            return try await page(visit, target, choice, error.problems)
        }
    }

    private static func choice(_ visit: MemberVisit, _ target: Segment.Target) async throws -> BulkChoice {
        switch target {
        case .companies: try await BulkInput.choice(visit, CompanyPages.list)
        case .people: try await BulkInput.choice(visit, PersonPages.list)
        case .contactPoints: try await BulkInput.choice(visit, ContactPointPages.list)
        default: throw WebError.badParameter("target")
        }
    }

    /// The one that was chosen, else a new one of this name.
    private static func segment(_ visit: MemberVisit, _ target: Segment.Target) async throws -> EntityID<Segment> {
        if let id = EntityID<Segment>(visit.input.text("segmentId") ?? "") { return id }
        var draft = Segments.Draft()
        draft.name = visit.input.text("name") ?? ""
        (draft.targetType, draft.type) = (target.rawValue, Segment.Kind.static.rawValue)
        return try await visit.platform.segments.create(draft, by: visit.principal).id
    }

    private static func page(
        _ visit: MemberVisit, _ target: Segment.Target, _ choice: BulkChoice, _ problems: [String: FieldProblem] = [:]
    ) async throws -> Response {
        let fixed =
            Filter.equals("targetType", Value(target)) && .equals("type", Value(Segment.Kind.static))
        let known = try await visit.platform.store.find(
            Query<Segment>(fixed, sort: [.descending("_id")], limit: 200))
        let count = try await visit.platform.segments.count(choice, in: target)
        let chosen = visit.input.text("segmentId") ?? ""
        return try visit.page(
            "segments/put", title: visit.phrase("segments.put"),
            [
                "target": target.rawValue, "ids": BulkInput.ids(visit).joined(separator: ","),
                "all": visit.input.text("all") ?? "", "where": visit.input.text("where") ?? "",
                "chosen": visit.plural("segments.counts.\(target.rawValue)", count),
                "hasSegments": !known.isEmpty, "name": visit.input.text("name") ?? "",
                "segments": known.map {
                    ["code": $0.id.description, "label": $0.name, "isChosen": $0.id.description == chosen] as PageData
                },
                "back": BulkInput.back(visit, paths[target] ?? "/segments"), "errors": visit.sentences(problems),
                "hasProblems": !problems.isEmpty,
            ], trail: [Crumb("/segments", visit.phrase("segments.title"))],
            status: problems.isEmpty ? .ok : .unprocessableContent)
    }

    private static let paths: [Segment.Target: String] = [
        .companies: "/companies", .people: "/people", .contactPoints: "/contact-points",
    ]
}

import Growth
import Hummingbird
import Store

/// What the page of a segment shows.
enum SegmentPages {
    private static func crumb(_ visit: some Visiting) -> Crumb { Crumb("/segments", visit.phrase("segments.title")) }

    static func show(_ visit: MemberVisit) async throws -> Response {
        let segment = try await visit.platform.segments.get(try visit.id())
        let uses = try await visit.platform.segments.uses(of: segment.id)
        func word(_ field: String, _ token: String) -> String { RecordWords.label(visit, .segments, field, token) }
        var data: PageData = [
            "id": segment.id.description, "segmentId": segment.id.description, "name": segment.name,
            "hasDescription": segment.description != nil,
            "description": segment.description ?? "", "isStatic": segment.type == .static,
            "target": word("targetType", segment.targetType.rawValue), "type": word("type", segment.type.rawValue),
            "status": word("status", segment.status.rawValue),
            "statusSign": segment.status == .active ? "ok" : "",
            "reach": [try await SegmentReachView.data(segment, visit)],
            "campaigns": uses.campaigns.map { ["name": $0.name, "path": "/campaigns/\($0.id)"] },
            "others": uses.segments.map { ["name": $0.name, "path": "/segments/\($0.id)"] },
            "isUsed": !uses.isEmpty, "mayChange": visit.may(.manageCampaigns), "isRaw": false, "tree": [PageData](),
            "why": [PageData](), "hits": [PageData](),
        ]
        data.merge(try await filter(segment, visit)) { _, new in new }
        if segment.type == .static { data.merge(try await members(segment, visit)) { _, new in new } }
        if let record = visit.query("record") { data["why"] = [try await why(segment, record, visit)] }
        return try visit.page("segments/show", title: segment.name, data, trail: [crumb(visit)])
    }

    /// The filter in words, or as it is stored where nothing of it is understood.
    private static func filter(_ segment: Segment, _ visit: MemberVisit) async throws -> PageData {
        guard segment.type != .static else { return [:] }
        do {
            _ = try await visit.platform.segments.filter(of: segment, by: visit.principal)
        } catch let error as FilterError {
            return [
                "isRaw": true, "raw": segment.filters?.indentedJSON ?? "",
                "problem": SegmentReachView.sentence(error, visit),
            ]
        }
        guard let vocabulary = FilterVocabulary(segment.targetType) else { return [:] }
        let words = FilterWords(visit: visit, names: try await FilterNames(visit, segment.targetType))
        let isEverybody = segment.filters == nil
        return [
            "isEverybody": isEverybody,
            "tree": isEverybody ? [] : [words.data(.top(segment.filters), vocabulary)],
        ]
    }

    // MARK: Members of a static one

    private static let pageSize = 50

    private static func members(_ segment: Segment, _ visit: MemberVisit) async throws -> PageData {
        let from = max(0, visit.query("from").flatMap { Int($0) } ?? 0)
        let ids = Array(segment.staticIds.dropFirst(from).prefix(pageSize))
        let names = try await visit.platform.segments.names(of: ids, in: segment.targetType)
        let next = from + pageSize < segment.staticIds.count
        return [
            "members": names.map { member -> PageData in
                var data = SegmentReachView.member(
                    member.id, member.name ?? visit.phrase("segments.gone"), segment.targetType)
                if member.name == nil { data["hasPath"] = false }
                data["isGone"] = member.name == nil
                return data
            },
            "hasMembers": !names.isEmpty, "hasNext": next, "hasPrevious": from > 0,
            "next": "/segments/\(segment.id)?from=\(from + pageSize)#members",
            "previous": "/segments/\(segment.id)?from=\(max(0, from - pageSize))#members",
        ]
    }

    /// Records to choose from, while somebody types a name.
    static func records(_ visit: MemberVisit) async throws -> Response {
        let segment = try await visit.platform.segments.get(try visit.id())
        let text = visit.query("q") ?? ""
        let found = try await visit.platform.segments.find(text, in: segment.targetType)
        return try visit.fragment(
            "segments/hits",
            [
                "id": segment.id.description, "isStatic": segment.type == .static,
                "mayChange": visit.may(.manageCampaigns), "isEmpty": found.isEmpty && !text.isEmpty,
                "hits": found.map { hit in
                    [
                        "record": hit.id.description, "name": hit.name,
                        "isMember": segment.staticIds.contains(hit.id),
                    ] as PageData
                },
            ])
    }

    // MARK: Why

    static func why(_ visit: MemberVisit) async throws -> Response {
        guard visit.wantsFragment else { return try await show(visit) }
        let segment = try await visit.platform.segments.get(try visit.id())
        return try visit.fragment("segments/why", try await why(segment, visit.query("record") ?? "", visit))
    }

    private static func why(_ segment: Segment, _ record: String, _ visit: MemberVisit) async throws -> PageData {
        guard let id = ObjectID(record), let vocabulary = FilterVocabulary(segment.targetType) else {
            throw WebError.notFound
        }
        let segments = visit.platform.segments
        let name = try await segments.names(of: [id], in: segment.targetType).first?.name
        do {
            let reason = try await segments.reasons(id, in: segment, by: visit.principal)
            let words = FilterWords(visit: visit, names: try await FilterNames(visit, segment.targetType))
            let verdict = visit.phrase(
                reason.holds ? "segments.why.isIn" : "segments.why.isOut",
                ["name": name ?? visit.phrase("segments.gone")])
            return [
                "hasProblem": false, "verdict": verdict, "isIn": reason.holds, "tree": [words.data(reason, vocabulary)],
            ]
        } catch let error as FilterError {
            return ["hasProblem": true, "problem": SegmentReachView.sentence(error, visit)]
        }
    }
}

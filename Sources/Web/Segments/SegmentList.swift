import Foundation
import Growth
import Hummingbird
import Store

/// The list of segments, in pages and in the API.
enum SegmentList {
    static let definition = ListDefinition<Segment>(
        path: "/segments", filters: ["targetType", "type", "status", "createdBy", "name", "createdAt", "updatedAt"],
        sorts: ["_id", "createdAt", "status"], defaultSort: [.descending("_id")],
        search: { .contains("name", $0.trimmingCharacters(in: .whitespaces)) })

    static let list = RecordList<Segment>(
        .segments, definition,
        words: ListWords(
            title: "segments.title", search: "segments.search", hint: "segments.searchHint", none: "segments.none",
            noneHint: "segments.noneHint", new: "segments.new"),
        columns: [
            ListColumn("name", "segments.fields.name", isHead: true),
            ListColumn("targetType", "segments.fields.targetType"), ListColumn("type", "segments.fields.type"),
            ListColumn("status", "segments.fields.status", sort: "status"),
            ListColumn("members", "segments.members", fields: ["staticIds"], isNumber: true),
            ListColumn("createdBy", "segments.fields.createdBy", isExtra: true),
            ListColumn("createdAt", "segments.fields.createdAt", sort: "createdAt"),
        ],
        tokens: [
            "targetType": Segment.Target.known.map(\.rawValue), "type": Segment.Kind.known.map(\.rawValue),
            "status": Segment.Status.known.map(\.rawValue),
        ],
        controls: [
            .choice("targetType", all: "segments.allTargets"), .choice("type", all: "segments.allTypes"),
            .choice("status", all: "segments.allStatuses"),
        ],
        newPath: "/segments/new", newPermission: .manageCampaigns, scene: "scene-companies", isImported: false,
        isExported: false, rows: rows)

    private static func rows(_ segments: [Segment], _ visit: MemberVisit) async throws -> [ListRow] {
        let users = try await visit.platform.store.get(Array(Set(segments.compactMap(\.createdBy))))
        var rows: [ListRow] = []
        for segment in segments {
            func word(_ field: String, _ token: String) -> String {
                RecordWords.label(visit, .segments, field, token)
            }
            let cells: [String: ListCell?] = [
                "name": .title(segment.name, href: "/segments/\(segment.id)", below: segment.description),
                "targetType": .plain(word("targetType", segment.targetType.rawValue)),
                "type": .plain(word("type", segment.type.rawValue)),
                "status": .badge(
                    word("status", segment.status.rawValue), sign: segment.status == .active ? "ok" : ""),
                "members": size(segment, visit),
                "createdBy": .text(segment.createdBy.flatMap { users[$0]?.name }),
                "createdAt": .time(segment.createdAt, visit),
            ]
            rows.append(ListRow(segment, cells.compactMapValues { $0 }))
        }
        return rows
    }

    /// A dynamic one is counted once its row is seen.
    private static func size(_ segment: Segment, _ visit: MemberVisit) -> ListCell? {
        segment.type == .static
            ? .plain(visit.formats.number(segment.staticIds.count))
            : .part("segments/size", ["path": "/segments/\(segment.id)/size"])
    }

    /// The number in a row of the list, once it is known.
    static func size(_ visit: MemberVisit) async throws -> Response {
        let segment = try await visit.platform.segments.get(try visit.id())
        return try visit.fragment("lists/cells/plain", ["text": try await words(segment, visit)])
    }

    private static func words(_ segment: Segment, _ visit: MemberVisit) async throws -> String {
        do {
            let size = try await visit.platform.segments.size(segment, by: visit.principal)
            let number = visit.formats.number(size.count)
            return size.isMore ? visit.phrase("segments.moreThan", ["count": number]) : number
        } catch is FilterError {
            // Its page says what is wrong with it.
            return "–"
        } catch StoreError.tookTooLong {
            return "–"
        }
    }
}

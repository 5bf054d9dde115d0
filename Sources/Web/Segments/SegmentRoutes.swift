import Growth
import HTTPTypes
import Hummingbird
import Store

/// Segments in the browser.
enum SegmentRoutes {
    static let all: [Endpoint] = SegmentList.list.routes + pages + changes + SegmentAPI.all

    private static let record = QueryParameter("record", .id, "Whose reasons are shown")

    private static let pages: [Endpoint] = [
        Endpoint(
            .get, "/segments/new", for: .may(.manageCampaigns), "The editor of a new segment",
            query: [QueryParameter("target", .words(of: Segment.Target.self))]
        ) { try await SegmentForms.new($0) },
        Endpoint(
            .post, "/segments/builder", for: .may(.manageCampaigns), "The builder over the filter that is sent",
            takes: .form
        ) { try await SegmentForms.builder($0) },
        Endpoint(
            .post, "/segments/reach", for: .may(.manageCampaigns), "Who would be in a segment with this filter",
            takes: .form
        ) { try await SegmentForms.reach($0) },
        Endpoint(
            .get, "/segments/{id}", for: .may(.readRecords), "One segment",
            query: [record, QueryParameter("from", .integer, "Where the shown members of a static one begin")]
        ) { try await SegmentPages.show($0) },
        Endpoint(.get, "/segments/{id}/size", for: .may(.readRecords), "How many are in it, for its row in the list") {
            try await SegmentList.size($0)
        },
        Endpoint(.get, "/segments/{id}/edit", for: .may(.manageCampaigns), "The editor of a segment") {
            try await SegmentForms.edit($0)
        },
        Endpoint(
            .get, "/segments/{id}/records", for: .may(.readRecords), "Records of a segment's kind, by name",
            query: [QueryParameter("q")]
        ) { try await SegmentPages.records($0) },
        Endpoint(
            .get, "/segments/{id}/why", for: .may(.readRecords), "Why a record is in a segment or not", query: [record]
        ) { try await SegmentPages.why($0) },
    ]

    private static let changes: [Endpoint] = [
        Endpoint(.post, "/segments", for: .may(.manageCampaigns), "Adds a segment", takes: .form) { visit in
            try await SegmentForms.saving(visit, again: SegmentForms.new) {
                try await visit.platform.segments.create(try SegmentInput.draft(visit.input), by: visit.principal)
            }
        },
        Endpoint(
            .post, "/segments/bring-back", for: .may(.manageCampaigns), "Brings back a deleted segment", takes: .form
        ) { visit in
            guard let entry = EntityID<AuditLog>(visit.input.text("entry") ?? "") else {
                throw WebError.badParameter("entry")
            }
            let segment = try await visit.platform.segments.bringBack(entry, by: visit.principal)
            return visit.redirect(to: "/segments/\(segment.id)", flash: "segments.broughtBack.done")
        },
        Endpoint(.post, "/segments/{id}", for: .may(.manageCampaigns), "Changes a segment", takes: .form) { visit in
            let id: EntityID<Segment> = try visit.id()
            return try await SegmentForms.saving(visit, again: SegmentForms.edit) {
                try await visit.platform.segments.edit(
                    id, try SegmentInput.draft(visit.input),
                    expected: visit.input["updatedAt"].flatMap(RecordInput.date),
                    by: visit.principal)
            }
        },
        Endpoint(
            .post, "/segments/members", for: .may(.manageCampaigns),
            "Puts ticked records of a list, or all that match, into a static segment", takes: .form
        ) { try await SegmentPutting.put($0) },
        Endpoint(
            .post, "/segments/{id}/members", for: .may(.manageCampaigns),
            "Adds a record to a static segment, or takes it out", takes: .form
        ) { visit in
            let id: EntityID<Segment> = try visit.id()
            let segments = visit.platform.segments
            let added = visit.input.text("add").flatMap { ObjectID($0) }
            let removed = visit.input.text("remove").flatMap { ObjectID($0) }
            if let added { try await segments.add([added], to: id, by: visit.principal) }
            if let removed { try await segments.remove([removed], from: id, by: visit.principal) }
            return visit.redirect(
                to: "/segments/\(id)",
                flash: added != nil ? "segments.memberAdded.done" : "segments.memberRemoved.done")
        },
        Endpoint(.post, "/segments/{id}/delete", for: .may(.manageCampaigns), "Deletes a segment", takes: .form) {
            visit in
            let entry = try await visit.platform.segments.delete(try visit.id(), by: visit.principal)
            return visit.redirect(
                to: "/segments", flash: "segments.deleted.done",
                undo: Undo(action: "/segments/bring-back", id: entry.id.raw))
        },
    ]
}

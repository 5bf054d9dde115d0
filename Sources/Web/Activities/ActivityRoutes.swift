import Growth
import HTTPTypes
import Hummingbird
import Store

/// Everything that happened, and what people log themselves, in the browser.
enum ActivityRoutes {
    static let all: [Endpoint] = pages + ActivityAPI.all

    private static let pages: [Endpoint] = [
        Endpoint(
            .get, "/activities", for: .may(.readRecords), "Everything that happened, the latest first",
            query: ActivityRequest.parameters
        ) { try await ActivityPages.list($0) },
        Endpoint(.post, "/activities/calls", for: .may(.editRecords), "Logs a call", takes: .form) {
            try await log($0, .call)
        },
        Endpoint(.post, "/activities/meetings", for: .may(.editRecords), "Logs a meeting", takes: .form) {
            try await log($0, .meeting)
        },
        Endpoint(
            .post, "/activities/bring-back", for: .may(.editRecords),
            "Brings back an entry of one's own that was removed",
            takes: .form
        ) { visit in
            let id = try ContactPointRoutes.removal(visit.input)
            let entry = try await visit.platform.activities.bringBack(id, by: visit.principal)
            return visit.redirect(to: ActivityPages.back(visit, entry), flash: "activities.broughtBack.done")
        },
        Endpoint(.get, "/activities/{id}", for: .may(.readRecords), "One entry") { try await ActivityPages.show($0) },
        Endpoint(.get, "/activities/{id}/edit", for: .may(.editRecords), "The form of an entry of one's own") {
            try await ActivityPages.edit($0)
        },
        Endpoint(.post, "/activities/{id}", for: .may(.editRecords), "Changes an entry of one's own", takes: .form) {
            visit in
            do {
                let edit = try RecordInput.edit(visit.input, ignoring: ["back", "entityType", "entityId"])
                let entry = try await visit.platform.activities.edit(try visit.id(), edit, by: visit.principal)
                return visit.redirect(to: ActivityPages.back(visit, entry), flash: "records.saved")
            } catch let error as InvalidFields {
                return try await ActivityPages.edit(visit, error.problems)
            }
        },
        Endpoint(
            .post, "/activities/{id}/delete", for: .may(.editRecords), "Removes an entry of one's own", takes: .form
        ) { visit in
            let entry = try await visit.platform.activities.remove(try visit.id(), by: visit.principal)
            return visit.redirect(
                to: ActivityPages.back(visit, entry), flash: "activities.removed.done",
                undo: Undo(action: "/activities/bring-back", id: entry.id.raw))
        },
    ]

    private static func log(_ visit: MemberVisit, _ kind: Activity.Kind) async throws -> Response {
        guard let type = visit.input.text("entityType"), let id = ObjectID(visit.input.text("entityId") ?? "") else {
            throw WebError.notFound
        }
        let subject = Timeline.Subject(type: type, id: id)
        do {
            let edit = try RecordInput.edit(visit.input, ignoring: ["back", "entityType", "entityId"])
            let entry = try await visit.platform.activities.log(kind, edit, on: subject, by: visit.principal)
            return visit.redirect(
                to: ActivityPages.back(visit, entry),
                flash: kind == .call ? "activities.callLogged.done" : "activities.meetingLogged.done")
        } catch let error as InvalidFields {
            return try ActivityPages.new(visit, kind, error.problems)
        }
    }
}

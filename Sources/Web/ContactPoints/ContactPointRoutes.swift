import Growth
import HTTPTypes
import Hummingbird
import Store

/// Contact points in the browser.
enum ContactPointRoutes {
    static let all: [Endpoint] = ContactPointPages.list.routes + pages + ContactPointAPI.all

    private static let pages: [Endpoint] = [
        Endpoint(
            .get, "/contact-points/export", for: .may(.exportRecords), "The list as a spreadsheet",
            query: ContactPointList.definition.parameters + ExportAnswer.parameters, gives: .file("*/*")
        ) { try await export($0) },
        Endpoint(.get, "/contact-points/{id}/edit", for: .may(.editRecords), "The form of a contact point") {
            try await ContactPointPages.edit($0)
        },
        Endpoint(.post, "/contact-points/{id}", for: .may(.editRecords), "Changes a contact point", takes: .form) {
            visit in
            do {
                let id: EntityID<ContactPoint> = try visit.id()
                return try await visit.saved(
                    ContactPointPages.back(visit), try RecordInput.edit(visit.input, ignoring: ["back"]),
                    beside: { try await ContactPointPages.version(beside: visit) }
                ) { _ = try await visit.platform.contactPoints.edit(id, $0, by: visit.principal) }
            } catch let error as InvalidFields {
                return try await ContactPointPages.edit(visit, error.problems)
            } catch StoreError.conflict {
                return try await ContactPointPages.edit(visit, isConflict: true)
            }
        },
        Endpoint(
            .post, "/contact-points/{id}/primary", for: .may(.editRecords), "Makes it the first of its kind",
            takes: .form
        ) {
            try await mark($0, "isPrimary", "true")
        },
        Endpoint(.post, "/contact-points/{id}/verified", for: .may(.editRecords), "Marks it as verified", takes: .form)
        {
            try await mark($0, "isVerified", "true")
        },
        Endpoint(.post, "/contact-points/{id}/invalid", for: .may(.editRecords), "Marks it as invalid", takes: .form) {
            visit in
            _ = try await visit.platform.contactPoints.markInvalid(
                try visit.id(), reason: visit.input.text("reason"), by: visit.principal)
            return back(visit)
        },
        Endpoint(.post, "/contact-points/{id}/valid", for: .may(.editRecords), "Marks it as valid again", takes: .form)
        { visit in
            _ = try await visit.platform.contactPoints.markValid(try visit.id(), by: visit.principal)
            return back(visit)
        },
        Endpoint(.post, "/contact-points/{id}/delete", for: .may(.editRecords), "Removes a contact point", takes: .form)
        { visit in
            let entry = try await visit.platform.contactPoints.remove(try visit.id(), by: visit.principal)
            return visit.redirect(
                to: ContactPointPages.back(visit), flash: "contactPoints.removed.done",
                undo: Undo(action: "/contact-points/bring-back", id: entry.id.raw))
        },
        Endpoint(
            .post, "/contact-points/bring-back", for: .may(.editRecords),
            "Brings back a contact point that was removed", takes: .form
        ) { visit in
            let point = try await visit.platform.contactPoints.bringBack(try removal(visit.input), by: visit.principal)
            let owner = point.entityType == .person ? "/people" : "/companies"
            return visit.redirect(to: "\(owner)/\(point.entityId)", flash: "contactPoints.broughtBack.done")
        },
    ]

    /// The entry of a timeline that tells of the removal.
    static func removal(_ input: Input) throws -> EntityID<Activity> {
        guard let id = EntityID<Activity>(input.text("entry") ?? "") else { throw WebError.badParameter("entry") }
        return id
    }

    private static func mark(_ visit: MemberVisit, _ field: String, _ value: String) async throws -> Response {
        _ = try await visit.platform.contactPoints.edit(try visit.id(), RecordEdit([field: value]), by: visit.principal)
        return back(visit)
    }

    private static func back(_ visit: MemberVisit) -> Response {
        visit.redirect(to: ContactPointPages.back(visit), flash: "records.saved")
    }

    static func export(_ visit: MemberVisit) async throws -> Response {
        try await ContactPointPages.list.export(visit)
    }
}

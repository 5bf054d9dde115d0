import Growth
import HTTPTypes
import Hummingbird
import Store

/// Filters, order and columns of lists, kept under names.
enum SavedViewRoutes {
    static let all: [Endpoint] = pages + SavedViewAPI.all

    /// The lists whose views can be saved.
    static let lists: [ViewedList] = [
        CompanyPages.list.viewed, PersonPages.list.viewed, ContactPointPages.list.viewed, LeadList.list.viewed,
        OpportunityList.list.viewed, TaskPages.list.viewed, SegmentList.list.viewed, TemplateList.list.viewed,
    ]

    static func list(_ collection: String) throws -> ViewedList {
        guard let list = lists.first(where: { $0.collection == collection }) else {
            throw InvalidFields(["entityType": .notInList])
        }
        return list
    }

    private static let pages: [Endpoint] = [
        Endpoint(.post, "/views", for: .may(.readRecords), "Saves what a list shows as a view", takes: .form) { visit in
            let list = try list(visit.input.text("entityType") ?? "")
            var draft = try present(visit, list)
            draft.name = visit.input.text("name") ?? ""
            draft.isShared = visit.input.flag("isShared") ?? false
            let view = try await visit.platform.savedViews.create(draft, for: list.collection, by: visit.principal)
            return back(view, visit, "views.saved")
        },
        Endpoint(.post, "/views/{id}", for: .may(.readRecords), "Renames or shares a view", takes: .form) { visit in
            let draft = SavedViews.Draft(
                name: visit.input.text("name"), isShared: visit.input.flag("isShared") ?? false)
            return back(
                try await visit.platform.savedViews.edit(try visit.id(), draft, by: visit.principal), visit,
                "views.saved")
        },
        Endpoint(
            .post, "/views/{id}/update", for: .may(.readRecords), "Makes a view show what the list shows now",
            takes: .form
        ) { visit in
            let views = visit.platform.savedViews
            let view = try await views.get(try visit.id(), by: visit.principal)
            let draft = try present(visit, try list(view.entityType))
            return back(try await views.edit(view.id, draft, by: visit.principal), visit, "views.saved")
        },
        Endpoint(
            .post, "/views/{id}/start", for: .may(.readRecords), "Makes a view the one that the list begins with",
            takes: .form
        ) { visit in
            let view = try await visit.platform.savedViews.setStart(
                try visit.id(), visit.input.flag("isStart") ?? false, by: visit.principal)
            return back(view, visit, "views.saved")
        },
        Endpoint(.post, "/views/{id}/delete", for: .may(.readRecords), "Deletes a view", takes: .form) { visit in
            let view = try await visit.platform.savedViews.get(try visit.id(), by: visit.principal)
            let entry = try await visit.platform.savedViews.remove(view.id, by: visit.principal)
            return visit.redirect(
                to: try list(view.entityType).path + "?view=all", flash: "views.removed.done",
                undo: Undo(action: "/views/bring-back", id: entry.id.raw))
        },
        Endpoint(
            .post, "/views/bring-back", for: .may(.readRecords), "Brings back a view that was deleted", takes: .form
        ) { visit in
            guard let entry = EntityID<AuditLog>(visit.input.text("entry") ?? "") else {
                throw WebError.badParameter("entry")
            }
            return back(
                try await visit.platform.savedViews.bringBack(entry, by: visit.principal), visit, "views.saved")
        },
    ]

    /// What the list shows now, as its address in `where` says, checked.
    private static func present(_ visit: MemberVisit, _ list: ViewedList) throws -> SavedViews.Draft {
        let pairs = try QueryPair.all(visit.input.text("where") ?? "").filter {
            !["after", "before"].contains($0.name)
        }
        try list.check(QueryPair.text(pairs), FilterContext(visit))
        return ViewQuery.draft(pairs)
    }

    private static func back(_ view: SavedView, _ visit: MemberVisit, _ flash: String) -> Response {
        let list = lists.first { $0.collection == view.entityType }
        let address = list?.address(of: view, FilterContext(visit)) ?? "\(list?.path ?? "")?view=\(view.id)"
        return visit.redirect(to: address, flash: flash)
    }
}

extension SavedViewError: Presentable {
    public var failure: Failure {
        switch self {
        case .notYours: Failure(.forbidden, "view_not_yours")
        }
    }
}

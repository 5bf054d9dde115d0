import Foundation
import Growth
import Hummingbird
import Store

/// The row of saved views above a list.
extension RecordList {
    /// The address that shows all, also to somebody whose list begins with a view.
    static var everything: String { "all" }

    /// Where the list is to go instead: the view that it begins with, or the one that the address names alone.
    func elsewhere(_ visit: MemberVisit, _ views: [SavedView]) async throws -> Response? {
        let pairs = try QueryPair.all(visit.request.uri.query ?? "").filter { !$0.value.isEmpty }
        if pairs.isEmpty, let me = visit.principal.userId, let start = views.first(where: { $0.startOf.contains(me) }) {
            return visit.redirect(to: viewed.address(of: start, FilterContext(visit)) ?? "\(path)?view=\(start.id)")
        }
        guard pairs.count == 1, pairs[0].name == "view", pairs[0].value != Self.everything else { return nil }
        // Somebody else's private view is not there, for whoever asks.
        guard let id = EntityID<SavedView>(pairs[0].value) else { throw WebError.notFound }
        let view = try await visit.platform.savedViews.get(id, by: visit.principal)
        guard view.entityType == E.collection else { throw WebError.notFound }
        if let address = viewed.address(of: view, FilterContext(visit)) {
            let isBare = address == "\(path)?view=\(view.id)"
            return isBare ? nil : visit.redirect(to: address)
        }
        let isMine = visit.platform.savedViews.mayChange(view, visit.principal)
        return try visit.page(
            "lists/broken", title: view.name,
            [
                "id": view.id.description, "name": view.name, "mayChange": isMine, "back": "\(path)?view=all",
                "raw": view.filters?.json ?? "",
            ], trail: [Crumb("\(path)?view=all", visit.phrase(words.title))])
    }

    /// For the partial `lists/views`.
    func viewData(_ views: [SavedView], _ page: ListPage<E>, _ visit: MemberVisit) -> PageData {
        let context = FilterContext(visit), me = visit.principal.userId
        let openId = page.chosen("view")
        let here = QueryPair.text(page.request.parameters.filter { !["after", "before"].contains($0.name) })
        let open = views.first { $0.id.description == openId }
        let isNarrowed = page.request.parameters.contains {
            !$0.value.isEmpty && !["view", "after", "before", "limit"].contains($0.name)
        }
        var data: PageData = [
            "hasSaved": !views.isEmpty || isNarrowed,
            "all": views.contains { me.map($0.startOf.contains) ?? false } ? "\(path)?view=all" : path,
            "isAll": open == nil, "where": here, "collection": E.collection, "canSave": me != nil,
            "tabs": views.map { view in
                let address = viewed.address(of: view, context)
                return [
                    "name": view.name, "href": address ?? "\(path)?view=\(view.id)", "isOpen": view.id == open?.id,
                    "isBroken": address == nil, "isShared": view.isShared,
                ] as PageData
            }, "open": [PageData](),
        ]
        if let open {
            let saved = viewed.address(of: open, context)
            data["open"] = [
                [
                    "id": open.id.description, "name": open.name, "isShared": open.isShared,
                    "mayChange": visit.platform.savedViews.mayChange(open, visit.principal),
                    "mayShare": visit.may(.editRecords),
                    "isStart": me.map(open.startOf.contains) ?? false,
                    "isChanged": saved != "\(path)?\(here)" && !isSame(saved, here),
                    "isOthers": open.userId != me,
                ] as PageData
            ]
        }
        return data
    }

    /// The order of parameters makes no difference.
    private func isSame(_ address: String?, _ query: String) -> Bool {
        guard let address, let mark = address.firstIndex(of: "?") else { return false }
        let saved = address[address.index(after: mark)...]
        func parts(_ text: some StringProtocol) -> Set<String> { Set(text.components(separatedBy: "&")) }
        return parts(saved) == parts(query)
    }
}

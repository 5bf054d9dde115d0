import Growth
import Hummingbird
import Store

/// The page of a list.
extension RecordList {
    func show(_ visit: MemberVisit) async throws -> Response {
        let views = try await visit.platform.savedViews.list(E.collection, by: visit.principal)
        if let elsewhere = try await elsewhere(visit, views) { return elsewhere }
        let page = try await page(visit)
        var data = try await data(page, visit)
        data["saved"] = [viewData(views, page, visit)]
        data["mayExport"] = isExported && ListExports.isOpen(to: visit)
        data["exports"] = ListExports.links(page, shownColumns(page).filter(\.canBeHidden).map(\.name), visit)
        if visit.wantsFragment { return try visit.fragment("lists/rows", data) }
        return try visit.page("lists/index", title: visit.phrase(words.title), data)
    }

    private func data(_ page: ListPage<E>, _ visit: MemberVisit) async throws -> PageData {
        let chips = try await chips(page, visit)
        let isNarrowed = !page.request.text.isEmpty || !chips.isEmpty
        let shown = shownColumns(page)
        let isEditable = editor != nil && visit.may(.editRecords)
        let editable = Set(
            isEditable ? page.items.filter { editor?.mayEdit($0, visit) ?? false }.map(\.id.description) : [])
        let titles = shown.map { title($0, visit) }
        var data: PageData = [
            "path": path, "table": E.collection, "isUsual": page.request.askedColumns.isEmpty, "count": page.countText,
            "q": page.request.text,
            "clear": path, "chips": chips, "hasChips": isNarrowed, "isEmpty": page.items.isEmpty,
            "hasNone": page.items.isEmpty && !isNarrowed, "isPart": visit.wantsFragment, "scene": scene,
            "heads": shown.map { head($0, page, visit) },
            "rows": try await rows(page.items, visit).map { row($0, shown, titles, editable.contains($0.id)) },
            "pager": try page.pager(visit), "mayImport": isImported && visit.may(.importFiles),
            "isEditable": isEditable, "hasBulk": false, "hasNew": false, "newPath": newPath ?? "",
        ]
        if let bulk = bulkBar(page, visit) { data.merge(bulk) { _, new in new } }
        for (key, phrase) in [
            ("title", words.title), ("search", words.search), ("hint", words.hint), ("none", words.none),
            ("noneHint", words.noneHint),
        ] {
            data[key] = visit.phrase(phrase)
        }
        if newPath != nil, let new = words.new, visit.may(newPermission) {
            data["hasNew"] = true
            data["new"] = visit.phrase(new)
        }
        if !visit.wantsFragment { data.merge(try await bar(page, visit)) { _, new in new } }
        return data
    }

    /// What stands around the rows and stays when they change.
    private func bar(_ page: ListPage<E>, _ visit: MemberVisit) async throws -> PageData {
        let colleagues = hasOwners ? try await Colleagues(visit) : nil
        let custom = try await customNames(page, visit)
        let kept = page.request.parameters.filter { !$0.value.isEmpty && !shownParameters.contains($0.name) }
        return [
            "controls": controls.map { self.data(of: $0, page, colleagues, visit) },
            "moreControls": moreControls.map { self.data(of: $0, page, colleagues, visit) },
            "hasMoreControls": !moreControls.isEmpty, "tabs": views(visit), "hasViews": !views(visit).isEmpty,
            "kept": kept.map { ["name": $0.name, "value": $0.value] },
            "columns": columnChoices(page, custom, visit),
            "conditionFields": conditionFields(custom, visit), "query": QueryPair.text(page.request.parameters),
        ]
    }

    // MARK: Columns

    /// The columns that the address asks for, else the usual ones; one that names no column of ours is left out.
    func shownColumns(_ page: ListPage<E>) -> [ListColumn] {
        let asked = page.request.askedColumns
        guard !asked.isEmpty else { return columns.filter { !$0.isExtra } }
        let own = columns.filter { !$0.canBeHidden && !$0.isMenu || asked.contains($0.name) && $0.canBeHidden }
        return own + customColumns(asked) + columns.filter(\.isMenu)
    }

    private func customColumns(_ asked: [String]) -> [ListColumn] {
        guard definition.takesCustom else { return [] }
        return asked.filter { definition.filterType($0) == .mixed && $0.hasPrefix(ListDefinition<E>.customPrefix) }
            .prefix(Self.maxCustomColumns).map { ListColumn($0, "") }
    }

    private static var maxCustomColumns: Int { 20 }

    private func title(_ column: ListColumn, _ visit: some Visiting) -> String {
        column.label.isEmpty ? label(column.name, visit) : visit.phrase(column.label)
    }

    private func columnChoices(_ page: ListPage<E>, _ custom: [String], _ visit: MemberVisit) -> [PageData] {
        let asked = page.request.askedColumns
        let shown = Set(shownColumns(page).map(\.name))
        return (columns.filter(\.canBeHidden) + custom.map { ListColumn($0, "", isExtra: true) }).map {
            column in
            [
                "name": column.name, "label": title(column, visit), "isShown": shown.contains(column.name),
                "isExtra": column.isExtra || !asked.isEmpty,
            ]
        }
    }

    /// Columns kept from imports: those that the address asks for, that the page's rows have, and all that are known.
    private func customNames(_ page: ListPage<E>, _ visit: MemberVisit) async throws -> [String] {
        guard definition.takesCustom else { return [] }
        let prefix = ListDefinition<E>.customPrefix
        let asked = page.request.askedColumns.filter { $0.hasPrefix(prefix) }
        let found = page.items.flatMap { Custom.fields(of: $0)?.keys ?? [] }.map { prefix + $0 }
        var seen: Set<String> = []
        return (asked + found + (try await knownCustom(visit))).filter { seen.insert($0).inserted }
    }

    /// Columns kept from imports, by the names that conditions and edits have for them.
    func knownCustom(_ visit: MemberVisit) async throws -> [String] {
        guard definition.takesCustom else { return [] }
        return try await visit.platform.knownWords.list(.customFields, of: E.collection).map {
            ListDefinition<E>.customPrefix + $0
        }
    }

    private func head(_ column: ListColumn, _ page: ListPage<E>, _ visit: MemberVisit) -> PageData {
        var data: PageData = [
            "name": column.name, "label": title(column, visit), "canBeHidden": column.canBeHidden,
            "isNumber": column.isNumber, "isMenu": column.isMenu, "isSorted": column.sort != nil,
        ]
        if let sort = column.sort { data.merge(page.head(sort)) { _, new in new } }
        return data
    }

    private func row(_ row: ListRow, _ shown: [ListColumn], _ titles: [String], _ isEditable: Bool) -> PageData {
        var heads: [PageData] = []
        var cells: [PageData] = []
        for (column, title) in zip(shown, titles) {
            var cell = row.cells[column.name]
            if column.label.isEmpty, cell == nil {
                let header = String(column.name.dropFirst(ListDefinition<E>.customPrefix.count))
                cell = .text(row.custom[header].map { $0.string ?? $0.json })
            }
            var data = cell?.data ?? [:]
            data["part"] = cell?.part ?? "lists/cells/empty"
            data["col"] = column.name
            data["label"] = title
            data["isNumber"] = column.isNumber
            data["canBeHidden"] = column.canBeHidden
            if let field = column.edit, isEditable {
                data["hasEdit"] = true
                data["edit"] = "\(path)/\(row.id)/fields/\(field)?column=\(column.name)"
            }
            column.isHead ? heads.append(data) : cells.append(data)
        }
        return [
            "id": row.id, "title": heads, "cells": cells, "name": heads.first?["text"] ?? heads.first?["shown"] ?? "",
        ]
    }

    // MARK: Chips

    /// The conditions in force, each with the address of the list without it.
    private func chips(_ page: ListPage<E>, _ visit: MemberVisit) async throws -> [PageData] {
        let names = try await ConditionNames(page, visit)
        let conditions = page.chips { field, operation, value in
            conditionLabel(field, operation, value, names, visit)
        }
        let flags: [PageData] = definition.flags.keys.sorted().compactMap { name in
            let value = page.chosen(name)
            if value.isEmpty { return nil }
            return ["label": visit.phrase(flagLabel(name, value)), "without": page.link([name: nil])]
        }
        return conditions + flags
    }
}

/// The columns kept from imports of a record of any kind.
enum Custom {
    /// A column by the name that conditions and edits have for it; empty for what is none.
    static func text(_ fields: Document, _ name: String) -> String {
        guard name.hasPrefix("customFields.") else { return "" }
        return fields[String(name.dropFirst("customFields.".count))].map { $0.string ?? $0.json } ?? ""
    }

    static func fields(of entity: some Entity) -> Document? {
        switch entity {
        case let company as Company: company.customFields
        case let person as Person: person.customFields
        default: nil
        }
    }
}

extension ListRequest {
    /// `columns=city,email`, or the name several times; empty for the usual ones.
    var askedColumns: [String] {
        parameters.filter { $0.name == "columns" }.flatMap { $0.value.split(separator: ",").map(String.init) }
    }
}

import Foundation
import Store

/// A column of a list's table.
struct ListColumn: Sendable {
    /// The name in `data-col`, in `columns=` and in a saved view.
    let name: String
    /// The path of its label.
    let label: String
    /// The field by which its head sorts.
    let sort: String?
    /// The fields of the record that it shows, for an export of what is shown.
    let fields: [String]
    /// Names the row: always shown, always first.
    let isHead: Bool
    let isNumber: Bool
    /// Holds buttons: it has no label to see and cannot be hidden.
    let isMenu: Bool
    /// Shown only when asked for.
    let isExtra: Bool
    /// The field that is edited in its cells.
    let edit: String?

    init(
        _ name: String, _ label: String, sort: String? = nil, fields: [String]? = nil, isHead: Bool = false,
        isNumber: Bool = false, isMenu: Bool = false, isExtra: Bool = false, edit: String? = nil
    ) {
        self.edit = edit
        self.name = name
        self.label = label
        self.sort = sort
        self.fields = fields ?? [sort ?? name]
        self.isHead = isHead
        self.isNumber = isNumber
        self.isMenu = isMenu
        self.isExtra = isExtra
    }

    var canBeHidden: Bool { !isHead && !isMenu }
}

/// A row of a list: cells by the names of their columns. A column without a cell stays empty.
struct ListRow {
    let id: String
    let cells: [String: ListCell]
    /// Columns kept from imports, for those that the list shows.
    var custom = Document()

    init<E: Entity>(_ entity: E, _ cells: [String: ListCell], custom: Document = Document()) {
        id = entity.id.description
        self.cells = cells
        self.custom = custom
    }
}

/// What stands in a cell, by the partial that draws it.
struct ListCell {
    let part: String
    let data: PageData

    /// Text that somebody wrote, in any language.
    static func text(_ text: String?) -> ListCell? {
        text.map { ListCell(part: "lists/cells/text", data: ["text": $0]) }
    }

    /// Addresses, numbers, codes.
    static func latin(_ text: String?) -> ListCell? {
        text.map { ListCell(part: "lists/cells/latin", data: ["text": $0]) }
    }

    /// Words of our own and numbers.
    static func plain(_ text: String?) -> ListCell? {
        text.map { ListCell(part: "lists/cells/plain", data: ["text": $0]) }
    }

    /// - Parameter sign: `ok`, `warn`, `error`, `info`, `brand` or nothing.
    static func badge(_ text: String?, sign: String = "") -> ListCell? {
        text.map { ListCell(part: "lists/cells/badge", data: ["text": $0, "sign": sign]) }
    }

    static func tags(_ tags: [String]) -> ListCell? {
        tags.isEmpty ? nil : ListCell(part: "lists/cells/tags", data: ["items": tags])
    }

    /// The name of a record that leads to its page, with a line below it.
    static func title(_ name: String, href: String, below: String? = nil, isLatin: Bool = false) -> ListCell? {
        ListCell(
            part: "lists/cells/title",
            data: [
                "text": name, "href": href, "hasBelow": below != nil, "below": below ?? "", "isLatinBelow": isLatin,
            ])
    }

    static func link(_ name: String, href: String) -> ListCell? {
        ListCell(part: "lists/cells/link", data: ["text": name, "href": href])
    }

    /// A moment as the reader's language has it.
    static func time(_ date: Date?, _ visit: some Visiting) -> ListCell? {
        date.map {
            ListCell(
                part: "lists/cells/time", data: ["text": visit.formats.date($0), "machine": visit.formats.machine($0)])
        }
    }

    /// A partial of the noun's own.
    static func part(_ template: String, _ data: PageData) -> ListCell? { ListCell(part: template, data: data) }
}

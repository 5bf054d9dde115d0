import Growth
import Hummingbird
import Store

/// A list of records as its page draws it: columns, filters, words, and where its rows come from.
///
/// Every noun describes its list once; page, parts that htmx asks for, suggestions, the panel of conditions, chips,
/// pager, chooser of columns and links to exports all come from the description.
///
///     enum PersonPages {
///         static let list = RecordList<Person>(
///             .people, PersonList.definition,
///             words: ListWords(
///                 title: "people.title", search: "people.search", hint: "people.searchHint", none: "people.none",
///                 noneHint: "people.noneHint", new: "people.new"),
///             columns: [
///                 ListColumn("name", "people.fields.fullName", isHead: true),
///                 ListColumn("seniority", "people.fields.seniorityLevel", sort: "seniorityLevel"),
///                 ListColumn("department", "people.fields.department", isExtra: true),
///             ],
///             tokens: ["seniorityLevel": Person.Seniority.known.map(\.rawValue)],
///             controls: [.choice("seniorityLevel", all: "people.allSeniorities"), .owner("ownerId")],
///             newPath: "/people/new",
///             scope: { request, visit in People.live },      // leads: `visit.principal.ownRecords`
///             rows: { people, visit in
///                 // One query for whatever the whole page needs beside its documents, then:
///                 people.map { person in
///                     ListRow(person, [
///                         "name": .title(person.fullName, href: "/people/\(person.id)", below: person.jobTitle),
///                         "seniority": .badge(…), "department": .text(person.department),
///                     ])
///                 }
///             })
///     }
///
///     // In PersonRoutes; `list.routes` are /people, /people/values, /people/condition and /people/filter.
///     static let all = PersonPages.list.routes + pages + PersonAPI.all
///
/// Cells of other kinds are partials of the noun: `.part("contact_points/state", data)`. The API's list uses
/// `ListRequest(visit, definition)`, so that "mine" and "the last seven days" mean the same there.
struct RecordList<E: Entity>: Sendable {
    let noun: RecordNoun
    let definition: ListDefinition<E>
    let words: ListWords
    let columns: [ListColumn]
    /// The words that a field may hold, for its condition and for choosing one.
    var tokens: [String: [String]] = [:]
    /// Fields for whose values the list makes suggestions.
    var suggests: [String] = []
    /// Filters that stand in the bar, and those behind "more filters".
    var controls: [ListControl] = []
    var moreControls: [ListControl] = []
    /// The label of a flag that is on or off, by its name.
    var flagLabel: @Sendable (_ flag: String, _ value: String) -> String = { name, _ in name }
    /// Where a new one is made; `nil` where lists make none.
    var newPath: String?
    var newPermission = Permission.editRecords
    /// The picture of the empty list.
    var scene = "scene-import"
    /// Whether an empty list leads to the import.
    var isImported = true
    /// Whether `<path>/export` exists.
    var isExported = true
    /// Other views of the same records, as links in a row above the list.
    var views: @Sendable (MemberVisit) -> [PageData] = { _ in [] }
    /// Writes a file of any of the list's records, for the ticked rows; `nil` where there is none.
    var exporter: Exporter?
    /// Fields that are edited in place; `nil` where none are.
    var editor: ListEditor<E>?
    /// Whether rows can be ticked and worked on together, by what `Bulk` knows of the collection.
    var isBulk = false
    /// The documents that this visitor's list is about.
    let scope: @Sendable (ListRequest<E>, MemberVisit) async throws -> Filter
    /// Draws the rows of a page. What they need beside the documents is read here, for all of them at once.
    let rows: @Sendable ([E], MemberVisit) async throws -> [ListRow]

    typealias Exporter =
        @Sendable (MemberVisit, Filter, [Sort], _ format: String, Exports.Words) async throws ->
        Exports.File

    init(
        _ noun: RecordNoun, _ definition: ListDefinition<E>, words: ListWords, columns: [ListColumn],
        tokens: [String: [String]] = [:], suggests: [String] = [], controls: [ListControl] = [],
        moreControls: [ListControl] = [],
        flagLabel: @escaping @Sendable (String, String) -> String = { name, _ in name }, newPath: String? = nil,
        newPermission: Permission = .editRecords, scene: String = "scene-import", isImported: Bool = true,
        isExported: Bool = true, views: @escaping @Sendable (MemberVisit) -> [PageData] = { _ in [] },
        isBulk: Bool = false, exporter: Exporter? = nil, editor: ListEditor<E>? = nil,
        scope: @escaping @Sendable (ListRequest<E>, MemberVisit) async throws -> Filter = { _, _ in .all },
        rows: @escaping @Sendable ([E], MemberVisit) async throws -> [ListRow]
    ) {
        self.noun = noun
        self.definition = definition
        self.words = words
        self.columns = columns
        self.tokens = tokens
        self.suggests = suggests
        self.controls = controls
        self.moreControls = moreControls
        self.flagLabel = flagLabel
        self.newPath = newPath
        self.newPermission = newPermission
        self.scene = scene
        self.isImported = isImported
        self.isExported = isExported
        self.views = views
        self.exporter = exporter
        self.editor = editor
        self.isBulk = isBulk
        self.scope = scope
        self.rows = rows
    }

    var path: String { definition.path }
    var apiPath: String { "/api/\(E.collection)" }

    /// The page of the list that the visit asks for.
    func page(_ visit: MemberVisit) async throws -> ListPage<E> {
        let request = try ListRequest(visit, definition)
        return try await request.page(visit.platform.store, within: try await scope(request, visit))
    }

    /// The fields that conditions can be about, with the kind of their values.
    func kind(of field: String) -> ListFieldKind? {
        if let words = tokens[field] { return .word(words) }
        switch definition.filterType(field) {
        case nil: return nil
        case .string, .mixed: return .text
        case .int, .double: return .number
        case .bool: return .flag
        case .date: return .date
        case .strings: return .tags
        case .id: return ["ownerId", "assignedTo", "createdBy"].contains(field) ? .user : .id
        }
    }

    /// A field by its name, a column kept from imports by its header.
    func label(_ field: String, _ visit: some Visiting) -> String {
        if field.hasPrefix(ListDefinition<E>.customPrefix) {
            return String(field.dropFirst(ListDefinition<E>.customPrefix.count))
        }
        return visit.phrase(noun.field(field))
    }
}

/// What the values of a field are, for its conditions and its input.
enum ListFieldKind: Sendable, Equatable {
    case text, number, flag, date, tags, user, id
    case word([String])
}

/// The paths of a list's phrases.
struct ListWords: Sendable {
    let title: String
    let search: String
    let hint: String
    /// The empty list: what there is none of, and what to do next.
    let none: String
    let noneHint: String
    var new: String?
}

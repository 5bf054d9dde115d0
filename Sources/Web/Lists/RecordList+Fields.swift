import Foundation
import Growth
import Hummingbird
import Store

/// How one field of a record is edited where it stands, through the same edit as the form's.
struct ListEditor<E: Entity>: Sendable {
    /// The fields that may be edited so; columns kept from imports too, where `custom` says so.
    let fields: Set<String>
    var custom = false
    let get: @Sendable (EntityID<E>, MemberVisit) async throws -> E
    /// A field as its input has it.
    let stored: @Sendable (E, _ field: String, MemberVisit) -> String
    let save: @Sendable (EntityID<E>, RecordEdit, MemberVisit) async throws -> E
    /// The words that a field of this record may become, where not all of its words; `nil` for all.
    var words: @Sendable (E, _ field: String) -> [String]? = { _, _ in nil }
    /// Whether this visitor may change this record.
    var mayEdit: @Sendable (E, MemberVisit) -> Bool = { _, _ in true }

    func takes(_ field: String) -> Bool {
        fields.contains(field) || custom && field.hasPrefix(ListDefinition<E>.customPrefix)
    }
}

extension RecordList {
    /// The input of a field.
    func field(_ visit: MemberVisit) async throws -> Response {
        let (editor, field) = try edited(visit)
        let record = try await editor.get(try visit.id(), visit)
        return try visit.fragment(
            "lists/field", try await input(field, value: editor.stored(record, field, visit), record, visit))
    }

    /// Saves a field and answers with how it is shown; with the input again when it cannot be saved.
    func saveField(_ visit: MemberVisit) async throws -> Response {
        let (editor, field) = try edited(visit)
        let id: EntityID<E> = try visit.id()
        let typed = visit.input.text("value") ?? ""
        var edit = RecordEdit()
        let prefix = ListDefinition<E>.customPrefix
        if field.hasPrefix(prefix) {
            edit.custom[String(field.dropFirst(prefix.count))] = .some(typed)
        } else {
            edit.fields[field] = .some(typed)
        }
        guard let seen = visit.input.text("updatedAt").flatMap({ Int64($0) }) else { throw WebError.badForm }
        edit.expected = Date(milliseconds: seen)
        do {
            return try await shown(field, try await editor.save(id, edit, visit), visit)
        } catch let error as InvalidFields {
            let record = try await editor.get(id, visit)
            var data = try await input(field, value: typed, record, visit)
            data["hasError"] = true
            data["error"] = error.problems.values.first.map { visit.phrase("problems.\($0.code)", $0.values) } ?? ""
            return try visit.fragment("lists/field", data, status: .unprocessableContent)
        } catch StoreError.conflict {
            let record = try await editor.get(id, visit)
            var data = try await input(field, value: typed, record, visit)
            data["hasError"] = true
            data["error"] = visit.phrase(
                "lists.conflict", ["value": try await said(editor.stored(record, field, visit), field, visit)])
            return try visit.fragment("lists/field", data, status: .unprocessableContent)
        } catch let refusal as any Presentable where refusal.failure.status == .conflict {
            // The record is in no state for it: the noun's own sentence says why.
            let record = try await editor.get(id, visit)
            var data = try await input(field, value: typed, record, visit)
            data["hasError"] = true
            data["error"] = visit.phrase("errors.\(refusal.failure.code)", refusal.failure.values)
            return try visit.fragment("lists/field", data, status: .unprocessableContent)
        }
    }

    /// A value in words.
    private func said(_ value: String, _ field: String, _ visit: MemberVisit) async throws -> String {
        if value.isEmpty { return "–" }
        if kind(of: field) == .user { return try await Colleagues(visit).name(value) ?? "–" }
        return RecordWords.label(visit, noun, field, value)
    }

    private func edited(_ visit: MemberVisit) throws -> (ListEditor<E>, String) {
        let field = try visit.parameter("field")
        guard let editor, editor.takes(field) else { throw WebError.notFound }
        return (editor, field)
    }

    private func input(_ field: String, value: String, _ record: E, _ visit: MemberVisit) async throws -> PageData {
        var data: PageData = [
            "label": label(field, visit), "value": value, "hasError": false, "isChoice": false, "mayBeEmpty": true,
            "isNumber": kind(of: field) == .number, "isDate": kind(of: field) == .date,
            "hasTime": value.contains("T"),
            "updatedAt": record.updatedAt.map { String($0.milliseconds) } ?? "0",
            "hasList": suggests.contains(field) && kind(of: field) != .tags, "values": "\(path)/values?field=\(field)",
        ]
        func choose(_ options: [PageData]) {
            data["isChoice"] = true
            data["options"] = options
        }
        switch kind(of: field) {
        case .word(let known)?:
            let words = editor?.words(record, field) ?? known
            let all = words.contains(value) || value.isEmpty ? words : words + [value]
            data["mayBeEmpty"] = value.isEmpty || editor?.words(record, field) == nil
            choose(RecordWords.options(visit, noun, field, all, chosen: value))
        case .user?:
            let me = visit.user.id.description
            choose(
                try await Colleagues(visit).options(visit, chosen: value == me ? FilterReader.me : value)
                    .filter { $0["code"] as? String != FilterReader.nobody }
                    .map { option in
                        var option = option
                        if option["code"] as? String == FilterReader.me { option["code"] = me }
                        return option
                    })
        default: break
        }
        return data
    }

    /// As the list's column shows it; on the record's own page by the kind of its values.
    private func shown(_ field: String, _ record: E, _ visit: MemberVisit) async throws -> Response {
        if let name = visit.query("column"), columns.contains(where: { $0.name == name }) {
            let cell = try await rows([record], visit).first?.cells[name]
            return try visit.fragment(cell?.part ?? "lists/cells/empty", cell?.data ?? [:])
        }
        let value = editor?.stored(record, field, visit) ?? ""
        let cell: ListCell? =
            switch kind(of: field) {
            case _ where value.isEmpty: .plain("–")
            case .word?: .badge(RecordWords.label(visit, noun, field, value))
            case .user?: .text(try await Colleagues(visit).name(value))
            case .tags?: .tags(value.components(separatedBy: "، "))
            default: .text(value)
            }
        return try visit.fragment(cell?.part ?? "lists/cells/empty", cell?.data ?? [:])
    }

    /// A fact of the record's page, with where it is edited in place.
    func editing(_ fact: Fact, of id: EntityID<E>, _ data: PageData, _ visit: MemberVisit) -> PageData {
        var data = data
        let field = fact.isCustom ? ListDefinition<E>.customPrefix + fact.field : fact.field
        if let editor, editor.takes(field), visit.may(.editRecords),
            let name = field.addingPercentEncoding(withAllowedCharacters: .alphanumerics)
        {
            data["hasEdit"] = true
            data["edit"] = "\(path)/\(id)/fields/\(name)"
        }
        return data
    }
}

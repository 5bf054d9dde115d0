import Foundation
import Growth
import Hummingbird
import Store

/// What a field held when its form was drawn, in few letters, which the form sends along as `was.<field>`. It tells what was typed, and
/// whether somebody else changed the same field meanwhile.
enum FormMark {
    /// - Parameter isText: whether the field has several lines. From one line browsers take every end of line and outer blanks; in several
    ///   they write each end as CR and LF. Neither is a change.
    static func of(_ text: String, isText: Bool) -> String {
        let ends = text.utf8.filter { $0 != UInt8(ascii: "\r") && (isText || $0 != UInt8(ascii: "\n")) }
        let plain = String(decoding: ends, as: UTF8.self)
        let bytes = isText ? plain : plain.trimmingCharacters(in: .whitespaces)
        return (isText ? "t" : "l") + ShortHash.of(Data(bytes.utf8))
    }

    /// Whether `text` is what the mark was made of.
    static func fits(_ mark: String, _ text: String) -> Bool { mark == of(text, isText: mark.hasPrefix("t")) }
}

extension Input {
    func mark(of field: String) -> String? { text("was." + field) }

    /// What was typed into a field of a form; `nil` when it was not sent, or is what it was.
    func typed(_ field: String) -> String? {
        guard let text = text(field) else { return nil }
        if let mark = mark(of: field), FormMark.fits(mark, text) { return nil }
        return text
    }
}

extension MemberVisit {
    /// The version of a record that its form was drawn from. One that is shown again for what is wrong in it keeps the one that it came with.
    func version(_ updatedAt: Date?, _ problems: [String: FieldProblem]) -> String {
        let stored = updatedAt.map { String($0.milliseconds) } ?? ""
        if problems.isEmpty || problems["updatedAt"] != nil { return stored }
        return input.text("updatedAt") ?? stored
    }

    /// Saves what was typed. Where somebody else changed the record since its form was drawn, but no field that was typed in, both stay.
    ///
    /// - Parameters:
    ///   - path: the page of the record.
    ///   - beside: the version of now, to save beside; `nil` where two wrote into one field. Then `StoreError.conflict` is thrown.
    func saved(
        _ path: String, _ edit: RecordEdit, beside: () async throws -> Date?, _ save: (RecordEdit) async throws -> Void
    ) async throws -> Response {
        var edit = edit
        var flash = "records.saved"
        while true {
            do {
                try await save(edit)
                return redirect(to: path, flash: flash)
            } catch let error as StoreError {
                guard case .conflict = error, let version = try await beside(), version != edit.expected else {
                    throw error
                }
                edit.expected = version
                flash = "records.savedBeside"
            }
        }
    }

    /// What was typed into a field that somebody else changed since; `nil` when nobody did, or both wrote the same.
    func contested(_ field: String, stored: String) -> String? {
        guard let typed = input.typed(field) else { return nil }
        return Self.isContested(typed, stored, mark: input.mark(of: field)) ? typed : nil
    }

    static func isContested(_ typed: String, _ stored: String, mark: String?) -> Bool {
        if let mark, FormMark.fits(mark, stored) { return false }
        return typed.trimmingCharacters(in: .whitespacesAndNewlines) != stored
    }

    /// A line of `records/conflict`.
    func difference(_ label: String, stored: String, typed: String) -> PageData {
        func shown(_ text: String) -> String { text.isEmpty ? phrase("records.conflict.nothing") : text }
        return ["label": label, "stored": shown(stored), "typed": shown(typed)]
    }
}

extension [FormField] {
    /// Into which two people wrote: what is stored now beside what was typed, for `records/conflict`.
    func contested(_ visit: MemberVisit, noun: RecordNoun, stored: (String) -> String) -> [PageData] {
        compactMap { field in
            let stored = stored(field.name)
            return visit.contested(field.name, stored: stored).map { typed in
                func label(_ text: String) -> String { RecordWords.label(visit, noun, field.name, text) }
                return visit.difference(
                    visit.phrase(noun.field(field.name)), stored: label(stored), typed: label(typed))
            }
        }
    }
}

/// A field that holds the id of another record, chosen by name.
enum ChosenRecord {
    /// What its form sends along.
    static func mark<E: Entity>(_ id: EntityID<E>?) -> String { FormMark.of(id?.description ?? "", isText: false) }

    /// The one that was chosen in the form, else the stored one.
    static func chosen<E: Entity>(_ field: String, _ stored: EntityID<E>?, _ visit: MemberVisit) -> EntityID<E>? {
        visit.input.typed(field).map { EntityID<E>($0) } ?? stored
    }

    /// For `records/conflict`: at most one line, with both by name.
    static func contested<E: Entity>(
        _ field: String, _ stored: EntityID<E>?, noun: RecordNoun, _ visit: MemberVisit, name: (E) -> String
    ) async throws -> [PageData] {
        guard let typed = visit.contested(field, stored: stored?.description ?? "") else { return [] }
        let known = try await visit.platform.store.get([stored, EntityID<E>(typed)].compactMap { $0 })
        func shown(_ id: EntityID<E>?) -> String { id.flatMap { known[$0] }.map(name) ?? "" }
        return [
            visit.difference(
                visit.phrase(noun.field(field)), stored: shown(stored), typed: shown(EntityID<E>(typed)))
        ]
    }
}

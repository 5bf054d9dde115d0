import Foundation
import Growth
import HTTPTypes
import Hummingbird
import NIOCore
import Store

/// What is kept of somebody, to be handed over: whole as JSON, or as a workbook to read.
enum PrivacyFile {
    static func answer(_ visit: MemberVisit, _ subject: DataSubject) async throws -> Response {
        let privacy = visit.platform.privacy
        let format = visit.query("format") ?? "json"
        switch format {
        case "xlsx":
            let words = PrivacyWords(visit)
            let file = try await privacy.workbook(
                of: subject, sheet: visit.phrase("privacy.title"), isRightToLeft: visit.language == .arabic,
                header: ["section", "record", "field", "value"].map { visit.phrase("privacy.columns.\($0)") }
            ) { trace, entity in
                let facts = try words.facts(of: entity, trace)
                return facts.map { [words.section(trace), words.name(of: entity), $0.label, $0.value] }
            }
            try await privacy.recordExport(of: subject, format: format, by: visit.principal)
            return try ExportAnswer.response(file, name: "personal-data", format: format)
        case "json":
            let value = try await json(visit, subject)
            try await privacy.recordExport(of: subject, format: format, by: visit.principal)
            return Response(
                status: .ok,
                headers: [
                    .contentType: "application/json; charset=utf-8",
                    .contentDisposition: "attachment; filename=\"personal-data.json\"", .cacheControl: "no-store",
                ],
                body: .init(byteBuffer: ByteBuffer(string: value.json)))
        default: throw WebError.badParameter("format")
        }
    }

    private static func json(_ visit: MemberVisit, _ subject: DataSubject) async throws -> Value {
        var collections = Document()
        for trace in Trace.table {
            var items: [Value] = []
            try await visit.platform.privacy.each(trace, subject) { documents in
                items += try documents.map { try EntityJSON.value($0) }
            }
            if !items.isEmpty { collections[trace.name] = .array(items) }
        }
        return [
            "exportedAt": .date(visit.platform.now()), "emails": Value(subject.emails),
            "numbers": Value(subject.numbers), "collections": .object(collections),
        ]
    }
}

/// How the documents of subject access are called and read in one's language.
struct PrivacyWords {
    let visit: MemberVisit

    init(_ visit: MemberVisit) { self.visit = visit }

    func section(_ trace: Trace) -> String { visit.phrase("privacy.sections.\(trace.name)") }

    func name(of entity: any Entity) -> String {
        switch entity {
        case let person as Person: person.fullName
        case let company as Company: company.displayName
        case let point as ContactPoint: point.contactValue
        case let opportunity as Opportunity: opportunity.title
        case let task as WorkTask: task.title
        case let activity as Activity: word("activities.types.\(activity.type.rawValue)") ?? activity.title
        case let reply as EmailReply: reply.subject ?? reply.fromEmail
        case let thread as EmailThread: thread.subject ?? ""
        case let log as ImportLog: log.fileName
        default: entity.createdAt.map(visit.formats.dateTime) ?? ""
        }
    }

    /// The values of a document that a person can read: without ids and what only the program needs.
    func facts(of entity: any Entity, _ trace: Trace) throws -> [(label: String, value: String)] {
        let document = try EntityJSON.value(entity).object ?? Document()
        return flat(document, path: "").compactMap { path, value in
            guard let text = text(value, path, trace) else { return nil }
            return (label(path, trace), text)
        }
    }

    private func flat(_ document: Document, path: String) -> [(String, Value)] {
        document.pairs.flatMap { pair -> [(String, Value)] in
            let name = path.isEmpty ? pair.key : "\(path).\(pair.key)"
            switch pair.value {
            case .object(let inner): return flat(inner, path: name)
            case .array(let items):
                let texts = items.compactMap(\.string)
                if texts.count == items.count { return [(name, .string(texts.joined(separator: "\n")))] }
                return items.enumerated().flatMap { index, item in
                    item.object.map { flat($0, path: "\(name).\(index + 1)") } ?? [("\(name).\(index + 1)", item)]
                }
            default: return [(name, pair.value)]
            }
        }
    }

    private func text(_ value: Value, _ path: String, _ trace: Trace) -> String? {
        switch value {
        case .null, .id: nil
        case .string(let text):
            text.isEmpty ? nil : word(for: text, path, trace) ?? text
        case .bool(let flag): visit.phrase(flag ? "records.yes" : "records.no")
        case .int(let number): visit.formats.number(number)
        case .double(let number): visit.formats.number(number)
        case .date(let date): visit.formats.dateTime(date)
        default: value.json
        }
    }

    /// What a stored code is called, where it is one.
    private func word(for text: String, _ path: String, _ trace: Trace) -> String? {
        let last = path.split(separator: ".").last.map(String.init) ?? path
        switch (trace.entity.collection, last) {
        case (Activity.collection, "type"): return word("activities.types.\(text)")
        case (Activity.collection, "entityType"): return word("activities.records.\(text)")
        case (Opportunity.collection, "from"), (Opportunity.collection, "to"):
            return RecordWords.label(visit, .opportunities, "stage", text)
        default: return noun(trace).map { RecordWords.label(visit, $0, path, text) }
        }
    }

    /// The names along a path one by one; `metadata` only says that there is more.
    private func label(_ path: String, _ trace: Trace) -> String {
        let names = path.split(separator: ".").map(String.init).filter { $0 != "metadata" }
        return names.map { name in
            noun(trace).flatMap { word($0.field(name)) } ?? word("privacy.fields.\(name)") ?? name
        }.joined(separator: " · ")
    }

    private func word(_ key: String) -> String? {
        visit.visit.resources.phrases.has(key) ? visit.phrase(key) : nil
    }

    private func noun(_ trace: Trace) -> RecordNoun? {
        switch trace.entity.collection {
        case Person.collection: .people
        case Company.collection: .companies
        case ContactPoint.collection: .contactPoints
        case Lead.collection: .leads
        case Opportunity.collection: .opportunities
        case WorkTask.collection: .tasks
        default: nil
        }
    }
}

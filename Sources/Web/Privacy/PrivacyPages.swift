import Foundation
import Growth
import Hummingbird
import Store

/// The pages of subject access.
enum PrivacyPages {
    /// Documents of one kind on the page; the files have all.
    private static let shown = 25
    private static let maxPeople = 20

    // MARK: Looking for somebody

    static func search(_ visit: MemberVisit) async throws -> Response {
        let text = visit.query("q") ?? ""
        let people = try await people(text, visit)
        if let subject = try await leftOver(text, visit), people.isEmpty {
            return try await show(visit, subject, address: text.trimmingCharacters(in: .whitespaces))
        }
        let companies = try await visit.platform.store.get(people.compactMap(\.companyId))
        let data: PageData = [
            "q": text, "isAsked": !text.isEmpty, "isNone": !text.isEmpty && people.isEmpty,
            "people": people.map { person in
                [
                    "id": person.id.description, "name": person.fullName, "email": person.email ?? person.mobile ?? "",
                    "company": person.companyId.flatMap { companies[$0]?.displayName } ?? person.companyNameAr ?? "",
                ] as PageData
            },
        ]
        return try visit.page("privacy/search", title: visit.phrase("privacy.title"), data)
    }

    /// Also those in the archive.
    static func people(_ text: String, _ visit: MemberVisit) async throws -> [Person] {
        guard !text.trimmingCharacters(in: .whitespaces).isEmpty else { return [] }
        let filter = try await visit.platform.people.matching(text)
        return try await visit.platform.store.find(Query<Person>(filter, limit: maxPeople))
    }

    /// What is left of an address that is in no record; `nil` for other texts and where there is nothing.
    static func leftOver(_ text: String, _ visit: MemberVisit) async throws -> DataSubject? {
        do {
            let subject = try await visit.platform.privacy.subject(address: text)
            guard subject.shared.isEmpty else { return nil }
            return try await visit.platform.privacy.found(of: subject).isEmpty ? nil : subject
        } catch is InvalidFields {
            return nil
        }
    }

    // MARK: What there is

    static func show(
        _ visit: MemberVisit, _ subject: DataSubject, address: String? = nil, _ problems: [String: FieldProblem] = [:]
    ) async throws -> Response {
        let privacy = visit.platform.privacy
        let words = PrivacyWords(visit)
        var sections: [PageData] = []
        for found in try await privacy.found(of: subject) {
            let documents = try await privacy.documents(found.trace, subject, limit: shown)
            sections.append(try section(found, documents, words, visit))
        }
        let files = try await privacy.files(of: subject)
        let name = subject.person?.fullName ?? address ?? ""
        let query = QueryPair.text([QueryPair(name: "address", value: address ?? "")])
        var data: PageData = [
            "name": name, "sections": sections, "hasSections": !sections.isEmpty,
            "shared": subject.shared, "hasShared": !subject.shared.isEmpty, "hasFiles": !files.isEmpty,
            "files": files.map { ["id": $0.id.description, "name": $0.fileName] as PageData },
            "errors": visit.sentences(problems), "isAddress": subject.person == nil, "address": address ?? "",
        ]
        let base = subject.person.map { "/people/\($0.id)/privacy" } ?? "/privacy"
        data["eraseAction"] = base + "/erase"
        data["jsonHref"] = base + "/export?format=json" + (subject.person == nil ? "&\(query)" : "")
        data["xlsxHref"] = base + "/export?format=xlsx" + (subject.person == nil ? "&\(query)" : "")
        var trail = [Crumb("/privacy", visit.phrase("privacy.title"))]
        if let person = subject.person { trail.append(Crumb("/people/\(person.id)", person.fullName)) }
        return try visit.page(
            "privacy/show", title: visit.phrase("privacy.of", ["name": name]), data, trail: trail,
            status: problems.isEmpty ? .ok : .unprocessableContent)
    }

    private static func section(
        _ found: Privacy.Found, _ documents: [any Entity], _ words: PrivacyWords, _ visit: MemberVisit
    ) throws -> PageData {
        let fate = found.trace.fate
        let more = found.count - documents.count
        return [
            "title": words.section(found.trace), "count": visit.formats.number(found.count),
            "fate": visit.phrase("privacy.fates.\(fate.rawValue)"),
            "sign": fate == .deleted ? "error" : fate == .anonymised ? "warn" : "ok",
            // What is little is seen at once.
            "isOpen": found.count < 4, "hasMore": more > 0, "more": visit.plural("privacy.more", more),
            "documents": try documents.map { document in
                [
                    "name": words.name(of: document),
                    "facts": try words.facts(of: document, found.trace).map {
                        ["label": $0.label, "value": $0.value] as PageData
                    },
                ] as PageData
            },
        ]
    }

    // MARK: Erasing

    static func erasure(_ visit: MemberVisit) async throws -> Response {
        let state = try await visit.platform.privacy.erasure(try visit.id())
        let data: PageData = [
            "id": state.id.description, "isRunning": state.isRunning, "isDone": state.status == .done,
            "isFailed": state.status == .failed, "percent": String(state.done * 100 / max(state.total, 1)),
            "counts": Trace.table.compactMap { trace -> PageData? in
                guard let count = state.counts[trace.name], count > 0 else { return nil }
                return [
                    "label": visit.phrase("privacy.sections.\(trace.name)"), "count": visit.formats.number(count),
                    "fate": visit.phrase("privacy.fates.\(trace.fate.rawValue)"),
                ]
            },
        ]
        return try visit.page(
            "privacy/erasure", title: visit.phrase("privacy.erasing"), data,
            trail: [Crumb("/privacy", visit.phrase("privacy.title"))])
    }
}

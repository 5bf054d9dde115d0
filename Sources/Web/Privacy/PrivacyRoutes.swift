import Foundation
import Growth
import HTTPTypes
import Hummingbird
import Store

/// What is kept of a person: shown, handed out, erased.
enum PrivacyRoutes {
    static let all: [Endpoint] = pages + PrivacyAPI.all

    private static let pages: [Endpoint] = [
        Endpoint(
            .get, "/privacy", for: .may(.managePrivacy), "Looks for a person, or for an address that is in no record",
            query: [QueryParameter("q", .string, "A name, an email or a number")]
        ) { try await PrivacyPages.search($0) },
        Endpoint(.get, "/people/{id}/privacy", for: .may(.managePrivacy), "What is kept of a person") {
            try await PrivacyPages.show($0, try await $0.platform.privacy.subject(try $0.id()))
        },
        Endpoint(
            .get, "/people/{id}/privacy/export", for: .may(.managePrivacy), "What is kept of a person, as a file",
            query: [PrivacyAPI.format], gives: .file("*/*")
        ) { visit in try await PrivacyFile.answer(visit, try await visit.platform.privacy.subject(try visit.id())) },
        Endpoint(
            .post, "/people/{id}/privacy/erase", for: .may(.managePrivacy), "Erases what is kept of a person",
            takes: .form
        ) { visit in
            let id: EntityID<Person> = try visit.id()
            do {
                try visit.input.allow("confirm")
                let state = try await visit.platform.privacy.requestErasure(
                    of: id, confirm: visit.input.text("confirm"), by: visit.principal)
                return visit.redirect(to: "/privacy/erasures/\(state.id)")
            } catch let error as InvalidFields {
                return try await PrivacyPages.show(
                    visit, try await visit.platform.privacy.subject(id), error.problems)
            }
        },
        Endpoint(
            .get, "/privacy/export", for: .may(.managePrivacy), "What is left of an address, as a file",
            query: [PrivacyAPI.address, PrivacyAPI.format], gives: .file("*/*")
        ) { visit in try await PrivacyFile.answer(visit, try await PrivacyAPI.subject(visit, visit.query("address"))) },
        Endpoint(
            .post, "/privacy/erase", for: .may(.managePrivacy), "Erases what is left of an address", takes: .form
        ) { visit in
            let address = visit.input.text("address")
            do {
                try visit.input.allow("address", "confirm")
                let state = try await visit.platform.privacy.requestErasure(
                    ofAddress: address ?? "", confirm: visit.input.text("confirm"), by: visit.principal)
                return visit.redirect(to: "/privacy/erasures/\(state.id)")
            } catch let error as InvalidFields {
                return try await PrivacyPages.show(
                    visit, try await PrivacyAPI.subject(visit, address), address: address, error.problems)
            }
        },
        Endpoint(.get, "/privacy/erasures/{id}", for: .may(.managePrivacy), "How far an erasure is") {
            try await PrivacyPages.erasure($0)
        },
    ]
}

/// The same for programs.
enum PrivacyAPI {
    static let format = QueryParameter("format", .word(["json", "xlsx"]), "By default json")
    static let address = QueryParameter("address", .string, "An email or a number")

    private static let row: JSONSchema = .object(
        .must("name", .string), .must("collection", .string),
        .must("fate", .word(Trace.Fate.allCases.map(\.rawValue))), .must("count", .integer))
    private static let report: JSONSchema = .named(
        "PrivacyReport",
        .object(
            .must("items", .array(row)), .must("emails", .array(.string)), .must("numbers", .array(.string)),
            .must("shared", .array(.string)),
            .must("files", .array(.object(.must("importLogId", .id), .must("fileName", .string))))))
    private static let state: JSONSchema = .named(
        "Erasure",
        .object(
            .must("_id", .id), .must("status", .words(of: Job.Status.self)), .must("done", .integer),
            .must("total", .integer), .must("counts", .object([], isOpen: true))))
    private static let confirm: JSONSchema = .object(.must("confirm", .string))

    static let all: [Endpoint] = [
        Endpoint(
            .get, "/api/privacy", for: .may(.managePrivacy),
            "The people whom a text finds, and what is left of an address that is in no record",
            query: [QueryParameter("q", .string, "A name, an email or a number")],
            gives: .json(
                .object(
                    .must("people", .array(.object(.must("_id", .id), .must("fullName", .string)))),
                    .must("address", .nullable(report))))
        ) { visit in
            let text = visit.query("q") ?? ""
            let people = try await PrivacyPages.people(text, visit)
            let left = try await PrivacyPages.leftOver(text, visit)
            return visit.json([
                "people": .array(people.map { ["_id": Value($0.id), "fullName": .string($0.fullName)] }),
                "address": try await left.asyncMap { try await value($0, visit) } ?? .null,
            ])
        },
        Endpoint(
            .get, "/api/people/{id}/privacy", for: .may(.managePrivacy), "What is kept of a person, by collection",
            gives: .json(report)
        ) { visit in
            visit.json(try await value(try await visit.platform.privacy.subject(try visit.id()), visit))
        },
        Endpoint(
            .get, "/api/people/{id}/privacy/export", for: .may(.managePrivacy), "What is kept of a person, as a file",
            query: [format], gives: .file("*/*")
        ) { visit in try await PrivacyFile.answer(visit, try await visit.platform.privacy.subject(try visit.id())) },
        Endpoint(
            .post, "/api/people/{id}/privacy/erase", for: .may(.managePrivacy),
            "Erases what is kept of a person, in the background and for good; `confirm` is the full name",
            takes: .json(confirm), gives: .json(state, status: .accepted)
        ) { visit in
            try visit.input.allow("confirm")
            let state = try await visit.platform.privacy.requestErasure(
                of: try visit.id(), confirm: visit.input.text("confirm"), by: visit.principal)
            return visit.json(value(state), status: .accepted)
        },
        Endpoint(
            .get, "/api/privacy/export", for: .may(.managePrivacy), "What is left of an address, as a file",
            query: [address, format], gives: .file("*/*")
        ) { visit in try await PrivacyFile.answer(visit, try await subject(visit, visit.query("address"))) },
        Endpoint(
            .post, "/api/privacy/erase", for: .may(.managePrivacy),
            "Erases what is left of an address that is in no record; `confirm` is the address again",
            takes: .json(.object(.must("address", .string), .must("confirm", .string))),
            gives: .json(state, status: .accepted)
        ) { visit in
            try visit.input.allow("address", "confirm")
            let state = try await visit.platform.privacy.requestErasure(
                ofAddress: visit.input.text("address") ?? "", confirm: visit.input.text("confirm"),
                by: visit.principal)
            return visit.json(value(state), status: .accepted)
        },
        Endpoint(
            .get, "/api/privacy/erasures/{id}", for: .may(.managePrivacy), "How far an erasure is", gives: .json(state)
        ) { visit in visit.json(value(try await visit.platform.privacy.erasure(try visit.id()))) },
    ]

    /// What is left of an address. A record that has it is asked for by itself: 404.
    static func subject(_ visit: MemberVisit, _ address: String?) async throws -> DataSubject {
        let subject = try await visit.platform.privacy.subject(address: address ?? "")
        guard subject.shared.isEmpty else { throw WebError.notFound }
        return subject
    }

    private static func value(_ subject: DataSubject, _ visit: MemberVisit) async throws -> Value {
        let found = try await visit.platform.privacy.found(of: subject)
        let files = try await visit.platform.privacy.files(of: subject)
        return [
            "items": .array(
                found.map {
                    [
                        "name": .string($0.trace.name), "collection": .string($0.trace.entity.collection),
                        "fate": .string($0.trace.fate.rawValue), "count": .int($0.count),
                    ]
                }), "emails": Value(subject.emails), "numbers": Value(subject.numbers),
            "shared": Value(subject.shared),
            "files": .array(files.map { ["importLogId": Value($0.id), "fileName": .string($0.fileName)] }),
        ]
    }

    private static func value(_ state: ErasureState) -> Value {
        let counts = state.counts.sorted { $0.key < $1.key }.map { Document.Pair($0.key, .int($0.value)) }
        return [
            "_id": Value(state.id), "status": Value(state.status), "done": .int(state.done),
            "total": .int(state.total), "counts": .object(Document(counts)),
        ]
    }
}

extension Optional {
    fileprivate func asyncMap<T>(_ transform: (Wrapped) async throws -> T) async rethrows -> T? {
        guard let self else { return nil }
        return try await transform(self)
    }
}

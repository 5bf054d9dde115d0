import Foundation
import Growth
import HTTPTypes
import Hummingbird
import Store

/// Duplicates and merges for other programs.
enum DuplicateAPI {
    private static let item = JSONSchema.entity(DuplicateReview.self)
    private static let reason: JSONSchema = .object(
        .must("code", .word(Likeness.codes)), .must("weight", .number), .may("likeness", .number))
    private static let likeness: JSONSchema = .object(.must("score", .number), .must("reasons", .array(reason)))
    private static let search: JSONSchema = .object(
        .must("status", .nullable(.words(of: Job.Status.self))), .must("phase", .nullable(.string)),
        .must("rows", .integer), .must("total", .integer), .must("pairs", .integer), .must("known", .integer),
        .must("fraction", .number), .may("finishedAt", .formatted("date-time")))

    static let all: [Endpoint] =
        [
            Endpoint(
                .get, "/api/duplicates", for: .may(.readRecords),
                "Lists pairs that may be the same, or were decided about", query: DuplicateRoutes.list.parameters,
                gives: .json(.list(of: item))
            ) { try await DuplicateRoutes.list.json($0) },
            Endpoint(
                .post, "/api/duplicates/search", for: .may(.editRecords),
                "Looks for duplicates among all records, in the background", gives: .json(search, status: .accepted)
            ) { visit in
                let job = try await visit.platform.duplicates.startSearch(by: visit.principal.userId)
                return visit.json(progress(job), status: .accepted)
            },
            Endpoint(
                .get, "/api/duplicates/search", for: .may(.readRecords), "How far the latest search is",
                gives: .json(search)
            ) { visit in visit.json(progress(try await visit.platform.duplicates.lastSearch())) },
            Endpoint(
                .delete, "/api/duplicates/search", for: .may(.editRecords), "Stops the search", gives: .json(search)
            ) { visit in
                try await visit.platform.duplicates.cancelSearch()
                return visit.json(progress(try await visit.platform.duplicates.lastSearch()))
            },
            Endpoint(
                .get, "/api/duplicates/{id}", for: .may(.readRecords), "One pair, and how alike the two are now",
                gives: .json(.object(.must("review", item), .must("likeness", .nullable(likeness))))
            ) { visit in
                let review = try await visit.platform.duplicates.get(try visit.id())
                return visit.json([
                    "review": try EntityJSON.value(review), "likeness": try await current(review, visit) ?? .null,
                ])
            },
            Endpoint(
                .patch, "/api/duplicates/{id}", for: .may(.editRecords),
                "Says that the two are not the same, or that the question is to be left, or open again",
                takes: .json(.object(.must("status", .word(["kept_separate", "ignored", "pending"])))),
                gives: .json(item)
            ) { visit in
                try visit.input.allow("status")
                let status = DuplicateReview.Status(rawValue: visit.input.text("status") ?? "")
                return try visit.json(
                    try await visit.platform.duplicates.decide(try visit.id(), status, by: visit.principal))
            },
            Endpoint(
                .get, "/api/companies/{id}/duplicates", for: .may(.readRecords),
                "Companies that may be the same as this one, the likeliest first",
                gives: .json(candidates(Company.self))
            ) { visit in
                let company = try await visit.platform.companies.get(try visit.id())
                return visit.json(try value(try await visit.platform.duplicates.candidates(for: company)))
            },
            Endpoint(
                .get, "/api/people/{id}/duplicates", for: .may(.readRecords),
                "People who may be the same as this one, the likeliest first", gives: .json(candidates(Person.self))
            ) { visit in
                let person = try await visit.platform.people.get(try visit.id())
                return visit.json(try value(try await visit.platform.duplicates.candidates(for: person)))
            },
        ] + MergeAPI.all

    // MARK: Values

    private static func progress(_ job: Job?) -> Value {
        let told = job?.payload?.object ?? Document()
        var value: Document = [
            "status": job.map { Value($0.status) } ?? .null, "phase": told["phase"] ?? .null,
            "rows": told["rows"] ?? 0, "total": told["total"] ?? 0, "pairs": told["pairs"] ?? 0,
            "known": told["known"] ?? 0, "fraction": .double(told["fraction"]?.double ?? 0),
        ]
        if let at = job?.finishedAt { value["finishedAt"] = .date(at) }
        return .object(value)
    }

    /// `null` when one of the two is gone.
    private static func current(_ review: DuplicateReview, _ visit: MemberVisit) async throws -> Value? {
        guard let a = review.entityId1, let b = review.entityId2 else { return nil }
        func judged<R: PairedRecord>(_ type: R.Type) async throws -> Value? {
            guard let first = try await visit.platform.store.get(EntityID<R>(a)),
                let second = try await visit.platform.store.get(EntityID<R>(b))
            else { return nil }
            return value(try await R.likeness(first, second, visit.platform.duplicates))
        }
        return review.entityType == .person ? try await judged(Person.self) : try await judged(Company.self)
    }

    private static func value(_ likeness: Likeness) -> Value {
        let reasons = likeness.reasons.map { reason -> Value in
            var value: Document = ["code": .string(reason.code), "weight": .double(reason.weight)]
            if let likeness = reason.likeness { value["likeness"] = .double(likeness) }
            return .object(value)
        }
        return ["score": .double(likeness.score), "reasons": .array(reasons)]
    }

    private static func candidates<R: PairedRecord>(_ type: R.Type) -> JSONSchema {
        RecordSchemas.items(
            .object(
                .must("record", .entity(R.self)), .must("likeness", likeness), .must("review", .nullable(item))))
    }

    private static func value<R: PairedRecord>(_ candidates: [Duplicates.Candidate<R>]) throws -> Value {
        let items = try candidates.map { candidate -> Value in
            [
                "record": try EntityJSON.value(candidate.record), "likeness": value(candidate.likeness),
                "review": try candidate.review.map { try EntityJSON.value($0) } ?? .null,
            ]
        }
        return ["items": .array(items)]
    }
}

import Growth
import Hummingbird
import Store

/// What may be the same as one record.
enum CandidatePages {
    static func company(_ visit: MemberVisit) async throws -> Response {
        let company = try await visit.platform.companies.get(try visit.id())
        return try page(
            visit, company, .companies, try await visit.platform.duplicates.candidates(for: company))
    }

    static func person(_ visit: MemberVisit) async throws -> Response {
        let person = try await visit.platform.people.get(try visit.id())
        return try page(visit, person, .people, try await visit.platform.duplicates.candidates(for: person))
    }

    private static func page<R: PairedRecord>(
        _ visit: MemberVisit, _ record: R, _ noun: RecordNoun, _ candidates: [Duplicates.Candidate<R>]
    ) throws -> Response {
        let path = "/\(noun.rawValue)/\(record.id)"
        let data: PageData = [
            "name": record.displayName, "back": path, "isEmpty": candidates.isEmpty,
            "candidates": candidates.prefix(50).map { candidate -> PageData in
                [
                    "name": candidate.record.displayName, "places": candidate.record.place,
                    "href": "/duplicates/\(noun.rawValue)/\(record.id)/\(candidate.record.id)",
                    "percent": visit.formats.number((candidate.likeness.score * 100).rounded(.down)),
                    "reasons": candidate.likeness.reasons.prefix(3).map { LikenessWords.reason($0, visit) },
                    "isDecided": candidate.review?.isDecided ?? false,
                    "decision": candidate.review.map {
                        DuplicatePages.label("statuses", $0.status.rawValue, visit)
                    } ?? "",
                ]
            },
        ]
        return try visit.page(
            "duplicates/candidates", title: visit.phrase("duplicates.candidates"), data,
            trail: [Crumb("/\(noun.rawValue)", visit.phrase(noun.title)), Crumb(path, record.displayName)])
    }
}

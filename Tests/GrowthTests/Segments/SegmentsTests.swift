import Foundation
import Store
import Testing

@testable import Growth

@Suite struct SegmentsTests {
    /// Three companies, of which the first has a decision maker and the second was mailed and opened it.
    private func with(
        _ body: (SalesBench, _ riyadh: Company, _ jeddah: Company, _ dammam: Company) async throws -> Void
    ) async throws {
        try await SalesBench.with { bench in
            func company(_ name: String, _ city: String, _ tags: String) async throws -> Company {
                try await bench.platform.companies.create(
                    RecordEdit(["nameAr": name, "city": city, "tags": tags]), by: bench.manager)
            }
            let riyadh = try await company("مؤسسة الإتقان", "الرياض", "vip")
            let jeddah = try await company("شركة البحر", "جدة", "")
            let dammam = try await company("مصنع الخليج", "الدمام", "vip")
            var person = Person()
            (person.fullName, person.companyId, person.isDecisionMaker) = ("نورة", riyadh.id, "yes")
            try await bench.store.insert(person)
            var mail = CampaignRecipient()
            (mail.companyId, mail.email, mail.openedAt, mail.status) = (
                jeddah.id, "a@b.sa", bench.clock.next(), .opened
            )
            try await bench.store.insert(mail)
            try await body(bench, riyadh, jeddah, dammam)
        }
    }

    private func segment(
        _ filters: Value?, _ bench: SalesBench, _ change: (inout Segments.Draft) -> Void = { _ in }
    ) async throws -> Segment {
        var draft = Segments.Draft()
        (draft.name, draft.targetType, draft.filters) = ("شريحة", "companies", filters)
        change(&draft)
        return try await bench.platform.segments.create(draft, by: bench.manager)
    }

    private func names(_ filters: Value?, _ bench: SalesBench) async throws -> Set<String> {
        let segment = try await segment(filters, bench)
        let members = try await bench.platform.segments.sample(segment, by: bench.manager)
        #expect(try await bench.platform.segments.count(segment, by: bench.manager) == members.count)
        return Set(members.map(\.name))
    }

    @Test func `a segment means records by their fields, their people and what became of their mails`() async throws {
        try await with { bench, riyadh, jeddah, dammam in
            let maker: Value = ["has": "people", "where": ["field": "isDecisionMaker", "value": "yes"]]
            let opened: Value = [
                "has": "mails", "where": ["field": "openedAt", "op": "within", "value": "last_30_days"],
            ]
            #expect(try await names(nil, bench).count == 3)
            #expect(try await names(["field": "city", "value": "جدة"], bench) == ["شركة البحر"])
            #expect(
                try await names(["field": "name", "op": "contains", "value": "الاتقان"], bench) == ["مؤسسة الإتقان"])
            #expect(try await names(maker, bench) == ["مؤسسة الإتقان"])
            #expect(try await names(opened, bench) == ["شركة البحر"])
            #expect(try await names(["or": [maker, opened]], bench) == ["مؤسسة الإتقان", "شركة البحر"])
            #expect(try await names(["none": [maker, opened]], bench) == ["مصنع الخليج"])
            _ = try await bench.platform.companies.archive(dammam.id, by: bench.manager)
            #expect(try await names(["field": "tags", "op": "has", "value": "vip"], bench) == ["مؤسسة الإتقان"])
        }
    }

    @Test func `a segment within another follows it, and none leads back to itself`() async throws {
        try await with { bench, _, _, _ in
            let vip = try await segment(["field": "tags", "op": "has", "value": "vip"], bench)
            let within: Value = ["segment": .string(vip.id.description)]
            #expect(try await names(["none": [within]], bench) == ["شركة البحر"])
            let outer = try await segment(["and": [within, ["field": "city", "value": "الدمام"]]], bench)
            #expect(try await bench.platform.segments.count(outer, by: bench.manager) == 1)
            var back = Segments.Draft()
            back.filters = ["segment": .string(outer.id.description)]
            await #expect(throws: FilterError.unknownSegment) {
                try await bench.platform.segments.edit(vip.id, back, by: bench.manager)
            }
            await #expect(throws: FilterError.unknownSegment) {
                try await segment(["segment": .string(vip.id.description)], bench) { $0.targetType = "people" }
            }
        }
    }

    @Test func `a fixed list keeps its members, but for those that are gone`() async throws {
        try await with { bench, riyadh, jeddah, _ in
            let list = try await segment(nil, bench) {
                ($0.type, $0.staticIds) = ("static", [riyadh.id.raw, jeddah.id.raw, ObjectID()])
            }
            #expect(try await bench.platform.segments.count(list, by: bench.manager) == 2)
            _ = try await bench.platform.companies.archive(jeddah.id, by: bench.manager)
            #expect(try await bench.platform.segments.count(list, by: bench.manager) == 1)
            let gone = try await bench.platform.segments.reasons(jeddah.id.raw, in: list, by: bench.manager)
            #expect(gone == SegmentReason(kind: .notLive, holds: false))
        }
    }

    @Test func `why a record is in or out is said condition by condition`() async throws {
        try await with { bench, riyadh, _, dammam in
            let city: Value = ["field": "city", "value": "الرياض"]
            let maker: Value = ["has": "people", "where": ["field": "isDecisionMaker", "value": "yes"]]
            let segment = try await segment(
                ["and": [["or": [city, maker]], ["none": [["field": "leadScore", "op": "gt", "value": 90]]]]], bench)
            let inside = try await bench.platform.segments.reasons(riyadh.id.raw, in: segment, by: bench.manager)
            #expect(inside.holds && inside.parts.map(\.holds) == [true, true])
            #expect(inside.parts[0].parts.map(\.kind) == [.condition(city), .condition(maker)])
            let outside = try await bench.platform.segments.reasons(dammam.id.raw, in: segment, by: bench.manager)
            #expect(!outside.holds && outside.parts.map(\.holds) == [false, true])
            #expect(outside.parts[0].parts.map(\.holds) == [false, false])
        }
    }

    static let refused: [(Value, FilterError)] = [
        (["field": "searchKeys", "value": "x"], .unknownField("searchKeys")),
        (["has": "sessions", "where": ["field": "tokenHash", "value": "x"]], .unknownRelation("sessions")),
        (["has": "people", "where": ["has": "company", "where": ["has": "people"]]], .unknownRelation("people")),
        (["field": "city", "op": "regex", "value": "."], .unknownOperator("regex", field: "city")),
        (["city": ["$ne": nil]], .malformed), (["segment": "x"], .unknownSegment),
        (["and": .array(Array(repeating: ["field": "city", "value": "x"], count: 201))], .tooMuch),
    ]

    @Test(arguments: refused)
    func `what is no filter is refused when it is saved, and names the culprit`(
        _ filters: Value, _ error: FilterError
    ) async throws {
        try await SalesBench.with { bench in
            await #expect(throws: error) { try await segment(filters, bench) }
        }
    }

    @Test func `a stored form of another program matches nobody and is left as it is`() async throws {
        try await SalesBench.with { bench in
            var legacy = Segment()
            (legacy.name, legacy.filters) = ("Legacy", ["sector": ["$in": ["IT"]]])
            try await bench.store.insert(legacy)
            await #expect(throws: FilterError.malformed) {
                try await bench.platform.segments.count(legacy, by: bench.manager)
            }
            var draft = Segments.Draft()
            draft.name = "Renamed"
            let renamed = try await bench.platform.segments.edit(legacy.id, draft, by: bench.manager)
            #expect(renamed.filters == legacy.filters && renamed.name == "Renamed")
        }
    }
}

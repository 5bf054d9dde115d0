import Foundation
import Matching
import Store
import StoreTesting
import Synchronization
import Testing

@testable import Growth

@Suite struct CompaniesTests {
    /// The product over a real store, with a clock that moves on at every look, so that no two changes share a moment.
    static func with(_ body: (Platform, Principal) async throws -> Void) async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
            "anwal-companies-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        let clock = Ticking()
        try await Engine.ofProduct.withStore(in: folder, now: { clock.next() }) { store in
            let platform = try await Platform(
                store: store, folder: folder, now: { clock.next() }, passwords: Passwords())
            var user = User()
            user.name = "Noura"
            user.email = "noura@example.sa"
            user.role = .manager
            user.status = .active
            try await store.insert(user)
            try await body(platform, Principal(user: user, origin: .console))
        }
    }

    private final class Ticking: Sendable {
        private let time = Mutex(Date(timeIntervalSince1970: 1_795_000_000))
        func next() -> Date {
            time.withLock {
                $0 += 0.01
                return $0
            }
        }
    }

    @Test(arguments: ["عبد الرحمن", "عبدالرحمن", "عبد الرح", "عبدالرح", "شركة عبد الرحمن", "شركة", "عبد"])
    func `names with عبد are found in either spelling`(query: String) async throws {
        try await Self.with { platform, _ in
            for name in ["عبد الرحمن التجارية", "مؤسسة عبدالرحمن"] {
                var company = Company()
                company.nameAr = name
                company.refreshKeys(contacts: [])
                try await platform.store.insert(company)
            }
            #expect(try await platform.store.count(Company.self, where: Companies.words(query)) == 2)
        }
    }

    @Test func `a value that a person wrote has no cell any more`() async throws {
        try await ImportBench.with { bench in
            try await bench.run(
                try bench.upload(csv: "اسم الشركة,المدينة,القطاع\nشركة النخبة,الرياض,مقاولات\n"))
            let companies = Companies(store: bench.store, now: ImportBench.now)
            let stored = try #require(try await bench.store.first(Company.self, where: .all))
            #expect(try await companies.sources(of: stored)["city"]?.column == "B")
            let edited = try await companies.edit(
                stored.id, RecordEdit(["city": "جدة"]), by: Principal(user: User(), origin: .console))
            let sources = try await companies.sources(of: edited)
            #expect(sources["city"] == nil && sources["sector"]?.column == "C")
        }
    }

    @Test(arguments: [
        "مصنع الرواد للتبريد", "الروّاد", "رواد", "الرُّوَاد", "الـــرواد", "التبريد", "تبريد", "شركة الرواد",
        "الرواد المحدودة",
        "Alrowad", "ALROWAD cooling", "٢٠٣٠", "2030", "اﻟﺮواد",
    ])
    func `a company is found in every spelling of its name`(text: String) async throws {
        try await Self.with { platform, me in
            let wanted = try await platform.companies.create(
                RecordEdit([
                    "nameAr": "شركة مصنع الرواد للتبريد 2030 المحدودة", "nameEn": "Alrowad Cooling Factory Ltd.",
                ]), by: me)
            _ = try await platform.companies.create(RecordEdit(["nameAr": "مؤسسة نخبة التوريدات"]), by: me)
            let found = try await platform.store.find(Query<Company>(try await platform.companies.matching(text)))
            #expect(found.map(\.id) == [wanted.id])
        }
    }

    @Test(arguments: [
        ("مؤسسه احمد", "مؤسسة أحمد"), ("مكتبه", "مكتبة الأمل"), ("مستشفي", "مستشفى السلام"), ("الاء", "شركة آلاء"),
        ("الافق", "شركة أفق البناء"), ("افق", "شركة الأفق"), ("الماس", "شركة الماس"),
        ("لؤلؤه", "مجموعة لؤلؤة الخليج"),
    ])
    func `hamza, taa marbuta and alef maksura make no difference`(text: String, name: String) async throws {
        try await Self.with { platform, me in
            let wanted = try await platform.companies.create(RecordEdit(["nameAr": name]), by: me)
            let found = try await platform.store.find(Query<Company>(try await platform.companies.matching(text)))
            #expect(found.map(\.id) == [wanted.id])
        }
    }

    @Test(arguments: [
        "info@ufuq.sa", "INFO@Ufuq.SA", "info@uf", "@ufuq.sa", "0501234567", "+966 50 123 4567", "٠٥٠١٢٣٤٥٦٧",
        "05012345",
        "966501234567", "ufuq.sa", "https://www.ufuq.sa/contact",
    ])
    func `an address, a number or a domain finds its company`(text: String) async throws {
        try await Self.with { platform, me in
            let wanted = try await platform.companies.create(
                RecordEdit(["nameAr": "شركة أفق البناء", "website": "www.ufuq.sa"]), by: me)
            _ = try await platform.companies.create(RecordEdit(["nameAr": "شركة أخرى", "website": "other.sa"]), by: me)
            for (type, value) in [("email", "Info@Ufuq.sa"), ("mobile", "050 123 4567")] {
                _ = try await platform.contactPoints.add(
                    to: .company(wanted.id), RecordEdit(["contactType": type, "contactValue": value]), by: me)
            }
            let found = try await platform.store.find(Query<Company>(try await platform.companies.matching(text)))
            #expect(found.map(\.id) == [wanted.id])
        }
    }

    @Test func `the values of an edit are stored in their normal form`() async throws {
        try await Self.with { platform, me in
            let company = try await platform.companies.create(
                RecordEdit(
                    [
                        "nameAr": "  شركة\u{200F} أفق  ", "website": "WWW.Ufuq.sa/about/",
                        "linkedinUrl": "linkedin.com/company/Ufuq?x=1",
                        "leadScore": "٨٧٫٥", "tags": "مهم، عميل، مهم", "entityType": "factory",
                        "address": "حي العليا\r\nالرياض",
                    ], custom: ["رقم السجل 1.5": "٤٠٣٠"]), by: me)
            #expect(company.nameAr == "شركة أفق")
            #expect(company.website == "https://www.ufuq.sa/about")
            #expect(company.linkedinUrl == "https://www.linkedin.com/company/ufuq")
            #expect(company.leadScore == 87.5 && company.tags == ["مهم", "عميل"] && company.entityType == "factory")
            #expect(company.address == "حي العليا\nالرياض" && company.customFields["رقم السجل 1.5"] == "٤٠٣٠")
        }
    }

    @Test(arguments: [
        ("nameAr", " ", "required"), ("nameAr", String(repeating: "ا", count: 201), "too_long"),
        ("description", "a\u{0}b", "control_character"),
        ("entityType", "shop", "not_in_list"), ("priority", "عالية", "not_in_list"),
        ("status", "archived", "not_writable"),
        ("leadScore", "many", "not_a_number"), ("leadScore", "101", "out_of_range"),
        ("leadScore", "nan", "not_a_number"),
        ("website", "not a site", "not_a_web_address"), ("linkedinUrl", "https://example.sa/in/x", "not_a_web_address"),
        ("searchKeys", "x", "not_writable"), ("sourceFile", "x", "not_writable"), ("importLogId", "x", "not_writable"),
        ("passwordHash", "x", "unknown_field"), ("ownerId", "x", "not_in_list"),
    ])
    func `a value that cannot stand is refused at its field, and nothing is written`(
        field: String, value: String, code: String
    ) async throws {
        try await Self.with { platform, me in
            let company = try await platform.companies.create(
                RecordEdit(["nameAr": "شركة أفق", "city": "الرياض"]), by: me)
            let expected = InvalidFields([field: FieldProblem(code)])
            do {
                _ = try await platform.companies.edit(company.id, RecordEdit([field: value, "city": "جدة"]), by: me)
                Issue.record("\(field) took \(value)")
            } catch let error as InvalidFields {
                #expect(error.problems.mapValues(\.code) == expected.problems.mapValues(\.code))
            }
            #expect(try await platform.companies.get(company.id) == company)
        }
    }

    /// Sixty spellings of addresses that a browser would run instead of open (quality W-14).
    static let hostileLinks: [String] = {
        let schemes = [
            "javascript", "JaVaScRiPt", "vbscript", "data", "file", "blob", "about", "view-source", "jar", "ws",
        ]
        let forms = [
            ":alert(1)", "://example.sa/%0aalert(1)", " :alert(1)", "\t:alert(1)",
            ":text/html,<script>alert(1)</script>",
            ":https://linkedin.com/company/x",
        ]
        return schemes.flatMap { scheme in forms.map { scheme + $0 } }
    }()

    @Test func `an address that is not of the web is refused in every field that becomes a link`() async throws {
        #expect(Self.hostileLinks.count == 60)
        for link in Self.hostileLinks {
            for field in ["website", "linkedinUrl"] {
                var company = Company()
                company.nameAr = "شركة"
                #expect(throws: InvalidFields.self, "\(field) \(link)") { try company.apply(RecordEdit([field: link])) }
            }
            #expect(!SafeLink.isWeb(link))
        }
    }

    @Test func `an odd value from elsewhere does not stop the edit of another field`() async throws {
        try await Self.with { platform, me in
            var company = Company()
            company.nameAr = "شركة أفق"
            company.website = "javascript:alert(1)"
            company.priority = "urgent"
            company.extra = ["legacyCode": 7]
            try await platform.store.insert(company)
            let edit = RecordEdit(["website": "javascript:alert(1)", "priority": "urgent", "city": "جدة"])
            let after = try await platform.companies.edit(company.id, edit, by: me)
            #expect(after.city == "جدة" && after.priority == "urgent" && after.extra["legacyCode"] == 7)
        }
    }

    @Test func `who comes second is told that the record has changed, and the first change stays`() async throws {
        try await Self.with { platform, me in
            let seen = try await platform.companies.create(RecordEdit(["nameAr": "شركة أفق"]), by: me)
            _ = try await platform.companies.edit(
                seen.id, RecordEdit(["city": "جدة"], expected: seen.updatedAt), by: me)
            await #expect(throws: StoreError.conflict(collection: "companies")) {
                try await platform.companies.edit(
                    seen.id, RecordEdit(["city": "الدمام"], expected: seen.updatedAt), by: me)
            }
            #expect(try await platform.companies.get(seen.id).city == "جدة")
        }
    }

    @Test func `every change is in the timeline with who, when, before and after`() async throws {
        try await Self.with { platform, me in
            let company = try await platform.companies.create(
                RecordEdit(["nameAr": "شركة أفق", "city": "الرياض"]), by: me)
            _ = try await platform.companies.edit(
                company.id, RecordEdit(["city": "جدة"], custom: ["السجل": "1010"]), by: me)
            _ = try await platform.companies.addNote("اتصلت اليوم\nوسيعاودون", to: company.id, by: me)
            let entries = try await platform.timeline.entries(of: .company(company.id))
            #expect(entries.map(\.type) == [.note, .updated, .system])
            #expect(
                entries[1].metadata?.object?["fields"] == [
                    "city": ["before": "الرياض", "after": "جدة"], "customFields.السجل": ["after": "1010"],
                ])
            #expect(
                entries[0].metadata?.object?["text"] == "اتصلت اليوم\nوسيعاودون" && entries[0].title == "اتصلت اليوم")
            #expect(Set(entries.compactMap(\.createdAt)).count == 3)
        }
    }

    @Test func `an edit that changes nothing writes nothing`() async throws {
        try await Self.with { platform, me in
            let company = try await platform.companies.create(
                RecordEdit(["nameAr": "شركة أفق", "city": "الرياض"]), by: me)
            #expect(try await platform.companies.edit(company.id, RecordEdit(["city": "الرياض"]), by: me) == company)
            #expect(try await platform.timeline.entries(of: .company(company.id)).count == 1)
        }
    }

    @Test func `an archived company leaves the list and comes back`() async throws {
        try await Self.with { platform, me in
            let company = try await platform.companies.create(RecordEdit(["nameAr": "شركة أفق"]), by: me)
            let archived = try await platform.companies.archive(company.id, by: me)
            #expect(archived.status == .archived && archived.archivedAt != nil)
            #expect(try await platform.store.count(Company.self, where: Companies.live) == 0)
            let restored = try await platform.companies.restore(company.id, by: me)
            #expect(restored.status == company.status && restored.archivedAt == nil)
            #expect(try await platform.store.count(Company.self, where: Companies.live) == 1)
            for status in ["active", "blacklisted"] {
                _ = try await platform.companies.edit(company.id, RecordEdit(["status": status]), by: me)
                _ = try await platform.companies.archive(company.id, by: me)
                #expect(try await platform.companies.restore(company.id, by: me).status.rawValue == status)
            }
        }
    }

    @Test func `the keys follow the name and the contact points, and keep the fingerprints of rows`() async throws {
        try await Self.with { platform, me in
            var company = try await platform.companies.create(RecordEdit(["nameAr": "شركة أفق البناء"]), by: me)
            _ = try await platform.store.update(
                Company.self, where: .id(company.id), Update().addToSet("matchKeys", ["r:abc"]))
            let point = try await platform.contactPoints.add(
                to: .company(company.id), RecordEdit(["contactType": "email", "contactValue": "info@ufuq.sa"]), by: me)
            company = try await platform.companies.edit(company.id, RecordEdit(["nameAr": "مصنع الرواد"]), by: me)
            #expect(company.matchKeys.contains("e:info@ufuq.sa") && company.matchKeys.contains("r:abc"))
            #expect(company.searchKeys.contains("رواد") && !company.searchKeys.contains("افق"))
            try await platform.contactPoints.remove(point.id, by: me)
            let after = try await platform.companies.get(company.id)
            #expect(!after.matchKeys.contains("e:info@ufuq.sa") && after.matchKeys.contains("r:abc"))
        }
    }
}

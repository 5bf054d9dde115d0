import Foundation
import Store
import StoreTesting
import Testing

@testable import Growth

@Suite struct SearchTests {
    @Test func `the whole name comes before its beginning, and that before its words, in whatever spelling`()
        async throws
    {
        try await Self.with { search in
            let titles = try await find(search, "الافق").map(\.title)
            #expect(titles == ["الأفق", "الأفق العالي للمقاولات", "سعد الأفق", "مصنع الأفق الحديث"])
            #expect(try await find(search, "الاف").count == 4)
        }
    }

    @Test func `an address, a part of a number and a domain find their company`() async throws {
        try await Self.with { search in
            for text in ["info@ofoq.sa", "0551234567", "٠٥٥١٢٣", "ofoq.sa"] {
                let titles = try await find(search, text).map(\.title)
                #expect(titles == ["الأفق"], "\(text)")
            }
        }
    }

    @Test(arguments: ["الاقق", "الآفقق", "لافق الحديث", "المقاولات العلي", "اﻷفق للمقولات"])
    func `a word with one letter wrong, missing, doubled or exchanged still finds its record`(_ text: String)
        async throws
    {
        try await Self.with { search in
            let hits = try await find(search, text)
            #expect(hits.contains { $0.title.contains("الأفق") }, "\(text)")
        }
    }

    @Test func `what was typed right comes before what is only near it`() async throws {
        try await Self.with { search in
            for name in ["النور", "النوز"] {
                var company = Company()
                company.nameAr = name
                company.refreshKeys(contacts: [])
                try await search.store.insert(company)
            }
            #expect(try await find(search, "النوز").map(\.title) == ["النوز", "النور"])
        }
    }

    @Test func `the oldest of many with the same word is found by its whole name`() async throws {
        try await Self.with { search in
            var all: [Company] = []
            for number in 0..<250 {
                var company = Company()
                company.nameAr = number == 0 ? "الواحة" : "الواحة \(number)"
                company.refreshKeys(contacts: [])
                all.append(company)
            }
            try await search.store.insert(all)
            #expect(try await find(search, "الواحه").first?.title == "الواحة")
        }
    }

    @Test func `a word that names begin with shows companies before the deals whose titles do`() async throws {
        try await Self.with { search in
            var company = Company()
            company.nameAr = "شركة الواحة الخضراء للتجارة"
            company.refreshKeys(contacts: [])
            try await search.store.insert(company)
            var opportunity = Opportunity()
            (opportunity.title, opportunity.createdAt) = ("شركة أ", ImportBench.now())
            try await search.store.insert(opportunity)
            #expect(try await find(search, "شركة").map(\.kind) == [.company, .opportunity])
        }
    }

    @Test func `deals and tasks are found by their titles and owners, other people's not by sales people`() async throws
    {
        try await Self.with { search in
            let store = search.store
            let (mine, others) = (Self.sales("Sara"), Self.sales("Omar"))
            let company = try #require(try await store.first(Company.self, where: .equals("nameAr", "الأفق")))
            var lead = Lead()
            lead.companyId = company.id
            lead.assignedTo = mine.id
            var opportunity = Opportunity()
            opportunity.title = "تجهيز مستودع جدة"
            opportunity.createdAt = ImportBench.now()
            opportunity.assignedTo = mine.id
            var task = WorkTask()
            task.title = "اتصال بمستودع جدة"
            task.createdAt = ImportBench.now()
            task.assignedTo = mine.id
            try await store.insert(lead)
            try await store.insert(opportunity)
            try await store.insert(task)
            for (user, isSeen) in [(mine, true), (others, false)] {
                let principal = Principal(user: user, origin: .link)
                let deals = try await search.find("الأفق", by: principal).contains { $0.kind == .lead }
                let titled = try await search.find("جده", by: principal).map(\.kind)
                #expect(deals == isSeen && titled == (isSeen ? [.opportunity, .task] : []))
            }
        }
    }

    @Test func `a deal that several hits lead to is found once`() async throws {
        try await Self.with { search in
            let store = search.store
            let company = try #require(try await store.first(Company.self, where: .equals("nameAr", "الأفق")))
            let person = try #require(try await store.first(Person.self, where: .equals("fullName", "سعد الأفق")))
            var lead = Lead()
            (lead.companyId, lead.personId) = (company.id, person.id)
            var opportunity = Opportunity()
            (opportunity.title, opportunity.createdAt) = ("توريد الأفق", ImportBench.now())
            (opportunity.companyId, opportunity.personId) = (company.id, person.id)
            try await store.insert(lead)
            try await store.insert(opportunity)
            let ids = try await find(search, "الأفق", limit: 50).map(\.id)
            #expect(ids.count == Set(ids).count)
            #expect(ids.contains(lead.id.raw) && ids.contains(opportunity.id.raw))
        }
    }

    @Test func `a note is found by its words and leads to its record`() async throws {
        try await Self.with { search in
            let company = try #require(try await search.store.first(Company.self, where: .equals("nameAr", "الأفق")))
            let timeline = Timeline(store: search.store, now: ImportBench.now)
            _ = try await timeline.addNote("يفضلون التواصل\nصباحا", to: .company(company.id), by: .console)
            let hit = try #require(try await find(search, "صباح").first)
            #expect(hit.kind == .activity && hit.subject == .company(company.id) && hit.title == "يفضلون التواصل")
        }
    }

    @Test func `archived records, empty texts and strange ones find nothing`() async throws {
        try await Self.with { search in
            for text in ["مؤرشفة", "", "   ", "!!!", "zzzz", "%_'\"\u{0}"] {
                let hits = try await find(search, text)
                #expect(hits == [], "\(text)")
            }
        }
    }

    @Test func `no more come than were asked for`() async throws {
        try await Self.with { search in
            let hits = try await find(search, "الأفق", limit: 2)
            #expect(hits.count == 2)
        }
    }

    @Test func `campaigns, segments, templates and mailboxes are found by name, each by those who may open it`()
        async throws
    {
        try await Self.with { search in
            let store = search.store
            var campaign = Campaign(), segment = Segment(), template = EmailTemplate(), old = EmailTemplate()
            var mailbox = Mailbox()
            (campaign.name, segment.name, template.name) = ("حملة إطلاق الواحة", "إطلاق الواحة", "عرض إطلاق الواحة")
            (template.status, old.name, old.status) = (.active, "إطلاق الواحة القديم", .archived)
            (mailbox.name, mailbox.email) = ("فريق إطلاق الواحة", "launch@anwal.example")
            try await store.insert(campaign)
            try await store.insert(segment)
            try await store.insert([template, old])
            try await store.insert(mailbox)
            let kinds = try await find(search, "اطلاق الواحه").map(\.kind)
            #expect(kinds.first == .segment && Set(kinds) == [.segment, .campaign, .template, .mailbox])
            #expect(try await find(search, "launch@anw").map(\.id) == [mailbox.id.raw])
            let seller = Self.sales("نورة")
            try await store.insert(seller)
            let seen = try await search.find("اطلاق", by: Principal(user: seller, origin: .link)).map(\.kind)
            #expect(Set(seen) == [.segment, .campaign, .template])
            #expect(try await search.find("launch@anwal.example", by: Principal(user: seller, origin: .link)).isEmpty)
        }
    }

    private func find(_ search: Search, _ text: String, limit: Int = 10) async throws -> [Search.Hit] {
        try await search.find(text, limit: limit, by: .console)
    }

    private static func sales(_ name: String) -> User {
        var user = User()
        user.name = name
        user.role = .sales
        return user
    }

    private static func with(_ body: (Search) async throws -> Void) async throws {
        try await ImportBench.with { bench in
            let store = bench.store
            for name in ["مصنع الأفق الحديث", "الأفق", "الأفق العالي للمقاولات", "شركة مؤرشفة"] {
                var company = Company()
                company.nameAr = name
                if name.hasSuffix("مؤرشفة") { company.archivedAt = ImportBench.now() }
                let points = name == "الأفق" ? ["info@ofoq.sa", "+966551234567"].map { point($0, company.id) } : []
                if name == "الأفق" { company.website = "https://ofoq.sa" }
                company.refreshKeys(contacts: points)
                try await store.insert(company)
                try await store.insert(points)
            }
            var person = Person()
            person.fullName = "سعد الأفق"
            person.refreshKeys()
            try await store.insert(person)
            try await body(Search(store: store, now: ImportBench.now))
        }
    }

    private static func point(_ value: String, _ company: EntityID<Company>) -> ContactPoint {
        var point = ContactPoint()
        point.entityType = .company
        point.entityId = company.raw
        point.companyId = company
        point.contactType = value.contains("@") ? .email : .mobile
        point.contactValue = value
        point.normalizedValue = value
        return point
    }
}

import Foundation
import Growth
import HTTPTypes
import HummingbirdTesting
import Store
import Testing

@testable import Web

/// Two people who edit one record at a time.
@Suite struct ContestedTests {
    /// A record of some kind, and two of its fields.
    struct Case: Sendable, CustomTestStringConvertible {
        let noun: String
        let page: String
        let one: String
        let other: String
        let make: @Sendable (Site) async throws -> ObjectID
        var testDescription: String { noun }
    }

    static let cases = [
        Case(noun: "companies", page: "companies", one: "city", other: "sector") { try await company($0).raw },
        Case(noun: "people", page: "people", one: "jobTitle", other: "department") { site in
            var person = Person()
            person.fullName = "سارة العتيبي"
            try await site.platform.store.insert(person)
            return person.id.raw
        },
        Case(noun: "contact_points", page: "contact-points", one: "notes", other: "consentSource") { site in
            var point = ContactPoint()
            (point.entityType, point.contactType) = (.company, .email)
            (point.entityId, point.contactValue) = (try await company(site).raw, "a@ufuq.sa")
            point.normalizedValue = "a@ufuq.sa"
            try await site.platform.store.insert(point)
            return point.id.raw
        },
        Case(noun: "leads", page: "leads", one: "serviceInterest", other: "notes") { site in
            var lead = Lead()
            lead.companyId = try await company(site)
            try await site.platform.store.insert(lead)
            return lead.id.raw
        },
        Case(noun: "opportunities", page: "opportunities", one: "title", other: "probability") { site in
            var deal = Opportunity()
            (deal.title, deal.companyId) = ("عقد", try await company(site))
            try await site.platform.store.insert(deal)
            return deal.id.raw
        },
    ]

    private static func company(_ site: Site) async throws -> EntityID<Company> {
        let company = CompanyRoutesTests.company("شركة أفق")
        try await site.platform.store.insert(company)
        return company.id
    }

    private static func values(_ field: String) -> [String] {
        field == "probability" ? ["21", "22", "23"] : ["الأول", "الثاني", "الثالث"]
    }

    @Test(arguments: cases) func `who types into other fields than somebody else keeps both`(_ one: Case) async throws {
        try await Site.with { site in
            let editor = try await site.browser(.manager)
            let (path, api) = try await paths(one, site)
            let (mine, theirs) = (Self.values(one.one)[0], Self.values(one.other)[0])
            var form = try await drawn(editor, path)
            try await change(editor, api, one.other, theirs)
            form[one.one] = mine
            let answer = try await editor.post(path, form.fields)
            #expect(answer.status == .seeOther && answer.headers[.location] != nil)
            let stored = try await editor.get(api).value().object
            #expect(Self.text(stored, one.one) == mine && Self.text(stored, one.other) == theirs)
        }
    }

    @Test(arguments: cases) func `two who write into one field see what is stored beside what was typed`(_ one: Case)
        async throws
    {
        try await Site.with { site in
            let editor = try await site.browser(.manager)
            let (path, api) = try await paths(one, site)
            let (mine, theirs) = (Self.values(one.one)[0], Self.values(one.one)[1])
            var form = try await drawn(editor, path)
            try await change(editor, api, one.one, theirs)
            try await change(editor, api, one.other, Self.values(one.other)[2])
            form[one.one] = mine
            let answer = try await editor.post(path, form.fields)
            #expect(answer.status == .conflict)
            let lines = answer.text.matches(of: #/<del [^>]*><bdi>([^<]*)<\/bdi><\/del><ins [^>]*><bdi>([^<]*)</#)
            #expect(lines.map { [String($0.1), String($0.2)] } == [[theirs, mine]])
            #expect(Self.text(try await editor.get(api).value().object, one.one) == theirs)
            let again = try #require(DrawnForm(answer.text, action: path))
            #expect(again[one.one] == mine && again[one.other] == Self.values(one.other)[2])
            #expect(try await editor.post(path, again.fields).status == .seeOther)
            let stored = try await editor.get(api).value().object
            #expect(Self.text(stored, one.one) == mine && Self.text(stored, one.other) == Self.values(one.other)[2])
        }
    }

    @Test func `custom fields keep their type unless somebody types, and two who write into one see both`()
        async throws
    {
        try await Site.with { site in
            let editor = try await site.browser(.manager)
            var company = CompanyRoutesTests.company("شركة أفق")
            company.customFields = ["Fleet": .int(12), "Note": "old", "Area": "a\nb"]
            try await site.platform.store.insert(company)
            let path = "/companies/\(company.id)"
            var (first, second) = (try await drawn(editor, path), try await drawn(editor, path))
            first["Note"] = "theirs"
            #expect(try await editor.post(path, first.fields).status == .seeOther)
            site.clock.advance(by: 5)
            second["Area"] = "c"
            #expect(try await editor.post(path, second.fields).status == .seeOther)
            second["Note"] = "mine"
            let answer = try await editor.post(path, second.fields)
            #expect(answer.status == .conflict && answer.text.contains(#"<bdi>theirs</bdi></del>"#))
            let stored = try await site.platform.companies.get(company.id).customFields
            #expect(stored == ["Fleet": .int(12), "Note": "theirs", "Area": "c"])
        }
    }

    @Test func `the company that was chosen for a person stays chosen when the form comes back`() async throws {
        try await Site.with { site in
            let editor = try await site.browser(.manager)
            let (old, new) = (try await Self.company(site), try await Self.company(site))
            var person = Person()
            (person.fullName, person.companyId) = ("سارة", old)
            try await site.platform.store.insert(person)
            let path = "/people/\(person.id)"
            var form = try await drawn(editor, path)
            form["companyId"] = new.description
            form["fullName"] = ""
            let answer = try await editor.post(path, form.fields)
            #expect(answer.status == .unprocessableContent)
            var again = try #require(DrawnForm(answer.text, action: path))
            #expect(again["companyId"] == new.description)
            again["fullName"] = "سارة"
            #expect(try await editor.post(path, again.fields).status == .seeOther)
            #expect(try await site.platform.people.get(person.id).companyId == new)
        }
    }

    @Test func `a record without the name that it needs cannot be saved without one`() async throws {
        try await Site.with { site in
            let editor = try await site.browser(.manager)
            var person = Person()
            person.fullName = ""
            try await site.platform.store.insert(person)
            var form = try await drawn(editor, "/people/\(person.id)")
            form["jobTitle"] = "مدير"
            #expect(try await editor.post("/people/\(person.id)", form.fields).status == .unprocessableContent)
        }
    }

    private func paths(_ one: Case, _ site: Site) async throws -> (page: String, api: String) {
        let id = try await one.make(site)
        return ("/\(one.page)/\(id)", "/api/\(one.noun)/\(id)")
    }

    private func drawn(_ editor: Browsing, _ path: String) async throws -> DrawnForm {
        try #require(DrawnForm(try await editor.get(path + "/edit").text, action: path))
    }

    private func change(_ editor: Browsing, _ api: String, _ field: String, _ value: String) async throws {
        editor.site.clock.advance(by: 5)
        let answer = try await editor.json(.patch, api, [field: .string(value)])
        #expect(answer.status == .ok, "\(answer.text)")
        editor.site.clock.advance(by: 5)
    }

    private static func text(_ document: Document?, _ field: String) -> String? {
        if field == "consentSource" { return document?["consent"]?.object?["source"]?.string }
        if let number = document?[field]?.double { return String(Int(number)) }
        return document?[field]?.string
    }
}

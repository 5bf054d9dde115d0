import Foundation
import Store
import Testing

@testable import Growth

@Suite struct PeopleTests {
    @Test func `a person's address and number are contact points too, and follow an edit`() async throws {
        try await CompaniesTests.with { platform, me in
            let company = try await platform.companies.create(RecordEdit(["nameAr": "شركة أفق"]), by: me)
            let person = try await platform.people.create(
                RecordEdit([
                    "fullName": "نورة العتيبي", "email": "Noura@Ufuq.sa", "mobile": "0501234567",
                    "companyId": company.id.description, "isDecisionMaker": "yes",
                ]), by: me)
            #expect(
                person.email == "noura@ufuq.sa" && person.mobile == "+966501234567"
                    && person.companyNameAr == "شركة أفق")
            _ = try await platform.people.edit(person.id, RecordEdit(["email": "n@ufuq.sa"]), by: me)
            let points = try await platform.people.contactPoints(of: person.id)
            #expect(points.map(\.normalizedValue) == ["n@ufuq.sa", "+966501234567"])
            #expect(points.allSatisfy { $0.companyId == company.id && $0.personId == person.id })
        }
    }

    @Test func `a contact point that goes takes the person's field along, and the next one steps in`() async throws {
        try await CompaniesTests.with { platform, me in
            let person = try await platform.people.create(
                RecordEdit(["fullName": "سعد", "email": "a@ufuq.sa"]), by: me)
            let second = try await platform.contactPoints.add(
                to: .person(person.id), RecordEdit(["contactType": "email", "contactValue": "b@ufuq.sa"]), by: me)
            let first = try await platform.people.contactPoints(of: person.id).first { $0.id != second.id }
            try await platform.contactPoints.remove(try #require(first).id, by: me)
            #expect(try await platform.people.get(person.id).email == "b@ufuq.sa")
            try await platform.contactPoints.remove(second.id, by: me)
            #expect(try await platform.people.get(person.id).email == nil)
        }
    }

    @Test(arguments: ["نورة", "نوره", "العتيبي", "عتيبي", "n@ufuq.sa", "0501234567"])
    func `a person is found by name, address and number`(text: String) async throws {
        try await CompaniesTests.with { platform, me in
            let person = try await platform.people.create(
                RecordEdit(["fullName": "نورة العتيبي", "email": "n@ufuq.sa", "mobile": "0501234567"]), by: me)
            _ = try await platform.people.create(RecordEdit(["fullName": "سعد القحطاني"]), by: me)
            let found = try await platform.store.find(Query<Person>(try await platform.people.matching(text)))
            #expect(found.map(\.id) == [person.id])
        }
    }

    @Test(arguments: [
        ("fullName", "", "required"), ("email", "noura@", "not_an_email"), ("mobile", "12", "not_a_phone"),
        ("linkedinUrl", "javascript:alert(1)//linkedin.com/in/x", "not_a_web_address"),
        ("seniorityLevel", "boss", "not_in_list"),
        ("companyId", "000000000000000000000000", "not_in_list"), ("matchKeys", "x", "not_writable"),
    ])
    func `a value that cannot stand is refused at its field`(field: String, value: String, code: String) async throws {
        try await CompaniesTests.with { platform, me in
            let person = try await platform.people.create(RecordEdit(["fullName": "سعد"]), by: me)
            do {
                _ = try await platform.people.edit(person.id, RecordEdit([field: value]), by: me)
                Issue.record("\(field) took \(value)")
            } catch let error as InvalidFields {
                #expect(error.problems.mapValues(\.code) == [field: code])
            }
        }
    }

    @Test func `archiving and restoring a person stand in the timeline`() async throws {
        try await CompaniesTests.with { platform, me in
            let person = try await platform.people.create(RecordEdit(["fullName": "سعد"]), by: me)
            #expect(try await platform.people.archive(person.id, by: me).archivedAt != nil)
            #expect(try await platform.people.restore(person.id, by: me).archivedAt == nil)
            let fields = try await platform.timeline.entries(of: .person(person.id)).compactMap {
                $0.metadata?.object?["fields"]
            }
            #expect(fields == [["archived": ["before": true]], ["archived": ["after": true]]])
        }
    }
}

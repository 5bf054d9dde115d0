import Foundation
import Store
import Testing

@testable import Growth

@Suite struct ContactPointsTests {
    @Test(arguments: [
        ("email", "Info@Ufuq.SA", "info@ufuq.sa"), ("mobile", "٠٥٠ ١٢٣ ٤٥٦٧", "+966501234567"),
        ("phone", "011 234 5678", "+966112345678"),
        ("whatsapp", "00966501234567", "+966501234567"), ("website", "http://www.Ufuq.sa/x/", "ufuq.sa"),
        ("linkedin", "linkedin.com/company/ufuq", "https://www.linkedin.com/company/ufuq"),
        ("other", "صندوق بريد ١٢", "صندوق بريد 12"),
    ])
    func `each kind has its normal form`(type: String, value: String, normalized: String) async throws {
        try await CompaniesTests.with { platform, me in
            let company = try await platform.companies.create(RecordEdit(["nameAr": "شركة"]), by: me)
            let point = try await platform.contactPoints.add(
                to: .company(company.id), RecordEdit(["contactType": type, "contactValue": value]), by: me)
            #expect(point.normalizedValue == normalized && point.companyId == company.id)
            await #expect(throws: InvalidFields(["contactValue": .alreadyListed])) {
                try await platform.contactPoints.add(
                    to: .company(company.id), RecordEdit(["contactType": type, "contactValue": value]), by: me)
            }
        }
    }

    @Test(arguments: [
        ("email", "info@"), ("mobile", "123"), ("phone", "call us"), ("website", "javascript:alert(1)"), ("email", ""),
        ("linkedin", "https://example.sa"), ("website", "data:text/html,x"),
    ])
    func `what is none of its kind is refused`(type: String, value: String) async throws {
        try await CompaniesTests.with { platform, me in
            let company = try await platform.companies.create(RecordEdit(["nameAr": "شركة"]), by: me)
            await #expect(throws: InvalidFields.self) {
                try await platform.contactPoints.add(
                    to: .company(company.id), RecordEdit(["contactType": type, "contactValue": value]), by: me)
            }
            #expect(try await platform.store.count(ContactPoint.self) == 0)
        }
    }

    @Test func `a number that becomes of another kind is held against the rules of that`() async throws {
        try await CompaniesTests.with { platform, me in
            let company = try await platform.companies.create(RecordEdit(["nameAr": "شركة"]), by: me)
            let point = try await platform.contactPoints.add(
                to: .company(company.id), RecordEdit(["contactType": "phone", "contactValue": "0501234567"]), by: me)
            await #expect(throws: InvalidFields.self) {
                try await platform.contactPoints.edit(point.id, RecordEdit(["contactType": "email"]), by: me)
            }
            let mobile = try await platform.contactPoints.edit(
                point.id, RecordEdit(["contactType": "mobile"]), by: me)
            #expect(mobile.contactType == .mobile && mobile.normalizedValue == "+966501234567")
        }
    }

    @Test func `what was removed comes back with its id and all that it said, once`() async throws {
        try await CompaniesTests.with { platform, me in
            let company = try await platform.companies.create(RecordEdit(["nameAr": "شركة أفق"]), by: me)
            let point = try await platform.contactPoints.add(
                to: .company(company.id),
                RecordEdit(["contactType": "email", "contactValue": "Info@ufuq.example", "notes": "صباحًا"]), by: me)
            let entry = try await platform.contactPoints.remove(point.id, by: me)
            #expect(try await platform.companies.contactPoints(of: company.id).isEmpty)
            for _ in 0..<2 {
                let back = try await platform.contactPoints.bringBack(entry.id, by: me)
                #expect(back.id == point.id && back.notes == "صباحًا" && back.contactValue == point.contactValue)
            }
            #expect(try await platform.companies.contactPoints(of: company.id).count == 1)
            #expect(try await platform.store.count(Company.self, where: Companies.withEmail) == 1)
            let other = try await platform.timeline.addNote("x", to: .company(company.id), by: me)
            await #expect(throws: RecordError.notFound) { try await platform.contactPoints.bringBack(other.id, by: me) }
        }
    }

    @Test func `one contact point of a kind is primary`() async throws {
        try await CompaniesTests.with { platform, me in
            let company = try await platform.companies.create(RecordEdit(["nameAr": "شركة"]), by: me)
            var ids: [EntityID<ContactPoint>] = []
            for value in ["a@ufuq.sa", "b@ufuq.sa"] {
                ids.append(
                    try await platform.contactPoints.add(
                        to: .company(company.id),
                        RecordEdit(["contactType": "email", "contactValue": value, "isPrimary": "true"]), by: me
                    ).id)
            }
            let points = try await platform.companies.contactPoints(of: company.id)
            #expect(points.map(\.id) == [ids[1], ids[0]] && points.map(\.isPrimary) == [true, nil])
        }
    }

    @Test func `consent says what was agreed to, on which ground and since when`() async throws {
        try await CompaniesTests.with { platform, me in
            let company = try await platform.companies.create(RecordEdit(["nameAr": "شركة"]), by: me)
            let point = try await platform.contactPoints.add(
                to: .company(company.id), RecordEdit(["contactType": "email", "contactValue": "a@ufuq.sa"]), by: me)
            let consented = try await platform.contactPoints.edit(
                point.id,
                RecordEdit(["consentStatus": "given", "consentBasis": "contract", "consentSource": "معرض 2026"]), by: me
            )
            #expect(
                consented.consent?.status == "given" && consented.consent?.source == "معرض 2026"
                    && consented.consent?.at != nil)
            await #expect(throws: InvalidFields(["consentStatus": .notInList])) {
                try await platform.contactPoints.edit(point.id, RecordEdit(["consentStatus": "perhaps"]), by: me)
            }
        }
    }

    @Test func `an invalid address finds its company no more until it is valid again`() async throws {
        try await CompaniesTests.with { platform, me in
            let company = try await platform.companies.create(RecordEdit(["nameAr": "شركة"]), by: me)
            let point = try await platform.contactPoints.add(
                to: .company(company.id), RecordEdit(["contactType": "email", "contactValue": "a@ufuq.sa"]), by: me)
            let invalid = try await platform.contactPoints.markInvalid(point.id, reason: "bounce", by: me)
            #expect(invalid.invalidAt != nil && invalid.invalidReason == "bounce")
            #expect(try await platform.companies.get(company.id).matchKeys.contains("e:a@ufuq.sa") == false)
            let valid = try await platform.contactPoints.markValid(point.id, by: me)
            #expect(valid.invalidAt == nil && valid.invalidReason == nil)
            #expect(try await platform.companies.get(company.id).matchKeys.contains("e:a@ufuq.sa"))
        }
    }
}

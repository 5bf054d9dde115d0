import Foundation
import Growth
import HTTPTypes
import HummingbirdTesting
import Store
import Testing

@testable import Web

/// Fields that nobody may set by sending them, on every route that takes some (quality W-10).
@Suite struct MassAssignmentTests {
    private static let canary = "canary7planted"
    private static let forbidden = [
        "role", "status", "ownerId", "assignedTo", "createdBy", "userId", "passwordHash", "totpSecretEncrypted",
        "smtpPasswordEncrypted", "_id", "createdAt", "accountId", "keyHash", "tokenHash", "importLogId", "mergedInto",
        "secretSalt", "extra", "lastLoginAt", "inviteTokenHash",
    ]

    /// A record of each kind, so that a route has something to write to.
    private static func ids(_ site: Site) async throws -> [String: ObjectID] {
        var company = Company()
        company.nameAr = "شركة أفق"
        var person = Person()
        (person.fullName, person.companyId) = ("نورة سعد", company.id)
        var point = ContactPoint()
        (point.entityId, point.companyId, point.contactType) = (company.id.raw, company.id, .email)
        (point.contactValue, point.normalizedValue) = ("info@ufuq.example", "info@ufuq.example")
        var lead = Lead()
        lead.companyId = company.id
        var opportunity = Opportunity()
        (opportunity.title, opportunity.companyId) = ("عرض", company.id)
        var task = WorkTask()
        task.title = "اتصال"
        let user = try await site.person(.viewer, "Sami")
        let store = site.platform.store
        try await store.insert(company)
        try await store.insert(person)
        try await store.insert(point)
        try await store.insert(lead)
        try await store.insert(opportunity)
        try await store.insert(task)
        return [
            "companies": company.id.raw, "people": person.id.raw, "contact_points": point.id.raw,
            "contact-points": point.id.raw, "leads": lead.id.raw, "opportunities": opportunity.id.raw,
            "tasks": task.id.raw, "users": user.id.raw,
        ]
    }

    @Test func `a planted field takes no effect on any route`() async throws {
        try await Site.with { site in
            let ids = try await Self.ids(site)
            let admin = try await site.person(.admin)
            for endpoint in Web.Router.endpoints where endpoint.changesState {
                let noun = endpoint.path.split(separator: "/").first { $0 != "api" }.map(String.init) ?? ""
                let path = filled(endpoint.path.replacing("{id}", with: ids[noun]?.description ?? "{id}"))
                let browsing = try await site.browser(admin)
                for field in Self.forbidden {
                    let response: TestResponse
                    switch endpoint.input {
                    case .json, .nothing:
                        var body = endpoint.sampleBody
                        body[field] = .string(Self.canary)
                        response = try await browsing.json(endpoint.method, path, .object(body))
                    case .form: response = try await browsing.post(path, [(field, Self.canary)])
                    case .upload: continue
                    }
                    #expect(response.status.code < 500, "\(endpoint.method) \(endpoint.path) \(field)")
                }
                let stored = try await site.everything()
                #expect(!stored.contains(Self.canary), "\(endpoint.method) \(endpoint.path)")
                site.clock.advance(by: 61)
            }
        }
    }
}

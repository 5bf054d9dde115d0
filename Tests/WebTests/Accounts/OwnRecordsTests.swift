import Foundation
import Growth
import HTTPTypes
import HummingbirdTesting
import Store
import Testing

@testable import Web

/// Sales people and the records of their colleagues: held to the route table, so that every new route is tried
/// (quality W-9).
@Suite struct OwnRecordsTests {
    /// What is looked for, and beside it what nobody asked with.
    private static let word = "canary7foreign", canary = "hidden8mark"
    private static let title = "\(word) \(canary)"

    /// A colleague's lead, opportunity and task, and what the paths of their routes begin with.
    private static func fill(_ site: Site) async throws -> [String: ObjectID] {
        let colleague = try await site.person(.sales, "Sami")
        var company = Company()
        company.nameAr = "شركة أفق"
        var lead = Lead()
        (lead.assignedTo, lead.companyId, lead.notes) = (colleague.id, company.id, title)
        lead.serviceInterest = title
        var opportunity = Opportunity()
        (opportunity.assignedTo, opportunity.title, opportunity.companyId) = (colleague.id, title, company.id)
        var task = WorkTask()
        (task.assignedTo, task.createdBy, task.title) = (colleague.id, colleague.id, title)
        task.dueAt = site.clock.now
        (task.relatedEntityType, task.relatedEntityId) = ("company", company.id.raw)
        var entry = Activity()
        (entry.entityType, entry.entityId, entry.title, entry.type) = ("lead", lead.id.raw, title, .note)
        entry.metadata = ["text": .string(title)]
        try await site.platform.store.insert(company)
        try await site.platform.store.insert(lead)
        try await site.platform.store.insert(opportunity)
        try await site.platform.store.insert(task)
        try await site.platform.store.insert(entry)
        return [
            "leads": lead.id.raw, "opportunities": opportunity.id.raw, "tasks": task.id.raw,
            "companies": company.id.raw,
        ]
    }

    private static func noun(_ endpoint: Endpoint) -> String {
        endpoint.path.split(separator: "/").first { $0 != "api" }.map(String.init) ?? ""
    }

    @Test func `a colleague's lead, opportunity or task is not found on any route, and nothing changes`() async throws {
        try await Site.with { site in
            let ids = try await Self.fill(site)
            let sales = try await site.browser(.sales)
            var tried = 0
            for endpoint in Web.Router.endpoints where endpoint.path.contains("{id}") {
                guard let id = ids[Self.noun(endpoint)], Self.noun(endpoint) != "companies" else { continue }
                let path = filled(endpoint.path.replacing("{id}", with: id.description))
                let before = try await site.everything()
                let response = try await Self.call(endpoint, path, sales)
                // What the body alone is refused for says nothing of the record: the answer is that of an id of nothing.
                let nothing = try await Self.call(endpoint, filled(endpoint.path), sales)
                let isAboutInput = response.status == .unprocessableContent || response.status == .badRequest
                let isAsNothing = isAboutInput && response.text == nothing.text
                let isRefused = response.status == .notFound || response.status == .forbidden || isAsNothing
                #expect(isRefused, "\(endpoint.method) \(endpoint.path): \(response.status)")
                #expect(!response.text.contains(Self.canary), "\(endpoint.path)")
                #expect(try await site.everything() == before, "\(endpoint.path)")
                tried += 1
            }
            // As long as the nouns have no routes there is nothing to hold.
            #expect(tried > 0 || !Web.Router.endpoints.contains { Self.noun($0) == "leads" })
        }
    }

    @Test func `no list, count, search, board, report or timeline tells of them`() async throws {
        try await Site.with { site in
            let ids = try await Self.fill(site)
            let sales = try await site.browser(.sales)
            let manager = try await site.browser(.manager)
            var isSeenByManager = false
            for endpoint in Web.Router.endpoints where endpoint.method == .get {
                if case .events = endpoint.output { continue }
                let id = ids[Self.noun(endpoint)].map(\.description)
                if endpoint.path.contains("{id}") && Self.noun(endpoint) != "companies" { continue }
                let path = filled(endpoint.path.replacing("{id}", with: id ?? "{id}"))
                let takesText = endpoint.query.contains { $0.name == "q" }
                for query in takesText ? ["", "?q=\(Self.word)"] : [""] {
                    #expect(try await !sales.get(path + query).text.contains(Self.canary), "\(path)\(query)")
                    isSeenByManager = try await manager.get(path).text.contains(Self.canary) || isSeenByManager
                }
                site.clock.advance(by: 1)
            }
            let hasRoutes = Web.Router.endpoints.contains { $0.path == "/api/leads" }
            #expect(isSeenByManager || !hasRoutes, "the records are there for who may see them")
        }
    }

    private static func call(_ endpoint: Endpoint, _ path: String, _ browsing: Browsing) async throws -> TestResponse {
        guard endpoint.changesState else { return try await browsing.get(path) }
        switch endpoint.input {
        case .form: return try await browsing.post(path)
        case .upload: return try await browsing.json(endpoint.method, path)
        case .json, .nothing:
            return try await browsing.json(endpoint.method, path, .object(endpoint.sampleBody))
        }
    }
}

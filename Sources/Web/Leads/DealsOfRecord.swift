import Foundation
import Growth
import Store

/// The leads and opportunities of a company or a person, for the partial `leads/of-record` on its page.
enum DealsOfRecord {
    /// The latest of each; the lists have the rest.
    private static let most = 5

    static func data(company id: EntityID<Company>, _ visit: MemberVisit) async throws -> PageData {
        try await data("companyId", id.raw, visit)
    }

    static func data(person id: EntityID<Person>, _ visit: MemberVisit) async throws -> PageData {
        try await data("personId", id.raw, visit)
    }

    private static func data(_ field: String, _ id: ObjectID, _ visit: MemberVisit) async throws -> PageData {
        let own = Filter.equals(field, .id(id)), store = visit.platform.store
        let leads = try await store.find(
            Query<Lead>(
                own && Leads.visible(to: visit.principal), sort: [.descending("createdAt")], limit: most + 1))
        let deals = try await store.find(
            Query<Opportunity>(
                own && visit.principal.ownRecords, sort: [.descending("createdAt")], limit: most + 1))
        return [
            "leads": leads.prefix(most).map { line($0, visit) }, "hasLeads": !leads.isEmpty,
            "hasMoreLeads": leads.count > most, "allLeads": "/leads?filter%5B\(field)%5D=\(id)",
            "opportunities": deals.prefix(most).map { line($0, visit) }, "hasOpportunities": !deals.isEmpty,
            "hasMoreOpportunities": deals.count > most, "mayEdit": visit.may(.editRecords),
            "allOpportunities": "/opportunities/list?filter%5B\(field)%5D=\(id)", "query": "\(field)=\(id)",
        ]
    }

    private static func line(_ lead: Lead, _ visit: MemberVisit) -> PageData {
        [
            "path": "/leads/\(lead.id)",
            "name": lead.serviceInterest ?? lead.createdAt.map(visit.formats.date) ?? lead.id.description,
            "status": RecordWords.label(visit, .leads, "status", lead.status.rawValue),
            "sign": LeadPages.sign(lead.status), "hasScore": lead.leadScore != nil,
            "score": lead.leadScore.map { visit.formats.number($0) } ?? "",
        ]
    }

    private static func line(_ one: Opportunity, _ visit: MemberVisit) -> PageData {
        [
            "path": "/opportunities/\(one.id)", "name": one.title,
            "status": RecordWords.label(visit, .opportunities, "stage", one.stage.rawValue),
            "sign": OpportunityPages.sign(one.stage), "hasAmount": one.valueEstimate != nil,
            "amount": one.valueEstimate.map { DealWords.money($0, visit) } ?? "",
        ]
    }
}

import Foundation
import Store

/// Who makes use of a template, and taking it away when nobody does.
extension Templates {
    /// What goes out with a template.
    public struct Uses: Sendable {
        /// The youngest first, fifty at most.
        public var campaigns: [Campaign]
        public var sequences: [MailSequence]

        public var isEmpty: Bool { campaigns.isEmpty && sequences.isEmpty }
        var names: [String] { campaigns.map(\.name) + sequences.map(\.name) }
    }

    public func uses(of id: EntityID<EmailTemplate>) async throws -> Uses {
        let campaigns = try await store.find(
            Query<Campaign>(.equals("templateId", Value(id)), sort: [.descending("_id")], limit: 50))
        let sequences = try await store.find(Query<MailSequence>(limit: 1_000))
        return Uses(
            campaigns: campaigns,
            sequences: sequences.filter { $0.steps.contains { $0.templateId == id } }.sorted { $0.name < $1.name })
    }

    /// Returns the entry of the audit log with which it can be brought back. Throws `TemplateError.inUse`.
    public func delete(_ id: EntityID<EmailTemplate>, by principal: Principal) async throws -> AuditLog {
        let template = try await get(id)
        let uses = try await uses(of: id)
        guard uses.isEmpty else { throw TemplateError.inUse(uses.names) }
        return try await audit.delete(template, "template_deleted", keptAs: "template", by: principal)
    }

    /// Only for whoever deleted it.
    public func bringBack(_ entry: EntityID<AuditLog>, by principal: Principal) async throws -> EmailTemplate {
        try await audit.bringBack(
            entry, deletedBy: "template_deleted", keptAs: "template", telling: "template_created", by: principal)
    }
}

import Foundation
import Store

/// Who makes use of a template, and taking it away when nobody does.
extension Templates {
    /// The names of the campaigns and follow-ups that go out with it, the youngest first.
    public func uses(of id: EntityID<EmailTemplate>) async throws -> [String] {
        let campaigns = try await store.find(
            Query<Campaign>(.equals("templateId", Value(id)), sort: [.descending("_id")], limit: 50))
        let sequences = try await store.find(Query<MailSequence>(limit: 1_000))
        return campaigns.map(\.name)
            + sequences.filter { $0.steps.contains { $0.templateId == id } }.map(\.name).sorted()
    }

    /// Returns the entry of the audit log with which it can be brought back. Throws `TemplateError.inUse`.
    public func delete(_ id: EntityID<EmailTemplate>, by principal: Principal) async throws -> AuditLog {
        let template = try await get(id)
        let uses = try await uses(of: id)
        guard uses.isEmpty else { throw TemplateError.inUse(uses) }
        return try await audit.delete(template, "template_deleted", keptAs: "template", by: principal)
    }

    /// Only for whoever deleted it.
    public func bringBack(_ entry: EntityID<AuditLog>, by principal: Principal) async throws -> EmailTemplate {
        try await audit.bringBack(
            entry, deletedBy: "template_deleted", keptAs: "template", telling: "template_created", by: principal)
    }
}

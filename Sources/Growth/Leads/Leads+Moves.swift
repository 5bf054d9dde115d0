import Foundation
import Store

/// The verbs of a lead's life.
extension Leads {
    /// - Parameter reason: why, where the status asks for one (`Lead.Status.needsReason`).
    /// Throws `LeadError.notPossible` for a status that does not follow.
    public func move(
        _ id: EntityID<Lead>, to status: Lead.Status, reason: String? = nil, expected: Date? = nil,
        by principal: Principal
    ) async throws -> Lead {
        let original = try await own(id, by: principal, expected: expected)
        if original.status == status { return original }
        var reader = FieldReader()
        if !status.isKnown { reader.refuse("status", .notInList) }
        let why = reader.line(reason, "reason", required: status.needsReason, limit: FieldReader.textLimit)
        try reader.throwIfAny()
        var lead = original
        try lead.move(to: status)
        let told: Document = why.map { ["reason": ChangedFields.change(nil, .string($0))] } ?? Document()
        return try await save(lead, original, told, by: principal)
    }

    /// Back to what it was before it was closed.
    public func reopen(_ id: EntityID<Lead>, by principal: Principal) async throws -> Lead {
        let original = try await own(id, by: principal)
        if original.isOpen { return original }
        var lead = original
        try lead.reopen(as: try await statusBefore(original) ?? .contacted)
        return try await save(lead, original, by: principal)
    }

    /// What the timeline says that it was before it became what it is; `nil` when it does not say, or when that was
    /// not open.
    func statusBefore(_ lead: Lead) async throws -> Lead.Status? {
        let changes = Timeline.filter(of: .lead(lead.id)) && .equals("type", Value(Activity.Kind.updated))
        for activity in try await store.find(Query<Activity>(changes, sort: Timeline.order, limit: 100)) {
            let change = activity.metadata?.object?["fields"]?.object?["status"]?.object
            guard change?["after"]?.string == lead.status.rawValue, let before = change?["before"]?.string else {
                continue
            }
            let status = Lead.Status(rawValue: before)
            return status.isOpen ? status : nil
        }
        return nil
    }

    // MARK: Whose it is

    /// Gives a lead to somebody who may own leads, or with `.nobody` puts it back among the free ones; whoever gets it
    /// is told.
    public func assign(
        _ id: EntityID<Lead>, to assignment: LeadAssignment, expected: Date? = nil, by principal: Principal
    ) async throws -> Lead {
        let original = try await own(id, by: principal, expected: expected)
        let owner: User? =
            switch assignment {
            case .nobody: nil
            case .user(let user): try await assignable(user)
            case .turn: try await turns.next()
            }
        return try await give(original, to: owner, by: principal)
    }

    /// Takes a lead that is nobody's. Throws `LeadError.alreadyTaken` when somebody was quicker.
    public func take(_ id: EntityID<Lead>, by principal: Principal) async throws -> Lead {
        let original = try await get(id, by: principal)
        guard let me = principal.userId else { throw InvalidFields(["assignedTo": .notInList]) }
        if original.assignedTo == me { return original }
        guard original.assignedTo == nil, original.isOpen else { throw LeadError.alreadyTaken }
        do {
            return try await give(original, to: try await assignable(me), by: principal)
        } catch StoreError.conflict {
            guard try await store.get(id)?.assignedTo != nil else {
                throw StoreError.conflict(collection: Lead.collection)
            }
            throw LeadError.alreadyTaken
        }
    }

    private func give(_ original: Lead, to owner: User?, by principal: Principal) async throws -> Lead {
        if original.assignedTo == owner?.id { return original }
        let before = if let id = original.assignedTo { try await store.get(id)?.name } else { String?.none }
        var lead = original
        lead.assignedTo = owner?.id
        let name = try await subject(of: lead).name ?? ""
        let change = ChangedFields.change(before.map(Value.string), (owner?.name).map(Value.string))
        let notice = told(owner, of: lead, name, by: principal)
        return try await save(lead, original, ["assignedTo": change], by: principal) { writes in
            writes.insert([notice].compactMap { $0 })
        }
    }
}

import Foundation
import Store

extension Leads {
    var bulk: BulkKind<Lead> {
        BulkKind(
            verbs: [.assign, .move], settable: [], journaled: ["assignedTo", "status"], sees: Self.visible,
            name: { $0.serviceInterest ?? $0.id.description },
            change: { original, order, principal, _ in
                var lead = original
                if let me = principal.ownRecordsOf, original.assignedTo != me {
                    // One that is nobody's is taken first.
                    guard order.verb == .assign, order.value == me.description else {
                        throw InvalidFields(["assignedTo": .notPossible])
                    }
                }
                if order.verb == .assign {
                    lead.assignedTo = order.value.flatMap { EntityID($0) }
                } else {
                    let status = Lead.Status(rawValue: order.value ?? "")
                    guard status.isKnown else { throw InvalidFields(["value": .notInList]) }
                    if lead.status == status { return lead }
                    if status.needsReason, (order.reason ?? "").isEmpty { throw InvalidFields(["reason": .required]) }
                    try lead.move(to: status)
                }
                return lead
            },
            perform: { original, changed, order, principal in
                if let me = principal.ownRecordsOf, original.assignedTo != me {
                    _ = try await self.take(original.id, by: principal)
                } else if order.verb == .assign {
                    _ = try await self.assign(
                        original.id, to: changed.assignedTo.map { .user($0) } ?? .nobody, expected: original.updatedAt,
                        by: principal)
                } else {
                    _ = try await self.move(
                        original.id, to: changed.status, reason: order.reason, expected: original.updatedAt,
                        by: principal)
                }
            },
            revert: { current, restored, _, principal in
                var told = Document()
                if current.assignedTo != restored.assignedTo {
                    let people = try await self.store.get([current.assignedTo, restored.assignedTo].compactMap { $0 })
                    told["assignedTo"] = ChangedFields.change(
                        current.assignedTo.flatMap { people[$0] }.map { .string($0.name) },
                        restored.assignedTo.flatMap { people[$0] }.map { .string($0.name) })
                }
                _ = try await self.save(restored, current, told, by: principal)
            })
    }
}

extension Opportunities {
    var bulk: BulkKind<Opportunity> {
        BulkKind(
            verbs: [.assign, .move], settable: [], journaled: ["assignedTo", "stage"], sees: { $0.ownRecords },
            name: { $0.title },
            change: { original, order, _, now in
                var opportunity = original
                if order.verb == .assign {
                    opportunity.assignedTo = order.value.flatMap { EntityID($0) }
                } else {
                    let stage = Opportunity.Stage(rawValue: order.value ?? "")
                    guard stage.isKnown else { throw InvalidFields(["value": .notInList]) }
                    if opportunity.stage == stage { return opportunity }
                    if stage == .lost, (order.reason ?? "").isEmpty { throw InvalidFields(["reason": .required]) }
                    opportunity.move(to: stage, reason: order.reason, at: now, by: nil)
                }
                return opportunity
            },
            perform: { original, changed, order, principal in
                if order.verb == .assign {
                    _ = try await self.assign(original, to: changed.assignedTo, by: principal)
                } else {
                    try await self.move(
                        original.id, Move(to: changed.stage, from: original.stage, lostReason: order.reason),
                        by: principal)
                }
            },
            revert: { current, restored, undone, principal in
                if undone.order.verb == .assign {
                    // Whoever gave it away does not see it any more.
                    _ = try await self.assign(current, to: restored.assignedTo, by: principal)
                } else {
                    _ = try await self.undoMove(undone.entry, by: principal)
                }
            })
    }
}

extension Tasks {
    var bulk: BulkKind<WorkTask> {
        BulkKind(
            verbs: [.assign, .complete], settable: [], journaled: ["assignedTo", "status"], sees: { $0.ownTasks },
            name: { $0.title },
            change: { original, order, _, _ in
                var task = original
                if order.verb == .assign {
                    guard let user = order.value.flatMap({ EntityID<User>($0) }) else {
                        throw InvalidFields(["value": .required])
                    }
                    if task.assignedTo == user { return task }
                    guard task.isOpen else { throw TaskError.closed }
                    task.assignedTo = user
                } else {
                    if task.status == .completed { return task }
                    guard task.isOpen else { throw TaskError.closed }
                    task.status = .completed
                }
                return task
            },
            perform: { original, changed, order, principal in
                if order.verb == .assign, let user = changed.assignedTo {
                    _ = try await self.assign(original.id, to: user, by: principal)
                } else {
                    // Once: a second try is a turn of its own, with a journal of its own.
                    _ = try await self.completeOnce(original.id, by: principal)
                }
            },
            revert: { current, restored, undone, principal in
                if undone.order.verb == .assign {
                    _ = try await self.save(restored, current, by: principal)
                } else {
                    _ = try await self.reopen(current.id, by: principal)
                }
            })
    }
}

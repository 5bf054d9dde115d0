import Foundation
import Store

/// From stage to stage, and back.
extension Opportunities {
    /// A move as somebody asks for it.
    public struct Move: Sendable {
        public var stage: Opportunity.Stage
        /// Where the mover saw it; `nil` asks for no such check.
        public var from: Opportunity.Stage?
        public var lostReason: String?
        /// A day; only of a postponed one.
        public var until: String?

        public init(
            to stage: Opportunity.Stage, from: Opportunity.Stage? = nil, lostReason: String? = nil,
            until: String? = nil
        ) {
            self.stage = stage
            self.from = from
            self.lostReason = lostReason
            self.until = until
        }
    }

    /// Throws `OpportunityError.movedMeanwhile` when it is not where the mover saw it, and `InvalidFields` for a loss
    /// without a reason. The entry of the timeline is what `undoMove` takes back; `nil` when it was there already.
    @discardableResult
    public func move(
        _ id: EntityID<Opportunity>, _ move: Move, expected: Date? = nil, by principal: Principal
    ) async throws -> (opportunity: Opportunity, entry: EntityID<Activity>?) {
        let original = try await get(id, by: principal, expected: expected)
        if let from = move.from, from != original.stage { throw OpportunityError.movedMeanwhile(to: original.stage) }
        var reader = FieldReader()
        if !move.stage.isKnown { reader.refuse("stage", .notInList) }
        let reason = reader.line(move.lostReason, "lostReason", required: move.stage == .lost)
        let until = move.stage == .postponed ? reader.day(move.until, "until") : nil
        try reader.throwIfAny()
        if move.stage == original.stage { return (original, nil) }
        var opportunity = original
        opportunity.move(to: move.stage, reason: reason, until: until, at: now(), by: principal.userId)
        return try await save(opportunity, movedFrom: original, by: principal)
    }

    /// Opens a won or lost one again, in the stage that it was closed from.
    @discardableResult
    public func reopen(
        _ id: EntityID<Opportunity>, by principal: Principal
    ) async throws -> (opportunity: Opportunity, entry: EntityID<Activity>?) {
        let original = try await get(id, by: principal)
        guard original.isClosed else { throw OpportunityError.notClosed }
        var opportunity = original
        opportunity.move(to: original.stageBeforeClosing, at: now(), by: principal.userId)
        return try await save(opportunity, movedFrom: original, by: principal)
    }

    /// Takes back the move that an entry of the timeline tells of, as if it had not been. Throws
    /// `OpportunityError.tooLateToUndo` when anything has happened to the opportunity since.
    public func undoMove(_ entry: EntityID<Activity>, by principal: Principal) async throws -> Opportunity {
        guard let activity = try await store.get(entry), activity.type == "stage_changed",
            activity.entityType == "opportunity", let subject = activity.entityId,
            let before = activity.metadata?.object?["before"]?.object
        else { throw RecordError.notFound }
        let original = try await get(EntityID(subject), by: principal)
        guard original.updatedAt?.milliseconds == activity.metadata?.object?["at"]?.date?.milliseconds,
            let last = original.stageHistory.last, let stage = last.from
        else { throw OpportunityError.tooLateToUndo }
        var opportunity = original
        opportunity.stageHistory.removeLast()
        opportunity.stage = stage
        opportunity.restore(before)
        var writes = Writes()
        do {
            try writes.save(opportunity, original: original)
            writes.insert(moved(opportunity, from: original, "undone", by: principal))
            try await store.commit(writes)
        } catch StoreError.conflict {
            throw OpportunityError.tooLateToUndo
        }
        return try await stored(opportunity.id)
    }

    private func save(
        _ changed: Opportunity, movedFrom original: Opportunity, by principal: Principal
    ) async throws -> (opportunity: Opportunity, entry: EntityID<Activity>?) {
        var opportunity = changed
        // Set here rather than by the store, so that the entry can say which state it made.
        let at = max(now(), (original.updatedAt ?? .distantPast).addingTimeInterval(0.001))
        opportunity.updatedAt = Date(milliseconds: at.milliseconds)
        var entries = moved(opportunity, from: original, nil, by: principal)
        entries[0].metadata = .object(entries[0].metadata?.object.map { with($0, original, opportunity) } ?? [:])
        var writes = Writes()
        do {
            try writes.save(opportunity, original: original)
            writes.insert(entries)
            writes.insert([notice(opportunity, from: original.stage, by: principal)].compactMap { $0 })
            try await store.commit(writes)
        } catch StoreError.conflict {
            let there = try await get(original.id, by: principal)
            if there.stage == original.stage { throw StoreError.conflict(collection: Opportunity.collection) }
            throw OpportunityError.movedMeanwhile(to: there.stage)
        }
        return (try await stored(opportunity.id), entries[0].id)
    }

    /// What undoing needs to know.
    private func with(_ metadata: Document, _ original: Opportunity, _ opportunity: Opportunity) -> Document {
        var metadata = metadata
        metadata["before"] = .object(original.closing)
        metadata["at"] = opportunity.updatedAt.map(Value.date) ?? .null
        return metadata
    }

    /// The entries in the timelines of the opportunity, first, and of whom it is about.
    private func moved(
        _ opportunity: Opportunity, from original: Opportunity, _ action: String?, by principal: Principal
    ) -> [Activity] {
        var fields: Document = ["stage": ChangedFields.change(Value(original.stage), Value(opportunity.stage))]
        if let reason = opportunity.lostReason { fields["lostReason"] = ChangedFields.change(nil, .string(reason)) }
        var metadata: Document = [
            "opportunityId": Value(opportunity.id), "title": .string(opportunity.title), "from": Value(original.stage),
            "to": Value(opportunity.stage), "fields": .object(fields),
        ]
        if let action { metadata["action"] = .string(action) }
        return subjects(of: opportunity).map {
            timeline.entry("stage_changed", "Stage changed: \(opportunity.title)", metadata, of: $0, by: principal)
        }
    }
}

extension Opportunity {
    /// What a move changes beside the stage.
    fileprivate var closing: Document {
        var document = Document()
        if let probability { document["probability"] = .double(probability) }
        if let wonAt { document["wonAt"] = .date(wonAt) }
        if let lostAt { document["lostAt"] = .date(lostAt) }
        if let lostReason { document["lostReason"] = .string(lostReason) }
        if let expectedCloseDate { document["expectedCloseDate"] = .date(expectedCloseDate) }
        return document
    }

    fileprivate mutating func restore(_ closing: Document) {
        probability = closing["probability"]?.double
        wonAt = closing["wonAt"]?.date
        lostAt = closing["lostAt"]?.date
        lostReason = closing["lostReason"]?.string
        expectedCloseDate = closing["expectedCloseDate"]?.date
    }
}

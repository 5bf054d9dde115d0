import Foundation
import Store

extension Reports {
    func pipeline(_ view: View) async throws -> Report {
        var tally = Tally([.opportunities, .value, .weighted], keys: Opportunity.Stage.open.map(\.rawValue))
        let read: Set = ["stage", "valueEstimate", "probability"]
        try await each(Opportunity.self, view.records && Opportunities.open, fields: read) { opportunity in
            let stage = opportunity.stage.rawValue
            tally.add(.opportunities, to: stage)
            tally.add(.value, opportunity.valueEstimate ?? 0, to: stage)
            tally.add(.weighted, opportunity.weightedValue, to: stage)
        }
        return tally.report(.pipeline)
    }

    /// The last twelve months, the current one last.
    func outcomes(_ view: View) async throws -> Report {
        let months = Self.months(upTo: now(), view.zone)
        var tally = Tally([.won, .wonValue, .lost, .lostValue], keys: months)
        let known = Set(months), since = now().addingTimeInterval(-366 * 86_400)
        for (stage, field) in [(Opportunity.Stage.won, "wonAt"), (.lost, "lostAt")] {
            let closed = Filter.equals("stage", Value(stage)) && .range(field, from: .including(.date(since)), to: nil)
            try await each(Opportunity.self, view.records && closed, fields: [field, "valueEstimate"]) { opportunity in
                guard let at = stage == .won ? opportunity.wonAt : opportunity.lostAt else { return }
                let month = Self.month(at, view.zone)
                guard known.contains(month) else { return }
                tally.add(stage == .won ? .won : .lost, to: month)
                tally.add(stage == .won ? .wonValue : .lostValue, opportunity.valueEstimate ?? 0, to: month)
            }
        }
        return tally.report(.outcomes)
    }

    /// Leads that were made in the period; won counts whenever it happened.
    func sources(_ view: View) async throws -> Report {
        var tally = Tally([.leads, .converted, .opportunities, .won, .wonValue])
        var sources: [EntityID<Lead>: String] = [:]
        try await each(Lead.self, view.records && view.happened("createdAt"), fields: ["source", "status"]) { lead in
            let source = lead.source?.rawValue ?? "other"
            tally.add(.leads, to: source)
            if lead.status == .converted { tally.add(.converted, to: source) }
            sources[lead.id] = source
        }
        let read: Set = ["leadId", "stage", "valueEstimate"]
        try await each(Opportunity.self, view.records && .exists("leadId", true), fields: read) { opportunity in
            guard let source = opportunity.leadId.flatMap({ sources[$0] }) else { return }
            tally.add(.opportunities, to: source)
            guard opportunity.stage == .won else { return }
            tally.add(.won, to: source)
            tally.add(.wonValue, opportunity.valueEstimate ?? 0, to: source)
        }
        return tally.report(.sources).sorted(by: 0)
    }

    // MARK: Months

    static func months(upTo date: Date, _ zone: TimeZone) -> [String] {
        let calendar = calendar(zone)
        // From its first day: a month after the 31st would be skipped.
        guard let start = calendar.dateInterval(of: .month, for: date)?.start else { return [] }
        return (0..<12).reversed().compactMap { back in
            calendar.date(byAdding: .month, value: -back, to: start).map { month($0, zone) }
        }
    }

    static func month(_ date: Date, _ zone: TimeZone) -> String {
        let parts = calendar(zone).dateComponents([.year, .month], from: date)
        let month = parts.month ?? 1
        return "\(parts.year ?? 0)-\(month < 10 ? "0" : "")\(month)"
    }

    private static func calendar(_ zone: TimeZone) -> Calendar {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = zone
        return calendar
    }
}

extension Report {
    /// The greatest first, at most as many as anybody reads.
    func sorted(by figure: Int) -> Report {
        var sorted = self
        sorted.lines = Array(
            lines.sorted { ($0.values[figure], $1.key) > ($1.values[figure], $0.key) }.prefix(Reports.maxLines))
        return sorted
    }
}

import Growth
import Store

/// How the values of a merge are shown: ids of companies and users by their names.
struct PairNames {
    private var names: [ObjectID: String] = [:]

    static func of(_ fields: [MergeField], _ visit: MemberVisit) async throws -> PairNames {
        let ids = fields.flatMap { [$0.survivor?.id, $0.other?.id] }.compactMap { $0 }
        var names = PairNames()
        if ids.isEmpty { return names }
        for user in try await visit.platform.store.get(ids.map { EntityID<User>($0) }).values {
            names.names[user.id.raw] = user.name
        }
        for company in try await visit.platform.store.get(ids.map { EntityID<Company>($0) }).values {
            names.names[company.id.raw] = company.displayName
        }
        return names
    }

    func text(_ value: Value, _ field: String, _ noun: RecordNoun, _ visit: MemberVisit) -> String {
        if let id = value.id { return names[id] ?? id.description }
        if field == "country", let name = value.string { return CountryName.shown(name, in: visit.language) }
        return TimelineView.text(value, field, visit, noun)
    }

    func label(_ field: String, _ noun: RecordNoun, _ visit: MemberVisit) -> String {
        TimelineView.label(field, visit, noun)
    }
}

/// How many rows of each kind belong to a record, as far as the person may see them.
enum PairCounts {
    static func of<R: MergeableRecord>(_ record: R, _ visit: MemberVisit) async throws -> [PageData] {
        var counts: [(String, Int)] = []
        for reference in RecordReference.of(R.target)
        where reference.role == .moves && reference.collection != DuplicateReview.collection {
            let scope = scope(reference.collection, visit.principal)
            let count = try await reference.count(of: record.id.raw, in: visit.platform.store, within: scope)
            if let at = counts.firstIndex(where: { $0.0 == reference.collection }) {
                counts[at].1 = max(counts[at].1, count)
            } else {
                counts.append((reference.collection, count))
            }
        }
        return counts.filter { $0.1 > 0 }.map { data($0.0, $0.1, visit) }
    }

    static func moving<R: MergeableRecord>(_ plan: MergePlan<R>, _ visit: MemberVisit) async throws -> [PageData] {
        try await figures(plan, visit).map { data($0.0, $0.1, visit) }
    }

    static func figures<R: MergeableRecord>(_ plan: MergePlan<R>, _ visit: MemberVisit) async throws -> [(String, Int)]
    {
        var shown: [(String, Int)] = []
        for (collection, count) in plan.moving {
            let scope = scope(collection, visit.principal)
            var own = count
            if scope != .all {
                own = 0
                for reference in RecordReference.of(R.target) where reference.collection == collection {
                    own += try await reference.count(of: plan.other.id.raw, in: visit.platform.store, within: scope)
                }
            }
            if own > 0 { shown.append((collection, own)) }
        }
        return shown
    }

    /// Sales people see their own leads, opportunities and tasks, and hear of no others; all of them move.
    private static func scope(_ collection: String, _ principal: Principal) -> Filter {
        switch collection {
        case Lead.collection, Opportunity.collection: principal.ownRecords
        case WorkTask.collection: principal.ownTasks
        default: .all
        }
    }

    private static func data(_ collection: String, _ count: Int, _ visit: MemberVisit) -> PageData {
        ["label": DuplicatePages.label("collections", collection, visit), "count": Formats.number(count)]
    }
}

/// The reasons of a likeness in words.
enum LikenessWords {
    static func reason(_ reason: Likeness.Reason, _ visit: some Visiting) -> PageData {
        let size = abs(reason.weight)
        let strength =
            size >= 8 ? "decisive" : size >= 4 ? "strong" : size >= 1.5 ? "fair" : size > 0.05 ? "weak" : "none"
        let side = reason.weight > 0.05 ? "for" : reason.weight < -0.05 ? "against" : "neutral"
        return [
            "what": visit.phrase("duplicates.reasons.\(reason.code)"),
            "how": visit.phrase("duplicates.strengths.\(side).\(side == "neutral" ? "none" : strength)"),
            "sign": side == "for" ? "ok" : side == "against" ? "error" : "", "bits": bits(reason.weight),
            "hasLikeness": reason.likeness != nil && reason.code == "similarName",
            "likeness": reason.likeness.map { String(Int(($0 * 100).rounded())) } ?? "",
        ]
    }

    private static func bits(_ weight: Double) -> String {
        let rounded = (weight * 10).rounded() / 10
        return (rounded > 0 ? "+" : rounded < 0 ? "−" : "") + String(abs(rounded))
    }
}

import Matching
import Store

/// What a row says that its company may need.
extension ImportBatch {
    mutating func write(
        _ draft: Draft<ServiceField>, _ service: ImportIdentities.Service, _ item: Item, _ verdict: inout RowVerdict
    ) {
        let name = draft[.recommendedService] ?? ""
        let stored = storedServices[StableHash.of(service.company.raw, "service", FoldedText.fold(name))]
        if service.earlier == nil { counters.serviceMatchesExtracted += 1 }
        if let id = stored ?? service.earlier {
            guard !service.isBeaten || stored != nil, let held = services[id] else {
                counters.recordsSkipped += 1
                return
            }
            let score = draft[.fitScore].flatMap(Double.init)
            guard context.policy != .skip, score ?? -1 > held.fitScore ?? -1 else {
                counters.recordsSkipped += 1
                return
            }
            var changed = held
            fill(&changed, draft)
            changed.updatedAt = context.stamp
            services.change(changed)
            let before = held.fitScore.map(CellValues.shortest)
            let change = FieldChange(field: "fitScore", before: before, after: draft[.fitScore] ?? "", column: -1)
            settle(([change], []), "service_matches", id.raw, held.updatedAt, .change(2), item, &verdict)
            return
        }
        var match = ServiceMatch()
        match.id = service.id
        match.companyId = service.company
        match.recommendedService = name
        fill(&match, draft)
        match.sourceFile = draft[.sourceFile] ?? context.log.fileName
        match.importLogId = context.log.id
        stamp(&match)
        services.create(match)
        counters.recordsCreated += 1
        verdict.action = .create
    }

    private func fill(_ match: inout ServiceMatch, _ draft: Draft<ServiceField>) {
        match.fitScore = draft[.fitScore].flatMap(Double.init)
        match.fitReason = draft[.fitReason] ?? match.fitReason
        match.priority = draft[.priority].map(Priority.init(rawValue:)) ?? match.priority
    }
}

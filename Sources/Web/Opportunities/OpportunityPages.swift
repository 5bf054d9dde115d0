import Foundation
import Growth
import Hummingbird
import Store

/// One opportunity's page, and its parts on other pages.
enum OpportunityPages {
    static let noun = RecordNoun.opportunities

    static func show(
        _ visit: MemberVisit, problems: [String: FieldProblem] = [:], note: String = "", refusal: String? = nil
    ) async throws -> Response {
        let id: EntityID<Opportunity> = try visit.id()
        let one = try await visit.platform.opportunities.get(id, by: visit.principal)
        let path = "/opportunities/\(id)"
        var data = try await header(one, visit)
        data["facts"] = facts(one, visit).map { $0.data(visit) }
        data["steps"] = steps(one, visit)
        data["history"] = try await history(one, visit)
        data["hasRefusal"] = refusal != nil
        data["refusal"] = refusal ?? ""
        data["stages"] = BoardPage.stages(visit, chosen: visit.input.text("stage") ?? one.stage.rawValue)
        data["reasons"] = reasons(visit, chosen: visit.input.text("lostReason") ?? "")
        data["reasonText"] = visit.input.text("otherReason") ?? ""
        data["until"] = visit.input.text("until") ?? ""
        data["reasonError"] = DealWords.error("lostReason", problems, visit)
        data["untilError"] = DealWords.error("until", problems, visit)
        data["taskCard"] = try await TaskCard.data(visit, subject: .opportunity(id))
        data["timeline"] = try await TimelineView.data(visit, .opportunity(id), path: "\(path)/timeline", noun: noun)
        data["noteForm"] = CompanyPages.noteForm(visit, action: "\(path)/notes", note, problems)
        return try visit.page(
            "opportunities/show", title: one.title, data, trail: [crumb(visit)],
            status: refusal != nil ? .conflict : problems.isEmpty ? .ok : .unprocessableContent)
    }

    static func crumb(_ visit: some Visiting) -> Crumb {
        Crumb("/opportunities", visit.phrase("opportunities.title"))
    }

    private static func header(_ one: Opportunity, _ visit: MemberVisit) async throws -> PageData {
        let subjects = try await visit.platform.opportunities.subjects(of: [one])
        let owners = try await visit.platform.leads.turns.owners()
        let owner = if let id = one.assignedTo { try await visit.platform.store.get(id) } else { User?.none }
        var data: PageData = [
            "id": one.id.description, "title": one.title, "stage": one.stage.rawValue,
            "stageLabel": RecordWords.label(visit, noun, "stage", one.stage.rawValue),
            "stageSign": sign(one.stage), "isClosed": one.isClosed, "mayEdit": visit.may(.editRecords),
            "subject": DealWords.subject(subjects[one.id], visit), "hasValue": one.valueEstimate != nil,
            "hasOwner": owner != nil, "owner": owner?.name ?? "", "hasLead": one.leadId != nil,
            "leadPath": one.leadId.map { "/leads/\($0)" } ?? "",
            "owners": DealWords.owners(owners, chosen: one.assignedTo?.description ?? "", visit),
            "isWon": one.stage == .won, "isLost": one.stage == .lost,
        ]
        if let value = one.valueEstimate { data["amount"] = DealWords.money(value, visit) }
        if let lead = one.leadId {
            let count = try await visit.platform.store.count(
                Lead.self, where: .id(lead) && Leads.visible(to: visit.principal), upTo: 1)
            data["hasLead"] = count > 0
        }
        return data
    }

    private static func facts(_ one: Opportunity, _ visit: MemberVisit) -> [Fact] {
        func fact(_ field: String, _ value: String?, _ kind: Fact.Kind = .text) -> Fact? {
            value.map { Fact(field: field, label: visit.phrase(noun.field(field)), kind: kind, value: $0) }
        }
        let probability = one.probability ?? one.stage.standardProbability
        return [
            fact("valueEstimate", one.valueEstimate.map { DealWords.money($0, visit) }),
            fact("probability", visit.formats.number(probability), .score),
            fact("weightedValue", one.valueEstimate.map { _ in DealWords.money(one.weightedValue, visit) }),
            fact("expectedCloseDate", one.expectedCloseDate.map { DealWords.day($0, visit) }),
            fact("lostReason", one.lostReason.map { RecordWords.label(visit, noun, "lostReason", $0) }),
            fact("wonAt", one.wonAt.map(visit.formats.dateTime)),
            fact("lostAt", one.lostAt.map(visit.formats.dateTime)),
            fact("createdAt", one.createdAt.map(visit.formats.dateTime)),
        ].compactMap { $0 }
    }

    /// The way to a win, as far as this one has come.
    private static func steps(_ one: Opportunity, _ visit: MemberVisit) -> [PageData] {
        let way: [Opportunity.Stage] = [.newLead, .contacted, .meeting, .proposal, .negotiation, .won]
        let reached = one.stageHistory.compactMap(\.to).compactMap { way.firstIndex(of: $0) }
        let current = way.firstIndex(of: one.stage)
        let far = current ?? reached.last ?? 0
        return way.enumerated().map { index, stage in
            [
                "label": RecordWords.label(visit, noun, "stage", stage.rawValue),
                "isDone": index < far || stage == .won && one.stage == .won,
                "isCurrent": index == current && stage != .won,
            ]
        }
    }

    /// The stages that it was in, how long each, the latest first.
    private static func history(_ one: Opportunity, _ visit: MemberVisit) async throws -> [PageData] {
        let users = try await visit.platform.store.get(Array(Set(one.stageHistory.compactMap(\.by))))
        let ends = one.stageHistory.dropFirst().map(\.at) + [one.isClosed ? nil : visit.platform.now()]
        let rows = zip(one.stageHistory, ends).map { change, end -> PageData in
            [
                "stage": RecordWords.label(visit, noun, "stage", change.to?.rawValue ?? ""),
                "sign": change.to.map(sign) ?? "", "hasAt": change.at != nil,
                "at": change.at.map(visit.formats.dateTime) ?? "",
                "machine": change.at.map(visit.formats.machine) ?? "",
                "hasDuration": end != nil && change.at != nil,
                "duration": change.at.flatMap { at in end.map { DealWords.duration(at, $0, visit) } } ?? "",
                "hasWho": change.by.flatMap { users[$0] } != nil, "who": change.by.flatMap { users[$0]?.name } ?? "",
            ]
        }
        return rows.reversed()
    }

    static func sign(_ stage: Opportunity.Stage) -> String {
        switch stage {
        case .won: "ok"
        case .lost: "error"
        case .postponed: ""
        default: "info"
        }
    }

    static func reasons(_ visit: some Visiting, chosen: String = "") -> [PageData] {
        RecordWords.options(visit, noun, "lostReason", Opportunity.lostReasons, chosen: chosen)
    }

    /// The reason chosen from the list, or else the one that was written.
    static func reason(_ input: Input) -> String? {
        let chosen = input.text("lostReason") ?? ""
        return chosen.isEmpty ? input.text("otherReason") : chosen
    }
}

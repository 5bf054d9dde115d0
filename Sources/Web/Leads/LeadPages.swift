import Foundation
import Growth
import Hummingbird
import Store

/// One lead's page.
enum LeadPages {
    static let noun = RecordNoun.leads

    static func show(
        _ visit: MemberVisit, problems: [String: FieldProblem] = [:], note: String = "", refusal: String? = nil
    ) async throws -> Response {
        let id: EntityID<Lead> = try visit.id()
        let lead = try await visit.platform.leads.get(id, by: visit.principal)
        let path = "/leads/\(id)"
        let subject = try await visit.platform.leads.subject(of: lead)
        let isOwn = visit.principal.ownRecordsOf.map { $0 == lead.assignedTo } ?? true
        let mayEdit = visit.may(.editRecords) && isOwn
        var data = try await header(lead, subject, mayEdit, visit)
        data["facts"] = facts(lead, visit).map { $0.data(visit) }
        data["score"] = LeadScoreView.data(lead, visit)
        data["hasRefusal"] = refusal != nil
        data["refusal"] = refusal ?? ""
        data["reasonError"] = DealWords.error("reason", problems, visit)
        data["reasonFor"] = visit.input.text("status") ?? ""
        data["taskCard"] = try await TaskCard.data(visit, subject: .lead(id))
        data["timeline"] = try await TimelineView.data(visit, .lead(id), path: "\(path)/timeline", noun: noun)
        data["noteForm"] = CompanyPages.noteForm(visit, action: "\(path)/notes", note, problems)
        return try visit.page(
            "leads/show", title: name(subject, visit), data, trail: [crumb(visit)],
            status: refusal != nil ? .conflict : problems.isEmpty ? .ok : .unprocessableContent)
    }

    static func crumb(_ visit: some Visiting) -> Crumb { Crumb("/leads", visit.phrase("leads.title")) }

    static func name(_ subject: DealSubject, _ visit: some Visiting) -> String {
        subject.name ?? visit.phrase("leads.nobodyKnown")
    }

    private static func header(
        _ lead: Lead, _ subject: DealSubject, _ mayEdit: Bool, _ visit: MemberVisit
    ) async throws -> PageData {
        let owners = try await visit.platform.leads.turns.owners()
        let owner = if let id = lead.assignedTo { try await visit.platform.store.get(id) } else { User?.none }
        var data: PageData = [
            "id": lead.id.description, "title": name(subject, visit), "subject": DealWords.subject(subject, visit),
            "status": RecordWords.label(visit, noun, "status", lead.status.rawValue), "statusSign": sign(lead.status),
            "temperature": RecordWords.label(visit, noun, "temperature", lead.temperature?.rawValue ?? "unknown"),
            "temperatureSign": sign(lead.temperature), "mayEdit": mayEdit, "isOpen": lead.isOpen,
            "isReopenable": mayEdit && [.lost, .unqualified].contains(lead.status), "hasOwner": owner != nil,
            "owner": owner?.name ?? "",
            "owners": DealWords.owners(owners, chosen: lead.assignedTo?.description ?? "", visit),
            "mayGive": visit.may(.manageSales),
            "mayTake": visit.may(.editRecords) && lead.assignedTo == nil && lead.isOpen
                && owners.contains { $0.id == visit.user.id },
            "isConvertible": mayEdit && lead.status != .converted, "moves": mayEdit ? moves(lead, visit) : [],
            "closings": mayEdit ? closings(lead, visit) : [],
        ]
        data.merge(try await conversion(lead, mayEdit, visit)) { $1 }
        return data
    }

    /// The opportunity that came of it, where the asker sees that one.
    private static func conversion(_ lead: Lead, _ mayEdit: Bool, _ visit: MemberVisit) async throws -> PageData {
        var data: PageData = ["hasOpportunity": false, "isTakenBack": false, "isUnfinished": false]
        guard lead.status == .converted, let id = lead.opportunityId else { return data }
        let found = try await visit.platform.store.first(
            Opportunity.self, where: .id(id) && visit.principal.ownRecords)
        data["isUnfinished"] = found == nil && mayEdit
        if let found {
            data["hasOpportunity"] = true
            data["opportunityPath"] = "/opportunities/\(found.id)"
            data["opportunity"] = found.title
            data["isTakenBack"] = mayEdit ? try await visit.platform.leads.isUntouched(found) : false
        }
        return data
    }

    /// The statuses that a press leads to, and those that ask for a reason first.
    private static func moves(_ lead: Lead, _ visit: MemberVisit) -> [PageData] {
        guard lead.isOpen || !lead.status.isKnown else { return [] }
        return lead.status.next.filter { !$0.needsReason }.map { choice($0, visit) }
    }

    private static func closings(_ lead: Lead, _ visit: MemberVisit) -> [PageData] {
        lead.status.next.filter(\.needsReason).map { choice($0, visit) }
    }

    private static func choice(_ status: Lead.Status, _ visit: MemberVisit) -> PageData {
        let code = status.rawValue
        return [
            "code": code, "label": RecordWords.label(visit, noun, "status", code),
            "isChosen": visit.input.text("status") == code,
        ]
    }

    private static func facts(_ lead: Lead, _ visit: MemberVisit) -> [Fact] {
        func fact(_ field: String, _ value: String?, _ kind: Fact.Kind = .text, sign: String = "") -> Fact? {
            value.map { Fact(field: field, label: visit.phrase(noun.field(field)), kind: kind, value: $0, sign: sign) }
        }
        func word(_ field: String, _ token: String?) -> String? {
            token.map { RecordWords.label(visit, noun, field, $0) }
        }
        return [
            fact("serviceInterest", lead.serviceInterest),
            fact(
                "priority", word("priority", lead.priority?.rawValue), .word,
                sign: RecordWords.sign(ofPriority: lead.priority?.rawValue ?? "")),
            fact("source", word("source", lead.source?.rawValue)), fact("notes", lead.notes, .long),
            fact("createdAt", lead.createdAt.map(visit.formats.dateTime)),
            fact("convertedAt", lead.convertedAt.map(visit.formats.dateTime)),
        ].compactMap { $0 }
    }

    static func sign(_ status: Lead.Status) -> String {
        switch status {
        case .qualified, .converted: "ok"
        case .new, .contacted, .nurturing: "info"
        case .lost: "error"
        default: ""
        }
    }

    static func sign(_ temperature: Temperature?) -> String {
        switch temperature {
        case .hot: "error"
        case .warm: "warn"
        case .cold: "info"
        default: ""
        }
    }
}

/// Why a lead has the score that it has: bars with words.
enum LeadScoreView {
    static func data(_ lead: Lead, _ visit: some Visiting) -> PageData {
        data(lead.leadScore ?? 0, lead.scoreBreakdown, isByHand: lead.isTemperatureByHand, visit)
    }

    static func data(
        _ total: Double, _ factors: [Lead.ScoreFactor], isByHand: Bool, _ visit: some Visiting
    ) -> PageData {
        let counted = factors.filter { ($0.most ?? 0) > 0 || $0.points > 0 }
        return [
            "total": visit.formats.number(total), "width": CellText.plain(min(100, max(0, total.rounded()))),
            "hasFactors": !counted.isEmpty, "isDerived": !isByHand,
            "factors": counted.sorted { ($0.points, $1.factor) > ($1.points, $0.factor) }.map { row($0, visit) },
        ]
    }

    private static func row(_ factor: Lead.ScoreFactor, _ visit: some Visiting) -> PageData {
        let name = "leads.factors.\(factor.factor)", reason = "leads.reasons.\(factor.factor).\(factor.reason ?? "")"
        let phrases = visit.visit.resources.phrases
        return [
            "label": phrases.has(name) ? visit.phrase(name) : factor.factor,
            "reason": phrases.has(reason) ? visit.phrase(reason) : "", "hasReason": phrases.has(reason),
            "points": visit.formats.number(factor.points), "most": visit.formats.number(factor.most ?? factor.points),
            "width": CellText.plain(factor.points), "full": CellText.plain(max(1, factor.most ?? factor.points)),
        ]
    }
}

import Foundation
import Growth
import Hummingbird
import Store

/// The form of a draft: to whom, what, through which mailboxes, when.
enum CampaignForms {
    static func new(_ visit: MemberVisit, _ problems: [String: FieldProblem] = [:]) async throws -> Response {
        var campaign = Campaign()
        campaign.name = visit.input.text("name") ?? ""
        campaign.segmentId = EntityID(visit.input.text("segmentId") ?? visit.query("segmentId") ?? "")
        campaign.templateId = EntityID(visit.input.text("templateId") ?? visit.query("templateId") ?? "")
        let standard = try await visit.platform.store.first(Mailbox.self, where: .equals("isDefault", true))
        campaign.sendWindow = standard?.sendWindow ?? SendWindowPreset.saudiBusiness.window
        campaign.mailboxIds = [standard?.id].compactMap { $0 }
        return try await page(visit, campaign, action: "/campaigns", title: visit.phrase("campaigns.new"), problems)
    }

    static func edit(
        _ visit: MemberVisit, _ problems: [String: FieldProblem] = [:], isConflict: Bool = false
    ) async throws -> Response {
        let campaign = try await visit.platform.campaigns.get(try visit.id())
        guard campaign.isEditable else { return visit.redirect(to: "/campaigns/\(campaign.id)") }
        return try await page(
            visit, campaign, action: "/campaigns/\(campaign.id)",
            title: visit.phrase("records.editing", ["name": campaign.name]), problems, isConflict: isConflict)
    }

    private static func page(
        _ visit: MemberVisit, _ campaign: Campaign, action: String, title: String, _ problems: [String: FieldProblem],
        isConflict: Bool = false
    ) async throws -> Response {
        let store = visit.platform.store
        let active = Filter.equals("status", "active")
        let segments = try await store.find(Query<Segment>(active, sort: [.descending("createdAt")], limit: 500))
        let templates = try await store.find(
            Query<EmailTemplate>(.not(.equals("status", "archived")), sort: [.descending("createdAt")], limit: 500))
        let mailboxes = try await store.find(Query<Mailbox>(active, limit: 200))
        let input = visit.input, isSent = !input.document.isEmpty
        let chosenMailboxes =
            isSent ? Set(input.texts("mailboxIds") ?? []) : Set(campaign.mailboxIds.map(\.description))
        let window = campaign.sendWindow
        let preset = SendWindowPreset.allCases.first { $0.window == window }?.rawValue ?? "custom"
        func option(_ id: String, _ label: String, _ chosen: String?) -> PageData {
            ["code": id, "label": label, "isChosen": id == chosen]
        }
        let segment = input.text("segmentId") ?? campaign.segmentId?.description
        let template = input.text("templateId") ?? campaign.templateId?.description
        let chosenPreset = input.text("window") ?? preset
        return try visit.page(
            "campaigns/form", title: title,
            [
                "formTitle": title, "action": action, "back": campaign.name.isEmpty ? "/campaigns" : action,
                "updatedAt": campaign.updatedAt.map(visit.formats.machine) ?? "", "isConflict": isConflict,
                "name": input.text("name") ?? campaign.name, "errors": visit.sentences(problems),
                "segments": segments.map { option($0.id.description, $0.name, segment) },
                "hasSegments": !segments.isEmpty,
                "templates": templates.map { option($0.id.description, $0.name, template) },
                "hasTemplates": !templates.isEmpty, "hasMailboxes": !mailboxes.isEmpty,
                "mailboxes": mailboxes.map { mailbox -> PageData in
                    [
                        "code": mailbox.id.description, "name": mailbox.name, "email": mailbox.email,
                        "isChosen": chosenMailboxes.contains(mailbox.id.description),
                    ]
                },
                "windows": (SendWindowPreset.allCases.map(\.rawValue) + ["custom"]).map {
                    option($0, visit.phrase("campaigns.window.\($0)"), chosenPreset)
                },
                "days": dayCodes.map { code -> PageData in
                    let chosen = isSent ? input.texts("days") ?? [] : (window?.days ?? []).map(dayCode)
                    return [
                        "code": code, "label": visit.phrase("calendar.weekdays.\(code)"),
                        "isChosen": chosen.contains(code),
                    ]
                },
                "from": input.text("from") ?? window?.from ?? "08:00", "to": input.text("to") ?? window?.to ?? "17:00",
                "timezone": input.text("timezone") ?? campaign.timezone ?? visit.settings.timezone,
                "variants": variants(campaign, input, visit),
                "requiresConsent": isSent ? input.flag("requiresConsent") ?? false : campaign.requiresConsent,
            ], trail: [CampaignPages.crumb(visit)] + (campaign.name.isEmpty ? [] : [Crumb(action, campaign.name)]),
            status: isConflict ? .conflict : problems.isEmpty ? .ok : .unprocessableContent)
    }

    /// Rows for the subjects that are tried against each other: those that exist, and up to three in all.
    private static func variants(_ campaign: Campaign, _ input: Input, _ visit: MemberVisit) -> [PageData] {
        let count = max(3, campaign.variants.count)
        return (0..<count).map { index in
            let stored = campaign.variants.indices.contains(index) ? campaign.variants[index] : nil
            return [
                "index": String(index), "label": visit.phrase("campaigns.variant", ["letter": letter(index)]),
                "subject": input.text("subject\(index)") ?? stored?.subject ?? "",
                "weight": input.text("weight\(index)") ?? String(stored?.weight ?? 1),
            ]
        }
    }

    private static func letter(_ index: Int) -> String { String(UnicodeScalar(UInt8(65 + index % 26))) }

    static let dayCodes = ["su", "mo", "tu", "we", "th", "fr", "sa"]
    static func dayCode(_ day: String) -> String { String(day.lowercased().prefix(2)) }

    /// What the form says.
    static func draft(_ visit: MemberVisit) throws -> Campaigns.Draft {
        let input = visit.input
        var draft = Campaigns.Draft()
        draft.name = input.text("name") ?? ""
        (draft.segmentId, draft.templateId) = (input.text("segmentId") ?? "", input.text("templateId") ?? "")
        draft.mailboxIds = input.texts("mailboxIds") ?? []
        draft.timezone = input.text("timezone") ?? ""
        draft.requiresConsent = input.flag("requiresConsent") ?? false
        let preset = input.text("window") ?? ""
        if let known = SendWindowPreset(rawValue: preset) {
            draft.sendWindow = .some(known.window)
        } else {
            var window = SendWindow()
            window.days = input.texts("days") ?? []
            (window.from, window.to) = (input.text("from"), input.text("to"))
            draft.sendWindow = .some(window)
        }
        draft.variants = (0..<8).compactMap { index in
            guard let subject = input.text("subject\(index)"), !subject.trimmingCharacters(in: .whitespaces).isEmpty
            else {
                return nil
            }
            var variant = SubjectVariant()
            (variant.name, variant.subject) = (letter(index), subject)
            variant.weight = Int(input.text("weight\(index)") ?? "") ?? 1
            return variant
        }
        return draft
    }
}

import Foundation
import Growth
import Store

/// Reads what a request says of a campaign.
enum CampaignInput {
    /// Only what is named.
    static func draft(_ visit: MemberVisit) throws -> Campaigns.Draft {
        let input = visit.input
        try input.allow(
            "name", "segmentId", "templateId", "mailboxIds", "language", "sendWindow", "timezone", "variants",
            "requiresConsent", "updatedAt")
        var draft = Campaigns.Draft()
        draft.name = input.text("name")
        draft.segmentId = text(input, "segmentId")
        draft.templateId = text(input, "templateId")
        draft.mailboxIds = input.texts("mailboxIds")
        draft.language = input.text("language")
        draft.timezone = text(input, "timezone")
        draft.requiresConsent = input.flag("requiresConsent")
        if input.has("sendWindow") { draft.sendWindow = .some(try window(input["sendWindow"])) }
        if input.has("variants") { draft.variants = try variants(input["variants"]) }
        return draft
    }

    /// Null clears, as empty text does.
    private static func text(_ input: Input, _ name: String) -> String? {
        input.has(name) ? input.text(name) ?? "" : nil
    }

    static func expected(_ visit: MemberVisit) throws -> Date? {
        try date(visit.input.text("updatedAt"), "updatedAt", visit)
    }

    /// As `WorkCalendar` reads it: with an offset that moment, without one the team's time.
    static func date(_ text: String?, _ field: String, _ visit: MemberVisit) throws -> Date? {
        guard let text, !text.isEmpty else { return nil }
        guard let date = WorkCalendar(visit.settings).read(text) else { throw InvalidFields([field: .notADate]) }
        return date
    }

    static func window(_ value: Value?) throws -> SendWindow? {
        guard let value, !value.isNull else { return nil }
        guard let object = value.object else { throw InvalidFields(["sendWindow": .notInList]) }
        var window = SendWindow()
        window.days = object["days"]?.array?.compactMap(\.string) ?? []
        (window.from, window.to) = (object["from"]?.string, object["to"]?.string)
        window.timezone = object["timezone"]?.string
        window.holidays = object["holidays"]?.array?.compactMap(\.string) ?? []
        return window
    }

    private static func variants(_ value: Value?) throws -> [SubjectVariant] {
        guard let items = value?.array else {
            if value?.isNull ?? true { return [] }
            throw InvalidFields(["variants": .notInList])
        }
        return try items.map { item in
            guard let object = item.object, let subject = object["subject"]?.string else {
                throw InvalidFields(["variants": .notInList])
            }
            var variant = SubjectVariant()
            (variant.name, variant.subject) = (object["name"]?.string ?? "", subject)
            variant.weight = object["weight"]?.int ?? 1
            return variant
        }
    }
}

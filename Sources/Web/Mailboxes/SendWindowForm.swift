import Growth
import Store

/// The part of a form that says on which days and between which hours mails go out.
enum SendWindowForm {
    private static let custom = "custom"

    static func data(_ window: SendWindow?, _ visit: MemberVisit) -> PageData {
        let input = visit.input, isSent = !input.document.isEmpty
        let known = SendWindowPreset.allCases.first { $0.window == window }?.rawValue ?? custom
        let chosen = input.text("window") ?? known
        let days = isSent ? input.texts("days") ?? [] : (window?.days ?? []).map(CampaignForms.dayCode)
        return [
            "windows": (SendWindowPreset.allCases.map(\.rawValue) + [custom]).map { code -> PageData in
                ["code": code, "label": visit.phrase("campaigns.window.\(code)"), "isChosen": code == chosen]
            },
            "isCustom": chosen == custom,
            "days": CampaignForms.dayCodes.map { code -> PageData in
                [
                    "code": code, "label": visit.phrase("calendar.weekdays.\(code)"),
                    "isChosen": days.contains(code),
                ]
            },
            "from": input.text("from") ?? window?.from ?? "08:00", "to": input.text("to") ?? window?.to ?? "17:00",
        ]
    }

    /// What the form says; `nil`: mails go out at any time.
    static func window(_ input: Input) -> SendWindow? {
        if let known = SendWindowPreset(rawValue: input.text("window") ?? "") { return known.window }
        var window = SendWindow()
        window.days = input.texts("days") ?? []
        (window.from, window.to) = (input.text("from"), input.text("to"))
        return window
    }

    static func words(_ window: SendWindow?, _ visit: some Visiting) -> String {
        guard let window else { return visit.phrase("campaigns.window.any_time") }
        if let preset = SendWindowPreset.allCases.first(where: { $0.window == window }) {
            return visit.phrase("campaigns.window.\(preset.rawValue)")
        }
        let days = window.days.map { visit.phrase("calendar.weekdays.\(CampaignForms.dayCode($0))") }
        return days.joined(separator: visit.phrase("shell.listSeparator"))
            + " \u{2068}\(window.from ?? "00:00")–\(window.to ?? "24:00")\u{2069}"
    }
}

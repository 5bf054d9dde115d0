import Foundation
import Growth
import Hummingbird
import Store

/// Language, time zone, working week and sender.
enum GeneralSettingsPage {
    static func page(
        _ visit: MemberVisit, _ settings: SystemSettings, _ problems: [String: FieldProblem] = [:]
    ) throws -> Response {
        let data: PageData = [
            "tabs": SettingsTabs.data(visit, current: "/settings"),
            "languages": Language.known.map {
                [
                    "code": $0.rawValue, "name": visit.visit.resources.phrases.text("shell.ownName", $0),
                    "isChosen": $0 == settings.defaultLanguage,
                ] as PageData
            },
            "timezone": settings.timezone, "timezones": zones(chosen: settings.timezone),
            "senderName": settings.defaultSenderName ?? "", "senderEmail": settings.defaultSenderEmail ?? "",
            "requiresSecondFactor": settings.requiresSecondFactor, "errors": visit.sentences(problems),
        ]
        return try visit.page(
            "settings/general", title: visit.phrase("settings.title"), data,
            status: problems.isEmpty ? .ok : .unprocessableContent)
    }

    private static func zones(chosen: String) -> [PageData] {
        let first = [
            "Asia/Riyadh", "Asia/Dubai", "Asia/Kuwait", "Asia/Bahrain", "Asia/Qatar", "Asia/Muscat", "Africa/Cairo",
            "Asia/Amman",
        ]
        let rest = TimeZone.knownTimeZoneIdentifiers.filter { !first.contains($0) }.sorted()
        return (first + rest).map { ["name": $0, "isChosen": $0 == chosen] }
    }
}

/// The parts of the settings.
enum SettingsTabs {
    private static let tabs: [(path: String, label: String, permission: Permission)] = [
        ("/settings", "settings.general.tab", .manageSettings),
        ("/settings/matching", "settings.matching.tab", .manageSettings),
        ("/settings/branding", "settings.branding.tab", .manageSettings),
        ("/settings/leads", "settings.leads.tab", .manageSales),
    ]

    static func data(_ visit: MemberVisit, current: String) -> [PageData] {
        tabs.filter { visit.may($0.permission) }.map {
            ["path": $0.path, "label": visit.phrase($0.label), "isCurrent": $0.path == current]
        }
    }
}

import Growth
import Hummingbird
import Store

/// From which likeness on the import takes two records for one, and what it looks at.
enum MatchingSettingsPage {
    static func page(
        _ visit: MemberVisit, _ settings: SystemSettings, _ problems: [String: FieldProblem] = [:]
    ) throws -> Response {
        var data = threshold(visit, settings.duplicateThreshold)
        data["tabs"] = SettingsTabs.data(visit, current: "/settings/matching")
        data["companyFields"] = fields(visit, SystemSettings.companyMatchChoices, settings.companyMatchFields)
        data["personFields"] = fields(visit, SystemSettings.personMatchChoices, settings.personMatchFields)
        data["autoDuplicateDetection"] = settings.autoDuplicateDetection
        data["autoDataQualityChecks"] = settings.autoDataQualityChecks
        data["errors"] = visit.sentences(problems)
        return try visit.page(
            "settings/matching", title: visit.phrase("settings.title"), data,
            status: problems.isEmpty ? .ok : .unprocessableContent)
    }

    /// The sentence beside the slider.
    static func threshold(_ visit: MemberVisit, _ value: Double?) -> PageData {
        let value = min(max(value ?? 0.85, 0), 1)
        let level =
            value < 0.7 ? "loose" : value < 0.8 ? "broad" : value < 0.9 ? "balanced" : value < 0.97 ? "strict" : "exact"
        return [
            "duplicateThreshold": visit.formats.number(value),
            "percent": visit.formats.number((value * 100).rounded(), places: 0),
            "explanation": visit.phrase("settings.matching.levels.\(level)"),
        ]
    }

    private static func fields(_ visit: MemberVisit, _ choices: [String], _ chosen: [String]) -> [PageData] {
        choices.map {
            ["code": $0, "label": visit.phrase("settings.matching.fields.\($0)"), "isChosen": chosen.contains($0)]
        }
    }
}

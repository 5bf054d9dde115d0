import Foundation
import Growth
import HTTPTypes
import Hummingbird
import Store

/// What administrators set for everybody.
enum SettingsRoutes {
    static let all: [Endpoint] = [
        Endpoint(.get, "/settings", for: .may(.manageSettings), "General settings") { visit in
            try GeneralSettingsPage.page(visit, visit.settings)
        },
        Endpoint(.post, "/settings", for: .may(.manageSettings), "Changes general settings", takes: .form) { visit in
            try await save(visit, to: "/settings", GeneralSettingsPage.page)
        },
        Endpoint(.get, "/settings/matching", for: .may(.manageSettings), "How the import recognises records") { visit in
            try MatchingSettingsPage.page(visit, visit.settings)
        },
        Endpoint(.post, "/settings/matching", for: .may(.manageSettings), "Changes the import's matching", takes: .form)
        { visit in
            try await save(visit, to: "/settings/matching", MatchingSettingsPage.page)
        },
        Endpoint(
            .get, "/settings/matching/threshold", for: .may(.manageSettings), "What a threshold means, in words",
            query: [QueryParameter("duplicateThreshold", .number)]
        ) { visit in
            try visit.fragment(
                "settings/threshold",
                MatchingSettingsPage.threshold(visit, visit.query("duplicateThreshold").flatMap(Double.init)))
        },
        Endpoint(.get, "/settings/branding", for: .may(.manageSettings), "Names and colours") { visit in
            try BrandingSettingsPage.page(visit, visit.settings)
        },
        Endpoint(.post, "/settings/branding", for: .may(.manageSettings), "Changes names and colours", takes: .form) {
            visit in
            try await save(visit, to: "/settings/branding", BrandingSettingsPage.page)
        },
        Endpoint(
            .get, "/settings/branding/preview", for: .may(.manageSettings), "How names and colours would look",
            query: [QueryParameter("branding.primaryColor"), QueryParameter("branding.secondaryColor")]
        ) { visit in
            let input = Input.form(visit.request.uri.query ?? "") ?? Input()
            return try visit.fragment("settings/preview", BrandingSettingsPage.preview(visit, input))
        },
        Endpoint(
            .get, "/api/settings", for: .may(.manageSettings), "The settings",
            gives: .json(.entity(SystemSettings.self))
        ) { visit in try visit.json(try await visit.platform.settings.current()) },
        Endpoint(
            .patch, "/api/settings", for: .may(.manageSettings), "Changes the settings that are sent",
            takes: .json(SettingsInput.schema), gives: .json(.entity(SystemSettings.self))
        ) { visit in
            let input = visit.input
            let changed = try await visit.platform.settings.change(by: visit.principal) {
                try SettingsInput.apply(input, to: &$0)
            }
            return try visit.json(changed)
        },
    ]

    /// Saves a form, or shows it again as it was sent, with what is wrong.
    private static func save(
        _ visit: MemberVisit, to path: String,
        _ page: (MemberVisit, SystemSettings, [String: FieldProblem]) throws -> Response
    ) async throws -> Response {
        let input = visit.input
        do {
            try await visit.platform.settings.change(by: visit.principal) { settings in
                try SettingsInput.apply(input, to: &settings)
            }
            return visit.redirect(to: path, flash: "settings.saved")
        } catch let error as InvalidFields {
            var asSent = visit.settings
            do { try SettingsInput.apply(input, to: &asSent) } catch is InvalidFields {}
            return try page(visit, asSent, error.problems)
        }
    }
}

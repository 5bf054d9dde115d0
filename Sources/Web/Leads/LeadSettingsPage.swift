import Foundation
import Growth
import HTTPTypes
import Hummingbird
import Store

/// How leads are judged and who takes them in turn: what managers set.
enum LeadSettingsPage {
    private static let path = "/settings/leads"

    static let all: [Endpoint] = [
        Endpoint(.get, path, for: .may(.manageSales), "How leads are scored and given out") { try await page($0) },
        Endpoint(.post, path, for: .may(.manageSales), "Changes how leads are scored", takes: .form) { visit in
            do {
                let fields = try RecordInput.edit(visit.input).fields
                try await visit.platform.changeScoreWeights(by: visit.principal) { try $0.apply(fields) }
                return visit.redirect(to: path, flash: "settings.saved")
            } catch let error as InvalidFields {
                return try await page(visit, error.problems)
            }
        },
        Endpoint(.post, "\(path)/reset", for: .may(.manageSales), "Scores leads as at first", takes: .form) { visit in
            try await visit.platform.changeScoreWeights(by: visit.principal) { $0 = ScoreWeights() }
            return visit.redirect(to: path, flash: "settings.saved")
        },
        Endpoint(.post, "\(path)/turns", for: .may(.manageSales), "Says who takes leads in turn", takes: .form) {
            visit in
            let ids = try LeadAPI.ids(visit.input.texts("takesPart") ?? [])
            try await visit.platform.leads.turns.choose(ids, by: visit.principal)
            return visit.redirect(to: path, flash: "settings.saved")
        },
        Endpoint(
            .get, "\(path)/example", for: .may(.manageSales), "How a lead would be scored",
            query: [QueryParameter("lead", .id)]
                + (ScoreWeights.Factor.allCases.map(\.rawValue) + others).map { QueryParameter($0) }
        ) { visit in try visit.fragment("leads/example", try await example(visit)) },
    ]

    private static let others = ["preferredSectors", "preferredCities", "hotFrom", "warmFrom"]

    private static func page(_ visit: MemberVisit, _ problems: [String: FieldProblem] = [:]) async throws -> Response {
        let weights = try await visit.platform.leads.scoring.weights(), turns = visit.platform.leads.turns
        let taking = try await turns.taking()
        func field(_ name: String, _ value: String, _ label: String) -> PageData {
            var data = DealWords.error(name, problems, visit)
            data["name"] = name
            data["label"] = label
            data["value"] = visit.input.text(name) ?? value
            return data
        }
        var data: PageData = [
            "tabs": SettingsTabs.data(visit, current: path),
            "weights": ScoreWeights.Factor.allCases.map { factor in
                var data = field(
                    factor.rawValue, CellText.plain(weights.points[factor] ?? 0),
                    visit.phrase("leads.factors.\(factor.rawValue)"))
                data["hint"] = visit.phrase("leads.factorHints.\(factor.rawValue)")
                return data
            },
            "sectors": field(
                "preferredSectors", weights.sectors.joined(separator: visit.phrase("shell.listSeparator")),
                visit.phrase("leads.settings.sectors")),
            "cities": field(
                "preferredCities", weights.cities.joined(separator: visit.phrase("shell.listSeparator")),
                visit.phrase("leads.settings.cities")),
            "hot": field("hotFrom", CellText.plain(weights.hotFrom), visit.phrase("leads.settings.hotFrom")),
            "warm": field("warmFrom", CellText.plain(weights.warmFrom), visit.phrase("leads.settings.warmFrom")),
            "isRescoring": try await visit.platform.isRescoring,
        ]
        data["people"] = try await turns.owners().map { user -> PageData in
            [
                "code": user.id.description, "label": user.name, "isChosen": taking.contains(user.id),
                "role": visit.phrase("users.roles.\(user.role.rawValue)"),
            ]
        }
        data["example"] = try await example(visit)
        return try visit.page(
            "leads/settings", title: visit.phrase("settings.title"), data,
            status: problems.isEmpty ? .ok : .unprocessableContent)
    }

    /// The newest lead under the weights that stand in the form.
    private static func example(_ visit: MemberVisit) async throws -> PageData {
        let scoring = visit.platform.leads.scoring
        var weights = try await scoring.weights()
        let sent = Input.form(visit.request.uri.query ?? "") ?? Input()
        let fields = sent.document.pairs.filter {
            ScoreWeights.Factor(rawValue: $0.key) != nil || others.contains($0.key)
        }
        do {
            try weights.apply(Dictionary(fields.map { ($0.key, $0.value.string) }, uniquingKeysWith: { $1 }))
        } catch is InvalidFields {
            return ["hasExample": false, "isInvalid": true]
        }
        guard
            let lead = try await visit.platform.store.first(
                Lead.self, where: visit.principal.ownRecords && Leads.open, sort: [.descending("createdAt")])
        else { return ["hasExample": false, "isInvalid": false] }
        let scored = try await scoring.scored(lead, by: weights)
        let subject = try await visit.platform.leads.subject(of: lead)
        return [
            "hasExample": true, "isInvalid": false, "name": LeadPages.name(subject, visit),
            "path": "/leads/\(lead.id)", "score": LeadScoreView.data(scored, visit),
            "temperature": RecordWords.label(visit, .leads, "temperature", scored.temperature?.rawValue ?? "unknown"),
            "sign": LeadPages.sign(scored.temperature),
        ]
    }
}

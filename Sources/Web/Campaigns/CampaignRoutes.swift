import Foundation
import Growth
import HTTPTypes
import Hummingbird
import Store

/// Campaigns and their recipients in the browser.
enum CampaignRoutes {
    static let all: [Endpoint] =
        CampaignList.list.routes + CampaignRecipientList.list.routes + reading + editing + moving + recipients
        + CampaignAPI.all + SuppressionRoutes.all

    private static let reading: [Endpoint] = [
        Endpoint(.get, "/campaigns/new", for: .may(.manageCampaigns), "The form of a new campaign") {
            try await CampaignForms.new($0)
        },
        Endpoint(.get, "/campaigns/{id}", for: .may(.readRecords), "One campaign") { try await CampaignPages.show($0) },
        Endpoint(.get, "/campaigns/{id}/live", for: .may(.readRecords), "How a campaign goes") {
            try await CampaignPages.live($0)
        },
        Endpoint(.get, "/campaigns/{id}/edit", for: .may(.manageCampaigns), "The form of a draft") {
            try await CampaignForms.edit($0)
        },
        Endpoint(
            .get, "/recipients/export", for: .may(.exportRecords), "The ledger as a spreadsheet",
            query: CampaignRecipientList.definition.parameters + ExportAnswer.parameters, gives: .file("*/*")
        ) { try await CampaignRecipientList.list.export($0) },
        Endpoint(.get, "/recipients/{id}", for: .may(.readRecords), "One recipient") {
            try await RecipientPages.show($0)
        },
    ]

    private static let editing: [Endpoint] = [
        Endpoint(.post, "/campaigns", for: .may(.manageCampaigns), "Makes a draft", takes: .form) { visit in
            do {
                let campaign = try await visit.platform.campaigns.create(
                    try CampaignForms.draft(visit), by: visit.principal)
                return visit.redirect(to: "/campaigns/\(campaign.id)", flash: "campaigns.saved.done")
            } catch let error as InvalidFields {
                return try await CampaignForms.new(visit, error.problems)
            }
        },
        Endpoint(.post, "/campaigns/{id}", for: .may(.manageCampaigns), "Changes a draft", takes: .form) { visit in
            do {
                let campaign = try await visit.platform.campaigns.edit(
                    try visit.id(), try CampaignForms.draft(visit), expected: try CampaignInput.expected(visit),
                    by: visit.principal)
                return visit.redirect(to: "/campaigns/\(campaign.id)", flash: "campaigns.saved.done")
            } catch let error as InvalidFields {
                return try await CampaignForms.edit(visit, error.problems)
            } catch StoreError.conflict {
                return try await CampaignForms.edit(visit, isConflict: true)
            } catch let error as CampaignError {
                return try await refused(visit, error)
            }
        },
        Endpoint(
            .post, "/campaigns/{id}/copy", for: .may(.manageCampaigns), "Makes a draft that says the same", takes: .form
        ) {
            visit in
            let original = try await visit.platform.campaigns.get(try visit.id())
            let name = visit.phrase("campaigns.copyOf", ["name": original.name])
            let copy = try await visit.platform.campaigns.duplicate(
                original.id, name: String(name.prefix(120)), by: visit.principal)
            return visit.redirect(to: "/campaigns/\(copy.id)/edit", flash: "campaigns.copied.done")
        },
        Endpoint(.post, "/campaigns/{id}/delete", for: .may(.manageCampaigns), "Deletes a draft", takes: .form) {
            visit in
            do {
                try await visit.platform.campaigns.delete(try visit.id(), by: visit.principal)
                return visit.redirect(to: "/campaigns", flash: "campaigns.deleted.done")
            } catch let error as CampaignError {
                return try await refused(visit, error)
            }
        },
    ]

    private static let moving: [Endpoint] = [
        move("recipients", "Makes the list of recipients anew", "campaigns.listing.done") { campaigns, id, visit in
            try await campaigns.makeRecipients(id, by: visit.principal)
        },
        move("schedule", "Sends it from a moment on, or at once", "campaigns.scheduled.done") { campaigns, id, visit in
            let at = try CampaignInput.date(visit.input.text("at"), "at", visit)
            _ = try await campaigns.schedule(id, at: at, by: visit.principal)
        },
        move("unschedule", "Makes a draft of it again", "campaigns.unscheduled.done") { campaigns, id, visit in
            _ = try await campaigns.unschedule(id, by: visit.principal)
        },
        move("pause", "Pauses a campaign", "campaigns.paused.done") { campaigns, id, visit in
            _ = try await campaigns.pause(id, by: visit.principal)
        },
        move("resume", "Goes on with a campaign", "campaigns.resumed.done") { campaigns, id, visit in
            _ = try await campaigns.resume(id, by: visit.principal)
        },
        move("cancel", "Sends no more of a campaign, ever", "campaigns.stopped.done") { campaigns, id, visit in
            _ = try await campaigns.cancel(id, by: visit.principal)
        },
        move("retry", "Tries again those whom it failed to reach", "campaigns.retried.done") { campaigns, id, visit in
            _ = try await campaigns.retryFailures(id, by: visit.principal)
        },
        move("release", "Lets held recipients go", "campaigns.released.done") { campaigns, id, visit in
            _ = try await campaigns.releaseHeld(id, by: visit.principal)
        },
    ]

    private static func move(
        _ name: String, _ summary: String, _ flash: String,
        _ body: @escaping @Sendable (Campaigns, EntityID<Campaign>, MemberVisit) async throws -> Void
    ) -> Endpoint {
        Endpoint(.post, "/campaigns/{id}/\(name)", for: .may(.manageCampaigns), summary, takes: .form) { visit in
            let id: EntityID<Campaign> = try visit.id()
            do {
                try await body(visit.platform.campaigns, id, visit)
                return visit.redirect(to: "/campaigns/\(id)", flash: flash)
            } catch let error as CampaignError {
                return try await refused(visit, error)
            } catch let error as InvalidFields {
                let problem = error.problems.values.first
                return try await CampaignPages.show(
                    visit, refusal: problem.map { visit.phrase("problems.\($0.code)", $0.values) })
            }
        }
    }

    private static func refused(_ visit: MemberVisit, _ error: CampaignError) async throws -> Response {
        try await CampaignPages.show(visit, refusal: visit.phrase("errors.\(error.failure.code)"))
    }

    private static let recipients: [Endpoint] = [
        Endpoint(
            .post, "/recipients/{id}", for: .may(.manageCampaigns), "Fills in what a mail calls somebody", takes: .form
        ) {
            visit in
            let names = TemplateField.ofRecipient.map(\.rawValue)
            let values = Dictionary(
                uniqueKeysWithValues: names.compactMap { name in visit.input.text(name).map { (name, $0) } })
            return try await act(visit, "campaignRecipients.filled.done") {
                _ = try await visit.platform.campaigns.fill($0, values, by: visit.principal)
            }
        },
        Endpoint(
            .post, "/recipients/{id}/exclude", for: .may(.manageCampaigns), "Takes somebody off the list", takes: .form
        ) {
            visit in
            try await act(visit, "campaignRecipients.excluded.done") {
                _ = try await visit.platform.campaigns.exclude($0, by: visit.principal)
            }
        },
        Endpoint(.post, "/recipients/{id}/include", for: .may(.manageCampaigns), "Puts them back", takes: .form) {
            visit in
            try await act(visit, "campaignRecipients.included.done") {
                _ = try await visit.platform.campaigns.include($0, by: visit.principal)
            }
        },
        Endpoint(
            .post, "/recipients/{id}/decision", for: .may(.manageCampaigns),
            "Decides of a mail that the server may have or not", takes: .form
        ) { visit in
            guard let decision = Campaigns.Decision(rawValue: visit.input.text("decision") ?? "") else {
                throw InvalidFields(["decision": .notInList])
            }
            return try await act(visit, "campaignRecipients.decided.done") {
                _ = try await visit.platform.campaigns.decide($0, decision, by: visit.principal)
            }
        },
    ]

    private static func act(
        _ visit: MemberVisit, _ flash: String, _ body: (EntityID<CampaignRecipient>) async throws -> Void
    ) async throws -> Response {
        let id: EntityID<CampaignRecipient> = try visit.id()
        do {
            try await body(id)
            return visit.redirect(to: "/recipients/\(id)", flash: flash)
        } catch let error as InvalidFields {
            return try await RecipientPages.show(visit, problems: error.problems)
        } catch let error as CampaignError {
            return try await RecipientPages.show(visit, refusal: visit.phrase("errors.\(error.failure.code)"))
        }
    }
}

import Growth
import HTTPTypes
import Hummingbird
import Store

/// Templates in the browser.
enum TemplateRoutes {
    static let all: [Endpoint] = list + pages + previews + changes + TemplateAPI.all

    /// Where there are none yet, those to begin with stand in the list's place.
    private static let list: [Endpoint] =
        TemplateList.list.routes.filter { $0.path != TemplateList.list.path } + [
            Endpoint(
                .get, "/templates", for: .may(.readRecords), "The list of templates",
                query: TemplateList.definition.parameters + RecordList<EmailTemplate>.pageParameters
            ) { visit in
                let isEmpty = try await visit.platform.store.count(EmailTemplate.self, where: .all, upTo: 1) == 0
                if isEmpty && visit.may(.manageCampaigns) && visit.request.uri.query == nil {
                    return try TemplateForms.gallery(visit)
                }
                return try await TemplateList.list.show(visit)
            }
        ]

    private static let pages: [Endpoint] = [
        Endpoint(
            .get, "/templates/new", for: .may(.manageCampaigns), "Templates to begin with, and the editor of a new one",
            query: [QueryParameter("from", .string, "The one to begin with, or blank")]
        ) { try await TemplateForms.new($0) },
        Endpoint(.get, "/templates/{id}", for: .may(.readRecords), "One template") { try await TemplatePages.show($0) },
        Endpoint(.get, "/templates/{id}/edit", for: .may(.manageCampaigns), "The editor of a template") {
            try await TemplateForms.edit($0)
        },
    ]

    private static let previews: [Endpoint] = [
        Endpoint(
            .get, "/templates/starters/{id}/document", for: .may(.readRecords),
            "A template to begin with, as delivered",
            query: TemplatePreviews.parameters
        ) { visit in
            guard let starter = StarterTemplate.find(try visit.parameter("id")) else { throw WebError.notFound }
            var template = EmailTemplate()
            (template.subject, template.language) = (starter.subject, starter.language)
            (template.htmlContent, template.textContent) = (starter.html, starter.text)
            return try await TemplatePreviews.document(template, visit)
        },
        Endpoint(
            .get, "/templates/{id}/document", for: .may(.readRecords), "The mail as it is delivered, for a frame",
            query: TemplatePreviews.parameters
        ) { visit in
            try await TemplatePreviews.document(try await visit.platform.templates.get(try visit.id()), visit)
        },
        Endpoint(
            .get, "/templates/{id}/check", for: .may(.readRecords), "What is wrong with a template, for a recipient",
            query: TemplatePreviews.parameters
        ) { visit in
            try await TemplatePreviews.check(try await visit.platform.templates.get(try visit.id()), visit)
        },
        Endpoint(
            .post, "/templates/document", for: .may(.manageCampaigns),
            "What is in the editor, as it would be delivered",
            takes: .form
        ) { visit in
            try await TemplatePreviews.document(try TemplateForms.shown(visit), visit)
        },
        Endpoint(
            .post, "/templates/check", for: .may(.manageCampaigns), "What is wrong with what is in the editor",
            takes: .form
        ) { visit in
            try await TemplatePreviews.check(try TemplateForms.shown(visit), visit)
        },
        Endpoint(
            .get, "/templates/recipients", for: .may(.readRecords), "Records that a mail can be shown for",
            query: [QueryParameter("q")]
        ) { visit in
            let text = visit.query("q") ?? ""
            let found = text.isEmpty ? [] : try await TemplatePreviews.recipients(visit, text)
            return try visit.fragment(
                "email_templates/recipients", ["hits": found, "isEmpty": found.isEmpty && !text.isEmpty])
        },
    ]

    private static let changes: [Endpoint] = [
        Endpoint(.post, "/templates", for: .may(.manageCampaigns), "Adds a template", takes: .form) { visit in
            try await TemplateForms.saving(
                visit, again: { visit, problems, _ in try await TemplateForms.new(visit, problems) }
            ) {
                try await visit.platform.templates.create(try TemplateInput.draft(visit.input), by: visit.principal)
            }
        },
        Endpoint(
            .post, "/templates/bring-back", for: .may(.manageCampaigns), "Brings back a deleted template", takes: .form
        ) { visit in
            guard let entry = EntityID<AuditLog>(visit.input.text("entry") ?? "") else {
                throw WebError.badParameter("entry")
            }
            let template = try await visit.platform.templates.bringBack(entry, by: visit.principal)
            return visit.redirect(to: "/templates/\(template.id)", flash: "templates.broughtBack.done")
        },
        Endpoint(.post, "/templates/{id}", for: .may(.manageCampaigns), "Changes a template", takes: .form) { visit in
            let id: EntityID<EmailTemplate> = try visit.id()
            return try await TemplateForms.saving(
                visit, again: { try await TemplateForms.edit($0, $1, isConflict: $2) }
            ) {
                try await visit.platform.templates.edit(
                    id, try TemplateInput.draft(visit.input),
                    expected: visit.input["updatedAt"].flatMap(RecordInput.date), by: visit.principal)
            }
        },
        Endpoint(
            .post, "/templates/{id}/status", for: .may(.manageCampaigns), "Archives a template, or takes it into use",
            takes: .form
        ) {
            visit in
            var draft = Templates.Draft()
            draft.status = visit.input.text("status") ?? ""
            let template = try await visit.platform.templates.edit(try visit.id(), draft, by: visit.principal)
            return visit.redirect(to: "/templates/\(template.id)", flash: "records.saved")
        },
        Endpoint(
            .post, "/templates/{id}/duplicate", for: .may(.manageCampaigns), "Makes a copy of a template", takes: .form
        ) {
            visit in
            let original = try await visit.platform.templates.get(try visit.id())
            let name = visit.phrase("templates.copyOf", ["name": original.name])
            let copy = try await visit.platform.templates.duplicate(
                original.id, name: String(name.prefix(120)), by: visit.principal)
            return visit.redirect(to: "/templates/\(copy.id)/edit", flash: "templates.copied.done")
        },
        Endpoint(
            .post, "/templates/{id}/test", for: .may(.manageCampaigns), "Sends a template to a colleague", takes: .form
        ) { try await TemplatePages.test($0) },
        Endpoint(.post, "/templates/{id}/delete", for: .may(.manageCampaigns), "Deletes a template", takes: .form) {
            visit in
            let entry = try await visit.platform.templates.delete(try visit.id(), by: visit.principal)
            return visit.redirect(
                to: "/templates", flash: "templates.deleted.done",
                undo: Undo(action: "/templates/bring-back", id: entry.id.raw))
        },
    ]
}

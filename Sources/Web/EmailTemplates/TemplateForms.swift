import Growth
import Hummingbird
import Store

/// The editor of templates.
enum TemplateForms {
    static func crumb(_ visit: some Visiting) -> Crumb { Crumb("/templates", visit.phrase("templates.title")) }

    /// Templates to begin with; `from` names one, or `blank`.
    static func new(_ visit: MemberVisit, _ problems: [String: FieldProblem] = [:]) async throws -> Response {
        let from = visit.query("from")
        guard from != nil || visit.input.has("htmlContent") else { return try gallery(visit) }
        var template = EmailTemplate()
        if let starter = from.flatMap(StarterTemplate.find) {
            (template.name, template.subject, template.language) = (starter.name, starter.subject, starter.language)
            (template.htmlContent, template.textContent) = (starter.html, starter.text)
        }
        return try await page(
            visit, template, action: "/templates", title: visit.phrase("templates.new"), problems)
    }

    static func gallery(_ visit: MemberVisit) throws -> Response {
        let starters = StarterTemplate.all.map { starter -> PageData in
            [
                "id": starter.id, "name": starter.name, "subject": starter.subject,
                "language": RecordWords.label(visit, .templates, "language", starter.language.rawValue),
            ]
        }
        let isList = visit.request.uri.path == "/templates"
        return try visit.page(
            "email_templates/gallery", title: visit.phrase(isList ? "templates.title" : "templates.new"),
            ["starters": starters, "isList": isList], trail: isList ? [] : [crumb(visit)])
    }

    static func edit(
        _ visit: MemberVisit, _ problems: [String: FieldProblem] = [:], isConflict: Bool = false
    ) async throws -> Response {
        let template = try await visit.platform.templates.get(try visit.id())
        return try await page(
            visit, template, action: "/templates/\(template.id)", title: template.name, problems,
            isConflict: isConflict)
    }

    /// Runs what saves; answers with the form again where it was refused.
    static func saving(
        _ visit: MemberVisit, again: (MemberVisit, [String: FieldProblem], Bool) async throws -> Response,
        _ save: () async throws -> EmailTemplate
    ) async throws -> Response {
        do {
            let template = try await save()
            let path = "/templates/\(template.id)"
            return visit.redirect(to: visit.input.has("stay") ? path + "/edit" : path, flash: "records.saved")
        } catch let error as InvalidFields {
            return try await again(visit, error.problems, false)
        } catch StoreError.conflict {
            return try await again(visit, [:], true)
        }
    }

    private static func page(
        _ visit: MemberVisit, _ stored: EmailTemplate, action: String, title: String,
        _ problems: [String: FieldProblem], isConflict: Bool = false
    ) async throws -> Response {
        let isNew = action == "/templates"
        func value(_ name: String, _ stored: String?) -> String { visit.input.text(name) ?? stored ?? "" }
        func options(_ field: String, _ words: [String], _ chosen: String) -> [PageData] {
            RecordWords.options(visit, .templates, field, words, chosen: chosen)
        }
        let shown = visit.platform.templates.drafted(try TemplateInput.draft(visit.input), over: stored)
        let seen = stored.updatedAt.map { String($0.milliseconds) } ?? ""
        var data: PageData = [
            "heading": isNew ? title : visit.phrase("records.editing", ["name": title]), "action": action,
            "back": action, "id": isNew ? "" : stored.id.description, "name": value("name", stored.name),
            "subject": value("subject", stored.subject), "category": value("category", stored.category),
            "htmlContent": value("htmlContent", stored.htmlContent),
            "textContent": value("textContent", stored.textContent),
            "languages": options(
                "language", MailLanguage.known.map(\.rawValue), value("language", stored.language.rawValue)),
            "statuses": options(
                "status", EmailTemplate.Status.known.map(\.rawValue), value("status", stored.status.rawValue)),
            "updatedAt": isConflict ? seen : value("updatedAt", seen), "errors": visit.sentences(problems),
            "hasProblemsOfForm": !problems.isEmpty, "isConflict": isConflict,
            "fields": TemplateField.allCases.map {
                ["code": $0.rawValue, "label": visit.phrase("templateFields.\($0.rawValue)"), "isLink": $0.isLink]
                    as PageData
            },
            "contentDir": shown.language == .english ? "ltr" : "rtl",
            "check": [try await TemplatePreviews.checkData(shown, visit)],
        ]
        data.merge(try await TemplatePreviews.controls(visit)) { _, new in new }
        return try visit.page(
            "email_templates/form", title: isNew ? title : visit.phrase("records.edit"), data,
            trail: [crumb(visit)] + (isNew ? [] : [Crumb(action, stored.name)]),
            status: isConflict ? .conflict : problems.isEmpty ? .ok : .unprocessableContent)
    }

    /// The template as the form has it now.
    static func shown(_ visit: MemberVisit) throws -> EmailTemplate {
        visit.platform.templates.drafted(try TemplateInput.draft(visit.input))
    }
}

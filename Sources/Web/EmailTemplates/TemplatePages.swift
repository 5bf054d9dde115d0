import Growth
import Hummingbird
import Store

/// The page of a template: the mail as its recipients get it, and what can be done with it.
enum TemplatePages {
    static func show(_ visit: MemberVisit, testProblem: String? = nil) async throws -> Response {
        let template = try await visit.platform.templates.get(try visit.id())
        let uses = try await visit.platform.templates.uses(of: template.id)
        let mayManage = visit.may(.manageCampaigns)
        func word(_ field: String, _ token: String) -> String { RecordWords.label(visit, .templates, field, token) }
        var data: PageData = [
            "id": template.id.description, "name": template.name, "status": word("status", template.status.rawValue),
            "statusSign": TemplateList.sign(template.status),
            "language": word("language", template.language.rawValue), "mayManage": mayManage,
            "isArchived": template.status == .archived, "isDraft": template.status == .draft,
            "isUsed": !uses.isEmpty,
            "uses": uses.campaigns.map { ["name": $0.name, "path": "/campaigns/\($0.id)", "hasPath": true] }
                + uses.sequences.map { ["name": $0.name, "path": "", "hasPath": false] },
            "colleagues": mayManage ? try await colleagues(visit) : [],
            "hasTestProblem": testProblem != nil, "testProblem": testProblem ?? "",
            "check": [try await TemplatePreviews.checkData(template, visit)],
        ]
        data.merge(try await TemplatePreviews.controls(visit)) { _, new in new }
        return try visit.page(
            "email_templates/show", title: template.name, data, trail: [TemplateForms.crumb(visit)],
            status: testProblem == nil ? .ok : .unprocessableContent)
    }

    /// Whose addresses a test may go to, the asker first.
    private static func colleagues(_ visit: MemberVisit) async throws -> [PageData] {
        let chosen = visit.input.text("to") ?? visit.user.email
        let people = try await Colleagues(visit).people
        let mine = people.filter { $0.id == visit.user.id }, others = people.filter { $0.id != visit.user.id }
        return (mine + others).map {
            ["code": $0.email, "label": "\($0.name) · \($0.email)", "isChosen": $0.email == chosen]
        }
    }

    static func test(_ visit: MemberVisit) async throws -> Response {
        let id: EntityID<EmailTemplate> = try visit.id()
        do {
            try await sendTest(id, visit)
            return visit.redirect(to: "/templates/\(id)", flash: "templates.tested.done")
        } catch let error as InvalidFields {
            let problem = error.problems.values.first
            return try await show(visit, testProblem: problem.map { visit.phrase("problems.\($0.code)", $0.values) })
        } catch let error as TemplateError {
            let failure = error.failure
            return try await show(visit, testProblem: visit.phrase("errors.\(failure.code)", failure.values))
        }
    }

    static func sendTest(_ id: EntityID<EmailTemplate>, _ visit: MemberVisit) async throws {
        let template = try await visit.platform.templates.get(id)
        try await visit.platform.templates.sendTest(
            template, to: visit.input.text("to") ?? visit.user.email,
            as: try TemplateInput.recipient(visit.input.text("as")),
            prefix: template.language == .english ? "[Test]" : "[تجربة]", base: visit.visit.shell.tracking.links.base,
            by: visit.principal)
    }
}

import Growth
import HTTPTypes
import Hummingbird
import Store

/// Templates for other programs.
enum TemplateAPI {
    private static let item = JSONSchema.entity(EmailTemplate.self)

    private static func properties(required: [String]) -> [JSONSchema.Property] {
        let known: [String: JSONSchema] = [
            "language": .words(of: MailLanguage.self), "status": .words(of: EmailTemplate.Status.self),
            "description": .nullable(.string), "category": .nullable(.string), "textContent": .nullable(.string),
        ]
        return TemplateInput.fields.map { name in
            let schema = known[name] ?? .string
            return required.contains(name) ? .must(name, schema) : .may(name, schema)
        }
    }

    private static let recipient = JSONSchema.Property.may("as", .string)
    private static let preview = JSONSchema.object(
        .must("subject", .string), .must("html", .string), .must("text", .string), .must("bytes", .integer),
        .must("missing", .array(.word(TemplateField.allCases.map(\.rawValue)))),
        .must(
            "problems",
            .array(
                .object(
                    .must("code", .word(TemplateProblem.Code.allCases.map(\.rawValue))), .may("detail", .string),
                    .must("isGrave", .boolean), .must("message", .string)))),
        .may("skipReason", .words(of: CampaignRecipient.SkipReason.self)))

    static let all: [Endpoint] = [
        Endpoint(
            .get, "/api/templates", for: .may(.readRecords), "Lists templates",
            query: TemplateList.definition.parameters, gives: .json(.list(of: item))
        ) { try await TemplateList.definition.json($0) },
        Endpoint(
            .post, "/api/templates", for: .may(.manageCampaigns), "Adds a template",
            takes: .json(.object(properties(required: ["name", "subject"]), isOpen: false)),
            gives: .json(item, status: .created)
        ) { visit in
            try visit.input.allow(TemplateInput.fields)
            let template = try await visit.platform.templates.create(
                try TemplateInput.draft(visit.input), by: visit.principal)
            return try visit.json(template, status: .created)
        },
        Endpoint(.get, "/api/templates/{id}", for: .may(.readRecords), "One template", gives: .json(item)) { visit in
            try visit.json(try await visit.platform.templates.get(try visit.id()))
        },
        Endpoint(
            .patch, "/api/templates/{id}", for: .may(.manageCampaigns),
            "Changes the named fields; with `updatedAt`, only if nobody has since",
            takes: .json(
                .object(properties(required: []) + [.may("updatedAt", .formatted("date-time"))], isOpen: false)),
            gives: .json(item)
        ) { visit in
            try visit.input.allow(TemplateInput.fields + ["updatedAt"])
            return try visit.json(
                try await visit.platform.templates.edit(
                    try visit.id(), try TemplateInput.draft(visit.input),
                    expected: visit.input["updatedAt"].flatMap(RecordInput.date), by: visit.principal))
        },
        Endpoint(
            .delete, "/api/templates/{id}", for: .may(.manageCampaigns),
            "Deletes a template that no campaign or sequence goes out with", gives: .nothing
        ) { visit in
            _ = try await visit.platform.templates.delete(try visit.id(), by: visit.principal)
            return visit.noContent()
        },
        Endpoint(
            .post, "/api/templates/{id}/preview", for: .may(.readRecords),
            "The mail as a recipient gets it, what is wrong with it and what it lacks; other contents can be tried",
            takes: .json(
                .object(
                    [recipient, .may("subject", .string), .may("htmlContent", .string), .may("textContent", .string)],
                    isOpen: false)),
            gives: .json(preview)
        ) { visit in
            try visit.input.allow("as", "subject", "htmlContent", "textContent")
            let templates = visit.platform.templates
            let stored = try await templates.get(try visit.id())
            let template = templates.drafted(try TemplateInput.draft(visit.input), over: stored)
            return visit.json(
                value(try await TemplatePreviews.make(template, as: visit.input.text("as"), visit), visit))
        },
        Endpoint(
            .post, "/api/templates/{id}/test", for: .may(.manageCampaigns),
            "Sends a template through the default mailbox to somebody with an account here; to oneself without `to`",
            takes: .json(.object([recipient, .may("to", .formatted("email"))], isOpen: false)), gives: .nothing
        ) { visit in
            try visit.input.allow("as", "to")
            try await TemplatePages.sendTest(try visit.id(), visit)
            return visit.noContent()
        },
    ]

    private static func value(_ preview: TemplatePreview, _ visit: MemberVisit) -> Value {
        let problems = preview.problems.map { problem -> Value in
            var value: Document = [
                "code": .string(problem.code.rawValue), "isGrave": .bool(problem.isGrave),
                "message": .string(TemplatePreviews.sentence(problem, visit)),
            ]
            if let detail = problem.detail { value["detail"] = .string(detail) }
            return .object(value)
        }
        var value: Document = [
            "subject": .string(preview.subject), "html": .string(preview.html), "text": .string(preview.text),
            "bytes": .int(preview.bytes), "missing": Value(preview.missing.map(\.rawValue)),
            "problems": .array(problems),
        ]
        if let reason = preview.skipReason { value["skipReason"] = .string(reason.rawValue) }
        return .object(value)
    }
}

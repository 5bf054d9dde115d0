import Foundation
import Growth
import Hummingbird
import Store

/// Whom a template is shown for, the mail that they would get, and what is wrong with it.
enum TemplatePreviews {
    static let parameters = [
        QueryParameter("as", .string, "full, empty, or a record: companies:<id>"),
        QueryParameter("view", .word(["phone", "desktop", "text"])),
        QueryParameter("scheme", .word(["light", "dark"])),
    ]

    static func make(_ template: EmailTemplate, as recipient: String?, _ visit: MemberVisit) async throws
        -> TemplatePreview
    {
        try await visit.platform.templates.preview(
            template, for: try TemplateInput.recipient(recipient), base: visit.visit.shell.tracking.links.base)
    }

    // MARK: The frame

    static func document(_ template: EmailTemplate, _ visit: MemberVisit) async throws -> Response {
        func asked(_ name: String) -> String? { visit.input.text(name) ?? visit.query(name) }
        let preview = try await make(template, as: asked("as"), visit)
        return PreviewDocument.response(
            preview, PreviewDocument.View(rawValue: asked("view") ?? "") ?? .html, isDark: asked("scheme") == "dark")
    }

    // MARK: What is said about it

    static func check(_ template: EmailTemplate, _ visit: MemberVisit) async throws -> Response {
        try visit.fragment("email_templates/check", try await checkData(template, visit))
    }

    /// For the partial `email_templates/check`.
    static func checkData(_ template: EmailTemplate, _ visit: MemberVisit) async throws -> PageData {
        let preview = try await make(template, as: visit.input.text("as") ?? visit.query("as"), visit)
        let problems = preview.problems.map { problem -> PageData in
            ["text": sentence(problem, visit), "isGrave": problem.isGrave]
        }
        let missing = preview.missing.map { visit.phrase("templateFields.\($0.rawValue)") }
        let limit = 102.0
        let size = Double(preview.bytes) / 1_024
        return [
            "subject": preview.subject, "problems": problems, "hasProblems": !problems.isEmpty,
            "size": visit.phrase("templates.size", ["size": visit.formats.number(size, places: 1)]),
            "isLarge": size > limit, "hasMissing": !missing.isEmpty,
            "missing": visit.phrase(
                "templates.missing", ["fields": missing.joined(separator: visit.phrase("shell.listSeparator"))]),
            "isSkipped": preview.skipReason != nil,
            "skipped": preview.skipReason.map {
                visit.phrase(
                    "templates.skipped",
                    ["reason": RecordWords.label(visit, .campaignRecipients, "skipReason", $0.rawValue)])
            } ?? "",
        ]
    }

    static func sentence(_ problem: TemplateProblem, _ visit: some Visiting) -> String {
        visit.phrase("templateProblems.\(problem.code.rawValue)", ["detail": problem.detail ?? ""])
    }

    // MARK: Whom to choose

    /// Records that a mail can be shown for: some to begin with, or those with these words.
    static func recipients(_ visit: MemberVisit, _ text: String) async throws -> [PageData] {
        var found: [PageData] = []
        for target in [Segment.Target.companies, .people] {
            var whole = Segment()
            whole.targetType = target
            let segments = visit.platform.segments
            let members =
                text.isEmpty
                ? try await segments.sample(whole, limit: 6, by: visit.principal)
                : try await segments.find(text, in: target, limit: 6)
            found += members.map {
                [
                    "code": "\(target.rawValue):\($0.id)", "label": $0.name,
                    "kind": RecordWords.label(visit, .segments, "targetType", target.rawValue), "isChosen": false,
                ]
            }
        }
        return found
    }

    /// For the partial `email_templates/preview`.
    static func controls(_ visit: MemberVisit) async throws -> PageData {
        let made = ["full", "empty"].map { code -> PageData in
            ["code": code, "label": visit.phrase("templates.recipients.\(code)"), "isChosen": code == "full"]
        }
        let records = try await recipients(visit, "").map { option -> PageData in
            var option = option
            option["label"] = "\(option["label"] ?? "") · \(option["kind"] ?? "")"
            return option
        }
        return ["recipients": made + records]
    }
}

import Foundation
import Store

/// What can be done with templates.
public struct Templates: Sendable {
    let store: any DocumentStore
    let settings: Settings
    let audit: AuditTrail
    let mailboxes: Mailboxes
    let now: @Sendable () -> Date

    static let maxContentBytes = 500_000
    static let maxSubject = 300

    /// What somebody says of a template; what they do not name stays.
    public struct Draft: Sendable {
        public var name: String?
        public var subject: String?
        public var description: String?
        public var category: String?
        public var htmlContent: String?
        public var textContent: String?
        public var language: String?
        public var status: String?

        public init() {}
    }

    public static let order: [Sort] = [.descending("createdAt")]

    public func list(page: Page? = nil, limit: Int = 50) async throws -> [EmailTemplate] {
        try await store.find(Query(.all, sort: Self.order, limit: limit, page: page))
    }

    public func get(_ id: EntityID<EmailTemplate>) async throws -> EmailTemplate {
        guard let template = try await store.get(id) else { throw RecordError.notFound }
        return template
    }

    public func create(_ draft: Draft, by principal: Principal) async throws -> EmailTemplate {
        var template = EmailTemplate()
        var draft = draft
        (draft.name, draft.subject) = (draft.name ?? "", draft.subject ?? "")
        try apply(draft, to: &template)
        template.createdAt = now()
        var writes = Writes()
        writes.insert([template])
        writes.insert([audit.entry("template_created", by: principal, on: .init(template))])
        try await store.commit(writes)
        return try await get(template.id)
    }

    /// - Parameter expected: the `updatedAt` that the editor saw. Throws `StoreError.conflict` when it is another now.
    public func edit(
        _ id: EntityID<EmailTemplate>, _ draft: Draft, expected: Date? = nil, by principal: Principal
    ) async throws -> EmailTemplate {
        let original = try await get(id)
        if let expected, expected != original.updatedAt {
            throw StoreError.conflict(collection: EmailTemplate.collection)
        }
        var template = original
        try apply(draft, to: &template)
        var writes = Writes()
        try writes.save(template, original: original)
        writes.insert([audit.entry("template_changed", by: principal, on: .init(template))])
        try await store.commit(writes)
        return try await get(id)
    }

    /// A copy to go on from, as a draft.
    public func duplicate(_ id: EntityID<EmailTemplate>, name: String, by principal: Principal) async throws
        -> EmailTemplate
    {
        let original = try await get(id)
        var draft = Draft()
        (draft.name, draft.subject, draft.description) = (name, original.subject, original.description)
        (draft.htmlContent, draft.textContent) = (original.htmlContent, original.textContent)
        (draft.category, draft.language) = (original.category, original.language.rawValue)
        return try await create(draft, by: principal)
    }

    private func apply(_ draft: Draft, to template: inout EmailTemplate) throws {
        var reader = FieldReader()
        if let name = draft.name { template.name = reader.line(name, "name", required: true, limit: 120) ?? "" }
        if let subject = draft.subject {
            template.subject = reader.line(subject, "subject", required: true, limit: Self.maxSubject) ?? ""
        }
        if let text = draft.description { template.description = reader.text(text, "description") }
        if let category = draft.category { template.category = reader.line(category, "category", limit: 60) }
        if let html = draft.htmlContent { template.htmlContent = Self.content(html, "htmlContent", &reader) ?? "" }
        if let text = draft.textContent { template.textContent = Self.content(text, "textContent", &reader) }
        if let language = draft.language {
            template.language = reader.choice(language, "language") ?? template.language
        }
        if let status = draft.status { template.status = reader.choice(status, "status") ?? template.status }
        try reader.throwIfAny()
        template.variables = template.compiled().fields.map(\.rawValue).sorted()
    }

    private static func content(_ text: String, _ field: String, _ reader: inout FieldReader) -> String? {
        let lines = text.replacing("\r\n", with: "\n").replacing("\r", with: "\n").replacing("\0", with: "")
        if lines.utf8.count > maxContentBytes { reader.refuse(field, .tooLong(maxContentBytes)) }
        return lines.trimmingCharacters(in: .whitespacesAndNewlines).isEmpty ? nil : lines
    }

    /// What a person should know before it is sent, the grave things first.
    public func problems(of template: EmailTemplate) async throws -> [TemplateProblem] {
        let address = try await settings.current().branding.address
        return template.compiled().problems(hasPostalAddress: !(address ?? "").isEmpty)
    }
}

extension EmailTemplate {
    func compiled(variants: [SubjectVariant] = [], tracks: Bool = true) -> CompiledTemplate {
        CompiledTemplate(
            subject: subject, html: htmlContent, text: textContent, language: language,
            variants: Dictionary(variants.map { ($0.name, $0.subject) }, uniquingKeysWith: { first, _ in first }),
            tracks: tracks)
    }
}

extension Platform {
    public var templates: Templates {
        Templates(store: store, settings: settings, audit: audit, mailboxes: mailboxes, now: now)
    }
}

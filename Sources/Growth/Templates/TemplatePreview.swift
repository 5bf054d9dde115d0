import Foundation
import MailMIME
import Store

/// Whom a mail is shown as if it went to them.
public enum PreviewRecipient: Sendable, Hashable {
    /// Somebody made up of whom everything is known.
    case full
    /// Somebody of whom only the address is known.
    case empty
    case record(Segment.Target, ObjectID)
}

/// A mail as its recipient's program gets it.
public struct TemplatePreview: Sendable {
    public var subject: String
    public var html: String
    public var text: String
    /// Of the whole mail, as it travels.
    public var bytes: Int
    /// What it names and nothing is known of: such a recipient is held until somebody fills it in.
    public var missing: [TemplateField]
    public var problems: [TemplateProblem]
    /// Why this recipient would get no mail at all.
    public var skipReason: CampaignRecipient.SkipReason?
}

extension Templates {
    /// Renders the mail by what sends it, and reads it as a mail program does. Links are not tracked here, so that they can be tried.
    ///
    /// - Parameter base: what our own addresses begin with.
    public func preview(
        _ template: EmailTemplate, for recipient: PreviewRecipient, base: String
    ) async throws -> TemplatePreview {
        let mail = try await mail(template, for: recipient, base: base)
        let read = try ParsedMessage(mail.encoded.bytes)
        return TemplatePreview(
            subject: read.subject, html: read.html ?? "",
            text: (read.text ?? "").replacing("\r\n", with: "\n"), bytes: mail.encoded.bytes.count,
            missing: mail.missing, problems: try await problems(of: template), skipReason: mail.skipReason)
    }

    /// What somebody says of a template, over what is kept, without saving it.
    public func drafted(_ draft: Draft, over template: EmailTemplate = EmailTemplate()) -> EmailTemplate {
        var template = template
        func line(_ text: String) -> String {
            String(
                String.UnicodeScalarView(
                    text.unicodeScalars.map { $0.properties.generalCategory == .control ? " " : $0 }))
        }
        if let subject = draft.subject { template.subject = line(String(subject.prefix(Self.maxSubject))) }
        if let html = draft.htmlContent { template.htmlContent = String(html.prefix(Self.maxContentBytes)) }
        if let text = draft.textContent { template.textContent = String(text.prefix(Self.maxContentBytes)) }
        if let language = draft.language.flatMap({ MailLanguage(known: $0) }) { template.language = language }
        if let name = draft.name { template.name = name }
        return template
    }

    struct MadeMail {
        var encoded: EncodedMessage
        var missing: [TemplateField]
        var skipReason: CampaignRecipient.SkipReason?
    }

    /// - Parameters:
    ///   - mailbox: the sender; `nil` shows the default one, or somebody made up where there is none.
    ///   - address: the one it really goes to, when that is not the recipient.
    func mail(
        _ template: EmailTemplate, for recipient: PreviewRecipient, base: String, from mailbox: Mailbox? = nil,
        to address: String? = nil, prefix: String = ""
    ) async throws -> MadeMail {
        let settings = try await settings.current()
        let sender = if let mailbox { Optional(mailbox) } else { try await defaultMailbox() }
        var fixed = TemplateValues(sender: Campaign(), settings, mailbox: sender)
        fixed[.unsubscribeUrl] = base + "/u/preview"
        fixed[.preferencesUrl] = base + "/preferences/preview"
        let row = try await row(recipient, fixed, template.language)
        let values = TemplateValues(row, over: fixed)
        let from = try MailAddress(sender?.email ?? "sales@example.sa")
        var pattern = OutgoingMessage(
            from: NamedAddress(sender?.name ?? settings.defaultSenderName, from),
            messageID: try MessageID.random(at: from),
            date: now())
        let zone = TimeZone(identifier: settings.timezone) ?? .gmt
        pattern.utcOffsetMinutes = zone.secondsFromGMT(for: now()) / 60
        var shown = template
        if !prefix.isEmpty { shown.subject = prefix + " " + template.subject }
        let compiled = shown.compiled(tracks: false)
        let known = (try? MailAddress(address ?? row.email)) ?? from
        let encoded = try PreparedTemplate(compiled, pattern).encoded(
            to: NamedAddress(address == nil ? row.personName : nil, known), values,
            messageID: try MessageID.random(at: from), date: now(), MergeText.Addresses(link: "", pixel: ""),
            unsubscribe: nil)
        let missing = compiled.missing(values)
        return MadeMail(
            encoded: encoded, missing: TemplateField.allCases.filter(missing.contains), skipReason: row.skipReason)
    }

    func defaultMailbox() async throws -> Mailbox? {
        let all = try await mailboxes.list().filter { $0.status == .active }
        return all.first(where: \.isDefault) ?? all.first
    }

    /// The row that a campaign would have for them.
    private func row(
        _ recipient: PreviewRecipient, _ fixed: TemplateValues, _ language: MailLanguage
    ) async throws -> CampaignRecipient {
        var row = CampaignRecipient()
        row.email = "saad@example.sa"
        switch recipient {
        case .empty: return row
        case .full where language == .english:
            (row.companyName, row.personName, row.jobTitle) = (
                "Horizon Construction", "Saad Alqahtani", "Procurement Manager"
            )
            (row.sector, row.city, row.recommendedService) = ("Construction", "Riyadh", "spare parts supply")
        case .full:
            (row.companyName, row.personName, row.jobTitle) = ("شركة أفق البناء", "سعد القحطاني", "مدير المشتريات")
            (row.sector, row.city, row.recommendedService) = ("المقاولات", "الرياض", "توريد قطع الغيار")
        case .record(let target, let id):
            let found = try await Audience(store: store, requiresConsent: false).batch(
                of: target, where: .equals("_id", .id(id)), after: nil, size: 1)
            guard let candidate = found.candidates.first else { throw RecordError.notFound }
            var book = GuestBook(campaign: Campaign(), template: nil, fixed: fixed)
            return book.row(for: candidate, [:], [])
        }
        return row
    }
}

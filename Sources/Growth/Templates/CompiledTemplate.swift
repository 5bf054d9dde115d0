import Foundation
import MailMIME
import Store

/// A template read once: what every mail of it is made from, and what is wrong with it.
struct CompiledTemplate: Sendable {
    let language: MailLanguage
    /// By the variant's name; "" for the template's own.
    let subjects: [String: MergeText]
    let html: MergeText
    let text: MergeText
    private let found: [TemplateProblem]

    /// Gmail shows no more of a mail than this and hides the rest, the unsubscribe link with it.
    static let gmailClipBytes = 102 * 1_024
    static let longSubject = 120

    /// - Parameter variants: subjects that are tried against each other, by name.
    init(
        subject: String, html source: String, text: String?, language: MailLanguage, variants: [String: String] = [:],
        tracks: Bool = true
    ) {
        self.language = language
        var problems: [TemplateProblem] = []
        var subjects: [String: MergeText] = [:]
        for (name, line) in variants.merging(["": subject], uniquingKeysWith: { own, _ in own }) {
            let line = line.trimmingCharacters(in: .whitespacesAndNewlines)
            let read = MergeText.plain(line, .line)
            if line.isEmpty { problems.append(TemplateProblem(.noSubject)) }
            if line.count > Self.longSubject { problems.append(TemplateProblem(.longSubject)) }
            subjects[name] = read.text
            problems += read.problems
        }
        self.subjects = subjects
        let delivered = DeliveredMarkup.make(source, language: language, tracks: tracks)
        html = delivered.html
        problems += delivered.problems
        if source.trimmingCharacters(in: .whitespacesAndNewlines).isEmpty {
            problems.append(TemplateProblem(.noContent))
        }
        if let text, !text.trimmingCharacters(in: .whitespacesAndNewlines).isEmpty {
            let read = MergeText.plain(text, .plain)
            self.text = read.text
            problems += read.problems
        } else {
            self.text = delivered.text
            problems.append(TemplateProblem(.noTextPart))
        }
        if html.constants.reduce(0, { $0 + $1.utf8.count }) > Self.gmailClipBytes {
            problems.append(TemplateProblem(.overGmailClip))
        }
        if !html.fields.contains(.unsubscribeUrl) && !html.fields.contains(.preferencesUrl) {
            problems.append(TemplateProblem(.noUnsubscribeLink))
        }
        var seen: Set<TemplateProblem> = []
        found = problems.filter { seen.insert($0).inserted }
    }

    /// Grave ones first.
    ///
    /// - Parameter hasPostalAddress: whether the settings say where the sender can be found.
    func problems(hasPostalAddress: Bool) -> [TemplateProblem] {
        var all = found
        if !hasPostalAddress || !html.fields.contains(.postalAddress) { all.append(TemplateProblem(.noPostalAddress)) }
        return all.filter(\.isGrave) + all.filter { !$0.isGrave }
    }

    var fields: Set<TemplateField> {
        subjects.values.reduce(into: html.fields.union(text.fields)) { $0.formUnion($1.fields) }
    }

    /// What a mail with these values would lack.
    func missing(_ values: TemplateValues, variant: String = "") -> Set<TemplateField> {
        let subject = (subjects[variant] ?? subjects[""])?.missing(values) ?? []
        return html.missing(values).union(text.missing(values)).union(subject)
    }
}

/// A compiled template in the hands of one sender: the constant bytes of its mails, encoded once.
struct PreparedTemplate: Sendable {
    let template: CompiledTemplate
    private let message: PreparedMessage
    private let isolates: Isolates

    /// - Parameter pattern: From, Reply-To, List-ID and whatever else is the same for all.
    init(_ template: CompiledTemplate, _ pattern: OutgoingMessage) throws {
        self.template = template
        isolates = Isolates(template.language)
        message = try PreparedMessage(
            pattern, text: PreparedText(constants: template.text.constants),
            html: PreparedText(constants: template.html.constants))
    }

    func encoded(
        to: NamedAddress, _ values: TemplateValues, variant: String = "", messageID: MessageID, date: Date,
        _ addresses: MergeText.Addresses, unsubscribe: OutgoingMessage.Unsubscribe?
    ) throws -> EncodedMessage {
        let subject = (template.subjects[variant] ?? template.subjects[""])?.string(values) ?? ""
        return try message.encoded(
            for: PreparedMessage.Recipient(
                to: to, subject: subject, messageID: messageID, date: date, unsubscribe: unsubscribe),
            text: { template.text.write(values, addresses, isolates: isolates, to: &$0) },
            html: { template.html.write(values, addresses, isolates: isolates, to: &$0) })
    }
}

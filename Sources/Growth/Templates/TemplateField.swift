import Foundation
import Store

/// What a template may name between double braces. Nothing else of a record, of the settings or of the machine is within its reach.
public enum TemplateField: String, CaseIterable, Sendable {
    // Of the recipient's row, where a person can mend them.
    case companyName, personName, jobTitle, sector, city, recommendedService
    case email
    // Of the sender.
    case senderName, senderEmail, teamName, postalAddress
    // Made for each mail.
    case unsubscribeUrl, preferencesUrl

    /// An address of ours: may be a whole link, and is not tracked.
    public var isLink: Bool { self == .unsubscribeUrl || self == .preferencesUrl }

    /// Stands in the recipient's row, so that a missing one can be filled in there.
    public static let ofRecipient: [TemplateField] = [
        .companyName, .personName, .jobTitle, .sector, .city, .recommendedService,
    ]
}

/// What the fields of one mail say. Empty text counts as absent.
public struct TemplateValues: Sendable, Hashable {
    private var values: [String?] = Array(repeating: nil, count: TemplateField.allCases.count)

    public init() {}

    public subscript(_ field: TemplateField) -> String? {
        get { values[field.index] }
        set { values[field.index] = newValue.flatMap { $0.isEmpty ? nil : $0 } }
    }
}

extension TemplateField {
    fileprivate var index: Int { Self.places[self] ?? 0 }
    private static let places = Dictionary(uniqueKeysWithValues: zip(allCases, 0...))
}

/// One `{{…}}` of a template.
enum MergeTag: Hashable {
    /// `{{personName|fallback}}`
    case value(TemplateField, fallback: String?)
    /// `{{#if personName}}`
    case begin(TemplateField)
    case otherwise
    case end

    /// - Parameter text: what stands between the braces.
    static func read(_ text: String) -> Result<MergeTag, TemplateProblem> {
        let inner = text.trimmingCharacters(in: .whitespacesAndNewlines)
        switch inner {
        case "else": return .success(.otherwise)
        case "/if": return .success(.end)
        default: break
        }
        if inner.hasPrefix("#if") || inner.hasPrefix("#") || inner.hasPrefix("/") {
            let name = inner.dropFirst(3).trimmingCharacters(in: .whitespaces)
            guard inner.hasPrefix("#if "), let field = TemplateField(rawValue: name) else {
                return .failure(TemplateProblem(.unknownField, inner))
            }
            return .success(.begin(field))
        }
        let parts = inner.split(separator: "|", maxSplits: 1, omittingEmptySubsequences: false)
        let name = parts[0].trimmingCharacters(in: .whitespaces)
        guard let field = TemplateField(rawValue: name) else { return .failure(TemplateProblem(.unknownField, name)) }
        let fallback = parts.count > 1 ? parts[1].trimmingCharacters(in: .whitespaces) : nil
        return .success(.value(field, fallback: fallback))
    }
}

/// Something about a template that a person should know before it is sent.
public struct TemplateProblem: Error, Hashable, Sendable {
    public enum Code: String, Sendable, CaseIterable {
        // A mail of it would be wrong: no campaign starts with one of these.
        case unknownField = "unknown_field"
        case unclosedTag = "unclosed_tag"
        case unclosedCondition = "unclosed_condition"
        case strayCondition = "stray_condition"
        case fieldInMarkup = "field_in_markup"
        case unsafeLink = "unsafe_link"
        case brokenLink = "broken_link"
        case activeContent = "active_content"
        case noSubject = "no_subject"
        case noContent = "no_content"
        case noUnsubscribeLink = "no_unsubscribe_link"
        case noPostalAddress = "no_postal_address"
        case tooDeep = "too_deep"
        // Works, and could be better.
        case noTextPart = "no_text_part"
        case overGmailClip = "over_gmail_clip"
        case imageWithoutText = "image_without_text"
        case unprotectedLink = "unprotected_link"
        case longSubject = "long_subject"
    }

    public let code: Code
    /// The field, the address or the piece of text that is meant.
    public let detail: String?

    public init(_ code: Code, _ detail: String? = nil) {
        self.code = code
        self.detail = detail.map { String($0.prefix(200)) }
    }

    /// Whether a campaign must not start with it.
    public var isGrave: Bool {
        switch code {
        case .noTextPart, .overGmailClip, .imageWithoutText, .unprotectedLink, .longSubject: false
        default: true
        }
    }
}

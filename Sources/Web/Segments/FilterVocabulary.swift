import Growth
import Hummingbird
import Store

/// What records of one kind can be asked in a filter, in the words that people have for it.
struct FilterVocabulary {
    enum Kind: String, CaseIterable {
        case companies, people, contactPoints, services, mails, leads, opportunities
    }

    /// How the value of a field is chosen or written.
    enum Input: Equatable {
        /// A field of a list: its kind decides about operators and input.
        case field(ListFieldKind)
        /// Words in any spelling.
        case words
        /// One of some records, by name.
        case run, campaign
    }

    let kind: Kind
    let fields: FilterFields

    init(_ kind: Kind, _ fields: FilterFields) {
        self.kind = kind
        self.fields = fields
    }

    /// `nil` for a kind of another program.
    init?(_ target: Segment.Target) {
        switch target {
        case .companies: self.init(.companies, .companies)
        case .people: self.init(.people, .people)
        case .contactPoints: self.init(.contactPoints, .contactPoints)
        default: return nil
        }
    }

    /// Of the records that are related under this name.
    func related(_ name: String) -> FilterVocabulary? {
        guard let related = fields.related(name) else { return nil }
        let kind: Kind? =
            switch name {
            case "company": .companies
            case "person": .people
            default: Kind(rawValue: name)
            }
        return kind.map { FilterVocabulary($0, related.fields) }
    }

    // MARK: Fields

    /// Questions first, in the order in which people ask them.
    var names: [String] {
        ["name", "hasEmail", "hasPhone", "unreachable", "isValid", "open"].filter { fields.questions[$0] != nil }
            + fields.names
    }

    var noun: RecordNoun? {
        switch kind {
        case .companies: .companies
        case .people: .people
        case .contactPoints: .contactPoints
        case .leads: .leads
        case .opportunities: .opportunities
        case .mails: .campaignRecipients
        case .services: nil
        }
    }

    func label(_ field: String, _ visit: some Visiting) -> String {
        if field.hasPrefix(FilterFields.customPrefix) {
            return String(field.dropFirst(FilterFields.customPrefix.count))
        }
        if fields.questions[field] != nil { return visit.phrase("segments.questions.\(field)") }
        return visit.phrase(noun?.field(field) ?? "segments.services.\(field)")
    }

    /// `nil` for what cannot be asked.
    func input(_ field: String) -> Input? {
        switch fields.questions[field] {
        case .flag?: return .field(.flag)
        case .words?: return .words
        case nil: break
        }
        if let words = tokens[field] { return .field(.word(words)) }
        switch fields.type(field) {
        case nil: return nil
        case .string, .mixed: return .field(.text)
        case .int, .double: return .field(.number)
        case .bool: return .field(.flag)
        case .date: return .field(.date)
        case .strings: return .field(.tags)
        case .id:
            switch field {
            case "importLogId": return .run
            case "campaignId": return .campaign
            default: return .field(["ownerId", "assignedTo"].contains(field) ? .user : .id)
            }
        }
    }

    private var tokens: [String: [String]] {
        switch kind {
        case .companies: CompanyPages.list.tokens
        case .people: PersonPages.list.tokens
        case .contactPoints: ContactPointPages.list.tokens
        case .leads: LeadList.list.tokens
        case .opportunities: OpportunityList.list.tokens
        case .services: ["priority": Priority.known.map(\.rawValue)]
        case .mails:
            [
                "status": CampaignRecipient.Status.known.map(\.rawValue),
                "skipReason": CampaignRecipient.SkipReason.known.map(\.rawValue),
            ]
        }
    }

    func word(_ field: String, _ token: String, _ visit: some Visiting) -> String {
        RecordWords.label(visit, noun ?? .companies, field, token)
    }

    /// Where the frequent values of a text field are asked for.
    func suggestions(_ field: String) -> String? {
        switch kind {
        case .companies where CompanyPages.list.suggests.contains(field): "/companies/values?field=\(field)"
        case .people where PersonPages.list.suggests.contains(field): "/people/values?field=\(field)"
        case .contactPoints where ContactPointPages.list.suggests.contains(field):
            "/contact-points/values?field=\(field)"
        default: nil
        }
    }

    // MARK: Operators

    /// As the builder offers them; `set` and `unset` stand for `exists`, `on` for a day that a date equals.
    static func operators(_ input: Input) -> [String] {
        switch input {
        case .words: ["contains"]
        case .run, .campaign: ["eq", "ne", "set", "unset"]
        case .field(.text): ["contains", "eq", "in", "startsWith", "ne", "set", "unset"]
        case .field(.number): ["gte", "gt", "lte", "lt", "between", "eq", "ne", "set", "unset"]
        case .field(.date): ["within", "on", "gte", "gt", "lte", "lt", "between", "set", "unset"]
        case .field(.user): ["eq", "ne", "set", "unset"]
        case .field(let kind): RecordList<Company>.operators(kind)
        }
    }
}

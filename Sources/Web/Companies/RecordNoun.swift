/// A kind of record, for the words that pages of all kinds look up: the locale file of its name has `title`,
/// `fields.<name>`, `values.<field>.<token>` and `hints.<name>`.
enum RecordNoun: String, CaseIterable {
    case companies, people, contactPoints, leads, opportunities, tasks, campaigns, campaignRecipients, segments,
        templates

    func field(_ name: String) -> String { "\(rawValue).fields.\(Self.joined(name))" }

    /// The label of an enumeration's value.
    func value(_ field: String, _ token: String) -> String { "\(rawValue).values.\(Self.joined(field)).\(token)" }

    /// A part of a field is called by both names together: `consent.status` is `consentStatus`.
    private static func joined(_ name: String) -> String {
        let parts = name.split(separator: ".")
        return parts.dropFirst().reduce(parts.first.map(String.init) ?? "") {
            $0 + $1.prefix(1).uppercased() + $1.dropFirst()
        }
    }

    func hint(_ field: String) -> String { "\(rawValue).hints.\(field)" }

    var title: String { "\(rawValue).title" }

    /// What a timeline calls the record, and a form of an import its target.
    var singular: String {
        switch self {
        case .companies: "company"
        case .people: "person"
        case .contactPoints: "contact"
        case .leads: "lead"
        case .opportunities: "opportunity"
        case .tasks: "task"
        case .campaigns: "campaign"
        case .campaignRecipients: "recipient"
        case .segments: "segment"
        case .templates: "template"
        }
    }
}

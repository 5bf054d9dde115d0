/// A kind of record, for the words that pages of all kinds look up: the locale file of its name has `title`,
/// `fields.<name>`, `values.<field>.<token>` and `hints.<name>`.
enum RecordNoun: String, CaseIterable {
    case companies, people, contactPoints, leads, opportunities, tasks

    func field(_ name: String) -> String { "\(rawValue).fields.\(name)" }

    /// The label of an enumeration's value.
    func value(_ field: String, _ token: String) -> String { "\(rawValue).values.\(field).\(token)" }

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
        }
    }
}

/// A kind of record, for the words that pages of all kinds look up.
enum RecordNoun {
    case companies, people, contactPoints

    func field(_ name: String) -> String {
        switch self {
        case .companies: "companies.fields.\(name)"
        case .people: "people.fields.\(name)"
        case .contactPoints: "contactPoints.fields.\(name)"
        }
    }

    /// The label of an enumeration's value.
    func value(_ field: String, _ token: String) -> String {
        switch self {
        case .companies: "companies.values.\(field).\(token)"
        case .people: "people.values.\(field).\(token)"
        case .contactPoints: "contactPoints.values.\(field).\(token)"
        }
    }

    func hint(_ field: String) -> String {
        switch self {
        case .companies: "companies.hints.\(field)"
        case .people: "people.hints.\(field)"
        case .contactPoints: "contactPoints.hints.\(field)"
        }
    }

    var singular: String {
        switch self {
        case .companies: "company"
        case .people: "person"
        case .contactPoints: "contact"
        }
    }

    var title: String {
        switch self {
        case .companies: "companies.title"
        case .people: "people.title"
        case .contactPoints: "contactPoints.title"
        }
    }
}

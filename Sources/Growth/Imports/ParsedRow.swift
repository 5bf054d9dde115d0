import Matching
import Store

/// A row of a file as records: cleaned, with what is wrong about it.
public struct ParsedRow: Sendable {
    public var row: Int
    /// The ids that link the sheets of a processed workbook.
    public var entityKey: String?
    public var personKey: String?
    public var company: Draft<CompanyField>?
    public var person: Draft<PersonField>?
    public var contacts: [ContactDraft] = []
    public var contact: Draft<ContactField>?
    /// What the row says of the consent, for its addresses and numbers.
    var consent: ContactPoint.Consent?
    public var service: Draft<ServiceField>?
    public var problems: [ImportProblem] = []
    /// Tells whether two rows of an id say the same; 0 on sheets without ids.
    var content: UInt64 = 0

    // What `derive` works out.
    var profile: CompanyProfile?
    var companyKeys: [String] = []
    var companyMarks: [String] = []
    var companyWords: [String] = []
    var personName: String?
    var personWords: [String] = []

    init(row: Int) { self.row = row }

    /// Whether the row itself cannot be imported.
    public var isFailed: Bool { problems.contains { $0.severity == .error && $0.code.failsRow } }
    public var warnings: Int { problems.count { $0.severity == .warning } }
}

/// The values that a row has for one record, each with the column it came from.
public struct Draft<Field: Hashable & Sendable>: Sendable {
    public struct Entry: Sendable {
        public var field: Field
        public var text: String
        public var column: Int
    }

    public var entries: [Entry] = []
    /// Header -> text of columns that no field takes.
    public var custom = Document()

    init() {}

    public subscript(field: Field) -> String? { entries.first { $0.field == field }?.text }

    mutating func set(_ field: Field, _ text: String, column: Int) {
        if let i = entries.firstIndex(where: { $0.field == field }) {
            entries[i] = Entry(field: field, text: text, column: column)
        } else {
            entries.append(Entry(field: field, text: text, column: column))
        }
    }
}

/// A contact point that a cell holds.
public struct ContactDraft: Sendable, Hashable {
    public var owner: ContactPoint.Owner
    public var type: ContactPoint.Kind
    /// As written, or the normalised value where the cell holds several.
    public var value: String
    public var normalized: String
    public var isValid: Bool
    /// The position among the sheet's contact columns, and within the cell.
    public var contactColumn: Int
    public var position: Int
}

extension ImportProblem.Code {
    /// An error that leaves nothing of the row, rather than one record of it.
    var failsRow: Bool {
        switch self {
        case .tooManyValues: false
        default: severity == .error
        }
    }
}

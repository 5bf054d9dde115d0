import Foundation
import Store

/// Whom a question of subject access is about, and by what their data are found.
public struct DataSubject: Sendable {
    /// The record; `nil` for an address that is in no record any more.
    public var person: Person?
    /// The record and those that were merged into it.
    public var people: [EntityID<Person>] = []
    public var points: [EntityID<ContactPoint>] = []
    /// Addresses that are this person's alone, normalised: what was sent to them and came from them is theirs.
    public var emails: [String] = []
    public var numbers: [String] = []
    /// Addresses and numbers that another record holds too. What was sent there is not taken for this person's.
    public var shared: [String] = []
    /// Where the person worked, and what was made of them.
    public var companies: [EntityID<Company>] = []
    public var leads: [EntityID<Lead>] = []
    public var opportunities: [EntityID<Opportunity>] = []
    public var replies: [EntityID<EmailReply>] = []
    public var campaignRecipients: [EntityID<CampaignRecipient>] = []
    public var sequenceRecipients: [EntityID<SequenceRecipient>] = []
    public var runs: [EntityID<ImportLog>] = []

    /// What the person can be recognised by in a text.
    var words: Redaction {
        let names = [person?.fullName].compactMap { $0 }
        return Redaction(emails + numbers + names.filter { $0.split(separator: " ").count > 1 })
    }

    var peopleIDs: [Value] { people.map { Value($0) } }
    var pointIDs: [Value] { points.map { Value($0) } }
    var addresses: [Value] { emails.map(Value.string) }
}

/// Takes words out of whatever is stored.
struct Redaction: Sendable {
    /// What stands in their place.
    static let mark = "…"
    private let words: [String]

    /// Words shorter than three characters would be found everywhere.
    init(_ words: [String]) { self.words = words.filter { $0.count > 2 }.sorted { $0.count > $1.count } }

    func isIn(_ text: String) -> Bool { words.contains { text.range(of: $0, options: .caseInsensitive) != nil } }

    func isIn(_ value: Value) -> Bool {
        switch value {
        case .string(let text): isIn(text)
        case .array(let items): items.contains(where: isIn)
        case .object(let document): document.pairs.contains { isIn($0.value) }
        default: false
        }
    }

    func clean(_ text: String) -> String {
        words.reduce(text) { $0.replacingOccurrences(of: $1, with: Self.mark, options: .caseInsensitive) }
    }

    /// An address of the web without its question, where that names the person in whatever escapes.
    func cleanLink(_ url: String) -> String {
        let plain = url.replacing("+", with: " ").removingPercentEncoding ?? url
        guard isIn(plain) || isIn(url.removingPercentEncoding ?? url) else { return url }
        return clean(String(url.prefix { $0 != "?" && $0 != "#" }))
    }

    func clean(_ value: Value) -> Value {
        switch value {
        case .string(let text): .string(clean(text))
        case .array(let items): .array(items.map(clean))
        case .object(let document): .object(Document(document.pairs.map { .init($0.key, clean($0.value)) }))
        default: value
        }
    }
}

import Foundation
import Store

/// The colleagues that a note names with an @.
///
/// The text stays as it was typed, so that every program can read it; beside it stands who is meant by which words, so
/// that a page shows the name that the person has now.
public struct Mentions: Sendable {
    /// Somebody who can be named, and the words that do.
    public struct Candidate: Sendable {
        public let user: User
        /// What a page writes into the text: the name, with the address where two have the same.
        public let spelling: String
        let spellings: [String]
    }

    let candidates: [Candidate]

    /// Notes that name more people than this name nobody beyond.
    static let limit = 20

    public init(_ users: [User]) {
        let names = Dictionary(grouping: users) { Self.folded($0.name) }
        let first = Dictionary(grouping: users) { Self.folded(Self.firstWord($0.name)) }
        candidates = users.map { user in
            let full = "\(user.name) (\(user.email))"
            let isUnique = names[Self.folded(user.name)]?.count == 1
            var spellings = [full, user.email]
            if isUnique { spellings.append(user.name) }
            let word = Self.firstWord(user.name)
            // Nobody else begins so, and nobody else is called so.
            if first[Self.folded(word)]?.count == 1 { spellings.append(word) }
            return Candidate(user: user, spelling: isUnique ? user.name : full, spellings: spellings)
        }
    }

    private static func firstWord(_ name: String) -> String {
        name.split(separator: " ").first.map(String.init) ?? name
    }
    private static func folded(_ text: String) -> String { text.lowercased() }

    /// Somebody named in a text, by these words behind the @.
    public struct Found: Hashable, Sendable {
        public let userId: EntityID<User>
        public let words: String
    }

    /// Everybody whom the text names, each once, in its order.
    public func find(in text: String) -> [Found] {
        var found: [Found] = []
        var index = text.startIndex
        while let at = text[index...].firstIndex(of: "@") {
            index = text.index(after: at)
            // Within a word it is an address.
            if at > text.startIndex, Self.isWord(text[text.index(before: at)]) { continue }
            guard let (candidate, words) = longest(in: text, from: index) else { continue }
            index = text.index(index, offsetBy: words.count)
            if !found.contains(where: { $0.userId == candidate.user.id }) {
                found.append(Found(userId: candidate.user.id, words: words))
            }
            if found.count == Self.limit { break }
        }
        return found
    }

    /// The longest words at this place that name somebody and end there.
    private func longest(in text: String, from index: String.Index) -> (Candidate, String)? {
        var best: (Candidate, String)?
        for candidate in candidates {
            for spelling in candidate.spellings where spelling.count > best?.1.count ?? 0 {
                guard
                    let range = text.range(
                        of: spelling, options: [.anchored, .caseInsensitive], range: index..<text.endIndex),
                    range.upperBound == text.endIndex || !Self.isWord(text[range.upperBound])
                else { continue }
                best = (candidate, String(text[range]))
            }
        }
        return best
    }

    private static func isWord(_ character: Character) -> Bool {
        character.isLetter || character.isNumber || character == "_"
    }

    /// Those whose name or address begins with, or has a word that begins with, `text`.
    public func suggestions(_ text: String, limit: Int = 8) -> [Candidate] {
        let wanted = Self.folded(text)
        let found = candidates.filter { candidate in
            let name = Self.folded(candidate.user.name)
            return wanted.isEmpty || name.hasPrefix(wanted) || candidate.user.email.hasPrefix(wanted)
                || name.split(separator: " ").contains { $0.hasPrefix(wanted) }
        }
        return Array(found.prefix(limit))
    }
}

extension Timeline {
    /// Everybody who can be named in a note.
    public func mentions() async throws -> Mentions {
        let active = Filter.equals("status", Value(User.Status.active))
        let users = try await store.find(Query<User>(active, limit: 1_000))
        return Mentions(users.sorted { ($0.name, $0.email) < ($1.name, $1.email) })
    }

    /// Who is named in `text`, as an entry keeps it, with the rows that tell them. Whoever may not see the record is told
    /// nothing, and the entry says so; whoever was told of this entry before is not told again.
    func mentioned(
        in text: String, of entry: inout Activity, by principal: Principal
    ) async throws -> [UserNotification] {
        guard text.contains("@"), let id = entry.entityId else { return [] }
        let mentions = try await mentions()
        let found = mentions.find(in: text)
        var metadata = entry.metadata?.object ?? Document()
        let before = Set((metadata["mentions"]?.array ?? []).compactMap { $0.object?["userId"]?.id })
        let subject = Subject(type: entry.entityType, id: id)
        let card = try await Subjects(store: store).card(subject)
        let users = Dictionary(uniqueKeysWithValues: mentions.candidates.map { ($0.user.id, $0.user) })
        var rows: [UserNotification] = []
        let stored: [Value] = found.map { mention in
            let maySee = users[mention.userId].map { card?.isVisible(to: $0) ?? true } ?? false
            if maySee, !before.contains(mention.userId.raw) {
                rows += mentionRow(entry, to: mention.userId, card?.name, text, by: principal)
            }
            return ["userId": Value(mention.userId), "words": .string(mention.words), "maySee": .bool(maySee)]
        }
        metadata["mentions"] = stored.isEmpty ? nil : .array(stored)
        entry.metadata = .object(metadata)
        return rows
    }

    private func mentionRow(
        _ entry: Activity, to user: EntityID<User>, _ record: String?, _ text: String, by principal: Principal
    ) -> [UserNotification] {
        var words: Document = ["by": .string(principal.user.name)]
        if let record { words["name"] = .string(record) }
        let subject = entry.entityId.map { Subject(type: entry.entityType, id: $0) }
        var row = Notifications(store: store, now: now).entry(
            .mention, "Mentioned in a note", to: user, about: subject, path: "/activities/\(entry.id)", words,
            by: principal)
        row?.message = String(text.prefix(300))
        return row.map { [$0] } ?? []
    }
}

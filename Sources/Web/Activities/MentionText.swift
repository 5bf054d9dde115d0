import Foundation
import Growth
import Store

/// A note with the colleagues whom it names, each under the name that they have now.
enum MentionText {
    static func mentioned(_ entry: Activity) -> [EntityID<User>] {
        mentions(entry).map(\.user)
    }

    /// Those who were not told because they may not see the record, by name.
    static func untold(_ entry: Activity, _ users: [EntityID<User>: User]) -> [String] {
        mentions(entry).filter { !$0.maySee }.map { users[$0.user]?.name ?? $0.words }
    }

    private static func mentions(_ entry: Activity) -> [(user: EntityID<User>, words: String, maySee: Bool)] {
        (entry.metadata?.object?["mentions"]?.array ?? []).compactMap { value in
            guard let object = value.object, let id = object["userId"]?.id, let words = object["words"]?.string,
                !words.isEmpty
            else { return nil }
            return (EntityID(id), words, object["maySee"]?.bool ?? true)
        }
    }

    /// The text in parts, `{isMention, text}`.
    static func parts(_ text: String, _ entry: Activity, _ users: [EntityID<User>: User]) -> [PageData] {
        let mentions = mentions(entry).sorted { $0.words.count > $1.words.count }
        var parts: [PageData] = []
        var plain = ""
        var rest = Substring(text)
        func flush() {
            if !plain.isEmpty { parts.append(["isMention": false, "text": plain]) }
            plain = ""
        }
        while let first = rest.first {
            if first == "@", let mention = mentions.first(where: { isNamed($0.words, in: rest.dropFirst()) }) {
                flush()
                parts.append(["isMention": true, "text": users[mention.user]?.name ?? mention.words])
                rest = rest.dropFirst(1 + mention.words.count)
            } else {
                plain.append(first)
                rest = rest.dropFirst()
            }
        }
        flush()
        return parts
    }

    private static func isNamed(_ words: String, in text: Substring) -> Bool {
        text.range(of: words, options: [.anchored, .caseInsensitive]) != nil
    }
}

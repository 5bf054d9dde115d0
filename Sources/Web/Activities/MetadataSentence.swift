import Foundation
import Growth
import Store

/// A sentence whose values are those of a document's metadata.
enum MetadataSentence {
    /// The first of these phrases that exists and whose every value is there; `nil` when none does.
    static func text(_ visit: some Visiting, _ keys: [String], _ metadata: Document?) -> String? {
        let values = values(metadata ?? Document(), visit)
        let phrases = visit.visit.resources.phrases
        let key = keys.first { phrases.has($0) && needed($0, visit).isSubset(of: values.keys) }
        return key.map { visit.phrase($0, values) }
    }

    /// The names in braces.
    private static func needed(_ key: String, _ visit: some Visiting) -> Set<String> {
        guard case .text(let phrase)? = visit.visit.resources.phrases.tree(visit.language)[key] else { return [""] }
        return Set(phrase.matches(of: /\{([A-Za-z]+)\}/).map { String($0.1) })
    }

    /// Stages are stored as their token.
    private static let stages: Set<String> = ["stage", "from", "to"]

    private static func values(_ metadata: Document, _ visit: some Visiting) -> [String: String] {
        var values: [String: String] = [:]
        for pair in metadata.pairs {
            switch pair.value {
            case .string(let text) where stages.contains(pair.key):
                values[pair.key] = RecordWords.label(visit, .opportunities, "stage", text)
            case .string(let text): values[pair.key] = text
            case .int(let number): values[pair.key] = visit.formats.number(number)
            case .double(let number): values[pair.key] = visit.formats.number(number)
            case .date(let date): values[pair.key] = visit.formats.dateTime(date)
            default: break
            }
        }
        return values
    }
}

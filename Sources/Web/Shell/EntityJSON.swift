import Foundation
import Store
import Synchronization

/// The one place that decides what of a stored document leaves the program as JSON.
public enum EntityJSON {
    private static let internalFields: Set<String> = ["searchKeys", "matchKeys", "csrfToken", "mergeJournal"]
    private static let secretWords = ["password", "secret", "token", "hash", "encrypted", "apikey", "credential"]

    /// Flags whose names contain a secret's word and hold none.
    private static let harmless: Set<String> = ["mustChangePassword", "needsPassword"]

    /// What was decided of names before; every document asks of the same ones.
    private static let decided = Mutex<[String: Bool]>([:])
    /// Headers of imported columns are names too, and there is no end to them.
    private static let maxDecided = 2_000

    static func isShown(_ field: String) -> Bool {
        if let known = decided.withLock({ $0[field] }) { return known }
        let isShown = decide(field)
        decided.withLock { decided in
            if decided.count < maxDecided { decided[field] = isShown }
        }
        return isShown
    }

    private static func decide(_ field: String) -> Bool {
        if harmless.contains(field) { return true }
        if internalFields.contains(field) { return false }
        let name = field.lowercased()
        return !secretWords.contains { name.contains($0) }
    }

    /// The document of `entity` without internal fields, at any depth: also those that another program put there.
    public static func value(_ entity: some Entity) throws -> Value {
        shown(.object(try Document(entity)))
    }

    private static func shown(_ value: Value) -> Value {
        switch value {
        case .object(let document):
            .object(Document(document.pairs.filter { isShown($0.key) }.map { .init($0.key, shown($0.value)) }))
        case .array(let items): .array(items.map(shown))
        default: value
        }
    }
}

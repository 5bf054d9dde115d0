import Foundation
import Growth
import HTTPTypes
import Hummingbird
import Store

/// The cookie that holds the session's token.
enum SessionCookie {
    static func name(_ configuration: WebConfiguration) -> String {
        configuration.isSecure ? "__Host-anwal" : "anwal"
    }

    static func token(of request: Request, _ configuration: WebConfiguration) -> String? {
        request.cookies[name(configuration)]?.value
    }

    static func header(_ token: String, _ configuration: WebConfiguration) -> String {
        cookie(name(configuration), token, maxAge: Int(Sessions.absoluteLimit), configuration)
    }

    static func ended(_ configuration: WebConfiguration) -> String {
        cookie(name(configuration), "", maxAge: 0, configuration)
    }

    /// Values are tokens or words of ours: no escaping is needed.
    static func cookie(_ name: String, _ value: String, maxAge: Int, _ configuration: WebConfiguration) -> String {
        let secure = configuration.isSecure ? "; Secure" : ""
        return "\(name)=\(value); Path=/; Max-Age=\(maxAge); HttpOnly; SameSite=Lax\(secure)"
    }
}

/// A sentence for the next page: the key of a phrase, so that nothing of a request can come back through it; and what
/// takes back what was done.
struct Flash {
    static let cookieName = "anwal-flash"

    let key: String
    var undo: Undo?

    init(key: String, undo: Undo? = nil) {
        self.key = key
        self.undo = undo
    }

    init?(_ request: Request, _ phrases: Phrases) {
        guard let parts = request.cookies[Self.cookieName]?.value.split(separator: "|").map(String.init),
            let key = parts.first, key.contains(".saved") || key.contains(".done"), phrases.has(key)
        else { return nil }
        self.init(key: key)
        if parts.count == 3, let id = ObjectID(parts[2]), Undo.actions.contains(parts[1]) {
            undo = Undo(action: parts[1], id: id)
        }
    }

    var text: String { undo.map { "\(key)|\($0.action)|\($0.id)" } ?? key }
}

/// A form of one button that takes back what was done a moment ago.
public struct Undo: Sendable {
    static let actions: Set<String> = [
        "/contact-points/bring-back", "/activities/bring-back", "/tasks/undo", "/opportunities/undo-move",
        "/leads/undo-conversion",
        "/bulk/undo", "/views/bring-back", "/merges/undo", "/data-quality/undo", "/segments/bring-back",
        "/templates/bring-back",
    ]

    let action: String
    /// The entry of the timeline that tells of it.
    let id: ObjectID
}

/// Which language a page is in.
enum LanguageChoice {
    static let cookieName = "anwal-language"

    /// The person's own, else the browser's choice here, else what the browser prefers, else the settings'.
    static func of(_ request: Request, _ principal: Principal?, _ settings: SystemSettings) -> Language {
        if let own = principal?.user.locale, own.isKnown { return own }
        if let chosen = request.cookies[cookieName]?.value, let language = Language(known: chosen) { return language }
        return preferred(request.headers[.acceptLanguage])
            ?? (settings.defaultLanguage.isKnown ? settings.defaultLanguage : .arabic)
    }

    /// The known language with the highest weight (RFC 9110, 12.5.4); of equals the first.
    static func preferred(_ header: String?) -> Language? {
        var best: (language: Language, weight: Double)?
        for item in (header ?? "").split(separator: ",").prefix(20) {
            let parts = item.split(separator: ";")
            guard let tag = parts.first?.trimmingCharacters(in: .whitespaces).lowercased(),
                let language = Language(known: String(tag.prefix { $0 != "-" }))
            else { continue }
            let weight = parts.dropFirst().compactMap(quality).first ?? 1
            if weight > 0 && weight > (best?.weight ?? 0) { best = (language, weight) }
        }
        return best?.language
    }

    private static func quality(_ part: Substring) -> Double? {
        let sides = part.split(separator: "=")
        guard sides.count == 2, sides[0].trimmingCharacters(in: .whitespaces) == "q" else { return nil }
        return Double(sides[1].trimmingCharacters(in: .whitespaces))
    }
}

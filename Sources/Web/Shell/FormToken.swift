import Foundation
import Growth
import HTTPTypes
import Hummingbird

/// Whether a request that changes something was sent by one of our own pages (quality W-7).
///
/// A browser says where a request comes from in `Sec-Fetch-Site` or `Origin`, and a page cannot change that. So both a
/// missing word and another site are refused; forms of signed-in people carry the session's token besides.
enum FormToken {
    static let field = "_csrf"

    /// Throws `WebError.crossSite`. Keys and the Unix socket are no ambient rights, so that they need no proof.
    static func checkOrigin(_ request: Request, _ configuration: WebConfiguration) throws {
        let headers = request.headers
        if let site = headers[.secFetchSite] {
            guard site == "same-origin" else { throw WebError.crossSite }
            return
        }
        guard let origin = headers[.origin], isOwn(origin, request, configuration) else { throw WebError.crossSite }
    }

    private static func isOwn(_ origin: String, _ request: Request, _ configuration: WebConfiguration) -> Bool {
        if origin == configuration.origin { return true }
        // Reached under another name, such as localhost: then the page itself came from there.
        guard !configuration.isSecure, let host = request.head.authority, !host.isEmpty else { return false }
        return origin == "http://\(host)"
    }

    static func check(_ token: String?, _ session: Session?) throws {
        guard let session else { return }
        guard let token, !session.csrfToken.isEmpty, SecretText.areEqual(token, session.csrfToken) else {
            throw WebError.crossSite
        }
    }
}

enum SecretText {
    /// Compares without telling by its time how much is alike.
    static func areEqual(_ a: String, _ b: String) -> Bool {
        let a = Array(a.utf8), b = Array(b.utf8)
        guard a.count == b.count else { return false }
        return zip(a, b).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }
}

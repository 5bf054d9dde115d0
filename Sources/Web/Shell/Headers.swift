import HTTPTypes

extension HTTPField.Name {
    static let hxRequest = named("HX-Request")
    static let hxBoosted = named("HX-Boosted")
    static let hxHistoryRestore = named("HX-History-Restore-Request")
    static let hxRedirect = named("HX-Redirect")
    static let csrfToken = named("X-CSRF-Token")
    static let secFetchSite = named("Sec-Fetch-Site")
    static let forwardedFor = named("X-Forwarded-For")
    static let referrerPolicy = named("Referrer-Policy")
    static let frameOptions = named("X-Frame-Options")
    static let openerPolicy = named("Cross-Origin-Opener-Policy")
    static let permissionsPolicy = named("Permissions-Policy")

    private static func named(_ name: String) -> HTTPField.Name {
        // Every name above is a valid token; the fallback only satisfies the optional.
        HTTPField.Name(name) ?? .via
    }
}

/// What goes on every answer, whatever it is (quality W-27).
enum SecurityHeaders {
    private static let policy = [
        "default-src 'self'", "img-src 'self' data:", "object-src 'none'", "base-uri 'none'", "form-action 'self'",
        "frame-ancestors 'none'",
    ].joined(separator: "; ")

    static func add(to headers: inout HTTPFields, isSecure: Bool) {
        // An answer with a stricter policy of its own, such as a download, keeps it.
        if headers[.contentSecurityPolicy] == nil { headers[.contentSecurityPolicy] = policy }
        headers[.xContentTypeOptions] = "nosniff"
        // `no-referrer` would make browsers send `Origin: null` with our own forms.
        headers[.referrerPolicy] = "same-origin"
        // The preview of a mail stands in a frame of our own page.
        if headers[.frameOptions] == nil { headers[.frameOptions] = "DENY" }
        headers[.openerPolicy] = "same-origin"
        headers[.permissionsPolicy] = "camera=(), geolocation=(), microphone=(), payment=()"
        if isSecure { headers[.strictTransportSecurity] = "max-age=31536000; includeSubDomains" }
        if headers[.cacheControl] == nil { headers[.cacheControl] = "no-store" }
    }
}

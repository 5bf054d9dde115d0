import HTTPTypes

/// What the shell itself refuses.
public enum WebError: Error, Hashable {
    case notFound
    case signInRequired
    case forbidden
    /// The request does not show that one of our own pages sent it.
    case crossSite
    case passwordChangeRequired
    /// The installation asks everybody for a second step, and this person has none.
    case secondFactorRequired
    case tooLarge
    case unsupportedType
    case tooManyRequests(retryAfterSeconds: Int)
    /// The byte at which the JSON stops being JSON.
    case badJSON(offset: Int)
    case badForm
    /// A parameter or field that nobody declared, or whose value cannot be read.
    case unknownParameter(String)
    case badParameter(String)
    case unavailable
}

import Growth
import HTTPTypes
import Hummingbird
import NIOCore
import Store

/// An error as a person or program sees it: a status, a code, and with the code a sentence in each language.
public struct Failure: Sendable {
    public var status: HTTPResponse.Status
    /// The sentence is `errors.<code>` of the locale.
    public var code: String
    public var values: [String: String] = [:]
    public var fields: [String: FieldProblem] = [:]
    public var headers: HTTPFields = [:]
    /// The sentence, where the domain has its own words instead of the locale.
    public var words: [Language: String] = [:]

    public init(
        _ status: HTTPResponse.Status, _ code: String, values: [String: String] = [:],
        fields: [String: FieldProblem] = [:], headers: HTTPFields = [:]
    ) {
        self.status = status
        self.code = code
        self.values = values
        self.fields = fields
        self.headers = headers
    }
}

/// A domain error that a person can be told about. Each noun's Web folder says so for its own errors; every other
/// error is shown as a reference number.
public protocol Presentable: Error {
    var failure: Failure { get }
}

extension InvalidFields: Presentable {
    public var failure: Failure { Failure(.unprocessableContent, "invalid_fields", fields: problems) }
}

extension WebError: Presentable {
    public var failure: Failure {
        switch self {
        case .notFound: Failure(.notFound, "not_found")
        case .signInRequired: Failure(.unauthorized, "sign_in_required", headers: [.wwwAuthenticate: "Bearer"])
        case .forbidden: Failure(.forbidden, "forbidden")
        case .crossSite: Failure(.forbidden, "cross_site")
        case .passwordChangeRequired: Failure(.forbidden, "password_change_required")
        case .secondFactorRequired: Failure(.forbidden, "second_factor_required")
        case .tooLarge: Failure(.contentTooLarge, "too_large")
        case .unsupportedType: Failure(.unsupportedMediaType, "unsupported_type")
        case .tooManyRequests(let seconds):
            Failure(
                .tooManyRequests, "too_many_requests", values: ["seconds": String(seconds)],
                headers: [.retryAfter: String(seconds)])
        case .badJSON(let offset): Failure(.badRequest, "bad_json", values: ["offset": String(offset)])
        case .badForm: Failure(.badRequest, "bad_form")
        case .unknownParameter(let name): Failure(.badRequest, "unknown_parameter", values: ["name": Self.short(name)])
        case .badParameter(let name): Failure(.badRequest, "bad_parameter", values: ["name": Self.short(name)])
        case .unavailable: Failure(.serviceUnavailable, "unavailable", headers: [.retryAfter: "10"])
        }
    }

    private static func short(_ name: String) -> String { String(name.prefix(80)) }
}

extension StoreError {
    /// `nil` for what only the log should tell.
    var failure: Failure? {
        switch self {
        case .conflict: Failure(.conflict, "conflict")
        case .duplicate: Failure(.conflict, "duplicate")
        case .unknownField(let name, _):
            Failure(.badRequest, "unknown_parameter", values: ["name": String(name.prefix(80))])
        case .unsupported: Failure(.badRequest, "unsupported_filter")
        case .tookTooLong: Failure(.serviceUnavailable, "took_too_long")
        case .diskFull: Failure(.init(code: 507, reasonPhrase: "Insufficient Storage"), "disk_full")
        case .unavailable: Failure(.serviceUnavailable, "unavailable", headers: [.retryAfter: "10"])
        default: nil
        }
    }
}

extension Failure {
    /// `nil` for an error that nobody foresaw.
    init?(_ error: any Error) {
        switch error {
        case let error as any Presentable: self = error.failure
        case let error as StoreError:
            guard let failure = error.failure else { return nil }
            self = failure
        case is NIOTooManyBytesError: self = WebError.tooLarge.failure
        case let error as HTTPError:
            guard let failure = Self.from(error.status) else { return nil }
            self = failure
        default: return nil
        }
    }

    /// What the server library itself answers with.
    private static func from(_ status: HTTPResponse.Status) -> Failure? {
        switch status {
        case .notFound, .methodNotAllowed: WebError.notFound.failure
        case .badRequest: Failure(.badRequest, "bad_request")
        case .contentTooLarge: WebError.tooLarge.failure
        case .unsupportedMediaType: WebError.unsupportedType.failure
        default: nil
        }
    }
}

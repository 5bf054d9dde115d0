import Growth
import HTTPTypes
import Hummingbird

/// One route as data. Hummingbird's routes, the permission matrix and the OpenAPI document are all made from these, so
/// they cannot disagree. There is no way to make one without saying who may use it.
public struct Endpoint: Sendable {
    public enum Access: Sendable, Hashable {
        case anyone
        case signedIn
        case permission(Permission)
    }

    /// Who may use a route whose handler wants a signed-in person.
    public enum Members: Sendable, Hashable {
        /// Everybody who is signed in: their own account and nothing else.
        case signedIn
        case may(Permission)
    }

    public enum Input: Sendable {
        /// No body. Requests that change something send `{}`, or the token's header, to show where they come from.
        case nothing
        /// `application/json`, or a form for `.form`.
        case json(JSONSchema)
        /// A form with the session's token in `_csrf`, or its header.
        case form
        /// `multipart/form-data`, streamed: `visit.upload { piece in … }` reads it.
        case upload
    }

    public enum Output: Sendable {
        case page
        /// `also`: what the answer is with another status.
        case json(JSONSchema, status: HTTPResponse.Status = .ok, also: [HTTPResponse.Status: JSONSchema] = [:])
        /// An empty answer, 204.
        case nothing
        case events
        /// A download or another text; the media type.
        case file(String)
    }

    public let method: HTTPRequest.Method
    /// With parameters in braces: `/companies/{id}`.
    public let path: String
    public let access: Access
    /// One sentence for the OpenAPI document, in English.
    public let summary: String
    public let query: [QueryParameter]
    public let input: Input
    public let output: Output
    let handler: @Sendable (Visit) async throws -> Response

    public var isAPI: Bool { path.hasPrefix("/api/") }
    public var changesState: Bool { method != .get && method != .head }

    public init(
        _ method: HTTPRequest.Method, _ path: String, for members: Members, _ summary: String,
        query: [QueryParameter] = [], takes input: Input = .nothing, gives output: Output = .page,
        _ handler: @escaping @Sendable (MemberVisit) async throws -> Response
    ) {
        let access: Access =
            switch members {
            case .signedIn: .signedIn
            case .may(let permission): .permission(permission)
            }
        self.init(method, path, access, summary, query, input, output) { visit in
            guard let principal = visit.principal else { throw WebError.signInRequired }
            return try await handler(MemberVisit(visit: visit, principal: principal))
        }
    }

    /// A route for everybody, signed in or not.
    public static func open(
        _ method: HTTPRequest.Method, _ path: String, _ summary: String, query: [QueryParameter] = [],
        takes input: Input = .nothing, gives output: Output = .page,
        _ handler: @escaping @Sendable (Visit) async throws -> Response
    ) -> Endpoint {
        Endpoint(method, path, .anyone, summary, query, input, output, handler)
    }

    private init(
        _ method: HTTPRequest.Method, _ path: String, _ access: Access, _ summary: String, _ query: [QueryParameter],
        _ input: Input, _ output: Output, _ handler: @escaping @Sendable (Visit) async throws -> Response
    ) {
        self.method = method
        self.path = path
        self.access = access
        self.summary = summary
        self.query = query
        self.input = input
        self.output = output
        self.handler = handler
    }
}

/// A parameter behind the question mark, for the OpenAPI document.
public struct QueryParameter: Sendable {
    public let name: String
    public let schema: JSONSchema
    public let note: String

    public init(_ name: String, _ schema: JSONSchema = .string, _ note: String = "") {
        self.name = name
        self.schema = schema
        self.note = note
    }
}

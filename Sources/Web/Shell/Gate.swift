import Foundation
import Growth
import HTTPTypes
import Hummingbird
import NIOCore
import NIOHTTP1
import Store

/// The way of a request to its handler: who asks, how often, from where, whether they may, and what they sent.
/// Everything is checked before the handler runs, so that nothing is written first and refused later.
struct Gate: Sendable {
    let shell: Shell
    private var configuration: WebConfiguration { shell.configuration }
    private var platform: Platform { shell.platform }

    func answer(_ endpoint: Endpoint, _ request: Request, _ context: WebContext) async throws -> Response {
        let address = clientAddress(request, context)
        let principal = endpoint.needsNobody || endpoint.isOfMail ? nil : try await identify(request, address)
        let empty = try await visit(endpoint, request, context, principal, address, Input(), isTokenShown: false)
        do {
            // The files of a page are not counted: many people may share an address.
            if !endpoint.needsNobody && !endpoint.isOfMail {
                try shell.limiter.admit(limitName(principal, address), at: platform.now())
            }
            // Whoever has the address in a mail may use it, from wherever: there is no session to abuse.
            if endpoint.changesState && !endpoint.isOfMail { try checkSource(request, principal) }
            try checkAccess(endpoint, principal, empty.settings)
            let (input, isTokenShown) = try await body(of: request, endpoint, principal)
            let visit = try await visit(
                endpoint, request, context, principal, address, input, isTokenShown: isTokenShown
            ).with(try await badges(endpoint, request, principal, empty.settings))
            return try await ReadLimit.$longest.withValue(configuration.isConsole ? nil : WebLimits.read) {
                try await endpoint.handler(visit)
            }
        } catch let error as HTTPParserError {
            // What follows on the connection cannot be read: the server says 400 and closes it.
            throw error
        } catch {
            return ErrorPages.response(to: error, empty)
        }
    }

    /// The counts in the navigation, for answers that are a whole page.
    private func badges(_ endpoint: Endpoint, _ request: Request, _ principal: Principal?, _ settings: SystemSettings)
        async throws -> Badges
    {
        guard case .page = endpoint.output, let principal, principal.session != nil, request.headers[.hxRequest] == nil,
            !principal.isHeldUp(settings)
        else { return Badges() }
        return try await Badges(of: principal, platform)
    }

    /// Whether who asked may still see what they asked for: to be looked up now and then by an answer that goes on.
    func isStillWelcome(_ visit: Visit) async throws -> Bool {
        guard let endpoint = visit.endpoint else { return false }
        let principal = try await identify(visit.request, visit.address, isUse: false)
        do {
            try checkAccess(endpoint, principal, try await platform.settings.current())
            return true
        } catch is WebError {
            return false
        }
    }

    /// A visit of a request that no route takes, for the page that says so.
    func stray(_ request: Request, _ context: WebContext) async throws -> Visit {
        let address = clientAddress(request, context)
        return try await visit(nil, request, context, nil, address, Input(), isTokenShown: false)
    }

    private func visit(
        _ endpoint: Endpoint?, _ request: Request, _ context: WebContext, _ principal: Principal?, _ address: String?,
        _ input: Input, isTokenShown: Bool
    ) async throws -> Visit {
        let settings = endpoint?.needsNobody == true ? SystemSettings() : try await platform.settings.current()
        return Visit(
            shell: shell, endpoint: endpoint, request: request, parameters: context.parameters, principal: principal,
            language: LanguageChoice.of(request, principal, settings), address: address, logger: context.logger,
            input: input, resources: shell.resources, settings: settings, isFormTokenShown: isTokenShown)
    }

    private func identify(_ request: Request, _ address: String?, isUse: Bool = true) async throws -> Principal? {
        if configuration.isConsole { return .console }
        if let header = request.headers[.authorization] {
            guard header.lowercased().hasPrefix("bearer "),
                let found = try await platform.apiKeys.find(String(header.dropFirst(7)))
            else { return nil }
            return Principal(user: found.user, origin: .apiKey(found.key), address: address)
        }
        guard let token = SessionCookie.token(of: request, configuration),
            let found = try await platform.sessions.find(token, isUse: isUse)
        else { return nil }
        return Principal(user: found.user, origin: .session(found.session), address: address)
    }

    private func limitName(_ principal: Principal?, _ address: String?) -> String {
        principal.map { "user:\($0.user.id)" } ?? "address:\(address ?? "")"
    }

    private func checkSource(_ request: Request, _ principal: Principal?) throws {
        switch principal?.origin {
        case .apiKey, .console: return
        case .session, .link, .job, nil: try FormToken.checkOrigin(request, configuration)
        }
    }

    private func checkAccess(_ endpoint: Endpoint, _ principal: Principal?, _ settings: SystemSettings) throws {
        if endpoint.access == .anyone { return }
        guard let principal else { throw WebError.signInRequired }
        if case .permission(let permission) = endpoint.access, !principal.may(permission) { throw WebError.forbidden }
        // A key is for what it was made for; a person's own account is not among that.
        if endpoint.access == .signedIn, principal.apiKeyId != nil, !endpoint.isForKeys { throw WebError.forbidden }
        if principal.user.mustChangePassword == true, principal.session != nil, !endpoint.isForPasswordChange {
            throw WebError.passwordChangeRequired
        }
        if principal.lacksSecondFactor(settings), principal.user.mustChangePassword != true,
            !endpoint.isForSecondFactor
        {
            throw WebError.secondFactorRequired
        }
    }

    /// Reads and checks the body. The second value says whether the session's token has been shown.
    private func body(
        of request: Request, _ endpoint: Endpoint, _ principal: Principal?
    ) async throws -> (Input, Bool) {
        guard endpoint.changesState else { return (Input(), true) }
        if endpoint.isOfMail { return (try await bodyOfMail(request), true) }
        let session = principal?.session
        let header = request.headers[.csrfToken]
        if header != nil { try FormToken.check(header, session) }
        let isShown = header != nil || session == nil
        let type = request.headers[.contentType].map(MediaKind.init) ?? .none
        switch (endpoint.input, type) {
        case (.upload, .multipart): return (Input(), isShown)
        case (.upload, _): throw WebError.unsupportedType
        case (_, .json): return (try await json(request), true)
        case (.form, .form), (.nothing, .form):
            let input = try await form(request)
            if !isShown { try FormToken.check(input.text(FormToken.field), session) }
            return (input, true)
        case (.nothing, .none), (.json, .none):
            // Without a body nothing but the header shows that a page of ours asks.
            guard isShown else { throw WebError.unsupportedType }
            return (Input(), true)
        default: throw WebError.unsupportedType
        }
    }

    /// Mail programs send a form of either kind, or nothing; what they say in it is the address's business.
    private func bodyOfMail(_ request: Request) async throws -> Input {
        let buffer = try await request.body.collect(upTo: 65_536)
        let isForm = request.headers[.contentType].map(MediaKind.init) == .form
        return isForm ? Input.form(String(decoding: buffer.readableBytesView, as: UTF8.self)) ?? Input() : Input()
    }

    private func json(_ request: Request) async throws -> Input {
        let buffer = try await request.body.collect(upTo: WebLimits.jsonBytes)
        let bytes = Array(buffer.readableBytesView)
        if bytes.isEmpty { return Input() }
        do {
            guard let document = try Value(json: bytes, maxDepth: WebLimits.jsonDepth).object else {
                throw WebError.badJSON(offset: 0)
            }
            return Input(document)
        } catch let error as JSONError {
            throw WebError.badJSON(offset: error.offset)
        }
    }

    private func form(_ request: Request) async throws -> Input {
        let buffer = try await request.body.collect(upTo: WebLimits.jsonBytes)
        guard let text = String(validating: buffer.readableBytesView, as: UTF8.self), let input = Input.form(text)
        else {
            throw WebError.badForm
        }
        return input
    }

    private func clientAddress(_ request: Request, _ context: WebContext) -> String? {
        if configuration.trustsProxy, let last = request.headers[.forwardedFor]?.split(separator: ",").last {
            return String(last.trimmingCharacters(in: .whitespaces).prefix(64))
        }
        return context.peer?.ipAddress
    }
}

enum MediaKind {
    case none, json, form, multipart, other

    init(_ contentType: String) {
        let type = contentType.split(separator: ";").first.map { $0.trimmingCharacters(in: .whitespaces).lowercased() }
        self =
            switch type {
            case nil: .none
            case "application/json": .json
            case "application/x-www-form-urlencoded": .form
            case "multipart/form-data": .multipart
            default: .other
            }
    }
}

extension Endpoint {
    /// Answered alike to everybody, without a look into the store.
    var needsNobody: Bool { path == "/healthz" || path == "/assets/**" }

    /// What somebody who must set a new password first can still reach.
    var isForPasswordChange: Bool {
        ["/profile/password", "/sign-out", "/api/profile/password", "/language"].contains(path)
    }

    /// What somebody who must set up a second step first can still reach.
    var isForSecondFactor: Bool {
        [
            "/profile/second-factor", "/api/profile/second-factor", "/api/profile/second-factor/offer", "/sign-out",
            "/language",
        ].contains(path)
    }

    /// What a key can ask although it needs no permission: who it is.
    var isForKeys: Bool { path == "/api/profile" && method == .get }
}

extension Principal {
    /// Whether the installation asks for a second step that this person has not set up. Keys are not asked.
    func lacksSecondFactor(_ settings: SystemSettings) -> Bool {
        settings.requiresSecondFactor && session != nil && !user.hasSecondFactor
    }

    /// Whether there is one thing to do before all others.
    func isHeldUp(_ settings: SystemSettings) -> Bool {
        user.mustChangePassword == true || lacksSecondFactor(settings)
    }
}

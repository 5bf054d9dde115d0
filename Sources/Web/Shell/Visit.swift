import Foundation
import Growth
import HTTPTypes
import Hummingbird
import Logging
import Store

/// One request on its way through a handler.
public struct Visit: Visiting {
    public let shell: Shell
    public let endpoint: Endpoint?
    public let request: Request
    public let parameters: Parameters
    /// Who asks; `nil` before sign-in.
    public let principal: Principal?
    public let language: Language
    /// The asker's address, `nil` through the Unix socket.
    public let address: String?
    public let logger: Logger
    /// The decoded form or JSON body; empty for other inputs.
    public let input: Input
    let resources: Resources
    let settings: SystemSettings
    /// Whether the token has been shown already; an upload shows it in its first field.
    let isFormTokenShown: Bool
    private(set) var badges = Badges()

    func with(_ badges: Badges) -> Visit {
        var visit = self
        visit.badges = badges
        return visit
    }

    public var visit: Visit { self }
}

/// A request of somebody who is signed in.
public struct MemberVisit: Visiting {
    public let visit: Visit
    public let principal: Principal

    public var user: User { principal.user }
}

/// What both kinds of request can do. Handlers answer through its methods.
public protocol Visiting: Sendable {
    var visit: Visit { get }
}

extension Visiting {
    public var platform: Platform { visit.shell.platform }
    public var configuration: WebConfiguration { visit.shell.configuration }
    public var request: Request { visit.request }
    public var language: Language { visit.language }
    public var address: String? { visit.address }
    public var input: Input { visit.input }
    public var userAgent: String? { visit.request.headers[.userAgent] }
    public var settings: SystemSettings { visit.settings }

    public var formats: Formats {
        let zone = TimeZone(identifier: visit.settings.timezone) ?? .gmt
        return Formats(language: language, timeZone: zone, phrases: visit.resources.phrases)
    }

    /// Whether htmx asks for a part of a page.
    public var wantsFragment: Bool {
        let headers = visit.request.headers
        return headers[.hxRequest] == "true" && headers[.hxBoosted] == nil && headers[.hxHistoryRestore] == nil
    }

    /// A path parameter of the route, unescaped.
    public func parameter(_ name: String) throws -> String {
        guard let value = visit.parameters.get(name)?.removingPercentEncoding else { throw WebError.notFound }
        return value
    }

    /// An id in the path. What is no id names nothing: 404.
    public func id<E>(_ name: String = "id", of type: E.Type = E.self) throws -> EntityID<E> {
        guard let id = EntityID<E>(try parameter(name)) else { throw WebError.notFound }
        return id
    }

    /// The first value behind the question mark, decoded.
    public func query(_ name: String) -> String? {
        visit.request.uri.queryParameters.first { ($0.key.removingPercentEncoding ?? "") == name }.map {
            String($0.value)
        }
    }

    public func phrase(_ key: String, _ values: [String: String] = [:]) -> String {
        visit.resources.phrases.text(key, language, values)
    }

    public func plural(_ key: String, _ count: Int, _ values: [String: String] = [:]) -> String {
        visit.resources.phrases.plural(key, count, language, values)
    }

    public func may(_ permission: Permission) -> Bool { visit.principal?.may(permission) ?? false }

    /// Asked now and then by an answer that goes on: the session may have ended meanwhile.
    func isStillWelcome() async throws -> Bool { try await Gate(shell: visit.shell).isStillWelcome(visit) }
}

import Foundation
import Growth

/// Where the server listens and what it lets through.
public struct WebConfiguration: Sendable {
    public enum Listener: Sendable, Hashable {
        case address(host: String, port: Int)
        /// A Unix socket that only its owner may open. Whoever can acts as the administrator: the command line's way in.
        case socket(path: String)
    }

    public var listener: Listener
    /// What links in mails and invitations begin with. Its scheme decides about `Secure` cookies and HSTS.
    public var baseURL: URL
    /// Believe the last address of `X-Forwarded-For`: only behind a proxy that sets it.
    public var trustsProxy: Bool
    /// Templates, locales and assets are read from here at every page; `nil` reads the program's own once.
    public var resourceFolder: URL?
    public var patience = Patience()
    /// Connections at a time; more wait in the system's queue until one ends.
    public var maxConnections: Int?

    public init(
        listener: Listener = .address(host: "127.0.0.1", port: 8080), baseURL: URL? = nil, trustsProxy: Bool = false,
        maxConnections: Int? = nil, resourceFolder: URL? = nil
    ) {
        self.listener = listener
        self.baseURL = baseURL ?? Self.ownURL(of: listener)
        self.trustsProxy = trustsProxy
        self.maxConnections = maxConnections
        self.resourceFolder = resourceFolder
    }

    var isSecure: Bool { baseURL.scheme == "https" }
    var isConsole: Bool { if case .socket = listener { true } else { false } }

    /// `https://host:port`, as browsers spell it in `Origin`.
    var origin: String {
        let port = baseURL.port.map { ":\($0)" } ?? ""
        return "\(baseURL.scheme ?? "http")://\(baseURL.host ?? "localhost")\(port)"
    }

    /// An absolute link to one of our paths, never built from what a request says about its host.
    public func link(_ path: String) -> String { origin + path }

    /// What mails lead back by.
    public func mailLinks(_ platform: Platform) -> MailLinks {
        MailLinks(base: origin, secret: platform.secret, previous: platform.previousSecret)
    }

    private static func ownURL(of listener: Listener) -> URL {
        var parts = URLComponents()
        parts.scheme = "http"
        parts.host = "127.0.0.1"
        if case .address(let host, let port) = listener {
            parts.host = host == "0.0.0.0" || host == "::" ? "127.0.0.1" : host
            parts.port = port
        }
        return parts.url ?? URL(fileURLWithPath: "/")
    }
}

/// What a request may be and hold.
public enum WebLimits {
    /// Also the whole of a form without files.
    public static let jsonBytes = 1_048_576
    public static let jsonDepth = 64
    /// A file to import; streamed, never held.
    public static let uploadBytes = 200 * 1_048_576
    public static let requestsPerMinute = 600
    public static let formFields = 2_000
    /// One look into the store; exports have no limit.
    public static let read: Duration = .seconds(10)
}

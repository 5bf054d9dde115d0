/// Where mail is read, and how the connection is protected.
public struct IMAPServer: Hashable, Sendable {
    public var host: String
    public var port: Int
    public var security: Security
    /// A password may go over an unprotected connection if the server is this machine itself.
    public var allowsPasswordOnLoopback = false
    public var timeouts = IMAPTimeouts()

    public enum Security: String, Hashable, Sendable {
        /// From the first byte; port 993 (RFC 8314).
        case tls
        /// Required: a server that does not offer it is not used. Port 143.
        case startTLS
        case none
    }

    public init(host: String, port: Int, security: Security) {
        self.host = host
        self.port = port
        self.security = security
    }
}

/// How long the server may take at each step, from its beginning to its end.
public struct IMAPTimeouts: Hashable, Sendable {
    public var connect = Duration.seconds(30)
    public var greeting = Duration.seconds(60)
    public var tls = Duration.seconds(60)
    public var command = Duration.seconds(60)
    /// Some servers let a wrong password wait.
    public var signIn = Duration.seconds(90)
    /// The answer to LOGOUT; nobody needs it.
    public var logout = Duration.seconds(5)

    public init() {}

    /// The same for all steps, for tests.
    public init(all: Duration) {
        (connect, greeting, tls, command, signIn, logout) = (all, all, all, all, all, all)
    }

    func limit(of step: IMAPError.Step) -> Duration {
        switch step {
        case .connect: connect
        case .greeting: greeting
        case .tls: tls
        case .signIn: signIn
        case .logout: logout
        case .capability, .startTLS, .inbox: command
        }
    }
}

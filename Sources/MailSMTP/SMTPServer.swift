/// Where mail is handed in, and how the connection is protected.
public struct SMTPServer: Hashable, Sendable {
    public var host: String
    public var port: Int
    public var security: Security
    /// The name that we give in EHLO: a host name or an address in brackets.
    public var clientName: String
    /// A password may go over an unprotected connection if the server is this machine itself.
    public var allowsPasswordOnLoopback = false
    public var timeouts = SMTPTimeouts()

    public enum Security: String, Hashable, Sendable {
        /// From the first byte; port 465 (RFC 8314).
        case tls
        /// Required: a server that does not offer it is not used. Port 587.
        case startTLS
        case none
    }

    public init(host: String, port: Int, security: Security, clientName: String = "[127.0.0.1]") {
        self.host = host
        self.port = port
        self.security = security
        self.clientName = clientName
    }
}

/// How long the server may take at each step (RFC 5321 section 4.5.3.2).
public struct SMTPTimeouts: Hashable, Sendable {
    public var connect = Duration.seconds(30)
    public var tls = Duration.seconds(60)
    public var greeting = Duration.seconds(300)
    /// EHLO, STARTTLS, AUTH, RSET.
    public var command = Duration.seconds(300)
    public var mail = Duration.seconds(300)
    public var recipient = Duration.seconds(300)
    public var data = Duration.seconds(120)
    /// A piece of the body.
    public var block = Duration.seconds(180)
    /// The answer to the final dot.
    public var end = Duration.seconds(600)
    /// A connection without a mail on it is closed then.
    public var idle = Duration.seconds(300)
    /// The answer to QUIT; nobody needs it.
    public var quit = Duration.seconds(5)

    public init() {}

    /// The same for all steps, for tests.
    public init(all: Duration) {
        connect = all
        (tls, greeting, command, mail, recipient) = (all, all, all, all, all)
        (data, block, end, idle, quit) = (all, all, all, all, all)
    }
}

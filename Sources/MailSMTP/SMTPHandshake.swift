import MailMIME

/// The conversation from the greeting until mail can be sent: EHLO, STARTTLS, EHLO again, AUTH. No I/O.
struct SMTPHandshake {
    enum Action: Equatable {
        case send(String)
        /// A line that holds a secret.
        case sendSecret(String)
        case startTLS
        case ready(SMTPCapabilities)
        case fail(SMTPError)
    }

    private(set) var step = SMTPError.Step.greeting
    private let server: SMTPServer
    private let credentials: SMTPCredentials?
    private let isLoopback: Bool
    private var isProtected: Bool
    private var signIn: SMTPSignIn?
    private var capabilities = SMTPCapabilities()
    private var hasTriedHELO = false

    /// - Parameter isLoopback: whether the other end is this machine, as the socket says.
    init(_ server: SMTPServer, _ credentials: SMTPCredentials?, isLoopback: Bool) {
        self.server = server
        self.credentials = credentials
        self.isLoopback = isLoopback
        isProtected = server.security == .tls
    }

    /// - Parameter hasMore: whether bytes stand behind the reply already.
    mutating func received(_ reply: SMTPReply, hasMore: Bool) -> Action {
        switch step {
        case .greeting:
            guard reply.isPositive else { return .fail(SMTPError(.greeting, .refused(reply))) }
            return hello()
        case .hello: return helloAnswered(reply)
        case .startTLS:
            guard reply.isPositive else { return .fail(SMTPError(.startTLS, .refused(reply))) }
            guard !hasMore else { return .fail(SMTPError(.startTLS, .injectedBeforeTLS)) }
            step = .tls
            return .startTLS
        case .signIn: return signInAnswered(reply)
        default: return .fail(SMTPError(step, .malformedReply))
        }
    }

    /// TLS stands: what the server said before counts no more (RFC 3207 section 4.2).
    mutating func protected() -> Action {
        isProtected = true
        capabilities = SMTPCapabilities()
        return hello()
    }

    private mutating func hello() -> Action {
        step = .hello
        return .send("EHLO \(server.clientName)")
    }

    private mutating func helloAnswered(_ reply: SMTPReply) -> Action {
        guard reply.isPositive else {
            // A server of before 1995; it has neither TLS nor sign-in.
            guard reply.code / 100 == 5, !hasTriedHELO, server.security != .startTLS, credentials == nil else {
                return .fail(SMTPError(.hello, .refused(reply)))
            }
            hasTriedHELO = true
            return .send("HELO \(server.clientName)")
        }
        if !hasTriedHELO { capabilities = SMTPCapabilities(reply) }
        if server.security == .startTLS && !isProtected {
            guard capabilities.startTLS else { return .fail(SMTPError(.startTLS, .tlsNotOffered)) }
            step = .startTLS
            return .send("STARTTLS")
        }
        return authenticate()
    }

    private mutating func authenticate() -> Action {
        guard let credentials else { return .ready(capabilities) }
        step = .signIn
        guard isProtected || isLoopback && server.allowsPasswordOnLoopback else {
            return .fail(SMTPError(.signIn, .passwordNeedsTLS))
        }
        signIn = SMTPSignIn(credentials, offered: capabilities.mechanisms)
        guard let signIn else { return .fail(SMTPError(.signIn, .noCommonMechanism)) }
        return .sendSecret(signIn.command)
    }

    private mutating func signInAnswered(_ reply: SMTPReply) -> Action {
        if reply.code == 334, let answer = signIn?.answer() { return .sendSecret(answer) }
        signIn = nil
        return reply.isPositive ? .ready(capabilities) : .fail(SMTPError(.signIn, .refused(reply)))
    }
}

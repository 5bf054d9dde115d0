/// The conversation from the greeting until the inbox stands open for reading, and its end. No I/O: it is told what arrived and says
/// what to do.
struct IMAPSession {
    enum Action: Hashable {
        case send(String)
        /// A line that holds a secret.
        case sendSecret(String)
        case startTLS
        case ready(IMAPInbox)
        case fail(IMAPError)
        case close
        case wait
    }

    private(set) var step = IMAPError.Step.greeting
    private let server: IMAPServer
    private var credentials: IMAPCredentials
    /// Whether the other end is this machine, as the socket says.
    private let isLoopback: Bool
    private var isProtected: Bool
    private var isSignedIn = false
    private var signIn: IMAPSignIn?
    private var capabilities: Set<String> = []
    private var inbox = IMAPInbox()
    private var commandCount = 0
    private var responseCount = 0

    init(_ server: IMAPServer, _ credentials: IMAPCredentials, isLoopback: Bool) {
        self.server = server
        self.credentials = credentials
        self.isLoopback = isLoopback
        isProtected = server.security == .tls
    }

    /// - Parameter hasMore: whether bytes stand behind the response already.
    mutating func received(_ response: IMAPResponse, hasMore: Bool) -> Action {
        responseCount += 1
        guard responseCount <= IMAPLimits.maxResponsesPerCommand else { return malformed }
        switch response {
        case .status(nil, let status): return untagged(status)
        case .status(let tag?, let status):
            guard tag == currentTag, step != .greeting else { return malformed }
            return answered(status, hasMore: hasMore)
        case .data(let name, let number, let values):
            // Nobody speaks before the greeting.
            guard step != .greeting else { return malformed }
            note(name, number, values)
            return .wait
        case .goOn:
            guard step == .signIn, let answer = signIn?.answer() else { return malformed }
            return .sendSecret(answer)
        }
    }

    /// TLS stands: what the server said before counts no more (RFC 9051 section 6.2.1).
    mutating func protected() -> Action {
        isProtected = true
        return askCapabilities()
    }

    mutating func logOut() -> Action { command("LOGOUT", .logout) }

    private var currentTag: String { "a\(commandCount)" }
    private var malformed: Action { .fail(IMAPError(step, .malformedResponse)) }

    private mutating func command(_ text: String, _ step: IMAPError.Step) -> Action {
        self.step = step
        commandCount += 1
        responseCount = 0
        return .send("\(currentTag) \(text)")
    }

    private mutating func askCapabilities() -> Action {
        capabilities = []
        return command("CAPABILITY", .capability)
    }

    // MARK: Without a tag

    private mutating func untagged(_ status: IMAPStatus) -> Action {
        if status.kind == .bye { return step == .logout ? .wait : .fail(IMAPError(step, .refused(status))) }
        guard step == .greeting else {
            noteInbox(status.code)
            return .wait
        }
        switch status.kind {
        case .ok: return askCapabilities()
        case .preauthenticated:
            // Whoever is in between could say so to keep TLS from beginning, which must come before sign-in.
            guard server.security != .startTLS else { return .fail(IMAPError(.startTLS, .tlsNotOffered)) }
            isSignedIn = true
            return askCapabilities()
        default: return .fail(IMAPError(.greeting, .refused(status)))
        }
    }

    private mutating func note(_ name: String, _ number: UInt32?, _ values: [IMAPValue]) {
        switch (name, step) {
        case ("CAPABILITY", .capability): capabilities.formUnion(values.compactMap { $0.atom?.uppercased() })
        case ("EXISTS", .inbox): inbox.messageCount = Int(number ?? 0)
        default: break
        }
    }

    private mutating func noteInbox(_ code: IMAPStatus.Code?) {
        guard step == .inbox, let code else { return }
        switch code.name {
        case "UIDVALIDITY": inbox.uidValidity = UInt32(code.argument)
        case "UIDNEXT": inbox.uidNext = UInt32(code.argument)
        default: break
        }
    }

    // MARK: Answers

    private mutating func answered(_ status: IMAPStatus, hasMore: Bool) -> Action {
        if step == .logout { return .close }
        guard status.kind == .ok else { return .fail(IMAPError(step, .refused(status))) }
        switch step {
        case .capability: return capabilitiesKnown()
        case .startTLS:
            guard !hasMore else { return .fail(IMAPError(.startTLS, .injectedBeforeTLS)) }
            step = .tls
            return .startTLS
        case .signIn:
            (signIn, isSignedIn) = (nil, true)
            return openInbox()
        case .inbox:
            inbox.capabilities = capabilities
            return .ready(inbox)
        default: return malformed
        }
    }

    private mutating func capabilitiesKnown() -> Action {
        if server.security == .startTLS && !isProtected {
            guard capabilities.contains("STARTTLS") else { return .fail(IMAPError(.startTLS, .tlsNotOffered)) }
            return command("STARTTLS", .startTLS)
        }
        return isSignedIn ? openInbox() : authenticate()
    }

    private mutating func authenticate() -> Action {
        guard isProtected || isLoopback && server.allowsPasswordOnLoopback else {
            return .fail(IMAPError(.signIn, .passwordNeedsTLS))
        }
        signIn = IMAPSignIn(credentials, capabilities)
        guard let signIn else { return .fail(IMAPError(.signIn, .noCommonMechanism)) }
        guard case .send(let line) = command(signIn.command, .signIn) else { return malformed }
        return .sendSecret(line)
    }

    /// To read and not to change: nothing is marked as seen.
    private mutating func openInbox() -> Action { command("EXAMINE INBOX", .inbox) }
}

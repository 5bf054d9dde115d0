import MailTesting
import Testing

@testable import MailIMAP

/// What a check says, and what never leaves. The password that must not be seen anywhere is `canary`.
@Suite(.enabled(if: Tool.exists("/usr/bin/openssl"), "openssl makes the certificates")) struct IMAPCheckTests {
    private static let canary = "canary-{5} \"ü\" f00d"
    private static let user = "user@example.com"
    private static let credentials = IMAPCredentials.password(canary, user: user)

    private func server(
        _ certificate: SMTPTestServer.Certificate?, implicit: Bool = false,
        _ change: (inout IMAPTestServer.Options) -> Void = { _ in }
    ) async throws -> IMAPTestServer {
        var options = IMAPTestServer.Options()
        (options.certificate, options.isTLSImplicit) = (certificate, implicit)
        options.users = [Self.user: Self.canary]
        options.messageCount = 3
        change(&options)
        return try await IMAPTestServer.start(options)
    }

    private func settings(_ server: IMAPTestServer, _ security: IMAPServer.Security) -> IMAPServer {
        var settings = IMAPServer(host: "localhost", port: server.port, security: security)
        settings.timeouts = IMAPTimeouts(all: .seconds(30))
        return settings
    }

    @Test(arguments: [true, false], ["AUTH=PLAIN SASL-IR", "AUTH=PLAIN", "", "AUTH=XOAUTH2 SASL-IR", "AUTH=XOAUTH2"])
    func `the inbox opens over TLS, signed in by whatever both know`(_ implicit: Bool, _ offered: String) async throws {
        let certificates = try await TestCertificates()
        let server = try await server(await certificates.issue("good", "DNS:localhost"), implicit: implicit) {
            $0.capabilities = ["IMAP4rev1"] + offered.split(separator: " ").map(String.init)
        }
        let client = try IMAPClient(trustedCertificates: certificates.authority)
        let settings = settings(server, implicit ? .tls : .startTLS)
        func credentials(_ secret: String) -> IMAPCredentials {
            offered.contains("XOAUTH2")
                ? .accessToken(secret, user: Self.user) : .password(secret, user: Self.user)
        }
        let inbox = try await client.check(settings, credentials: credentials(Self.canary))
        #expect(inbox.messageCount == 3 && inbox.uidValidity == 4_294_967_295 && inbox.uidNext == 4)
        let refused = await #expect(throws: IMAPError.self) {
            try await client.check(settings, credentials: credentials("wrong"))
        }
        #expect(refused?.description == "signIn: refused with NO [AUTHENTICATIONFAILED]")
        try await server.stop()
    }

    @Test func `what could take the password away is refused, and no byte of it leaves`() async throws {
        let certificates = try await TestCertificates()
        let good = try await certificates.issue("good", "DNS:localhost")
        let expired = try await certificates.issue("expired", "DNS:localhost", days: -1)
        let wrongHost = try await certificates.issue("other", "DNS:mail.example.com")
        let selfSigned = try await certificates.issue("self", "DNS:localhost", isSelfSigned: true)
        func at(_ name: String, _ text: String) -> (inout IMAPTestServer.Options) -> Void {
            { $0.fault = { $0 == name ? .raw(text) : nil } }
        }
        typealias Case = (
            SMTPTestServer.Certificate?, Bool, (inout IMAPTestServer.Options) -> Void, IMAPError.Step, IMAPError.Reason?
        )
        let cases: [Case] = [
            (nil, false, { _ in }, .startTLS, .tlsNotOffered),
            (good, false, at("GREETING", "* PREAUTH hello\r\n"), .startTLS, .tlsNotOffered),
            (good, false, at("STARTTLS", "{tag} NO not today\r\n"), .startTLS, nil),
            (good, false, at("STARTTLS", "{tag} OK go\r\na3 OK CAPABILITY\r\n"), .startTLS, .injectedBeforeTLS),
            (good, false, at("STARTTLS", "{tag} OK go\r\n* CAPABILITY AUTH=PLAIN\r\n"), .startTLS, .injectedBeforeTLS),
            (expired, false, { _ in }, .tls, .certificateNotTrusted),
            (expired, true, { _ in }, .tls, .certificateNotTrusted),
            (wrongHost, false, { _ in }, .tls, .wrongHost), (wrongHost, true, { _ in }, .tls, .wrongHost),
            (selfSigned, true, { _ in }, .tls, .certificateNotTrusted),
        ]
        let client = try IMAPClient(trustedCertificates: certificates.authority)
        for (index, one) in cases.enumerated() {
            let server = try await server(one.0, implicit: one.1, one.2)
            let error = await #expect(throws: IMAPError.self, "case \(index)") {
                try await client.check(settings(server, one.1 ? .tls : .startTLS), credentials: Self.credentials)
            }
            #expect(error?.step == one.3, "case \(index)")
            if let reason = one.4 { #expect(error?.reason == reason, "case \(index)") }
            #expect(!server.lines.contains { $0.contains("AUTHENTICATE") || $0.contains("LOGIN") })
            try await server.stop()
        }
        #expect(!"\(Self.credentials) \(String(reflecting: Self.credentials))".contains("canary"))
    }

    @Test func `over an unprotected connection a password goes to this machine, and only when that is allowed`()
        async throws
    {
        let server = try await server(nil)
        var settings = settings(server, .none)
        let client = try IMAPClient()
        await #expect(throws: IMAPError(.signIn, .passwordNeedsTLS)) {
            try await client.check(settings, credentials: Self.credentials)
        }
        settings.allowsPasswordOnLoopback = true
        #expect(try await client.check(settings, credentials: Self.credentials).messageCount == 3)
        var session = IMAPSession(settings, Self.credentials, isLoopback: false)
        _ = session.received(.status(tag: nil, IMAPStatus(.ok)), hasMore: false)
        #expect(
            session.received(.status(tag: "a1", IMAPStatus(.ok)), hasMore: false)
                == .fail(IMAPError(.signIn, .passwordNeedsTLS)))
        try await server.stop()
    }

    @Test(arguments: [
        ("GREETING", IMAPFault.raw("220 mail.example.com ESMTP\r\n"), "greeting: malformedResponse"),
        ("GREETING", .raw("* BYE too many connections\r\n"), "greeting: refused with BYE"),
        ("GREETING", .close, "greeting: closed"), ("GREETING", .stall, "greeting: timedOut"),
        ("GREETING", .raw("* 4 EXISTS\r\n"), "greeting: malformedResponse"),
        ("CAPABILITY", .raw("{tag} BAD what\r\n"), "capability: refused with BAD"),
        ("CAPABILITY", .raw("a9 OK done\r\n"), "capability: malformedResponse"),
        ("CAPABILITY", .raw("+ go on\r\n"), "capability: malformedResponse"),
        ("AUTHENTICATE", .raw("* BYE [UNAVAILABLE] later\r\n"), "signIn: refused with BYE [UNAVAILABLE]"),
        ("AUTHENTICATE", .raw("+ \r\n+ \r\n"), "signIn: malformedResponse"),
        ("AUTHENTICATE", .stall, "signIn: timedOut"),
        ("EXAMINE", .raw("{tag} NO [NONEXISTENT] none\r\n"), "inbox: refused with NO [NONEXISTENT]"),
        ("EXAMINE", .before(String(repeating: "* 1 RECENT\r\n", count: 20_000)), "inbox: malformedResponse"),
        ("EXAMINE", .raw("* LIST \(String(repeating: "x", count: 100_000))"), "inbox: malformedResponse"),
        ("EXAMINE", .close, "inbox: closed"),
    ])
    func `a server that lies, stalls or hangs up is left, with the step and the reason`(
        _ point: String, _ fault: IMAPFault, _ says: String
    ) async throws {
        let server = try await server(nil) { $0.fault = { $0 == point ? fault : nil } }
        var settings = settings(server, .none)
        settings.allowsPasswordOnLoopback = true
        if case .stall = fault { settings.timeouts = IMAPTimeouts(all: .milliseconds(200)) }
        let error = await #expect(throws: IMAPError.self) {
            try await IMAPClient().check(settings, credentials: Self.credentials)
        }
        #expect(error?.description == says)
        try await server.stop()
    }

    @Test func `nobody there, no such host: said as such`() async throws {
        let port = try await Daemon.freePort()
        let client = try IMAPClient()
        await #expect(throws: IMAPError(.connect, .connectionRefused)) {
            try await client.check(
                IMAPServer(host: "127.0.0.1", port: port, security: .none), credentials: Self.credentials)
        }
        await #expect(throws: IMAPError(.connect, .unknownHost)) {
            try await client.check(
                IMAPServer(host: "nowhere.invalid", port: port, security: .none), credentials: Self.credentials)
        }
    }
}

import Foundation
@testable import MailMIME
import MailTesting
import Testing

@testable import MailSMTP

/// Protection and signing in. A password that must not be seen anywhere is `canary`.
@Suite(.enabled(if: Tool.exists("/usr/bin/openssl"), "openssl makes the certificates")) struct SMTPProtectionTests {
    private static let canary = "canary-f00d-password"
    private static let credentials = SMTPCredentials.password(canary, user: "user@example.com")

    private func server(
        _ certificate: SMTPTestServer.Certificate?, implicit: Bool = false,
        _ change: (inout SMTPTestServer.Options) -> Void = { _ in }
    ) async throws -> SMTPTestServer {
        var options = SMTPTestServer.Options()
        options.certificate = certificate
        options.isTLSImplicit = implicit
        options.users = ["user@example.com": Self.canary]
        change(&options)
        return try await SMTPTestServer.start(options)
    }

    @Test(arguments: [true, false], ["PLAIN", "LOGIN", "XOAUTH2"])
    func `mail goes over TLS from the start or by STARTTLS, signed in either way`(_ implicit: Bool, _ mechanism: String)
        async throws
    {
        let certificates = try await TestCertificates()
        let server = try await server(
            await certificates.issue("good", "DNS:localhost,IP:127.0.0.1"), implicit: implicit
        ) {
            $0.mechanisms = [mechanism]
        }
        let client = try SMTPClient(trustedCertificates: certificates.authority)
        let credentials =
            mechanism == "XOAUTH2"
            ? SMTPCredentials.accessToken(Self.canary, user: "user@example.com") : Self.credentials
        for host in ["localhost", "127.0.0.1"] {
            var settings = SMTPServer.local(server, implicit ? .tls : .startTLS)
            settings.host = host
            settings.allowsPasswordOnLoopback = false
            let connection = try await client.connect(to: settings, credentials: credentials)
            #expect(await connection.send(try .sample()).isAccepted)
            await connection.quit()
        }
        #expect(server.mails.allSatisfy { $0.isProtected && $0.user == "user@example.com" } && server.mailCount == 2)
        let wrong =
            mechanism == "XOAUTH2"
            ? SMTPCredentials.accessToken("x", user: "user@example.com") : .password("x", user: "user@example.com")
        do {
            _ = try await client.check(.local(server, implicit ? .tls : .startTLS), credentials: wrong)
            Issue.record("signed in with a wrong password")
        } catch {
            #expect(error.step == .signIn)
            guard case .refused(let reply) = error.reason else {
                Issue.record("\(error)")
                return
            }
            #expect(reply.code == 535)
        }
        try await server.stop()
    }

    /// The twelve cases of the quality plan: each is refused, and the server never sees a byte of the password.
    @Test func `what could take the password away is refused, and no byte of it leaves`() async throws {
        let certificates = try await TestCertificates()
        let good = try await certificates.issue("good", "DNS:localhost")
        let expired = try await certificates.issue("expired", "DNS:localhost", days: -1)
        let wrongHost = try await certificates.issue("other", "DNS:mail.example.com,IP:192.0.2.1")
        let selfSigned = try await certificates.issue("self", "DNS:localhost", isSelfSigned: true)
        func strip(_ options: inout SMTPTestServer.Options) { options.certificate = nil }
        func at(_ fault: SMTPFault) -> (inout SMTPTestServer.Options) -> Void {
            { $0.fault = { $0.point == .startTLS ? fault : nil } }
        }
        typealias Case = (
            SMTPTestServer.Certificate, Bool, (inout SMTPTestServer.Options) -> Void, SMTPError.Step, SMTPError.Reason?
        )
        let cases: [Case] = [
            (good, false, strip, .startTLS, .tlsNotOffered),
            (good, false, at(.reply(454, "4.7.0 TLS not available")), .startTLS, nil),
            (good, false, at(.reply(502, "5.5.1 what")), .startTLS, nil),
            (good, false, at(.raw("220 go ahead\r\n250 AUTH PLAIN\r\n")), .startTLS, .injectedBeforeTLS),
            (good, false, at(.raw("220 go ahead\r\n235 2.7.0 welcome\r\n250 ok\r\n")), .startTLS, .injectedBeforeTLS),
            (good, false, at(.raw("220 go ahead\r\n")), .tls, nil),
            (expired, false, { _ in }, .tls, .certificateNotTrusted),
            (expired, true, { _ in }, .tls, .certificateNotTrusted),
            (wrongHost, false, { _ in }, .tls, .wrongHost), (wrongHost, true, { _ in }, .tls, .wrongHost),
            (selfSigned, false, { _ in }, .tls, .certificateNotTrusted),
            (selfSigned, true, { _ in }, .tls, .certificateNotTrusted),
        ]
        let client = try SMTPClient(trustedCertificates: certificates.authority)
        #expect(cases.count == 12)
        for (index, one) in cases.enumerated() {
            let server = try await server(one.0, implicit: one.1, one.2)
            var settings = SMTPServer.local(server, one.1 ? .tls : .startTLS)
            settings.timeouts.tls = .seconds(3)
            settings.allowsPasswordOnLoopback = false
            let pool = SMTPPool(client, settings, credentials: Self.credentials, maxConnections: 1)
            let loss = await pool.send(try .sample()).loss
            #expect(
                loss?.isAfterDot == false && loss?.error.step == one.3, "case \(index): \(String(describing: loss))")
            if let reason = one.4 { #expect(loss?.error.reason == reason, "case \(index)") }
            #expect(
                !server.commands.contains { $0.contains("AUTH") || $0.contains(Self.canary) } && server.mailCount == 0)
            try await server.stop()
        }
    }

    @Test(arguments: [true, false])
    func `a check tells a certificate that ran out from one that nobody vouches for`(_ implicit: Bool) async throws {
        let certificates = try await TestCertificates()
        let client = try SMTPClient(trustedCertificates: certificates.authority)
        for (certificate, reason) in [
            (try await certificates.issue("expired", "DNS:localhost", days: -1), SMTPError.Reason.certificateExpired),
            (try await certificates.issue("self", "DNS:localhost", isSelfSigned: true), .certificateNotTrusted),
        ] {
            let server = try await server(certificate, implicit: implicit)
            let settings = SMTPServer.local(server, implicit ? .tls : .startTLS)
            await #expect(throws: SMTPError(.tls, reason)) {
                try await client.check(settings, credentials: Self.credentials)
            }
            #expect(!server.commands.contains { $0.contains("AUTH") })
            try await server.stop()
        }
    }

    @Test func `a password goes over an open connection only if that is allowed, and only on this machine`()
        async throws
    {
        let server = try await server(nil)
        var settings = SMTPServer.local(server)
        settings.allowsPasswordOnLoopback = false
        let refused = await #expect(throws: SMTPError.self) {
            try await SMTPClient().check(settings, credentials: Self.credentials)
        }
        #expect(refused == SMTPError(.signIn, .passwordNeedsTLS))
        #expect(!server.commands.contains { $0.contains("AUTH") })
        settings.allowsPasswordOnLoopback = true
        #expect(try await SMTPClient().check(settings, credentials: Self.credentials).pipelining)
        try await server.stop()
        var handshake = SMTPHandshake(settings, Self.credentials, isLoopback: false)
        _ = handshake.received(SMTPReply(code: 220, lines: [""]), hasMore: false)
        let answer = handshake.received(SMTPReply(code: 250, lines: ["x", "AUTH PLAIN"]), hasMore: false)
        #expect(answer == .fail(SMTPError(.signIn, .passwordNeedsTLS)))
    }

    @Test func `a server without a way to sign in that we know is told apart from a wrong password`() async throws {
        let server = try await server(nil) { $0.mechanisms = ["CRAM-MD5", "GSSAPI"] }
        await #expect(throws: SMTPError(.signIn, .noCommonMechanism)) {
            try await SMTPClient().check(.local(server), credentials: Self.credentials)
        }
        try await server.stop()
    }

    @Test func `credentials show themselves nowhere`() throws {
        let mirror = Mirror(reflecting: Self.credentials)
        var dumped = ""
        dump(Self.credentials, to: &dumped)
        for text in [
            "\(Self.credentials)", String(reflecting: Self.credentials), "\(mirror.children.map { $0 })", dumped,
        ] {
            #expect(!text.contains("canary") && !text.contains("user@"))
        }
    }
}

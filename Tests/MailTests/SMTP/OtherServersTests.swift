import Foundation
@testable import MailMIME
import MailTesting
import Testing

@testable import MailSMTP

@Suite(.enabled(if: PostfixServer.isPossible, "needs root, postfix and dovecot-core")) struct PostfixTests {
    @Test func `Postfix takes our mails over TLS, signed in, each once`() async throws {
        let certificates = try await TestCertificates()
        let end = try await SMTPTestServer.start()
        let postfix = try await PostfixServer(
            certificates, relayTo: end.port, user: "user@example.com", password: "canary-f00d")
        let client = try SMTPClient(trustedCertificates: certificates.authority)
        let credentials = SMTPCredentials.password("canary-f00d", user: "user@example.com")
        for (number, (port, security)) in [
            (postfix.startTLSPort, SMTPServer.Security.startTLS), (postfix.tlsPort, .tls),
        ].enumerated() {
            let server = SMTPServer(host: "localhost", port: port, security: security)
            let pool = SMTPPool(client, server, credentials: credentials, maxConnections: 3)
            let outcomes = try await withThrowingTaskGroup(of: SendOutcome.self) { group in
                for index in 0..<50 {
                    let mail = try OutgoingMail.sample(number * 50 + index)
                    group.addTask { await pool.send(mail) {} }
                }
                return try await group.reduce(into: [SendOutcome]()) { $0.append($1) }
            }
            let bad = outcomes.filter { !$0.isAccepted }
            #expect(bad.isEmpty, "\(bad) \(postfix.log.suffix(2_000))")
            let unknown = await pool.send(try .sample(0, to: ["unknown@example.com"])).refusal
            #expect(unknown?.verdict.isHard == true)
            let later = await pool.send(try .sample(0, to: ["later@example.com"])).refusal
            #expect(later?.verdict.isTemporary == true && later?.verdict.retryAfter == .seconds(300))
            let big = EncodedMessage(bytes: [UInt8](repeating: 0x61, count: 11 << 20))
            #expect(await pool.send(try .sample(0, message: big)).refusal?.reply.status == EnhancedStatus(5, 3, 4))
            await pool.close()
            let wrong = SMTPCredentials.password("wrong", user: "user@example.com")
            let refused = await #expect(throws: SMTPError.self) { try await client.check(server, credentials: wrong) }
            #expect(refused?.step == .signIn)
        }
        await end.wait(for: 100)
        #expect(Set(end.mails.flatMap(\.recipients)).count == 100 && end.mailCount == 100)
        try await postfix.stop()
        try await end.stop()
    }
}

@Suite(.enabled(if: Tool.exists("/usr/sbin/smtp-sink"), "needs smtp-sink of the package postfix")) struct SMTPSinkTests
{
    /// Runs smtp-sink with these options while `body` runs.
    private func sink(_ options: [String], _ body: (SMTPServer) async throws -> Void) async throws {
        let port = try await Daemon.freePort()
        let user = Daemon.isRoot ? ["-u", "nobody"] : []
        let daemon = try Daemon(
            "/usr/sbin/smtp-sink", user + ["-h", "sink.invalid"] + options + ["127.0.0.1:\(port)", "256"])
        do {
            try await daemon.ready(at: port)
            try await body(SMTPServer(host: "127.0.0.1", port: port, security: .none))
        } catch {
            try await daemon.stop()
            throw error
        }
        try await daemon.stop()
    }

    @Test(arguments: [[], ["-p"], ["-e"], ["-8"]])
    func `smtp-sink takes everything, with and without extensions`(_ options: [String]) async throws {
        try await sink(options) { server in
            let pool = SMTPPool(try SMTPClient(), server, maxConnections: 4)
            let accepted = try await withThrowingTaskGroup(of: Bool.self) { group in
                for index in 0..<100 {
                    let mail = try OutgoingMail.sample(index)
                    group.addTask { await pool.send(mail).isAccepted }
                }
                return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
            #expect(accepted == 100)
            await pool.close()
        }
    }

    @Test(arguments: [("-r", true), ("-f", false)], ["mail", "rcpt", "data", "."])
    func `what smtp-sink refuses is refused, for now or for good`(_ option: (String, Bool), _ command: String)
        async throws
    {
        try await sink([option.0, command]) { server in
            let connection = try await SMTPClient().connect(to: server)
            for index in 0..<3 {
                #expect(await connection.send(try .sample(index)).refusal?.verdict.isTemporary == option.1)
            }
            await connection.quit()
        }
    }

    @Test(arguments: ["mail", "rcpt", "data", "."])
    func `where smtp-sink hangs up, the mail is lost before the dot, or after it`(_ command: String) async throws {
        try await sink(["-q", command]) { server in
            let connection = try await SMTPClient().connect(to: server)
            #expect(await connection.send(try .sample()).loss?.isAfterDot == (command == "."))
        }
    }
}

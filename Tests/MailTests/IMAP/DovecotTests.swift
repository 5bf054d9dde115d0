import Foundation
import MailIMAP
import MailSMTP
import MailTesting
import Testing

/// Dovecot's mailboxes, private to a folder. Its master process wants root.
private final class DovecotServer: Sendable {
    static let isPossible =
        Daemon.isRoot && Tool.exists("/usr/sbin/dovecot") && Tool.exists("/usr/lib/dovecot/imap-login")
        && Tool.exists("/usr/bin/openssl")

    let startTLSPort: Int
    let tlsPort: Int
    private let folder: MailFolder
    private let daemon: Daemon

    init(_ certificates: TestCertificates, user: String, password: String) async throws {
        folder = try MailFolder()
        (startTLSPort, tlsPort) = (try await Daemon.freePort(), try await Daemon.freePort())
        let certificate = try await certificates.issue("dovecot", "DNS:localhost")
        let path = folder.path
        _ = try folder.write("cert.pem", String(decoding: certificate.certificatePEM, as: UTF8.self))
        _ = try folder.write("key.pem", String(decoding: certificate.keyPEM, as: UTF8.self))
        _ = try folder.write("users", "\(user):\(password)\n")
        let prepare = "cd \"$0\"; chmod 755 .; chmod 644 users; mkdir -p run mail; chown 65534:65534 mail"
        try await Tool.run("/bin/sh", ["-c", prepare, path], folder: folder)
        let configuration = Self.configuration(path, startTLSPort, tlsPort)
        daemon = try Daemon("/usr/sbin/dovecot", ["-F", "-c", folder.write("dovecot.conf", configuration)])
        try await daemon.ready(at: startTLSPort, .tls)
        try await daemon.ready(at: tlsPort, .tls)
    }

    func stop() async throws { try await daemon.stop() }

    var log: String {
        // Only for the message of a test that failed.
        (try? String(contentsOfFile: folder.path + "/dovecot.log", encoding: .utf8)) ?? ""
    }

    private static func configuration(_ path: String, _ startTLSPort: Int, _ tlsPort: Int) -> String {
        """
        base_dir = \(path)/run
        state_dir = \(path)/run
        log_path = \(path)/dovecot.log
        protocols = imap
        listen = 127.0.0.1
        ssl = required
        ssl_cert = <\(path)/cert.pem
        ssl_key = <\(path)/key.pem
        auth_mechanisms = plain login
        auth_failure_delay = 0
        first_valid_uid = 1
        mail_location = maildir:\(path)/mail
        default_login_user = nobody
        default_internal_user = nobody
        default_internal_group = nogroup
        passdb {
          driver = passwd-file
          args = scheme=PLAIN username_format=%u \(path)/users
        }
        userdb {
          driver = static
          args = uid=65534 gid=65534 home=\(path)/mail
        }
        service imap-login {
          chroot =
          inet_listener imap {
            port = \(startTLSPort)
          }
          inet_listener imaps {
            port = \(tlsPort)
            ssl = yes
          }
        }
        service anvil {
          chroot =
        }

        """
    }
}

@Suite(.enabled(if: DovecotServer.isPossible, "needs root and dovecot-imapd")) struct DovecotTests {
    @Test func `Dovecot lets us in over TLS and by STARTTLS, and says why it does not`() async throws {
        let certificates = try await TestCertificates()
        let password = "canary f00d \"ü\""
        let dovecot = try await DovecotServer(certificates, user: "user@example.com", password: password)
        let client = try IMAPClient(trustedCertificates: certificates.authority)
        for (port, security) in [(dovecot.startTLSPort, IMAPServer.Security.startTLS), (dovecot.tlsPort, .tls)] {
            let server = IMAPServer(host: "localhost", port: port, security: security)
            do {
                let inbox = try await client.check(
                    server, credentials: .password(password, user: "user@example.com"))
                #expect(inbox.messageCount == 0 && inbox.uidValidity != nil && inbox.uidNext == 1)
                #expect(inbox.capabilities.contains("IDLE"))
            } catch {
                Issue.record("\(error) \(dovecot.log.suffix(2_000))")
            }
            let refused = await #expect(throws: IMAPError.self) {
                try await client.check(server, credentials: .password("wrong", user: "user@example.com"))
            }
            #expect(refused?.description == "signIn: refused with NO [AUTHENTICATIONFAILED]")
        }
        let plain = IMAPServer(host: "localhost", port: dovecot.startTLSPort, security: .none)
        await #expect(throws: IMAPError(.signIn, .passwordNeedsTLS)) {
            try await client.check(plain, credentials: .password(password, user: "user@example.com"))
        }
        try await dovecot.stop()
    }
}

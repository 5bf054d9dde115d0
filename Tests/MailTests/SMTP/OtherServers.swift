import Foundation
import MailSMTP
import MailTesting
import NIOCore
import NIOPosix
import Synchronization

/// A program that listens while the test runs, and two minutes at most.
struct Daemon: Sendable {
    private let process: ChildProcess

    init(_ path: String, _ arguments: [String]) throws {
        process = try ChildProcess("/usr/bin/timeout", ["-k", "2", "120", path] + arguments)
    }

    func stop() async throws {
        process.terminate()
        _ = try await process.status()
    }

    static let isRoot = getuid() == 0

    private static let handedOut = Mutex<Set<Int>>([])

    /// A port that nobody listens at, below those that the system hands out by itself: it would give a closed one to the next who asks.
    static func freePort() async throws -> Int {
        while true {
            let port = Int.random(in: 20_000..<32_000)
            guard handedOut.withLock({ $0.insert(port).inserted }) else { continue }
            do {
                let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                    .bind(host: "127.0.0.1", port: port).get()
                try await channel.close().get()
                return port
            } catch {
                // Somebody listens there; the next one may be free.
            }
        }
    }

    /// Returns once it answers, or after ten seconds with the last error.
    func ready(at port: Int, _ security: SMTPServer.Security = .none) async throws {
        var server = SMTPServer(host: "127.0.0.1", port: port, security: .none)
        server.timeouts = SMTPTimeouts(all: .seconds(10))
        let deadline = ContinuousClock.now + .seconds(10)
        while true {
            do {
                if security == .none { _ = try await SMTPClient().check(server) } else { try await connect(to: port) }
                return
            } catch {
                guard ContinuousClock.now < deadline else { throw error }
                await Task.yield()
            }
        }
    }

    private func connect(to port: Int) async throws {
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton).connect(
            host: "127.0.0.1", port: port
        ).get()
        try await channel.close().get()
    }
}

/// Postfix with Dovecot for signing in, private to a folder. What it takes it hands on to a test server.
///
/// Its queue belongs to the user postfix, so that only root can start it.
final class PostfixServer: Sendable {
    static let isPossible =
        Daemon.isRoot && Tool.exists("/usr/lib/postfix/sbin/master") && Tool.exists("/usr/sbin/dovecot")
        && Tool.exists("/usr/bin/openssl")

    let startTLSPort: Int
    let tlsPort: Int
    private let folder: MailFolder
    private let daemons: [Daemon]

    init(_ certificates: TestCertificates, relayTo port: Int, user: String, password: String) async throws {
        folder = try MailFolder()
        (startTLSPort, tlsPort) = (try await Daemon.freePort(), try await Daemon.freePort())
        let certificate = try await certificates.issue("postfix", "DNS:localhost")
        let path = folder.path
        _ = try folder.write("cert.pem", String(decoding: certificate.certificatePEM, as: UTF8.self))
        _ = try folder.write("key.pem", String(decoding: certificate.keyPEM, as: UTF8.self))
        _ = try folder.write("users", "\(user):\(password)\n")
        try await Tool.run("/bin/sh", ["-c", Self.makeFolders, path], folder: folder)
        _ = try folder.write("conf/main.cf", Self.main(path, relayPort: port))
        _ = try folder.write("conf/master.cf", Self.master(startTLSPort, tlsPort))
        let dovecot = try Daemon("/usr/sbin/dovecot", ["-F", "-c", folder.write("dovecot.conf", Self.dovecot(path))])
        let postfix = try Daemon("/usr/lib/postfix/sbin/master", ["-c", path + "/conf"])
        daemons = [dovecot, postfix]
        try await postfix.ready(at: startTLSPort)
        try await postfix.ready(at: tlsPort, .tls)
    }

    func stop() async throws { for daemon in daemons { try await daemon.stop() } }

    var log: String {
        // Only for the message of a test that failed.
        (try? String(contentsOfFile: folder.path + "/mail.log", encoding: .utf8)) ?? ""
    }

    private static let makeFolders = """
        set -e; cd "$0"; chmod 755 .; chmod 644 users
        mkdir -p conf data run queue/pid queue/public queue/maildrop
        for d in active bounce corrupt defer deferred flush hold incoming saved trace private; do
            mkdir queue/$d; chown postfix queue/$d; chmod 700 queue/$d
        done
        chown postfix data; chown postfix:postdrop queue/public queue/maildrop; chmod 710 queue/public; chmod 730 queue/maildrop
        """

    private static func main(_ path: String, relayPort: Int) -> String {
        """
        compatibility_level = 3.6
        queue_directory = \(path)/queue
        data_directory = \(path)/data
        command_directory = /usr/sbin
        daemon_directory = /usr/lib/postfix/sbin
        mail_owner = postfix
        setgid_group = postdrop
        inet_interfaces = 127.0.0.1
        inet_protocols = ipv4
        myhostname = mx.test.invalid
        mydestination =
        mynetworks =
        alias_maps =
        maillog_file = \(path)/mail.log
        maillog_file_prefixes = \(path)
        relayhost = [127.0.0.1]:\(relayPort)
        smtp_host_lookup = native
        smtpd_error_sleep_time = 0
        smtpd_tls_cert_file = \(path)/cert.pem
        smtpd_tls_key_file = \(path)/key.pem
        smtpd_tls_security_level = may
        smtpd_tls_auth_only = yes
        smtpd_sasl_auth_enable = yes
        smtpd_sasl_type = dovecot
        smtpd_sasl_path = private/auth
        smtpd_relay_restrictions = permit_sasl_authenticated, reject
        smtpd_recipient_restrictions = check_recipient_access inline:{ {unknown@example.com=550 5.1.1 no such user}, {later@example.com=450 4.2.0 come back in 5 minutes} }

        """
    }

    private static func master(_ startTLSPort: Int, _ tlsPort: Int) -> String {
        """
        127.0.0.1:\(startTLSPort) inet n - n - - smtpd
        127.0.0.1:\(tlsPort) inet n - n - - smtpd -o smtpd_tls_wrappermode=yes
        cleanup unix n - n - 0 cleanup
        qmgr unix n - n 300 1 qmgr
        tlsmgr unix - - n 1000? 1 tlsmgr
        rewrite unix - - n - - trivial-rewrite
        bounce unix - - n - 0 bounce
        defer unix - - n - 0 bounce
        trace unix - - n - 0 bounce
        verify unix - - n - 1 verify
        proxymap unix - - n - - proxymap
        smtp unix - - n - - smtp
        error unix - - n - - error
        retry unix - - n - - error
        anvil unix - - n - 1 anvil
        scache unix - - n - 1 scache
        postlog unix-dgram n - n - 1 postlogd

        """
    }

    private static func dovecot(_ path: String) -> String {
        """
        base_dir = \(path)/run
        state_dir = \(path)/run
        log_path = \(path)/dovecot.log
        protocols =
        ssl = no
        auth_mechanisms = plain login
        passdb {
          driver = passwd-file
          args = scheme=PLAIN username_format=%u \(path)/users
        }
        userdb {
          driver = static
          args = uid=65534 gid=65534 home=/tmp
        }
        service auth {
          unix_listener \(path)/queue/private/auth {
            mode = 0660
            user = postfix
            group = postfix
          }
        }

        """
    }
}

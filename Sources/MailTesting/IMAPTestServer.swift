import NIOCore
import NIOPosix
import NIOSSL
import Synchronization

/// A server that an inbox is read from, in this process, for tests and for trying the product out: empty folders, and faults as it is told.
///
/// It listens on loopback only, at a port that the system chooses.
public final class IMAPTestServer: Sendable {
    public struct Options: Sendable {
        /// What CAPABILITY names besides STARTTLS, which follows from the certificate.
        public var capabilities = ["IMAP4rev1", "SASL-IR", "AUTH=PLAIN", "AUTH=XOAUTH2"]
        /// A certificate with its key; without one there is no TLS.
        public var certificate: SMTPTestServer.Certificate?
        /// TLS from the first byte, instead of STARTTLS.
        public var isTLSImplicit = false
        /// The passwords, or access tokens, of those who may sign in.
        public var users: [String: String] = [:]
        public var messageCount = 0
        /// What to do instead of the right thing; asked with `GREETING` and then with each command's name, in capitals.
        public var fault: @Sendable (String) -> IMAPFault? = { _ in nil }

        public init() {}
    }

    public let port: Int
    private let channel: any Channel
    private let seen: SeenLines

    private init(_ channel: any Channel, _ seen: SeenLines) {
        self.channel = channel
        self.seen = seen
        port = channel.localAddress?.port ?? 0
    }

    public static func start(
        _ options: Options = Options(), group: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton
    ) async throws -> IMAPTestServer {
        let tls = try options.certificate?.serverContext()
        let seen = SeenLines()
        let channel = try await ServerBootstrap(group: group)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let sync = channel.pipeline.syncOperations
                    if options.isTLSImplicit, let tls { try sync.addHandler(NIOSSLServerHandler(context: tls)) }
                    try sync.addHandler(IMAPTestSession(options, tls, seen))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        return IMAPTestServer(channel, seen)
    }

    public func stop() async throws { try await channel.close().get() }

    /// Every line that clients sent, passwords among them.
    public var lines: [String] { seen.all }
}

/// What a server does wrong.
public enum IMAPFault: Sendable {
    /// These bytes as they stand; `{tag}` is the command's.
    case raw(String)
    case close
    /// Says nothing, and reads on.
    case stall
    /// The right thing, after these bytes.
    case before(String)
}

/// What was received, of all connections.
final class SeenLines: Sendable {
    private let lines = Mutex<[String]>([])

    var all: [String] { lines.withLock { $0 } }

    func note(_ line: String) { lines.withLock { $0.append(line) } }
}

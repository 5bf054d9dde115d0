import Foundation
import NIOCore
import NIOPosix
import NIOSSL
import Synchronization

/// A mail server in this process, for tests and for trying the product out: takes every mail, shows what it took, and fails as it is told to.
///
/// It listens on loopback only, at a port that the system chooses.
public final class SMTPTestServer: Sendable {
    public struct Options: Sendable {
        /// What EHLO offers besides STARTTLS and AUTH, which follow from the settings below.
        public var extensions = ["PIPELINING", "8BITMIME", "SMTPUTF8", "SIZE 52428800", "ENHANCEDSTATUSCODES"]
        /// A certificate with its key; without one there is no TLS.
        public var certificate: Certificate?
        /// TLS from the first byte, instead of STARTTLS.
        public var isTLSImplicit = false
        /// The passwords, or access tokens, of those who may sign in; empty: nobody has to.
        public var users: [String: String] = [:]
        public var mechanisms = ["PLAIN", "LOGIN", "XOAUTH2"]
        /// Every mail that is taken is written here, a line of JSON each, before the client hears of it.
        public var recordFile: String?
        /// What to do instead of the right thing.
        public var fault: @Sendable (SMTPTestEvent) -> SMTPFault? = { _ in nil }
        /// Whether mails are kept in memory.
        public var keepsMails = true

        public init() {}
    }

    public struct Certificate: Sendable {
        public var certificatePEM: [UInt8]
        public var keyPEM: [UInt8]

        public init(certificatePEM: [UInt8], keyPEM: [UInt8]) {
            self.certificatePEM = certificatePEM
            self.keyPEM = keyPEM
        }

        func serverContext() throws -> NIOSSLContext {
            try NIOSSLContext(
                configuration: .makeServerConfiguration(
                    certificateChain: NIOSSLCertificate.fromPEMBytes(certificatePEM).map { .certificate($0) },
                    privateKey: .privateKey(NIOSSLPrivateKey(bytes: keyPEM, format: .pem))))
        }
    }

    public let port: Int
    private let channel: any Channel
    private let record: SMTPTestRecord

    private init(_ channel: any Channel, _ record: SMTPTestRecord, port: Int) {
        self.channel = channel
        self.record = record
        self.port = port
    }

    public static func start(
        _ options: Options = Options(), port: Int = 0, group: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton
    ) async throws -> SMTPTestServer {
        let record = try SMTPTestRecord(options.recordFile, keepsMails: options.keepsMails)
        let tls = try options.certificate?.serverContext()
        let channel = try await ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: 256)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.socketOption(.tcp_nodelay), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let sync = channel.pipeline.syncOperations
                    if options.isTLSImplicit, let tls { try sync.addHandler(NIOSSLServerHandler(context: tls)) }
                    try sync.addHandler(SMTPTestSession(options, tls, record))
                }
            }
            .bind(host: "127.0.0.1", port: port).get()
        return SMTPTestServer(channel, record, port: channel.localAddress?.port ?? port)
    }

    public func stop() async throws { try await channel.close().get() }

    /// Returns when it does not listen any more.
    public func closed() async throws { try await channel.closeFuture.get() }

    /// Returns once so many mails were taken.
    public func wait(for count: Int) async { await record.wait(for: count) }

    /// What was taken so far, in order.
    public var mails: [ReceivedMail] { record.mails }
    /// Every line that clients sent outside of messages, with the connection's number before it.
    public var commands: [String] { record.commands }
    /// How often MAIL came while a mail was open.
    public var nestedMailCount: Int { record.nestedMailCount }
    public var connectionCount: Int { record.connectionCount }
    public var mailCount: Int { record.mailCount }
}

/// A mail as the server took it.
public struct ReceivedMail: Sendable, Hashable {
    public var sender: String
    public var recipients: [String]
    /// Without the doubled dots.
    public var bytes: [UInt8]
    public var connection: Int
    public var isProtected: Bool
    public var user: String?

    /// The value of a header, unfolded.
    public func header(_ name: String) -> String? {
        let head = String(decoding: bytes, as: UTF8.self).components(separatedBy: "\r\n\r\n")[0]
            .replacingOccurrences(of: "\r\n ", with: " ")
        let prefix = name.lowercased() + ":"
        let line = head.components(separatedBy: "\r\n").first { $0.lowercased().hasPrefix(prefix) }
        return line.map { $0.dropFirst(prefix.count).trimmingCharacters(in: .whitespaces) }
    }
}

/// Where in the conversation a fault may happen.
public struct SMTPTestEvent: Sendable, Hashable {
    public enum Point: String, Sendable, CaseIterable {
        case greeting, hello, startTLS, auth, mail, recipient, data, body, end, reset, quit
    }

    public var point: Point
    /// What stood behind the command.
    public var argument: String
    /// Connections and, at each point, events are counted from one.
    public var connection: Int
    public var count: Int
}

/// What a server does wrong.
public enum SMTPFault: Sendable {
    case reply(Int, String)
    /// Several lines of one reply.
    case lines(Int, [String])
    case replyAndClose(Int, String)
    case close
    /// Says nothing, and reads on.
    case stall
    /// Reads nothing any more.
    case stopReading
    case delay(Duration)
    /// At the end of a mail: takes it and closes before it says so.
    case acceptAndClose
    /// A line that never ends.
    case endlessLine
    case raw(String)
}

import NIOCore
import NIOPosix
import NIOSSL

/// Opens connections to servers that mail is read from.
public final class IMAPClient: Sendable {
    private let group: any EventLoopGroup
    private let tls: NIOSSLContext

    /// - Parameter trustedCertificates: PEM of certificates that are trusted besides those of the system: a company's own.
    public init(
        group: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton, trustedCertificates: [UInt8] = []
    ) throws {
        self.group = group
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.minimumTLSVersion = .tlsv12
        if !trustedCertificates.isEmpty {
            configuration.additionalTrustRoots = [
                .certificates(try NIOSSLCertificate.fromPEMBytes(trustedCertificates))
            ]
        }
        tls = try NIOSSLContext(configuration: configuration)
    }

    /// Whether mail could be read with these settings: signs in, opens the inbox for reading and changes nothing. Throws the step
    /// that failed, and why.
    public func check(_ server: IMAPServer, credentials: IMAPCredentials) async throws(IMAPError) -> IMAPInbox {
        let loop = group.next()
        let ready = loop.makePromise(of: IMAPInbox.self)
        do {
            try await open(server, credentials, loop, ready)
        } catch {
            let failure = IMAPError(.connect, IMAPError.Reason(connecting: error))
            ready.fail(failure)
            throw failure
        }
        do {
            return try await ready.futureResult.get()
        } catch {
            throw error as? IMAPError ?? IMAPError(.connect, .closed)
        }
    }

    private func open(
        _ server: IMAPServer, _ credentials: IMAPCredentials, _ loop: any EventLoop,
        _ ready: EventLoopPromise<IMAPInbox>
    ) async throws {
        let tls = tls
        // Checks the certificate and the host's name, always. An address has no name to send ahead; it must stand in the certificate.
        let isAddress = (try? SocketAddress(ipAddress: server.host, port: 0)) != nil
        let makeTLS = { @Sendable in
            try NIOSSLClientHandler(context: tls, serverHostname: isAddress ? nil : server.host)
        }
        _ = try await ClientBootstrap(group: loop)
            .channelOption(.socketOption(.tcp_nodelay), value: 1)
            .connectTimeout(TimeAmount(server.timeouts.connect))
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    if server.security == .tls { try channel.pipeline.syncOperations.addHandler(makeTLS()) }
                    try channel.pipeline.syncOperations.addHandler(
                        IMAPChannelHandler(server, credentials, ready: ready, makeTLS: makeTLS))
                }
            }
            .connect(host: server.host, port: server.port).get()
    }
}

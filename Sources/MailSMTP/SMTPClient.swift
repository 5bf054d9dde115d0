import MailMIME
import NIOCore
import NIOPosix
import NIOSSL

/// Opens connections to servers that take mail.
public final class SMTPClient: Sendable {
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

    /// Connects, protects the connection as the server's settings ask, and signs in.
    public func connect(
        to server: SMTPServer, credentials: SMTPCredentials? = nil
    ) async throws(SMTPError) -> SMTPConnection {
        do {
            let loop = group.next()
            let ready = loop.makePromise(of: SMTPCapabilities.self)
            let channel: any Channel
            let handler: NIOLoopBound<SMTPChannelHandler>
            do {
                (channel, handler) = try await open(server, credentials, loop, ready)
            } catch {
                ready.fail(error)
                throw error
            }
            return SMTPConnection(channel, handler, try await ready.futureResult.get())
        } catch let error as SMTPError {
            throw error
        } catch {
            throw SMTPError(.connect, SMTPError.Reason(connecting: error))
        }
    }

    /// Whether mail could be handed in with these settings: everything but a mail is done. Throws the step that failed, and why.
    public func check(
        _ server: SMTPServer, credentials: SMTPCredentials? = nil
    ) async throws(SMTPError) -> SMTPCapabilities {
        let connection = try await connect(to: server, credentials: credentials)
        await connection.quit()
        return connection.capabilities
    }

    private func open(
        _ server: SMTPServer, _ credentials: SMTPCredentials?, _ loop: any EventLoop,
        _ ready: EventLoopPromise<SMTPCapabilities>
    ) async throws -> (any Channel, NIOLoopBound<SMTPChannelHandler>) {
        // A line end in the name would be a command of its own.
        guard server.clientName.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }), !server.clientName.isEmpty else {
            throw SMTPError(.hello, .malformedReply)
        }
        let tls = tls
        let makeTLS = { @Sendable in try Self.tlsHandler(tls, server.host) }
        let handlerPromise = loop.makePromise(of: NIOLoopBound<SMTPChannelHandler>.self)
        let bootstrap = ClientBootstrap(group: loop)
            .channelOption(.socketOption(.tcp_nodelay), value: 1)
            .connectTimeout(TimeAmount(server.timeouts.connect))
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let handler = SMTPChannelHandler(server, credentials, ready: ready, makeTLS: makeTLS)
                    if server.security == .tls { try channel.pipeline.syncOperations.addHandler(makeTLS()) }
                    try channel.pipeline.syncOperations.addHandler(handler)
                    handlerPromise.succeed(NIOLoopBound(handler, eventLoop: channel.eventLoop))
                }
            }
        do {
            let channel = try await bootstrap.connect(host: server.host, port: server.port).get()
            return (channel, try await handlerPromise.futureResult.get())
        } catch {
            // Whichever attempt failed: nobody reads the promise then.
            handlerPromise.fail(error)
            throw error
        }
    }

    /// Checks the certificate and the host's name, always.
    private static func tlsHandler(_ context: NIOSSLContext, _ host: String) throws -> NIOSSLClientHandler {
        let isAddress = (try? SocketAddress(ipAddress: host, port: 0)) != nil
        return try NIOSSLClientHandler(context: context, serverHostname: isAddress ? nil : host)
    }
}

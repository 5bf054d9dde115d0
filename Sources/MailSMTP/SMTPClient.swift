import Foundation
import MailMIME
import NIOCore
import NIOPosix
import NIOSSL
import Synchronization

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
        let tls = tls
        return try await connect(server, credentials) { try NIOSSLClientHandler(context: tls, serverHostname: $0) }
    }

    /// Whether mail could be handed in with these settings: everything but a mail is done. Throws the step that failed, and why.
    public func check(
        _ server: SMTPServer, credentials: SMTPCredentials? = nil
    ) async throws(SMTPError) -> SMTPCapabilities {
        let connection: SMTPConnection
        do throws(SMTPError) {
            connection = try await connect(to: server, credentials: credentials)
        } catch {
            guard error.reason == .certificateNotTrusted, await hasExpiredCertificate(server) else { throw error }
            throw SMTPError(error.step, .certificateExpired)
        }
        await connection.quit()
        return connection.capabilities
    }

    /// Looks at the certificate once more, for a person who has to know what to do. Nothing is trusted here, and nobody signs in.
    private func hasExpiredCertificate(_ server: SMTPServer) async -> Bool {
        let isExpired = SeenExpiry()
        let tls = tls
        do throws(SMTPError) {
            let connection = try await connect(server, nil) { host in
                try NIOSSLClientHandler(context: tls, serverHostname: host) { certificates, promise in
                    isExpired.note(certificates.first)
                    promise.succeed(NIOSSLVerificationResult.failed)
                }
            }
            connection.stop()
        } catch {
            // It fails by intent.
        }
        return isExpired.value
    }

    private func connect(
        _ server: SMTPServer, _ credentials: SMTPCredentials?,
        _ makeTLS: @escaping @Sendable (_ host: String?) throws -> NIOSSLClientHandler
    ) async throws(SMTPError) -> SMTPConnection {
        do {
            let loop = group.next()
            let ready = loop.makePromise(of: SMTPCapabilities.self)
            let channel: any Channel
            let handler: NIOLoopBound<SMTPChannelHandler>
            do {
                (channel, handler) = try await open(server, credentials, loop, ready, makeTLS)
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

    private func open(
        _ server: SMTPServer, _ credentials: SMTPCredentials?, _ loop: any EventLoop,
        _ ready: EventLoopPromise<SMTPCapabilities>,
        _ makeTLS: @escaping @Sendable (_ host: String?) throws -> NIOSSLClientHandler
    ) async throws -> (any Channel, NIOLoopBound<SMTPChannelHandler>) {
        // A line end in the name would be a command of its own.
        guard server.clientName.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }), !server.clientName.isEmpty else {
            throw SMTPError(.hello, .malformedReply)
        }
        // Checks the certificate and the host's name, always. An address has no name to send ahead; it must stand in the certificate.
        let isAddress = (try? SocketAddress(ipAddress: server.host, port: 0)) != nil
        let makeTLS = { @Sendable in try makeTLS(isAddress ? nil : server.host) }
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
}

/// Whether a certificate was out of date when it was seen.
private final class SeenExpiry: Sendable {
    private let isExpired = Atomic(false)

    var value: Bool { isExpired.load(ordering: .sequentiallyConsistent) }

    func note(_ certificate: NIOSSLCertificate?) {
        guard let certificate else { return }
        isExpired.store(certificate.notValidAfter < time(nil), ordering: .sequentiallyConsistent)
    }
}

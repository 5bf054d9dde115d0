import Foundation
import NIOCore
import NIOPosix

public enum DNSError: Error, Hashable, Sendable {
    /// No name server answers.
    case unreachable
    /// It answers, but will not or cannot say: the code of RFC 1035 section 4.1.1.
    case refused(Int)
    /// What was asked for can be no name.
    case notAName
}

/// Asks the name server of this machine, or another.
public struct DNSClient: Sendable {
    private let server: String
    private let port: Int
    private let timeout: Duration
    private static let attempts = 2

    public init(server: String, port: Int = 53, timeout: Duration = .seconds(4)) {
        (self.server, self.port, self.timeout) = (server, port, timeout)
    }

    /// The first name server that the system is set to; its own cache where none is named.
    public static func ofSystem() -> DNSClient {
        // Without the file there is no other server to ask than the one on this machine.
        let text = (try? String(contentsOfFile: "/etc/resolv.conf", encoding: .utf8)) ?? ""
        let server = text.split(whereSeparator: \.isNewline).lazy
            .map { $0.split(whereSeparator: \.isWhitespace).map(String.init) }
            .first { $0.count > 1 && $0[0] == "nameserver" }?[1]
        return DNSClient(server: server ?? "127.0.0.1")
    }

    /// What stands under a name; empty where there is no such name, or nothing of this type.
    public func look(up name: String, _ type: DNSType) async throws(DNSError) -> [String] {
        let id = UInt16.random(in: 1...UInt16.max)
        guard let query = DNSMessage.query(name, type, id: id) else { throw .notAName }
        for _ in 0..<Self.attempts {
            guard let answer = await exchange(query, name, type, id: id) else { continue }
            guard answer.code == 0 || answer.code == 3 else { throw .refused(answer.code) }
            return answer.records
        }
        throw .unreachable
    }

    private func exchange(_ query: [UInt8], _ name: String, _ type: DNSType, id: UInt16) async -> DNSAnswer? {
        let understood: Understood = { DNSMessage.answer($0, to: name, type, id: id) }
        let answer = await datagram(query, understood)
        guard let answer, answer.isCut else { return answer }
        return await stream(query, understood)
    }

    private typealias Understood = @Sendable ([UInt8]) -> DNSAnswer?

    private func datagram(_ query: [UInt8], _ understood: @escaping Understood) async -> DNSAnswer? {
        await wait { address, promise in
            let isIPv6 = address.protocol == .inet6
            let channel = try await DatagramBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .channelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHandler(DatagramReader(address, understood, promise))
                    }
                }
                .bind(host: isIPv6 ? "::" : "0.0.0.0", port: 0).get()
            channel.writeAndFlush(
                AddressedEnvelope(remoteAddress: address, data: ByteBuffer(bytes: query)), promise: nil)
            return channel
        }
    }

    private func stream(_ query: [UInt8], _ understood: @escaping Understood) async -> DNSAnswer? {
        await wait { address, promise in
            let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .connectTimeout(TimeAmount(timeout))
                .channelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHandler(StreamReader(understood, promise))
                    }
                }
                .connect(to: address).get()
            let length = [UInt8(query.count >> 8), UInt8(query.count & 0xFF)]
            channel.writeAndFlush(ByteBuffer(bytes: length + query), promise: nil)
            return channel
        }
    }

    /// `nil` when nothing came in time, or nobody is there.
    private func wait(
        _ ask: (SocketAddress, EventLoopPromise<DNSAnswer>) async throws -> any Channel
    ) async -> DNSAnswer? {
        let promise = MultiThreadedEventLoopGroup.singleton.next().makePromise(of: DNSAnswer.self)
        let timer = promise.futureResult.eventLoop.scheduleTask(in: TimeAmount(timeout)) {
            promise.fail(DNSError.unreachable)
        }
        defer { timer.cancel() }
        do {
            let channel = try await ask(try SocketAddress(ipAddress: server, port: port), promise)
            defer { channel.close(promise: nil) }
            return try await promise.futureResult.get()
        } catch {
            promise.fail(error)
            return nil
        }
    }
}

/// Takes the first datagram from the server that answers the question; others are somebody's guesses.
private final class DatagramReader: ChannelInboundHandler {
    typealias InboundIn = AddressedEnvelope<ByteBuffer>

    private let server: SocketAddress
    private let understood: ([UInt8]) -> DNSAnswer?
    private let promise: EventLoopPromise<DNSAnswer>

    init(
        _ server: SocketAddress, _ understood: @escaping ([UInt8]) -> DNSAnswer?,
        _ promise: EventLoopPromise<DNSAnswer>
    ) {
        (self.server, self.understood, self.promise) = (server, understood, promise)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let envelope = unwrapInboundIn(data)
        guard envelope.remoteAddress == server else { return }
        if let answer = understood(Array(envelope.data.readableBytesView)) { promise.succeed(answer) }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { promise.fail(error) }
}

/// Reads one answer with its length before it (RFC 1035 section 4.2.2).
private final class StreamReader: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let understood: ([UInt8]) -> DNSAnswer?
    private let promise: EventLoopPromise<DNSAnswer>
    private var received = ByteBuffer()

    init(_ understood: @escaping ([UInt8]) -> DNSAnswer?, _ promise: EventLoopPromise<DNSAnswer>) {
        (self.understood, self.promise) = (understood, promise)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var arrived = unwrapInboundIn(data)
        received.writeBuffer(&arrived)
        guard let length = received.getInteger(at: received.readerIndex, as: UInt16.self),
            let bytes = received.getBytes(at: received.readerIndex + 2, length: Int(length))
        else { return }
        if let answer = understood(bytes) { promise.succeed(answer) } else { promise.fail(DNSError.unreachable) }
    }

    func channelInactive(context: ChannelHandlerContext) { promise.fail(DNSError.unreachable) }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { promise.fail(error) }
}

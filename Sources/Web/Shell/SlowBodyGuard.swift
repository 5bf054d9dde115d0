import HTTPTypes
import NIOCore
import NIOHTTPTypes

/// How long a connection may be slow before it is closed.
public struct Patience: Sendable {
    /// Nothing asked since the last answer, or a request's head not whole.
    public var idle: TimeAmount = .seconds(60)
    /// How long a body may take however small it is; a larger one has longer at `bytesPerSecond`.
    public var body: TimeAmount = .seconds(30)
    public var bytesPerSecond = 4_096

    public init() {}
}

/// Closes a connection whose request body dribbles in, so that held-open requests cost a sender something.
///
/// Sits behind the HTTP decoder. What has been asked whole is left alone however long its answer takes, such as a
/// stream of events; a silent connection is the server's own idle time-out (RFC 9112, section 9.5).
final class SlowBodyGuard: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart

    private let patience: Patience
    private var began: NIODeadline?
    private var received = 0
    private var look: Scheduled<Void>?

    init(_ patience: Patience) { self.patience = patience }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head:
            began = .now()
            received = 0
            schedule(context, in: patience.body)
        case .body(let bytes): received += bytes.readableBytes
        case .end: stop()
        }
        context.fireChannelRead(data)
    }

    func channelInactive(context: ChannelHandlerContext) {
        stop()
        context.fireChannelInactive()
    }

    func handlerRemoved(context: ChannelHandlerContext) { stop() }

    private func stop() {
        began = nil
        look?.cancel()
        look = nil
    }

    private func schedule(_ context: ChannelHandlerContext, in time: TimeAmount) {
        look?.cancel()
        look = context.eventLoop.assumeIsolated().scheduleTask(in: time) { self.check(context) }
    }

    private func check(_ context: ChannelHandlerContext) {
        guard let began else { return }
        let earned = TimeAmount.milliseconds(Int64(received) * 1_000 / Int64(max(patience.bytesPerSecond, 1)))
        let rest = began + patience.body + earned - NIODeadline.now()
        guard rest > .nanoseconds(0) else {
            context.close(promise: nil)
            return
        }
        schedule(context, in: rest)
    }
}

import NIOCore
import NIOSSL
import NIOTLS

/// Carries out what `IMAPSession` decides: the one place that touches the channel. Runs on its event loop.
final class IMAPChannelHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let server: IMAPServer
    private var credentials: IMAPCredentials?
    private let ready: EventLoopPromise<IMAPInbox>
    private let makeTLS: () throws -> NIOSSLClientHandler
    private var session: IMAPSession?
    private var parser = IMAPResponseParser()
    private var received = ByteBuffer()
    private var context: ChannelHandlerContext?
    private var isTLSBeginning: Bool
    private var isOver = false
    private var timer: Scheduled<Void>?
    private var watched: IMAPError.Step?

    init(
        _ server: IMAPServer, _ credentials: IMAPCredentials, ready: EventLoopPromise<IMAPInbox>,
        makeTLS: @escaping () throws -> NIOSSLClientHandler
    ) {
        self.server = server
        self.credentials = credentials
        self.ready = ready
        self.makeTLS = makeTLS
        isTLSBeginning = server.security == .tls
    }

    // MARK: Channel

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        if context.channel.isActive { begin(context) }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
        timer?.cancel()
    }

    func channelActive(context: ChannelHandlerContext) {
        begin(context)
        context.fireChannelActive()
    }

    private func begin(_ context: ChannelHandlerContext) {
        guard session == nil, let credentials else { return }
        session = IMAPSession(server, credentials, isLoopback: context.remoteAddress?.isThisMachine ?? false)
        self.credentials = nil
        watch()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var arrived = unwrapInboundIn(data)
        received.writeBuffer(&arrived)
        while !isOver {
            switch parser.next(from: &received) {
            case .needsMore: return
            case .malformed: return fail(IMAPError(step, .malformedResponse))
            case .whole(let response):
                guard let action = session?.received(response, hasMore: received.readableBytes > 0) else { return }
                perform(action)
            }
        }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case TLSUserEvent.handshakeCompleted = event, isTLSBeginning {
            isTLSBeginning = false
            if server.security == .startTLS, let action = session?.protected() { perform(action) } else { watch() }
        }
        context.fireUserInboundEventTriggered(event)
    }

    func channelInactive(context: ChannelHandlerContext) {
        fail(IMAPError(step, isTLSBeginning ? .tlsFailed : .closed))
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        fail(IMAPError(step, IMAPError.Reason(error, isTLSBeginning: isTLSBeginning)))
    }

    // MARK: Conversation

    private var step: IMAPError.Step { isTLSBeginning ? .tls : session?.step ?? .connect }

    private func perform(_ action: IMAPSession.Action) {
        switch action {
        case .send(let line), .sendSecret(let line):
            guard let context else { return }
            context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: line + "\r\n")), promise: nil)
        case .startTLS: startTLS()
        case .ready(let inbox):
            ready.succeed(inbox)
            if let goodbye = session?.logOut() { perform(goodbye) }
        case .fail(let error): return fail(error)
        case .close: return end()
        case .wait: break
        }
        watch()
    }

    private func startTLS() {
        guard let context else { return }
        do {
            isTLSBeginning = true
            try context.pipeline.syncOperations.addHandler(makeTLS(), position: .before(self))
        } catch {
            fail(IMAPError(.tls, .tlsFailed))
        }
    }

    /// A promise that was kept already stays kept.
    private func fail(_ error: IMAPError) {
        guard !isOver else { return }
        ready.fail(error)
        end()
    }

    private func end() {
        isOver = true
        received.clear()
        timer?.cancel()
        context?.close(promise: nil)
    }

    /// The time of a step begins with it; what trickles in does not prolong it.
    private func watch() {
        guard !isOver, let context, watched != step else { return }
        watched = step
        timer?.cancel()
        let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
        timer = context.eventLoop.scheduleTask(in: TimeAmount(server.timeouts.limit(of: step))) {
            bound.value.fail(IMAPError(bound.value.step, .timedOut))
        }
    }
}

import MailMIME
import NIOCore
import NIOSSL
import NIOTLS

/// Carries out what `SMTPHandshake` and `SMTPTransactions` decide: the one place that touches the channel. Runs on its event loop.
final class SMTPChannelHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// How far a mail has come.
    enum Progress: Sendable {
        /// Everything but the end is out; `end` or `holdBack` is due.
        case mayEnd(Int)
        case finished(SendOutcome)
    }

    enum Phase { case handshake, mailing, closed }

    struct Submitted {
        let message: EncodedMessage
        /// Whether somebody has to agree before the end.
        let isHeld: Bool
        var continuation: CheckedContinuation<Progress, Never>?
        /// Came while nobody was waiting for it.
        var outcome: SendOutcome?
    }

    let server: SMTPServer
    private let ready: EventLoopPromise<SMTPCapabilities>
    private let makeTLS: () throws -> NIOSSLClientHandler
    var phase = Phase.handshake
    var handshake: SMTPHandshake
    /// Stands from the end of the handshake on.
    var transactions: SMTPTransactions?
    private var credentials: SMTPCredentials?
    var context: ChannelHandlerContext?

    private var parser = SMTPReplyParser()
    private var received = ByteBuffer()
    var output = ByteBuffer()
    var submitted: [Int: Submitted] = [:]
    var body: SMTPBody?
    var isPieceDue = false
    var nextNumber = 0
    var isTLSBeginning: Bool
    var isQuitting = false
    var quitDone: EventLoopPromise<Void>?
    var clock = SMTPStepClock()

    init(
        _ server: SMTPServer, _ credentials: SMTPCredentials?, ready: EventLoopPromise<SMTPCapabilities>,
        makeTLS: @escaping () throws -> NIOSSLClientHandler
    ) {
        self.server = server
        self.credentials = credentials
        self.ready = ready
        self.makeTLS = makeTLS
        handshake = SMTPHandshake(server, credentials, isLoopback: false)
        isTLSBeginning = server.security == .tls
    }

    // MARK: Channel

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        if context.channel.isActive { begin(context) }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
        clock.stop()
    }

    func channelActive(context: ChannelHandlerContext) {
        begin(context)
        context.fireChannelActive()
    }

    private func begin(_ context: ChannelHandlerContext) {
        handshake = SMTPHandshake(server, credentials, isLoopback: context.remoteAddress?.isLoopback ?? false)
        credentials = nil
        finishTurn(context)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var arrived = unwrapInboundIn(data)
        if received.readableBytes == 0 { received = arrived } else { received.writeBuffer(&arrived) }
        readReplies()
    }

    func channelReadComplete(context: ChannelHandlerContext) { finishTurn(context) }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case TLSUserEvent.handshakeCompleted = event, isTLSBeginning {
            isTLSBeginning = false
            if server.security == .startTLS, phase == .handshake {
                perform(handshake.protected())
                finishTurn(context)
            }
        }
        context.fireUserInboundEventTriggered(event)
    }

    func channelInactive(context: ChannelHandlerContext) {
        stop(SMTPError(breakingStep, isTLSBeginning ? .tlsFailed : .closed))
        quitDone?.succeed()
        quitDone = nil
        phase = .closed
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        stop(SMTPError(breakingStep, SMTPError.Reason(error, isTLSBeginning: isTLSBeginning)))
        context.close(promise: nil)
    }

    // MARK: Conversation

    private func readReplies() {
        while true {
            if phase == .closed { return received.clear() }
            switch parser.next(from: &received) {
            case .needsMore: return
            case .malformed:
                received.clear()
                return stop(SMTPError(breakingStep, .malformedReply))
            case .whole(let reply): answer(reply)
            }
        }
    }

    private func answer(_ reply: SMTPReply) {
        clock.restart()
        if isQuitting {
            context?.close(promise: nil)
            return
        }
        switch phase {
        case .handshake: perform(handshake.received(reply, hasMore: received.readableBytes > 0))
        case .mailing: converse(isInRead: true) { $0.received(reply) }
        case .closed: break
        }
    }

    private func perform(_ action: SMTPHandshake.Action) {
        switch action {
        case .send(let line), .sendSecret(let line):
            output.writeString(line)
            output.writeString("\r\n")
        case .startTLS: startTLS()
        case .ready(let capabilities):
            phase = .mailing
            transactions = SMTPTransactions(capabilities)
            ready.succeed(capabilities)
        case .fail(let error): fail(error)
        }
    }

    private func startTLS() {
        guard let context else { return }
        do {
            isTLSBeginning = true
            try context.pipeline.syncOperations.addHandler(makeTLS(), position: .before(self))
        } catch {
            fail(SMTPError(.tls, .tlsFailed))
        }
    }

    func fail(_ error: SMTPError) {
        phase = .closed
        ready.fail(error)
        context?.close(promise: nil)
    }

    /// Tells the conversation something and does what it answers, to the end.
    func converse(isInRead: Bool = false, _ event: (inout SMTPTransactions) -> [SMTPTransactions.Action]) {
        guard phase == .mailing, var actions = transactions.mutate(event) else { return }
        var next = 0
        while next < actions.count {
            switch actions[next] {
            case .send(let text): output.writeString(text)
            case .sendBody(let number):
                if writeBody(number) { actions += transactions.mutate { $0.end(number) } ?? [] }
            case .finish(let number, let outcome): finish(number, outcome)
            case .close: close()
            }
            next += 1
        }
        if !isInRead, let context { finishTurn(context) }
    }

    private func close() {
        phase = .closed
        body = nil
        output.clear()
        context?.close(promise: nil)
    }

    // MARK: Time

    /// What the server is due to do; `nil` while it is our turn.
    private var step: SMTPError.Step? {
        if isTLSBeginning { return .tls }
        switch phase {
        case .handshake: return handshake.step
        case .mailing:
            if body != nil { return .body }
            if let awaited = transactions?.awaits { return awaited }
            return transactions?.isIdle == true ? .idle : nil
        case .closed: return nil
        }
    }

    /// Where the conversation is if it ends now: at a body whose end is held back, when nothing is due.
    private var breakingStep: SMTPError.Step { step ?? .body }

    func finishTurn(_ context: ChannelHandlerContext) {
        if isPieceDue {
            isPieceDue = false
            flushPiece()
        }
        if output.readableBytes > 0 { context.writeAndFlush(wrapOutboundOut(takeOutput(context)), promise: nil) }
        let limit = isQuitting ? server.timeouts.quit : step.map { server.timeouts.limit(of: $0) }
        let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
        clock.watch(isQuitting ? .idle : step, limit, on: context.eventLoop) { bound.value.timedOut() }
    }

    private func timedOut() {
        guard let context else { return }
        guard clock.isOver() else { return finishTurn(context) }
        guard let step, !isQuitting else {
            context.close(promise: nil)
            return
        }
        if step == .idle { return quit(context.eventLoop.makePromise()) }
        stop(SMTPError(step, .timedOut))
    }

    func takeOutput(_ context: ChannelHandlerContext) -> ByteBuffer {
        let taken = output
        output = context.channel.allocator.buffer(capacity: 1_024)
        return taken
    }
}

extension Optional where Wrapped == SMTPTransactions {
    /// In place: a copy would copy its queues with every reply.
    mutating func mutate(
        _ event: (inout SMTPTransactions) -> [SMTPTransactions.Action]
    ) -> [SMTPTransactions.Action]? {
        guard self != nil else { return nil }
        return event(&self!)
    }
}

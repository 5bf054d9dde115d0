import MailMIME
import NIOCore

/// An open connection to a server that mail can be handed to.
///
/// Mails go out in the order of the calls. Call `send` a second time before the first has returned, and the second envelope goes with the end of the
/// first mail: one round trip a mail instead of two. More than two at a time only wait in line here.
public final class SMTPConnection: Sendable {
    public let capabilities: SMTPCapabilities
    private let channel: any Channel
    private let handler: NIOLoopBound<SMTPChannelHandler>

    init(_ channel: any Channel, _ handler: NIOLoopBound<SMTPChannelHandler>, _ capabilities: SMTPCapabilities) {
        self.channel = channel
        self.handler = handler
        self.capabilities = capabilities
    }

    /// Whether mails can still be handed to it, as far as is known.
    public var isOpen: Bool { channel.isActive }

    /// Hands a mail to the server.
    ///
    /// - Parameter beforeDot: called when everything but the final dot has gone out, and waited for. Only from then on can the server have the mail, so
    ///   this is where "about to be handed over" is made durable. If it throws, the dot is not sent, the connection is given up, and the mail is
    ///   `lostBeforeDot`. Not called for a mail that was refused before.
    /// - Returns: when it is known what became of the mail. Cancelling the task does not cut a mail short; `stop` does.
    public func send(
        _ mail: OutgoingMail, beforeDot: (@Sendable () async throws -> Void)? = nil
    ) async -> SendOutcome {
        let isHeld = beforeDot != nil
        let progress = await onLoop { $0.submit(mail, isHeld: isHeld, $1) }
        guard case .mayEnd(let number) = progress, let beforeDot else { return progress.outcome }
        let mayEnd: Bool
        do {
            try await beforeDot()
            mayEnd = true
        } catch {
            mayEnd = false
        }
        return await onLoop { $0.release(number, mayEnd: mayEnd, $1) }.outcome
    }

    /// Takes leave of the server. With mails under way it is `stop`.
    public func quit() async {
        let done = channel.eventLoop.makePromise(of: Void.self)
        let handler = handler
        channel.eventLoop.execute { handler.value.quit(done) }
        // It cannot fail: a connection that breaks is gone as well.
        try? await done.futureResult.get()
    }

    /// Returns when the connection is gone, whoever ended it.
    public func closed() async {
        // It cannot fail: a connection that broke is closed.
        try? await channel.closeFuture.get()
    }

    /// Breaks the connection at once; each mail under way gets the outcome that is true of it.
    public func stop() {
        let handler = handler
        channel.eventLoop.execute { handler.value.stop(SMTPError(.idle, .stopped)) }
    }

    private func onLoop(
        _ body:
            @escaping @Sendable (SMTPChannelHandler, CheckedContinuation<SMTPChannelHandler.Progress, Never>) -> Void
    ) async -> SMTPChannelHandler.Progress {
        let handler = handler
        return await withCheckedContinuation { continuation in
            channel.eventLoop.execute { body(handler.value, continuation) }
        }
    }
}

extension SMTPChannelHandler.Progress {
    fileprivate var outcome: SendOutcome {
        switch self {
        case .finished(let outcome): outcome
        // Only a held mail may end, and whoever held it has been asked.
        case .mayEnd: .lostBeforeDot(SMTPError(.end, .heldBack))
        }
    }
}

import MailMIME
import NIOCore

/// What is asked of a connection that stands: to send mails, to end, and to write their bodies.
extension SMTPChannelHandler {
    var isOpen: Bool {
        phase == .mailing && !isQuitting && transactions?.isClosed == false
    }

    func submit(_ mail: OutgoingMail, isHeld: Bool, _ continuation: CheckedContinuation<Progress, Never>) {
        guard isOpen else {
            return continuation.resume(returning: .finished(.lostBeforeDot(SMTPError(.idle, .closed))))
        }
        nextNumber += 1
        let number = nextNumber
        submitted[number] = Submitted(message: mail.message, isHeld: isHeld, continuation: continuation)
        converse { $0.submit(number, mail) }
    }

    /// Ends a mail that was held, or breaks the connection so that it is not taken.
    func release(_ number: Int, mayEnd: Bool, _ continuation: CheckedContinuation<Progress, Never>) {
        guard var mail = submitted[number] else { return }
        if let outcome = mail.outcome {
            submitted[number] = nil
            return continuation.resume(returning: .finished(outcome))
        }
        mail.continuation = continuation
        submitted[number] = mail
        converse { mayEnd ? $0.end(number) : $0.holdBack(number) }
    }

    /// Says goodbye once no mail is under way.
    func quit(_ done: EventLoopPromise<Void>) {
        guard let context, isOpen else { return done.succeed() }
        guard transactions?.isIdle == true else {
            // Whoever quits with mails under way means to stop now.
            stop(SMTPError(.idle, .stopped))
            return done.succeed()
        }
        isQuitting = true
        quitDone = done
        output.writeString("QUIT\r\n")
        finishTurn(context)
    }

    /// Breaks the connection; each mail under way gets its outcome.
    func stop(_ error: SMTPError) {
        switch phase {
        case .handshake: fail(error)
        case .mailing: converse { $0.lost(error) }
        case .closed: break
        }
    }

    // MARK: Bodies

    /// `true` if the whole body is on its way and may be ended at once.
    func writeBody(_ number: Int) -> Bool {
        guard let mail = submitted[number] else { return true }
        var body = SMTPBody(number, mail.message)
        body.writePiece(to: &output)
        guard body.isWritten else {
            self.body = body
            isPieceDue = true
            return false
        }
        return !hold(number)
    }

    /// Tells who waits that the mail may be ended; `false` if nobody has to agree.
    private func hold(_ number: Int) -> Bool {
        guard let mail = submitted[number], mail.isHeld else { return false }
        submitted[number]?.continuation = nil
        mail.continuation?.resume(returning: .mayEnd(number))
        return true
    }

    /// The next piece goes when this one has left.
    func flushPiece() {
        guard let context else { return }
        let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
        let promise = context.eventLoop.makePromise(of: Void.self)
        promise.futureResult.whenSuccess { bound.value.pieceSent() }
        context.writeAndFlush(wrapOutboundOut(takeOutput(context)), promise: promise)
    }

    private func pieceSent() {
        guard var body, let context else { return }
        clock.restart()
        body.writePiece(to: &output)
        self.body = body.isWritten ? nil : body
        if body.isWritten {
            if hold(body.number) { finishTurn(context) } else { converse { $0.end(body.number) } }
        } else {
            isPieceDue = true
            finishTurn(context)
        }
    }

    func finish(_ number: Int, _ outcome: SendOutcome) {
        if body?.number == number { body = nil }
        guard let mail = submitted[number] else { return }
        if let continuation = mail.continuation {
            submitted[number] = nil
            continuation.resume(returning: .finished(outcome))
        } else {
            submitted[number]?.outcome = outcome
        }
    }
}

import MailMIME
import NIOCore

/// The conversation that sends mails over an open connection. No I/O: it is told what arrived and says what to do.
///
/// With PIPELINING (RFC 2920) an envelope goes as one group, and the next mail's envelope together with the end of the body before it, so that a mail
/// costs one round trip. Every mail that is submitted ends in exactly one `finish`.
struct SMTPTransactions {
    enum Action: Equatable {
        /// Commands, with their line ends.
        case send(String)
        /// The body of this mail, dots doubled, without its end; `bodySent` says when it is out and may be ended.
        case sendBody(MailNumber)
        case finish(MailNumber, SendOutcome)
        case close
    }

    typealias MailNumber = Int

    private let capabilities: SMTPCapabilities
    /// Not on the wire yet.
    private var waiting: CircularBuffer<(number: MailNumber, envelope: SMTPEnvelope, recipients: [MailAddress])> = []
    /// On the wire, the oldest first: at most two, of which the second has sent its envelope only.
    private var active: [Transaction] = []
    /// The answers that are due, in order.
    private var expected: CircularBuffer<Expected> = []
    private var needsReset = false
    private(set) var isClosed = false

    private struct Transaction {
        let number: MailNumber
        let envelope: SMTPEnvelope
        let recipients: [MailAddress]
        /// Commands that went out.
        var sent = 0
        var refusals: [MailAddress: Refusal] = [:]
        var acceptedCount = 0
        var refusal: Refusal?
        var state = State.envelope

        enum State { case envelope, body, discarding, ended }

        var isTaken: Bool { refusal == nil && acceptedCount > 0 }

        /// Why nobody gets the mail, once the server has said so of the sender or of every recipient.
        var verdict: Refusal? {
            refusal ?? (refusals.count == recipients.count ? recipients.lazy.compactMap { refusals[$0] }.first : nil)
        }
    }

    private enum Expected: Equatable { case mail, recipient(Int), data, end, reset }

    init(_ capabilities: SMTPCapabilities) { self.capabilities = capabilities }

    var isIdle: Bool { active.isEmpty && waiting.isEmpty && expected.isEmpty }
    /// Mails that have no outcome yet.
    var unfinishedCount: Int { active.count + waiting.count }

    /// Which answer the server owes; `nil` if it owes none.
    var awaits: SMTPError.Step? {
        switch expected.first {
        case .mail: .mail
        case .recipient: .recipient
        case .data: .data
        case .end: .end
        case .reset: .reset
        case nil: nil
        }
    }

    /// Puts a mail in line.
    mutating func submit(_ number: MailNumber, _ mail: OutgoingMail) -> [Action] {
        guard !isClosed else { return [.finish(number, .lostBeforeDot(SMTPError(.idle, .closed)))] }
        do throws(Refusal) {
            waiting.append((number, try SMTPEnvelope(mail, capabilities), mail.recipients))
        } catch {
            return [.finish(number, .refused(error))]
        }
        return send(mayGoAhead: active.last?.state == .ended).asAction
    }

    /// The body is out, and whoever had to agree has: the mail ends here, and the next envelope goes along.
    mutating func end(_ number: MailNumber) -> [Action] {
        guard let index = active.firstIndex(where: { $0.number == number }), active[index].state == .body else {
            return []
        }
        active[index].state = .ended
        expected.append(.end)
        return [.send(".\r\n" + send(mayGoAhead: true))]
    }

    /// The mail must not be ended: only closing keeps a server from taking what it has of it.
    mutating func holdBack(_ number: MailNumber) -> [Action] { lost(SMTPError(.end, .heldBack)) }

    mutating func received(_ reply: SMTPReply) -> [Action] {
        guard !isClosed else { return [] }
        guard let answered = expected.popFirst() else {
            // Nobody asked: the server says goodbye, or is not a mail server.
            let step: SMTPError.Step = active.first.map { $0.state == .body ? .body : .mail } ?? .idle
            return lost(SMTPError(step, reply.code / 100 >= 4 ? .refused(reply) : .malformedReply))
        }
        var actions: [Action]
        switch answered {
        case .reset: actions = reply.isPositive ? [] : lost(SMTPError(.reset, .refused(reply)))
        case .end: actions = ended(reply)
        case .mail, .recipient, .data: actions = envelopeAnswered(answered, reply)
        }
        if reply.isClosing && !isClosed { actions += lost(SMTPError(.idle, .refused(reply))) }
        if !isClosed { actions += send(mayGoAhead: active.last?.state == .ended).asAction }
        return actions
    }

    /// The connection is gone, or must go: every mail gets the outcome that is true of it.
    mutating func lost(_ error: SMTPError) -> [Action] {
        guard !isClosed else { return [] }
        isClosed = true
        let onWire = active.map { transaction -> Action in
            if let refusal = transaction.verdict { return .finish(transaction.number, .refused(refusal)) }
            return .finish(
                transaction.number,
                transaction.state == .ended ? .lostAfterDot(error) : .lostBeforeDot(error))
        }
        let inLine = waiting.map { Action.finish($0.number, .lostBeforeDot(error)) }
        active = []
        waiting = []
        expected = []
        return onWire + inLine + [.close]
    }

    // MARK: Envelopes

    /// The commands that may go out now.
    private mutating func send(mayGoAhead: Bool) -> String {
        var text = ""
        guard capabilities.pipelining || expected.isEmpty else { return text }
        if active.isEmpty || mayGoAhead && capabilities.pipelining && active.count < SMTPLimits.mailsInFlight,
            let next = waiting.popFirst()
        {
            active.append(Transaction(number: next.number, envelope: next.envelope, recipients: next.recipients))
        } else if needsReset && active.isEmpty {
            return reset()
        }
        guard let last = active.indices.last, active[last].state == .envelope, active[last].sent == 0 else {
            return text
        }
        if needsReset {
            text = reset()
            if !capabilities.pipelining { return text }
        }
        text += command(of: last)
        while capabilities.pipelining && active[last].sent < active[last].envelope.commands.count {
            text += command(of: last)
        }
        return text
    }

    private mutating func reset() -> String {
        needsReset = false
        expected.append(.reset)
        return "RSET\r\n"
    }

    private mutating func command(of index: Int) -> String {
        let commands = active[index].envelope.commands
        let position = active[index].sent
        active[index].sent += 1
        expected.append(position == 0 ? .mail : position == commands.count - 1 ? .data : .recipient(position - 1))
        return commands[position] + "\r\n"
    }

    private mutating func envelopeAnswered(_ answered: Expected, _ reply: SMTPReply) -> [Action] {
        guard let index = active.firstIndex(where: { $0.state == .envelope }) else { return malformed(at: .mail) }
        switch answered {
        case .mail:
            guard reply.code / 100 != 3 else { return malformed(at: .mail) }
            if !reply.isPositive { active[index].refusal = Refusal(reply, at: .mail) }
        case .recipient(let position):
            guard reply.code / 100 != 3 else { return malformed(at: .recipient) }
            noteRecipient(active[index].recipients[position], reply, index)
        default: return dataAnswered(reply, index)
        }
        return nextCommand(index)
    }

    private mutating func noteRecipient(_ recipient: MailAddress, _ reply: SMTPReply, _ index: Int) {
        if reply.isPositive {
            active[index].acceptedCount += 1
        } else {
            active[index].refusals[recipient] = Refusal(reply, at: .recipient)
        }
    }

    /// Without PIPELINING: the next command, or none after a refusal.
    private mutating func nextCommand(_ index: Int) -> [Action] {
        let transaction = active[index]
        guard transaction.sent < transaction.envelope.commands.count else { return [] }
        let isDataNext = transaction.sent == transaction.envelope.commands.count - 1
        if transaction.refusal != nil || isDataNext && transaction.acceptedCount == 0 { return refuse(index) }
        return [.send(command(of: index))]
    }

    private mutating func dataAnswered(_ reply: SMTPReply, _ index: Int) -> [Action] {
        if reply.code == 354 {
            if active[index].isTaken {
                active[index].state = .body
                return [.sendBody(active[index].number)]
            }
            // It took DATA although it took no recipient: an empty message ends it (RFC 2920 section 3.1).
            active[index].refusal = active[index].verdict
            active[index].state = .discarding
            expected.append(.end)
            return [.send(".\r\n")]
        }
        guard !reply.isPositive else { return malformed(at: .data) }
        if active[index].isTaken { active[index].refusal = Refusal(reply, at: .data) }
        return refuse(index)
    }

    /// The mail was not taken; the server forgets it before the next one comes (RFC 5321 section 4.1.1.5).
    private mutating func refuse(_ index: Int) -> [Action] {
        guard let refusal = active[index].verdict else { return malformed(at: .data) }
        needsReset = true
        let number = active[index].number
        active.remove(at: index)
        return [.finish(number, .refused(refusal))]
    }

    private mutating func ended(_ reply: SMTPReply) -> [Action] {
        guard let transaction = active.first else { return malformed(at: .end) }
        // Neither taken nor refused: nobody can say what became of the mail.
        guard reply.code / 100 != 3 else { return malformed(at: .end) }
        active.removeFirst()
        if let refusal = transaction.refusal { return [.finish(transaction.number, .refused(refusal))] }
        let outcome: SendOutcome =
            reply.isPositive ? .accepted(reply, refused: transaction.refusals) : .refused(Refusal(reply, at: .end))
        return [.finish(transaction.number, outcome)]
    }

    private mutating func malformed(at step: SMTPError.Step) -> [Action] { lost(SMTPError(step, .malformedReply)) }
}

extension String {
    fileprivate var asAction: [SMTPTransactions.Action] { isEmpty ? [] : [.send(self)] }
}

import MailMIME

/// A message and the envelope it goes in.
public struct OutgoingMail: Sendable, Hashable {
    /// `nil`: the null sender of bounces and automatic answers, which nobody answers (RFC 5321 section 4.5.5).
    public var sender: MailAddress?
    public var recipients: [MailAddress]
    public var message: EncodedMessage

    public init(from sender: MailAddress?, to recipients: [MailAddress], message: EncodedMessage) {
        self.sender = sender
        self.recipients = recipients
        self.message = message
    }
}

/// What became of a mail: exactly one of these, always.
public enum SendOutcome: Sendable, Hashable {
    /// The server has taken the mail, for all recipients but those named here.
    case accepted(SMTPReply, refused: [MailAddress: Refusal] = [:])
    /// The server has answered that it does not take the mail.
    case refused(Refusal)
    /// Nothing was handed over: the mail may be sent again by anybody.
    case lostBeforeDot(SMTPError)
    /// The end of the mail went out and no answer came: the server may have it or not (RFC 1047).
    case lostAfterDot(SMTPError)
}

/// A negative answer, and what it means.
public struct Refusal: Sendable, Hashable {
    public var reply: SMTPReply
    public var step: SMTPError.Step
    public var verdict: DeliveryVerdict
    /// Not the server's words but ours: the mail did not go out, because this server cannot take it.
    public var isOurs: Bool

    init(_ reply: SMTPReply, at step: SMTPError.Step, isOurs: Bool = false) {
        self.reply = reply
        self.step = step
        self.isOurs = isOurs
        let phase: DeliveryVerdict.Phase =
            switch step {
            case .mail: .sender
            case .recipient: .recipient
            case .data, .body, .end: .data
            default: .connection
            }
        verdict = DeliveryVerdict(code: reply.code, status: reply.status, text: reply.text, phase: phase)
    }
}

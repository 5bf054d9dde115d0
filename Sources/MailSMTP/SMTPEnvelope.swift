import MailMIME

/// The commands that go before a message.
struct SMTPEnvelope {
    let commands: [String]

    /// Throws the refusal of a mail that this server cannot take, in the words that it would use itself.
    init(_ mail: OutgoingMail, _ capabilities: SMTPCapabilities) throws(Refusal) {
        guard (1...SMTPLimits.maxRecipients).contains(mail.recipients.count) else {
            throw Self.refusal(452, "5.5.3 needs between 1 and \(SMTPLimits.maxRecipients) recipients")
        }
        let needsUTF8 =
            mail.message.needsSMTPUTF8 || mail.sender?.needsSMTPUTF8 == true
            || mail.recipients.contains(where: \.needsSMTPUTF8)
        guard !needsUTF8 || capabilities.smtpUTF8 else {
            throw Self.refusal(553, "5.6.7 address not supported: the server does not offer SMTPUTF8")
        }
        guard !mail.message.is8Bit || capabilities.eightBitMIME else {
            throw Self.refusal(554, "5.6.1 the message needs 8BITMIME, which the server does not offer")
        }
        if let limit = capabilities.maxMessageBytes, mail.message.bytes.count > limit {
            throw Self.refusal(552, "5.3.4 message of \(mail.message.bytes.count) bytes; the server takes \(limit)")
        }
        var from = "MAIL FROM:<\(mail.sender?.description ?? "")>"
        if capabilities.offersSize { from += " SIZE=\(mail.message.bytes.count)" }
        if mail.message.is8Bit { from += " BODY=8BITMIME" }
        if needsUTF8 { from += " SMTPUTF8" }
        commands = [from] + mail.recipients.map { "RCPT TO:<\($0)>" } + ["DATA"]
    }

    private static func refusal(_ code: Int, _ text: String) -> Refusal {
        Refusal(SMTPReply(code: code, lines: [text]), at: .mail, isOurs: true)
    }
}

extension Refusal: Error {}

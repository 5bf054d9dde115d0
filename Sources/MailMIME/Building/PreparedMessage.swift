import Foundation

/// A mail to many: what is the same for all is encoded once, each recipient costs only what differs.
///
///     let prepared = try PreparedMessage(pattern, text: text, html: html)
///     let mail = try prepared.encoded(for: recipient) { body in
///         body.constant(0); body.plain(name)
///     } html: { body in
///         body.constant(0); body.html(name); body.constant(1)
///     }
public struct PreparedMessage: Sendable {
    private let text: PreparedText?
    private let html: PreparedText?
    private let utcOffsetMinutes: Int
    private let constantNeedsSMTPUTF8: Bool
    /// From and its like; MIME-Version to the beginning of the first part; between the parts; and behind the last.
    private let head: [UInt8]
    private let opening: [UInt8]
    private let between: [UInt8]
    private let closing: [UInt8]

    /// What differs between recipients, besides the values in the text.
    public struct Recipient: Sendable {
        public var to: NamedAddress
        public var subject: String
        public var messageID: MessageID
        public var date: Date
        public var unsubscribe: OutgoingMessage.Unsubscribe?

        public init(
            to: NamedAddress, subject: String, messageID: MessageID, date: Date,
            unsubscribe: OutgoingMessage.Unsubscribe? = nil
        ) {
            self.to = to
            self.subject = subject
            self.messageID = messageID
            self.date = date
            self.unsubscribe = unsubscribe
        }
    }

    /// - Parameter pattern: gives From, Reply-To, List-ID and whatever else is the same for all; its own recipients, subject, date,
    ///   Message-ID, texts and attachments are not used.
    public init(_ pattern: OutgoingMessage, text: PreparedText?, html: PreparedText?) throws(MessageError) {
        guard text != nil || html != nil else { throw .noContent }
        self.text = text
        self.html = html
        utcOffsetMinutes = pattern.utcOffsetMinutes
        constantNeedsSMTPUTF8 = pattern.needsSMTPUTF8
        var writer = HeaderWriter()
        try pattern.writeConstantHeaders(to: &writer)
        head = writer.sink.bytes
        writer.sink.clear()

        writer.line("MIME-Version", "1.0")
        guard let text, let html else {
            if let text { OutgoingMessage.writeTextHeaders("plain", text.encoding, &writer) }
            if let html { OutgoingMessage.writeTextHeaders("html", html.encoding, &writer) }
            opening = writer.sink.bytes
            (between, closing) = ([], [])
            return
        }
        let boundary = Boundary()
        boundary.writeType("multipart/alternative", &writer)
        boundary.open(&writer)
        OutgoingMessage.writeTextHeaders("plain", text.encoding, &writer)
        opening = writer.sink.bytes
        writer.sink.clear()
        boundary.open(&writer)
        OutgoingMessage.writeTextHeaders("html", html.encoding, &writer)
        between = writer.sink.bytes
        writer.sink.clear()
        boundary.close(&writer)
        closing = writer.sink.bytes
    }

    /// The message of one recipient. The closures write the texts that were prepared; the one without a prepared text is not called.
    public func encoded(
        for recipient: Recipient, text writeText: (inout BodyWriter) -> Void = { _ in },
        html writeHTML: (inout BodyWriter) -> Void = { _ in }
    ) throws(MessageError) -> EncodedMessage {
        var writer = HeaderWriter(capacity: 2_048 + ((text?.bytes ?? 0) + (html?.bytes ?? 0)) * 3 / 2)
        writer.date(recipient.date, offsetMinutes: utcOffsetMinutes)
        writer.sink.append(head)
        try OutgoingMessage.addresses("To", [recipient.to], &writer)
        try OutgoingMessage.subject(recipient.subject, &writer)
        writer.bracketed("Message-ID", recipient.messageID.text)
        if let unsubscribe = recipient.unsubscribe { try OutgoingMessage.unsubscribe(unsubscribe, &writer) }
        var sink = writer.release()
        sink.append(opening)
        let isAlternative = text != nil && html != nil
        if let text { sink = Self.write(text, sink, isInside: isAlternative, writeText) }
        sink.append(between)
        if let html { sink = Self.write(html, sink, isInside: isAlternative, writeHTML) }
        sink.append(closing)
        return EncodedMessage(
            bytes: sink.bytes, needsSMTPUTF8: constantNeedsSMTPUTF8 || recipient.to.address.needsSMTPUTF8)
    }

    private static func write(
        _ text: PreparedText, _ sink: consuming ByteSink, isInside: Bool, _ write: (inout BodyWriter) -> Void
    ) -> ByteSink {
        var body = BodyWriter(text, sink)
        write(&body)
        body.finish(isInside: isInside)
        return body.release()
    }
}

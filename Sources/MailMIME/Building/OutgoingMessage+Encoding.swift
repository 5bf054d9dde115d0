extension OutgoingMessage {
    /// The whole message. Throws for values that would break out of their header.
    public func encoded() throws(MessageError) -> EncodedMessage {
        guard !to.isEmpty || !cc.isEmpty else { throw .noRecipient }
        guard text != nil || html != nil || !attachments.isEmpty else { throw .noContent }
        var writer = HeaderWriter(capacity: 4_096 + (text?.utf8.count ?? 0) * 2 + (html?.utf8.count ?? 0) * 2)
        writer.date(date, offsetMinutes: utcOffsetMinutes)
        try writeConstantHeaders(to: &writer)
        try Self.addresses("To", to, &writer)
        try Self.subject(subject, &writer)
        writer.bracketed("Message-ID", messageID.text)
        if let unsubscribe { try Self.unsubscribe(unsubscribe, &writer) }
        writer.line("MIME-Version", "1.0")
        if attachments.isEmpty { try writeBody(&writer, isInside: false) } else { try writeMixed(&writer) }
        return EncodedMessage(bytes: writer.sink.bytes, needsSMTPUTF8: needsSMTPUTF8)
    }

    var needsSMTPUTF8: Bool {
        (to + cc + replyTo + [from]).contains { $0.address.needsSMTPUTF8 }
    }

    private func writeMixed(_ writer: inout HeaderWriter) throws(MessageError) {
        let boundary = Boundary()
        boundary.writeType("multipart/mixed", &writer)
        if text != nil || html != nil {
            boundary.open(&writer)
            try writeBody(&writer, isInside: true)
        }
        for attachment in attachments {
            boundary.open(&writer)
            try Self.write(attachment, &writer)
        }
        boundary.close(&writer)
    }

    /// Text, HTML, or both as alternatives, the better one last (RFC 2046 section 5.1.4).
    private func writeBody(_ writer: inout HeaderWriter, isInside: Bool) throws(MessageError) {
        guard let text, let html else {
            if let html { Self.write(html, "html", &writer, isInside: isInside) }
            if let text { Self.write(text, "plain", &writer, isInside: isInside) }
            return
        }
        let boundary = Boundary()
        boundary.writeType("multipart/alternative", &writer)
        boundary.open(&writer)
        Self.write(text, "plain", &writer, isInside: true)
        boundary.open(&writer)
        Self.write(html, "html", &writer, isInside: true)
        boundary.close(&writer)
    }

    private static func write(_ text: String, _ subtype: String, _ writer: inout HeaderWriter, isInside: Bool) {
        let bytes = LineEnds.canonical(text)
        let encoding = TransferEncoding.best(for: bytes, mayBeSevenBit: true)
        writeTextHeaders(subtype, encoding, &writer)
        bytes.withUnsafeBufferPointer { bytes in
            var encoder = TextEncoder(encoding)
            encoder.append(bytes, to: &writer.sink)
            encoder.finish(to: &writer.sink, isInside: isInside)
        }
    }

    static func writeTextHeaders(_ subtype: String, _ encoding: TransferEncoding, _ writer: inout HeaderWriter) {
        writer.line("Content-Type", "text/\(subtype); charset=utf-8")
        writer.line("Content-Transfer-Encoding", encoding.rawValue)
        writer.sink.append("\r\n")
    }

    private static func write(_ attachment: Attachment, _ writer: inout HeaderWriter) throws(MessageError) {
        try HeaderText.check(attachment.name, in: "Content-Disposition")
        guard isContentType(attachment.contentType) else { throw .badContentType }
        writer.line("Content-Type", attachment.contentType)
        writer.line("Content-Transfer-Encoding", "base64")
        writer.begin("Content-Disposition")
        let pieces = Parameter.pieces("filename", attachment.name)
        writer.words(["attachment;"] + pieces.dropLast().map { $0 + ";" } + pieces.suffix(1))
        writer.end()
        writer.sink.append("\r\n")
        attachment.bytes.withUnsafeBufferPointer { bytes in
            var encoder = Base64Writer()
            encoder.append(bytes, to: &writer.sink)
            encoder.finish(to: &writer.sink)
        }
    }

    /// `type/subtype`, each a token (RFC 2045 section 5.1). A composite one could hide a message of its own.
    private static func isContentType(_ type: String) -> Bool {
        let parts = type.split(separator: "/", omittingEmptySubsequences: false)
        return parts.count == 2 && parts[0] != "multipart" && parts[0] != "message"
            && parts.allSatisfy { part in
                !part.isEmpty && part.utf8.count <= MailLimits.maxLocalBytes
                    && part.utf8.allSatisfy {
                        CharacterClass.isAlphanumeric($0) || $0 == 0x2D || $0 == 0x2E || $0 == 0x2B
                    }
            }
    }
}

/// What separates the parts of a multipart: it cannot occur in base64 or quoted-printable, and is 96 random bits elsewhere.
struct Boundary {
    let text: String

    init() {
        var generator = SystemRandomNumberGenerator()
        text = "=_" + String(generator.next() as UInt64, radix: 36) + String(generator.next() as UInt32, radix: 36)
    }

    func writeType(_ type: String, _ writer: inout HeaderWriter) {
        writer.line("Content-Type", "\(type); boundary=\"\(text)\"")
        writer.sink.append("\r\n")
    }

    func open(_ writer: inout HeaderWriter) { writer.sink.append("--\(text)\r\n") }
    func close(_ writer: inout HeaderWriter) { writer.sink.append("--\(text)--\r\n") }
}

/// One text in its transfer encoding.
struct TextEncoder {
    let encoding: TransferEncoding
    private var base64 = Base64Writer()
    private var quoted = QuotedPrintableWriter()
    private var endsLine = true

    init(_ encoding: TransferEncoding) { self.encoding = encoding }

    @inline(__always)
    mutating func append(_ bytes: UnsafeBufferPointer<UInt8>, to sink: inout ByteSink) {
        switch encoding {
        case .base64: base64.append(bytes, to: &sink)
        case .quotedPrintable: quoted.append(bytes, to: &sink)
        case .sevenBit:
            sink.append(bytes)
            endsLine = bytes.last.map { $0 == 0x0A } ?? endsLine
        }
    }

    @inline(__always)
    mutating func append(_ constant: PreparedConstants.Constant, to sink: inout ByteSink) {
        guard encoding != .base64 else { return base64.append(constant, to: &sink) }
        append(constant.raw, to: &sink)
    }

    /// Ends the last line. Inside a multipart the line end before the boundary is no part of the text (RFC 2046 section 5.1.1).
    mutating func finish(to sink: inout ByteSink, isInside: Bool) {
        switch encoding {
        case .base64: base64.finish(to: &sink)
        case .quotedPrintable:
            let endedLine = quoted.finish(to: &sink)
            if isInside || !endedLine { sink.append("\r\n") }
        case .sevenBit:
            if isInside || !endsLine { sink.append("\r\n") }
        }
    }
}

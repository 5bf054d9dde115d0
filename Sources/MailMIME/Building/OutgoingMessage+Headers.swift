extension OutgoingMessage {
    /// Written by the message itself, each once (RFC 5322 section 3.6).
    private static let reserved: Set<String> = [
        "date", "from", "sender", "reply-to", "to", "cc", "bcc", "subject", "message-id", "in-reply-to", "references",
        "list-unsubscribe", "list-unsubscribe-post", "list-id", "auto-submitted", "precedence", "mime-version",
        "content-type", "content-transfer-encoding", "content-disposition", "dkim-signature", "return-path",
    ]

    /// The headers that are the same for every recipient.
    func writeConstantHeaders(to writer: inout HeaderWriter) throws(MessageError) {
        try Self.addresses("From", [from], &writer)
        try Self.addresses("Reply-To", replyTo, &writer)
        try Self.addresses("Cc", cc, &writer)
        if let inReplyTo { writer.line("In-Reply-To", inReplyTo.description) }
        writeReferences(&writer)
        try writeListID(&writer)
        if let autoSubmitted {
            writer.line("Auto-Submitted", autoSubmitted.rawValue)
            writer.line("X-Auto-Response-Suppress", "All")
        }
        if isBulk { writer.line("Precedence", "bulk") }
        for header in headers {
            try HeaderText.checkName(header.name)
            try HeaderText.check(header.value, in: header.name)
            guard !Self.reserved.contains(header.name.lowercased()) else { throw .reservedHeader(field: header.name) }
            writer.begin(header.name)
            writer.unstructured(header.value)
            writer.end()
        }
    }

    static func addresses(_ field: String, _ list: [NamedAddress], _ writer: inout HeaderWriter) throws(MessageError) {
        guard !list.isEmpty else { return }
        writer.begin(field)
        for (index, named) in list.enumerated() {
            if let name = named.name { try HeaderText.check(name, in: field) }
            writer.address(named, isFirst: index == 0)
        }
        writer.end()
    }

    static func subject(_ subject: String, _ writer: inout HeaderWriter) throws(MessageError) {
        try HeaderText.check(subject, in: "Subject")
        writer.begin("Subject")
        writer.unstructured(subject)
        writer.end()
    }

    /// RFC 8058 wants both headers, an https address, and DKIM over them.
    static func unsubscribe(_ way: Unsubscribe, _ writer: inout HeaderWriter) throws(MessageError) {
        let isProtected = way.url.utf8.starts(with: "https://".utf8)
        guard isLinkable(way.url), isProtected || way.url.utf8.starts(with: "http://".utf8) else { throw .badURL }
        guard let mailto = way.mailto else {
            writer.bracketed("List-Unsubscribe", way.url)
            if isProtected { writer.line("List-Unsubscribe-Post", "List-Unsubscribe=One-Click") }
            return
        }
        let query = way.mailtoSubject.map { "?subject=" + PercentEncoding.text($0.utf8) } ?? ""
        let address = "mailto:\(PercentEncoding.text(mailto.local.utf8))@\(mailto.domain)\(query)"
        guard isLinkable(address) else { throw .badURL }
        writer.begin("List-Unsubscribe")
        writer.words(["<\(way.url)>,", "<\(address)>"])
        writer.end()
        if isProtected { writer.line("List-Unsubscribe-Post", "List-Unsubscribe=One-Click") }
    }

    private static func isLinkable(_ url: some StringProtocol) -> Bool {
        url.utf8.count <= MailLimits.maxLineBytes - 40
            && url.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != 0x3C && $0 != 0x3E && $0 != 0x2C }
    }

    /// The first message and the latest ones of a long thread.
    private func writeReferences(_ writer: inout HeaderWriter) {
        guard !references.isEmpty else { return }
        let kept =
            references.count <= MailLimits.maxReferences
            ? references : [references[0]] + references.suffix(MailLimits.maxReferences - 1)
        writer.begin("References")
        writer.words(kept.map(\.description))
        writer.end()
    }

    private func writeListID(_ writer: inout HeaderWriter) throws(MessageError) {
        guard let listID else { return }
        guard listID.id.utf8.count <= MailLimits.maxDomainBytes, listID.id.contains("."),
            listID.id.utf8.allSatisfy({ CharacterClass.isAlphanumeric($0) || $0 == 0x2D || $0 == 0x2E || $0 == 0x5F })
        else { throw .badListID }
        if let name = listID.name { try HeaderText.check(name, in: "List-ID") }
        writer.begin("List-ID")
        writer.phrase(listID.name, before: "<\(listID.id)>")
        writer.end()
    }
}

import Foundation

/// What a mail tells about another one that was sent: that it did not arrive, or that somebody complained.
public struct BounceReport: Hashable, Sendable {
    public var kind: Kind
    /// Those it is about, in order. A complaint may name nobody.
    public var recipients: [Recipient]
    /// The Message-ID of the mail that was sent, where the report encloses its headers. A claim of whoever wrote the report, no proof.
    public var originalMessageID: String?

    public enum Kind: Hashable, Sendable {
        case failure
        /// Somebody pressed "spam" (RFC 5965).
        case complaint
        /// Somebody's mail program asks, for its user, that no more is sent.
        case unsubscribe
    }

    public struct Recipient: Hashable, Sendable {
        /// Lower case; empty where the report names nobody.
        public var address: String
        public var status: EnhancedStatus?
        /// The code of the SMTP reply.
        public var code: Int?
        /// What the server said, as far as the report quotes it.
        public var text: String
        public var action: Action
        public var verdict: DeliveryVerdict
    }

    /// RFC 3464 section 2.3.3.
    public enum Action: String, Hashable, Sendable {
        case failed, delayed, delivered, relayed, expanded
    }

    /// `nil` for a mail that is no report: an answer of a person or of an absent person's program.
    public init?(_ mail: ParsedMessage) {
        if mail.header("X-Apple-Unsubscribe")?.trimmed == "true", let sender = mail.from.first {
            self = Self.complaint(about: [sender.address.description.lowercased()], mail)
            kind = .unsubscribe
            return
        }
        if let complaint = Self.complaint(mail) ?? Self.notification(mail) {
            self = complaint
            return
        }
        let recipients = Self.statusRecipients(mail) ?? Self.textRecipients(mail)
        guard let recipients, !recipients.isEmpty else { return nil }
        self.init(kind: .failure, recipients: recipients, originalMessageID: Self.originalMessageID(mail))
    }

    init(kind: Kind, recipients: [Recipient], originalMessageID: String?) {
        self.kind = kind
        self.recipients = recipients
        self.originalMessageID = originalMessageID
    }

    // MARK: Complaints

    /// The feedback report of RFC 5965, and Hotmail's mails, which have none.
    private static func complaint(_ mail: ParsedMessage) -> BounceReport? {
        let isHotmail = mail.from.first?.address.description == "staff@hotmail.com"
        guard let part = mail.parts.first(where: { $0.contentType == "message/feedback-report" }) else {
            guard isHotmail else { return nil }
            let address = mail.header("X-HmXmrOriginalRecipient") ?? ""
            return complaint(about: address.isEmpty ? [] : [address.lowercased()], mail)
        }
        let fields = StatusFields.groups(in: part.text).flatMap { $0 }
        let names = fields.filter { $0.name == "original-rcpt-to" || $0.name == "removal-recipient" }
        return complaint(about: names.map { StatusFields.address($0.value) }, mail)
    }

    private static func complaint(about addresses: [String], _ mail: ParsedMessage) -> BounceReport {
        let recipients = addresses.map { address in
            Recipient(
                address: address, status: nil, code: nil, text: "", action: .delivered,
                verdict: DeliveryVerdict(.spam, isTemporary: false))
        }
        return BounceReport(kind: .complaint, recipients: recipients, originalMessageID: originalMessageID(mail))
    }

    // MARK: The original

    static func originalMessageID(_ mail: ParsedMessage) -> String? {
        for part in mail.parts where ["message/rfc822", "text/rfc822-headers"].contains(part.contentType) {
            for line in part.text.split(whereSeparator: \.isNewline).prefix(MailLimits.maxHeaders) {
                guard line.lowercased().hasPrefix("message-id:") else { continue }
                if let id = GMimeReader.messageIDs(String(line.dropFirst(11))).first { return id }
            }
        }
        return nil
    }
}

import Foundation

/// A mail that somebody writes, or the pattern of one that goes to many (`PreparedMessage`).
public struct OutgoingMessage: Sendable {
    public var from: NamedAddress
    public var replyTo: [NamedAddress] = []
    public var to: [NamedAddress] = []
    public var cc: [NamedAddress] = []
    public var subject = ""
    public var date: Date
    /// The sender's distance from UTC, as the Date header shows it.
    public var utcOffsetMinutes = 0
    public var messageID: MessageID
    public var inReplyTo: MessageID?
    /// The thread from its first message on.
    public var references: [MessageID] = []

    public var unsubscribe: Unsubscribe?
    public var listID: ListID?
    public var autoSubmitted: AutoSubmitted?
    /// Asks receivers not to answer by themselves (`Precedence: bulk`).
    public var isBulk = false
    /// Further headers, in order. Those that the message writes itself are refused.
    public var headers: [(name: String, value: String)] = []

    public var text: String?
    public var html: String?
    public var attachments: [Attachment] = []

    public init(from: NamedAddress, to: [NamedAddress] = [], messageID: MessageID, date: Date) {
        self.from = from
        self.to = to
        self.messageID = messageID
        self.date = date
    }

    /// How one leaves the list (RFC 2369, RFC 8058).
    public struct Unsubscribe: Hashable, Sendable {
        /// `https://…`: one POST to it is enough, with nothing asked.
        public var url: String
        public var mailto: MailAddress?
        /// The subject by which the mailbox behind `mailto` knows whom to take off.
        public var mailtoSubject: String?

        public init(url: String, mailto: MailAddress? = nil, mailtoSubject: String? = nil) {
            self.url = url
            self.mailto = mailto
            self.mailtoSubject = mailtoSubject
        }
    }

    /// The list that a mail belongs to (RFC 2919): an id such as `autumn.mail.example.com`, and its name.
    public struct ListID: Hashable, Sendable {
        public var name: String?
        public var id: String

        public init(name: String? = nil, id: String) {
            self.name = name
            self.id = id
        }
    }

    /// That no person wrote it (RFC 3834 section 5); tells other programs not to answer.
    public enum AutoSubmitted: String, Sendable {
        case generated = "auto-generated"
        case replied = "auto-replied"
    }

    public struct Attachment: Hashable, Sendable {
        public var name: String
        /// `application/pdf`
        public var contentType: String
        public var bytes: [UInt8]

        public init(name: String, contentType: String = "application/octet-stream", bytes: [UInt8]) {
            self.name = name
            self.contentType = contentType
            self.bytes = bytes
        }
    }
}

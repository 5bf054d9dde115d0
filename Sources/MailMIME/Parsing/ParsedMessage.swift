import CGMime
import Foundation

/// A mail that came in, read as far as it can be. What is broken in it is read around; only what is made to exhaust a reader is refused.
public struct ParsedMessage: Sendable {
    /// Names as written, values decoded and on one line; in order.
    public internal(set) var headers: [Header] = []
    public internal(set) var subject = ""
    public internal(set) var from: [NamedAddress] = []
    public internal(set) var replyTo: [NamedAddress] = []
    public internal(set) var to: [NamedAddress] = []
    public internal(set) var cc: [NamedAddress] = []
    public internal(set) var date: Date?
    /// Without angle brackets; `nil` where there is none or more than nothing can be made of it.
    public internal(set) var messageID: String?
    public internal(set) var inReplyTo: [String] = []
    public internal(set) var references: [String] = []
    /// Every part that is no multipart, in order.
    public internal(set) var parts: [Part] = []
    /// The text of the mail, and its HTML; of attachments and enclosed mails nothing.
    public internal(set) var text: String?
    public internal(set) var html: String?

    public struct Header: Hashable, Sendable {
        public var name: String
        public var value: String
    }

    public struct Part: Hashable, Sendable {
        /// `text/plain`, in lower case.
        public var contentType: String
        public var name: String?
        public var contentID: String?
        public var isAttachment: Bool
        /// In a mail that is enclosed in this one.
        public var isEnclosed: Bool
        /// Decoded; text parts as UTF-8.
        public var bytes: [UInt8]

        public var text: String { String(decoding: bytes, as: UTF8.self) }
    }

    /// What somebody would save: everything that is not the text itself.
    public var attachments: [Part] { parts.filter { $0.isAttachment && !$0.isEnclosed } }

    /// The first header of this name.
    public func header(_ name: String) -> String? {
        headers.first { $0.name.caseInsensitiveEquals(name) }?.value
    }

    public func headers(_ name: String) -> [String] {
        headers.filter { $0.name.caseInsensitiveEquals(name) }.map(\.value)
    }

    init() {}

    public init(_ bytes: [UInt8]) throws(ParsingError) {
        try MessageBounds.check(bytes)
        self = try GMimeReader.read(bytes)
    }
}

/// Why a mail is not read.
public enum ParsingError: Error, Hashable {
    case tooLong, tooManyHeaders, headersTooLong, tooManyParts, tooDeep, decodedTooLong
    /// Nothing of it is a mail.
    case malformed
}

extension String {
    func caseInsensitiveEquals(_ other: String) -> Bool {
        utf8.count == other.utf8.count
            && zip(utf8, other.utf8).allSatisfy { $0 == $1 || ($0 | 0x20 == $1 | 0x20 && $0 | 0x20 >= 0x61) }
    }
}

import Foundation
import Store

/// An open or a click, by a person or by a program.
public struct TrackingEvent: Entity {
    public static let collection = "tracking_events"
    public static let indexes: [Index] = [
        .on("campaignRecipientId", "at", sparse: true), .on("sequenceRecipientId", "at", sparse: true), .on("at"),
    ]

    public var id = EntityID<TrackingEvent>()
    public var createdAt: Date?
    public var updatedAt: Date?
    public var extra = Document()

    public var campaignRecipientId: EntityID<CampaignRecipient>?
    public var sequenceRecipientId: EntityID<SequenceRecipient>?
    public var kind = Kind.open
    /// Where the click led.
    public var url: String?
    public var at = Date(timeIntervalSince1970: 0)
    public var userAgentClass: UserAgentClass?

    public init() {}

    public mutating func visit(_ fields: inout some FieldVisitor) throws {
        try fields("campaignRecipientId", &campaignRecipientId)
        try fields("sequenceRecipientId", &sequenceRecipientId)
        try fields("kind", &kind)
        try fields("url", &url)
        try fields("at", &at)
        try fields("userAgentClass", &userAgentClass)
    }

    public struct Kind: Choice {
        public var rawValue: String
        public init(rawValue: String) { self.rawValue = rawValue }
        public static let open: Self = "open"
        public static let click: Self = "click"
        public static let known: [Self] = [.open, .click]
    }

    /// Who asked, as far as the request tells.
    public struct UserAgentClass: Choice {
        public var rawValue: String
        public init(rawValue: String) { self.rawValue = rawValue }
        public static let human: Self = "human"
        public static let scanner: Self = "scanner"
        public static let proxy: Self = "proxy"
        public static let known: [Self] = [.human, .scanner, .proxy]
    }
}

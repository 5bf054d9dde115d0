import Foundation
import Store

/// An address, or a whole domain, that gets no mail. Looked up at the moment of sending.
public struct Suppression: Entity {
    public static let collection = "suppressions"
    public static let indexes: [Index] = [.on("address", unique: true), .on("createdAt")]

    public var id = EntityID<Suppression>()
    public var createdAt: Date?
    public var updatedAt: Date?
    public var extra = Document()

    /// A normalised email, or a domain without `@`.
    public var address = ""
    public var reason = Reason.manual
    public var sourceCampaignId: EntityID<Campaign>?
    public var sourceSequenceId: EntityID<MailSequence>?
    /// The recipient of that campaign or sequence.
    public var sourceRecipientId: ObjectID?
    public var note: String?

    public init() {}

    public mutating func visit(_ fields: inout some FieldVisitor) throws {
        try fields("address", &address)
        try fields("reason", &reason)
        try fields("sourceCampaignId", &sourceCampaignId)
        try fields("sourceSequenceId", &sourceSequenceId)
        try fields("sourceRecipientId", &sourceRecipientId)
        try fields("note", &note)
    }

    public struct Reason: Choice {
        public var rawValue: String
        public init(rawValue: String) { self.rawValue = rawValue }
        public static let unsubscribed: Self = "unsubscribed"
        public static let hardBounce: Self = "hard_bounce"
        public static let complaint: Self = "complaint"
        public static let manual: Self = "manual"
        public static let imported: Self = "imported"
        public static let known: [Self] = [.unsubscribed, .hardBounce, .complaint, .manual, .imported]
    }
}

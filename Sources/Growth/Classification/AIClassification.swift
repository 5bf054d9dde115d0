import Foundation
import Store

/// What a provider, the rules or a person took a text to mean.
public struct AIClassification: Entity {
    public static let collection = "ai_classifications"
    public static let indexes: [Index] = [.on("sourceType", "sourceId"), .on("createdAt")]

    public var id = EntityID<AIClassification>()
    public var createdAt: Date?
    public var updatedAt: Date?
    public var extra = Document()

    public var sourceType = SourceType.emailReply
    public var sourceId: ObjectID?
    public var provider = Provider.fallbackRules
    /// The provider's name of its model.
    public var providerModel: String?
    public var intent: Intent?
    public var sentiment: Sentiment?
    public var leadTemperature: Temperature?
    public var serviceInterest: String?
    /// What the provider answered, with its reason and its draft of a reply.
    public var rawOutput: Value?
    /// 0–1.
    public var confidence: Double?

    public init() {}

    public mutating func visit(_ fields: inout some FieldVisitor) throws {
        try fields("sourceType", &sourceType)
        try fields("sourceId", &sourceId)
        try fields("provider", &provider)
        try fields("providerModel", &providerModel)
        try fields("intent", &intent)
        try fields("sentiment", &sentiment)
        try fields("leadTemperature", &leadTemperature)
        try fields("serviceInterest", &serviceInterest)
        try fields("rawOutput", &rawOutput)
        try fields("confidence", &confidence)
    }

    public struct SourceType: Choice {
        public var rawValue: String
        public init(rawValue: String) { self.rawValue = rawValue }
        public static let emailReply: Self = "email_reply"
        public static let lead: Self = "lead"
        public static let company: Self = "company"
        public static let other: Self = "other"
        public static let known: [Self] = [.emailReply, .lead, .company, .other]
    }

    public struct Provider: Choice {
        public var rawValue: String
        public init(rawValue: String) { self.rawValue = rawValue }
        public static let openai: Self = "openai"
        public static let gemini: Self = "gemini"
        public static let anthropic: Self = "anthropic"
        public static let fallbackRules: Self = "fallback_rules"
        public static let manual: Self = "manual"
        public static let known: [Self] = [.openai, .gemini, .anthropic, .fallbackRules, .manual]
    }

    public struct Intent: Choice {
        public var rawValue: String
        public init(rawValue: String) { self.rawValue = rawValue }
        public static let interested: Self = "interested"
        public static let meetingRequest: Self = "meeting_request"
        public static let question: Self = "question"
        public static let pricingRequest: Self = "pricing_request"
        public static let notNow: Self = "not_now"
        public static let notInterested: Self = "not_interested"
        public static let unsubscribe: Self = "unsubscribe"
        public static let wrongPerson: Self = "wrong_person"
        public static let referral: Self = "referral"
        public static let outOfOffice: Self = "out_of_office"
        public static let autoReply: Self = "auto_reply"
        public static let bounce: Self = "bounce"
        public static let complaint: Self = "complaint"
        public static let other: Self = "other"
        public static let known: [Self] = [
            .interested, .meetingRequest, .question, .pricingRequest, .notNow, .notInterested, .unsubscribe,
            .wrongPerson, .referral, .outOfOffice, .autoReply, .bounce, .complaint, .other,
        ]
    }

    public struct Sentiment: Choice {
        public var rawValue: String
        public init(rawValue: String) { self.rawValue = rawValue }
        public static let positive: Self = "positive"
        public static let neutral: Self = "neutral"
        public static let negative: Self = "negative"
        public static let mixed: Self = "mixed"
        public static let known: [Self] = [.positive, .neutral, .negative, .mixed]
    }
}

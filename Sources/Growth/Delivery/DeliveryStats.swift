import Store

/// How many recipients came how far. Counts of recipients, not of events.
public struct DeliveryStats: Part {
    public var totalRecipients = 0
    public var sent = 0
    public var delivered = 0
    public var opened = 0
    public var clicked = 0
    public var replied = 0
    public var bounced = 0
    public var unsubscribed = 0
    public var convertedToLead = 0

    public init() {}

    public mutating func visit(_ fields: inout some FieldVisitor) throws {
        try fields("totalRecipients", &totalRecipients)
        try fields("sent", &sent)
        try fields("delivered", &delivered)
        try fields("opened", &opened)
        try fields("clicked", &clicked)
        try fields("replied", &replied)
        try fields("bounced", &bounced)
        try fields("unsubscribed", &unsubscribed)
        try fields("convertedToLead", &convertedToLead)
    }
}

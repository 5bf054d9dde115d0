/// What a server says of the folder that mail comes in to.
public struct IMAPInbox: Hashable, Sendable {
    public var messageCount = 0
    /// Numbers of messages count within one validity (RFC 9051 section 2.3.1.1); `nil` where the server does not say.
    public var uidValidity: UInt32?
    public var uidNext: UInt32?
    /// In capitals.
    public var capabilities: Set<String> = []

    public init() {}
}

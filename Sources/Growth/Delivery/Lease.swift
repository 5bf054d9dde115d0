import Foundation
import Store

/// The worker that holds a recipient, and until when nobody else may take it.
public struct Lease: Part {
    public var owner: String?
    public var until: Date?
    /// The mailbox that it was to go out through.
    public var mailboxId: EntityID<Mailbox>?

    public init() {}

    public mutating func visit(_ fields: inout some FieldVisitor) throws {
        try fields("owner", &owner)
        try fields("until", &until)
        try fields("mailboxId", &mailboxId)
    }
}

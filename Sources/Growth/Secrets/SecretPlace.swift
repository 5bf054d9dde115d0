import Store

/// Where a secret is kept. A value that was sealed for one place opens in no other.
public struct SecretPlace: Hashable, Sendable {
    /// What the secret is for; each purpose has a key of its own.
    public enum Purpose: String, CaseIterable, Sendable {
        case mailbox = "mailbox-secret"
        case secondFactor = "second-factor"
        /// Between two pages, and nowhere stored: the secret to be set up, the sign-in that waits for its code.
        case offer = "second-factor-offer"
        case signIn = "sign-in"
        /// On the way to a mail provider and back, and nowhere stored.
        case access = "mailbox-access"

        /// What is not stored needs no salt of the database, and writes none.
        var isStored: Bool { self == .mailbox || self == .secondFactor }
    }

    public let purpose: Purpose
    /// Bound into the sealed value: collection, document and field (NIST SP 800-38D calls it additional data).
    let address: String

    public init<E>(_ purpose: Purpose, _ id: EntityID<E>, field: String) where E: Entity {
        self.purpose = purpose
        address = "\(E.collection)/\(id)/\(field)"
    }
}

/// Text that must not end up in a log: it shows itself nowhere.
public struct HiddenText: Hashable, Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    public let text: String

    public init(_ text: String) { self.text = text }

    public var description: String { "set" }
    public var debugDescription: String { "set" }
    public var customMirror: Mirror { Mirror(self, children: [:]) }
}

public enum SecretError: Error, Hashable {
    /// Damaged, moved from another place, or sealed under a secret that this installation does not have: all alike.
    case unreadable
}

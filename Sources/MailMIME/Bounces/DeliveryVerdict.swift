/// What a refusal means for the mail and for the address.
public struct DeliveryVerdict: Hashable, Sendable {
    public var problem: DeliveryProblem
    /// Whether the same mail may be tried again.
    public var isTemporary: Bool
    /// How long the server asks to wait, where it says so.
    public var retryAfter: Duration?

    /// The address itself is no good: it is suppressed at once. Anything else never is, however final it sounds.
    public var isHard: Bool { !isTemporary && problem.isOfAddress }

    public init(_ problem: DeliveryProblem, isTemporary: Bool, retryAfter: Duration? = nil) {
        self.problem = problem
        self.isTemporary = isTemporary
        self.retryAfter = retryAfter
    }
}

/// Why a mail was not delivered.
public enum DeliveryProblem: String, Hashable, Sendable, CaseIterable {
    // Of the address.
    case userUnknown, hostUnknown, hasMoved
    /// The domain says that it takes no mail at all (RFC 7504, RFC 7505).
    case takesNoMail

    // Of the mailbox, for now or until somebody there does something.
    case mailboxFull, mailboxDisabled, mailboxFilters

    // Of the sender or of what it sent.
    case blocked, badReputation, missingPTR, authenticationFailed, spam, virus, policy, badContent, tooBig, relayDenied
    case senderRefused, needsSignIn, needsTLS, needsSMTPUTF8

    // Of the moment.
    case throttled, greylisted, network, expired, serverTrouble

    case unknown

    public var isOfAddress: Bool {
        switch self {
        case .userUnknown, .hostUnknown, .hasMoved, .takesNoMail: true
        default: false
        }
    }
}

import Store

/// Who asks: a signed-in person, a program with a key, or the operator at the machine.
public struct Principal: Sendable {
    public enum Origin: Sendable {
        case session(Session)
        case apiKey(APIKey)
        /// A one-time link, which made or opened the account.
        case link
        /// The command line, through the socket in the data folder.
        case console
        /// A job, doing what this person asked for.
        case job
    }

    public let user: User
    public let origin: Origin
    /// Where the request came from, for the audit log.
    public let address: String?

    public init(user: User, origin: Origin, address: String? = nil) {
        self.user = user
        self.origin = origin
        self.address = address
    }

    /// The operator: may everything, and is no stored user.
    public static let console: Principal = {
        var user = User()
        user.id = EntityID(ObjectID(high: 0, low: 0))
        user.name = "anwal"
        user.role = .admin
        user.status = .active
        return Principal(user: user, origin: .console)
    }()

    /// A key never may more than its owner, and never more than it was made for.
    public func may(_ permission: Permission) -> Bool {
        guard Permission.of(user.role).contains(permission) else { return false }
        if case .apiKey(let key) = origin { return key.scopes.contains(permission.scope.rawValue) }
        return true
    }

    /// `nil` for the console, which is no stored user.
    public var userId: EntityID<User>? {
        if case .console = origin { nil } else { user.id }
    }

    public var apiKeyId: EntityID<APIKey>? {
        if case .apiKey(let key) = origin { key.id } else { nil }
    }

    public var session: Session? {
        if case .session(let session) = origin { session } else { nil }
    }
}

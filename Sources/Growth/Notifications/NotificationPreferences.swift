import Store

/// What somebody wants to be told: every kind, but those that they turned off.
public struct NotificationPreferences: Hashable, Sendable {
    /// Kinds that are not shown, counted or announced. Their rows are kept, and there again when turned on.
    public var off: Set<UserNotification.Kind> = []

    /// What is addressed to everybody cannot be turned off.
    public static let choices = UserNotification.Kind.known.filter { $0 != .system }

    public init(_ stored: Value?) {
        let words = stored?.object?["off"]?.array ?? []
        off = Set(words.compactMap(\.string).map(UserNotification.Kind.init(rawValue:)).filter(Self.choices.contains))
    }

    var value: Value? {
        if off.isEmpty { return nil }
        return ["off": Value(off.map(\.rawValue).sorted())]
    }

    /// The rows that are shown.
    var filter: Filter {
        off.isEmpty ? .all : .not(.isIn("type", off.map(\.rawValue).sorted().map(Value.string)))
    }
}

extension User {
    public var preferences: NotificationPreferences { NotificationPreferences(notificationPreferences) }
}

import Store

/// When mails may go out. What is absent does not restrict.
public struct SendWindow: Part {
    /// Lower-case English names of weekdays.
    public var days: [String] = []
    /// `HH:mm` in the time zone.
    public var from: String?
    /// `HH:mm`, exclusive.
    public var to: String?
    /// A name of the IANA database.
    public var timezone: String?
    /// Days without mails, as `yyyy-MM-dd`, besides those of the settings.
    public var holidays: [String] = []

    public init() {}

    public mutating func visit(_ fields: inout some FieldVisitor) throws {
        try fields("days", &days)
        try fields("from", &from)
        try fields("to", &to)
        try fields("timezone", &timezone)
        try fields("holidays", &holidays)
    }
}

/// The servers of providers that many have their mail with, so that an address and a password are enough.
public struct MailboxPreset: Sendable, Hashable {
    public let provider: Mailbox.Provider
    public let smtpHost: String
    public let smtpPort: Int
    public let smtpSecurity: Mailbox.Security
    public let imapHost: String
    public let imapPort: Int
    public let imapSecurity: Mailbox.Security
    /// Whether the provider wants a password made for this program instead of the person's own.
    public let needsAppPassword: Bool

    private init(
        _ provider: Mailbox.Provider, smtp: String, _ smtpPort: Int, _ smtpSecurity: Mailbox.Security, imap: String,
        needsAppPassword: Bool = true
    ) {
        self.provider = provider
        smtpHost = smtp
        self.smtpPort = smtpPort
        self.smtpSecurity = smtpSecurity
        imapHost = imap
        imapPort = 993
        imapSecurity = .tls
        self.needsAppPassword = needsAppPassword
    }

    static let google = MailboxPreset(.google, smtp: "smtp.gmail.com", 465, .tls, imap: "imap.gmail.com")
    static let microsoft = MailboxPreset(
        .microsoft, smtp: "smtp.office365.com", 587, .starttls, imap: "outlook.office365.com")

    private static let yahoo = MailboxPreset(
        .other, smtp: "smtp.mail.yahoo.com", 465, .tls, imap: "imap.mail.yahoo.com")
    private static let icloud = MailboxPreset(
        .other, smtp: "smtp.mail.me.com", 587, .starttls, imap: "imap.mail.me.com")
    private static let zoho = MailboxPreset(
        .other, smtp: "smtp.zoho.com", 465, .tls, imap: "imap.zoho.com", needsAppPassword: false)

    /// Those that are known, by a name for forms.
    public static let named: [(name: String, preset: MailboxPreset)] = [
        ("google", google), ("microsoft", microsoft), ("zoho", zoho), ("yahoo", yahoo), ("icloud", icloud),
    ]

    private static let byDomain: [String: MailboxPreset] = [
        "gmail.com": google, "googlemail.com": google,
        "outlook.com": microsoft, "hotmail.com": microsoft, "live.com": microsoft, "msn.com": microsoft,
        "yahoo.com": yahoo, "icloud.com": icloud, "me.com": icloud, "zoho.com": zoho,
    ]

    /// What is known of a provider, or else of an address's domain; `nil` where the settings must be typed.
    public static func find(_ provider: Mailbox.Provider, email: String) -> MailboxPreset? {
        switch provider {
        case .google: google
        case .microsoft: microsoft
        default: email.split(separator: "@").last.flatMap { byDomain[$0.lowercased()] }
        }
    }
}

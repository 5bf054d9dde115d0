/// Something about a campaign that a person should know before it starts.
public struct CampaignProblem: Hashable, Sendable {
    public enum Code: String, Sendable, CaseIterable {
        // No campaign starts with one of these.
        case noSegment = "no_segment"
        case inactiveSegment = "inactive_segment"
        case unreadableSegment = "unreadable_segment"
        case noTemplate = "no_template"
        case templateProblem = "template_problem"
        case noMailbox = "no_mailbox"
        case mailboxInactive = "mailbox_inactive"
        case mailboxNeedsPassword = "mailbox_needs_password"
        case senderNotAMailbox = "sender_not_a_mailbox"
        case badWindow = "bad_window"
        case nobodyToSendTo = "nobody_to_send_to"
        // Works, and should be known.
        case linksToThisMachine = "links_to_this_machine"
        case mailboxUnwell = "mailbox_unwell"
        case heldRecipients = "held_recipients"
        case neverChecked = "mailbox_never_checked"
    }

    public let code: Code
    /// The mailbox's address, the template's trouble.
    public let detail: String?
    /// Where a template is at fault.
    public let template: TemplateProblem?

    init(_ code: Code, _ detail: String? = nil, template: TemplateProblem? = nil) {
        self.code = code
        self.detail = detail
        self.template = template
    }

    /// Whether the campaign must not start with it.
    public var isGrave: Bool {
        switch code {
        case .linksToThisMachine, .mailboxUnwell, .heldRecipients, .neverChecked: false
        case .templateProblem: template?.isGrave ?? true
        default: true
        }
    }
}

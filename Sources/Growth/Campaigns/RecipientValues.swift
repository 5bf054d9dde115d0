import Store

extension TemplateValues {
    /// What the sender's side of a mail says.
    init(sender campaign: Campaign, _ settings: SystemSettings, mailbox: Mailbox?) {
        self.init()
        self[.senderName] = mailbox?.name ?? settings.defaultSenderName
        self[.senderEmail] = mailbox?.email ?? campaign.senderEmail
        self[.teamName] = settings.branding.companyName ?? settings.companyName ?? settings.branding.platformName
        self[.postalAddress] = settings.branding.address
        // Every mail gets its own; here only so that they count as present.
        self[.unsubscribeUrl] = "#"
        self[.preferencesUrl] = "#"
    }

    /// - Parameter other: what is the same for all.
    init(_ row: CampaignRecipient, over other: TemplateValues) {
        self = other
        self[.companyName] = row.companyName
        self[.personName] = row.personName
        self[.jobTitle] = row.jobTitle
        self[.sector] = row.sector
        self[.city] = row.city
        self[.recommendedService] = row.recommendedService
        self[.email] = row.email
    }
}

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
        for field in TemplateField.ofRecipient { self[field] = row[field] }
        self[.email] = row.email
    }
}

extension CompiledTemplate {
    /// Why a row waits for a person, as far as its mail goes; `nil`: nothing is missing.
    func heldReason(of row: CampaignRecipient, over fixed: TemplateValues) -> String? {
        heldReason(of: row, with: TemplateValues(row, over: fixed))
    }

    /// - Parameter values: the row's, over what is the same for all.
    func heldReason(of row: CampaignRecipient, with values: TemplateValues) -> String? {
        let missing = missing(values, variant: row.variant ?? "")
        return missing.isEmpty ? nil : HeldReason.missing(missing)
    }
}

extension CampaignRecipient {
    /// What stands in the row for a field of the template; empty text counts as absent. Those of no row are never there and stay as they are.
    public subscript(_ field: TemplateField) -> String? {
        get {
            let value: String? =
                switch field {
                case .companyName: companyName
                case .personName: personName
                case .jobTitle: jobTitle
                case .sector: sector
                case .city: city
                case .recommendedService: recommendedService
                case .email: email
                default: nil
                }
            return value.flatMap { $0.isEmpty ? nil : $0 }
        }
        set {
            switch field {
            case .companyName: companyName = newValue
            case .personName: personName = newValue
            case .jobTitle: jobTitle = newValue
            case .sector: sector = newValue
            case .city: city = newValue
            case .recommendedService: recommendedService = newValue
            default: break
            }
        }
    }
}

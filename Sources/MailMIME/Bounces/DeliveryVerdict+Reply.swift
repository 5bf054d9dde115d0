extension DeliveryVerdict {
    /// What a server's refusal means.
    ///
    /// - Parameter isAboutRecipient: whether the refusal may be about the recipient; the answer to MAIL is not.
    public init(code: Int, status: EnhancedStatus?, text: String, isAboutRecipient: Bool = true) {
        self.init(.unknown, isTemporary: code / 100 == 4)
    }
}

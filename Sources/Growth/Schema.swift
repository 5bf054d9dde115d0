import Store

/// Every collection of the product.
public enum GrowthSchema {
    public static let entities: [any Entity.Type] = [
        User.self, Session.self, APIKey.self, AuditLog.self, SavedView.self,
        Company.self, ServiceMatch.self, Person.self, ContactPoint.self, DuplicateReview.self,
        Source.self, ImportLog.self, ImportChange.self, SavedMapping.self, DataQualityIssue.self, KnownWord.self,
        Segment.self, EmailTemplate.self, Campaign.self, CampaignRecipient.self,
        MailSequence.self, SequenceRecipient.self,
        Mailbox.self, EmailMessage.self, Suppression.self, TrackingEvent.self,
        EmailThread.self, EmailReply.self, AIClassification.self,
        Lead.self, Opportunity.self, Activity.self, WorkTask.self, UserNotification.self,
        AutomationLog.self, Webhook.self, Job.self, FilePiece.self, SystemSettings.self,
    ]
}

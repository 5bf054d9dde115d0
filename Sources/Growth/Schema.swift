import Store

/// Every collection of the product.
public enum GrowthSchema {
    public static let entities: [any Entity.Type] = [
        User.self, Session.self, APIKey.self, AuditLog.self,
        Company.self, ServiceMatch.self, Person.self, ContactPoint.self,
        Source.self, ImportLog.self, ImportChange.self, SavedMapping.self,
        Activity.self, Job.self, SystemSettings.self,
    ]
}

import Foundation
import Store

/// The records behind a recipient's row.
extension CampaignRecipient {
    /// The contact points that have its address.
    var points: Filter {
        .equals("normalizedValue", .string(email)) && .equals("contactType", Value(ContactPoint.Kind.email))
    }

    /// What happened, for the timelines of its company and its person.
    ///
    /// - Parameter once: whether the entry is the same however often it is written.
    func activities(
        _ type: Activity.Kind, _ title: String, _ metadata: Document, at time: Date, once: Bool = false
    ) -> [Activity] {
        [("company", companyId?.raw), ("person", personId?.raw)].compactMap { kind, record in
            guard let record else { return nil }
            var activity = Activity()
            if once { activity.id = EntityID(StableHash.id(at: time, id.raw, type.rawValue, kind)) }
            (activity.createdAt, activity.type, activity.title) = (time, type, title)
            (activity.entityType, activity.entityId) = (kind, record)
            activity.metadata = .object(metadata)
            return activity
        }
    }
}

import Foundation
import Store

/// A record that can be merged into another of its kind.
public protocol MergeableRecord: Entity {
    static var kind: DuplicateReview.RecordKind { get }
    static var target: RecordReference.Target { get }
    /// The fields whose value somebody may choose when merging, in the order in which people read them.
    static var mergeFields: [String] { get }

    var displayName: String { get }
    var mergedInto: EntityID<Self>? { get set }
    var archivedAt: Date? { get set }
    var customFields: Document { get set }
    var matchKeys: [String] { get set }

    /// Brings the keys up to what the record is now with these contact points of its own.
    mutating func refreshKeys(_ points: [ContactPoint])
    /// Sets what archiving for a merge sets; `back` names the status to return to.
    mutating func leave(for survivor: EntityID<Self>, at date: Date)
    mutating func comeBack(status: Value?)
}

extension MergeableRecord {
    /// The form in which timelines name the record.
    public var subject: Timeline.Subject { Timeline.Subject(type: Self.kind.rawValue, id: id.raw) }

    var owner: ContactPoint.Owner { Self.kind == .company ? .company : .person }
}

extension Company: MergeableRecord {
    public static var kind: DuplicateReview.RecordKind { .company }
    public static var target: RecordReference.Target { .company }
    public static let mergeFields = [
        "nameAr", "nameEn", "entityType", "sector", "subSector", "activity", "city", "region", "country", "website",
        "linkedinUrl", "address", "description", "semanticNotes", "tags", "dataConfidence", "leadScore", "priority",
        "status", "ownerId", "sourceFile",
    ]

    public mutating func refreshKeys(_ points: [ContactPoint]) { refreshKeys(contacts: points) }

    public mutating func leave(for survivor: EntityID<Company>, at date: Date) {
        archive(at: date)
        mergedInto = survivor
    }

    public mutating func comeBack(status: Value?) {
        restore(to: status?.string.map(Status.init(rawValue:)) ?? .active)
        mergedInto = nil
    }
}

extension Person: MergeableRecord {
    public static var kind: DuplicateReview.RecordKind { .person }
    public static var target: RecordReference.Target { .person }
    public static let mergeFields = [
        "fullName", "jobTitle", "companyId", "department", "seniorityLevel", "isDecisionMaker", "decisionMakerReason",
        "email", "mobile", "phone", "linkedinUrl", "dataConfidence", "notes", "ownerId", "sourceFile",
    ]

    public var displayName: String { fullName }

    public mutating func refreshKeys(_ points: [ContactPoint]) { refreshKeys() }

    public mutating func leave(for survivor: EntityID<Person>, at date: Date) {
        archivedAt = date
        mergedInto = survivor
    }

    public mutating func comeBack(status: Value?) {
        archivedAt = nil
        mergedInto = nil
    }
}

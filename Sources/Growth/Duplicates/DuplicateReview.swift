import Foundation
import Store

/// Two records that an earlier program took for one. Imports make none any more; they can be read and resolved.
public struct DuplicateReview: Entity {
    public static let collection = "duplicate_reviews"
    public static let indexes: [Index] = [.on("groupId"), .on("status")]

    public var id = EntityID<DuplicateReview>()
    public var createdAt: Date?
    public var updatedAt: Date?
    public var extra = Document()

    public var groupId = ""
    public var entityType: RecordKind?
    public var entityId1: ObjectID?
    public var entityId2: ObjectID?
    public var entityName1: String?
    public var entityName2: String?
    public var recommendedAction: RecommendedAction?
    public var status = Status.pending

    public init() {}

    public mutating func visit(_ fields: inout some FieldVisitor) throws {
        try fields("groupId", &groupId)
        try fields("entityType", &entityType)
        try fields("entityId1", &entityId1)
        try fields("entityId2", &entityId2)
        try fields("entityName1", &entityName1)
        try fields("entityName2", &entityName2)
        try fields("recommendedAction", &recommendedAction)
        try fields("status", &status)
    }

    public struct RecordKind: Choice {
        public var rawValue: String
        public init(rawValue: String) { self.rawValue = rawValue }
        public static let company: Self = "company"
        public static let person: Self = "person"
        public static let known: [Self] = [.company, .person]
    }

    public struct RecommendedAction: Choice {
        public var rawValue: String
        public init(rawValue: String) { self.rawValue = rawValue }
        public static let merge: Self = "merge"
        public static let reviewManually: Self = "review_manually"
        public static let keepSeparate: Self = "keep_separate"
        public static let known: [Self] = [.merge, .reviewManually, .keepSeparate]
    }

    public struct Status: Choice {
        public var rawValue: String
        public init(rawValue: String) { self.rawValue = rawValue }
        public static let pending: Self = "pending"
        public static let merged: Self = "merged"
        public static let keptSeparate: Self = "kept_separate"
        public static let ignored: Self = "ignored"
        public static let known: [Self] = [.pending, .merged, .keptSeparate, .ignored]
    }
}

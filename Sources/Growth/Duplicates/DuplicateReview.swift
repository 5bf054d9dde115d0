import Foundation
import Store

/// Two records that may be the same, and what somebody decided about them. Made by the search for duplicates, or by an
/// earlier program; imports make none.
public struct DuplicateReview: Entity {
    public static let collection = "duplicate_reviews"
    public static let indexes: [Index] = [
        .on("groupId"), .on("status"), .on("entityId1", sparse: true), .on("entityId2", sparse: true),
        // For the queue, whole and narrowed to what is recommended.
        .on("status", "entityType", "groupId"), .on("status", "entityType", "recommendedAction", "groupId"),
    ]

    public var id = EntityID<DuplicateReview>()
    public var createdAt: Date?
    public var updatedAt: Date?
    public var extra = Document()

    /// The same for all pairs of records that are alike. Ours begins with how sure the search was, so that the queue, read
    /// backwards, has the surest groups first.
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

extension DuplicateReview {
    /// The id of the review of a pair, whichever comes first: what makes a second one of the same pair impossible.
    public static func id(of kind: RecordKind, _ a: ObjectID, _ b: ObjectID) -> EntityID<DuplicateReview> {
        let (first, second) = a < b ? (a, b) : (b, a)
        let text = "\(kind.rawValue):\(first):\(second)"
        return EntityID(
            ObjectID(high: StableHash.of(text), low: UInt32(truncatingIfNeeded: StableHash.of(text, seed: 1))))
    }

    /// `nil` where an earlier program left a record out.
    public var pair: EntityID<DuplicateReview>? {
        guard let entityType, let entityId1, let entityId2 else { return nil }
        return Self.id(of: entityType, entityId1, entityId2)
    }

    public func other(than id: ObjectID) -> ObjectID? { entityId1 == id ? entityId2 : entityId1 }

    /// Whether somebody, or a merge, has settled it.
    public var isDecided: Bool { status != .pending }

    /// 0…1, how alike the surest pair of the group is; `nil` where no search has found it.
    public var groupScore: Double? {
        guard pair == id, let share = Int(groupId.prefix { $0 != "-" }), (1...1_000).contains(share) else { return nil }
        return Double(share) / 1_000
    }

    /// - Parameter score: 0…1, of the surest pair of the group.
    static func group(of first: ObjectID, score: Double) -> String {
        let share = Int((min(max(score, 0), 1) * 1000).rounded(.down))
        return String(10_000 + share).dropFirst() + "-\(first)"
    }
}

import Foundation
import Store

/// The records that a campaign or a sequence is meant for.
public struct Segment: Entity {
    public static let collection = "segments"
    public static let indexes: [Index] = [.on("status"), .on("createdBy"), .on("createdAt")]

    public var id = EntityID<Segment>()
    public var createdAt: Date?
    public var updatedAt: Date?
    public var extra = Document()

    public var name = ""
    public var description: String?
    public var targetType = Target.companies
    /// Which records belong. A stored form that this program does not know matches nobody.
    public var filters: Value?
    public var type = Kind.dynamic
    /// The members of a static segment.
    public var staticIds: [ObjectID] = []
    /// No campaign starts with an inactive one.
    public var status = Status.active
    public var createdBy: EntityID<User>?

    public init() {}

    public mutating func visit(_ fields: inout some FieldVisitor) throws {
        try fields("name", &name)
        try fields("description", &description)
        try fields("targetType", &targetType)
        try fields("filters", &filters)
        try fields("type", &type)
        var stored: Value? = staticIds.isEmpty ? nil : .array(staticIds.map { .id($0) })
        try fields("staticIds", &stored)
        staticIds = stored?.array?.compactMap { $0.id } ?? []
        try fields("status", &status)
        try fields("createdBy", &createdBy)
    }

    public struct Target: Choice {
        public var rawValue: String
        public init(rawValue: String) { self.rawValue = rawValue }
        public static let companies: Self = "companies"
        public static let people: Self = "people"
        public static let contactPoints: Self = "contact_points"
        public static let known: [Self] = [.companies, .people, .contactPoints]
    }

    /// Fixed members, or whoever the filters match at the moment.
    public struct Kind: Choice {
        public var rawValue: String
        public init(rawValue: String) { self.rawValue = rawValue }
        public static let `static`: Self = "static"
        public static let dynamic: Self = "dynamic"
        public static let known: [Self] = [.static, .dynamic]
    }

    public struct Status: Choice {
        public var rawValue: String
        public init(rawValue: String) { self.rawValue = rawValue }
        public static let active: Self = "active"
        public static let inactive: Self = "inactive"
        public static let known: [Self] = [.active, .inactive]
    }
}

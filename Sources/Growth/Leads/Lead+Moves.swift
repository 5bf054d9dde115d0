import Foundation
import Store

extension Lead.Status {
    public static let open: [Self] = [.new, .contacted, .qualified, .nurturing]

    /// Whether somebody is still to work on it.
    public var isOpen: Bool { Self.open.contains(self) }

    /// Whether a person says why.
    public var needsReason: Bool { self == .unqualified || self == .lost }

    /// What may follow by hand. `converted` comes about by converting and nothing else.
    public var next: [Self] {
        switch self {
        case .new: [.contacted, .qualified, .nurturing, .unqualified, .lost]
        case .contacted: [.qualified, .nurturing, .unqualified, .lost]
        case .qualified: [.contacted, .nurturing, .unqualified, .lost]
        case .nurturing: [.contacted, .qualified, .unqualified, .lost]
        case .unqualified, .lost: [.contacted, .nurturing]
        case .converted: []
        // A word of another program leads back to the known ones.
        default: [.contacted, .qualified, .nurturing, .unqualified, .lost]
        }
    }
}

extension Lead {
    public var isOpen: Bool { status.isOpen }

    public mutating func move(to status: Status) throws(LeadError) {
        guard self.status.next.contains(status) else { throw .notPossible(from: self.status, to: status) }
        self.status = status
    }

    public mutating func reopen(as status: Status) throws(LeadError) {
        guard [.unqualified, .lost].contains(self.status), status.isOpen else {
            throw .notPossible(from: self.status, to: status)
        }
        self.status = status
    }

    mutating func convert(to opportunity: EntityID<Opportunity>, at date: Date) throws(LeadError) {
        guard status != .converted else { throw .notPossible(from: status, to: .converted) }
        status = .converted
        convertedAt = date
        opportunityId = opportunity
    }

    mutating func takeBackConversion(to status: Status) {
        self.status = status
        convertedAt = nil
        opportunityId = nil
    }
}

import Foundation
import Store

extension Opportunity.Stage {
    public static let open: [Self] = [.newLead, .contacted, .meeting, .proposal, .negotiation, .postponed]
    public static let closed: [Self] = [.won, .lost]

    public var isClosed: Bool { Self.closed.contains(self) }

    /// In percent: what an opportunity of this stage is worth waiting for, unless somebody knows better.
    public var standardProbability: Double {
        switch self {
        case .contacted: 20
        case .meeting: 40
        case .proposal: 60
        case .negotiation: 80
        case .won: 100
        case .lost: 0
        default: 10
        }
    }
}

extension Opportunity {
    public static let currency = "SAR"

    /// Reasons to choose from when one is lost; another may be written.
    public static let lostReasons = [
        "price", "competitor", "no_budget", "no_answer", "bad_timing", "no_need", "wrong_contact", "duplicate",
    ]

    /// A new one, in its first stage.
    init(at date: Date) {
        self.init()
        createdAt = date
        updatedAt = date
        probability = stage.standardProbability
        stageHistory = [Self.change(from: nil, to: stage, at: date, by: nil)]
    }

    public var isClosed: Bool { stage.isClosed }

    /// What it is expected to bring: the value by the probability.
    public var weightedValue: Double { (valueEstimate ?? 0) * (probability ?? stage.standardProbability) / 100 }

    /// Since when it is where it is.
    public var stageSince: Date? { stageHistory.last?.at ?? createdAt }

    /// Goes to another stage. The probability follows unless somebody set one of their own; of a closed one it is
    /// certain.
    ///
    /// - Parameters:
    ///   - reason: why it is lost; kept while it is.
    ///   - until: when a postponed one is expected instead.
    public mutating func move(
        to stage: Stage, reason: String? = nil, until: Date? = nil, at date: Date, by user: EntityID<User>?
    ) {
        let isStandard = probability == nil || probability == self.stage.standardProbability
        if isStandard || stage.isClosed || self.stage.isClosed { probability = stage.standardProbability }
        stageHistory.append(Self.change(from: self.stage, to: stage, at: date, by: user))
        self.stage = stage
        wonAt = stage == .won ? date : nil
        lostAt = stage == .lost ? date : nil
        lostReason = stage == .lost ? reason : nil
        if stage == .postponed, let until { expectedCloseDate = until }
    }

    static func change(from: Stage?, to: Stage, at date: Date, by user: EntityID<User>?) -> StageChange {
        var change = StageChange()
        (change.from, change.to, change.at, change.by) = (from, to, date, user)
        return change
    }

    /// The open stage that it was in before it was closed.
    public var stageBeforeClosing: Stage {
        stageHistory.last { $0.to?.isClosed == true && $0.from?.isClosed == false }?.from ?? .negotiation
    }
}

import Foundation
import Matching
import Store

/// What is known of a lead's company and person that its score is made of.
public struct LeadFacts: Sendable {
    public var company: Company?
    public var person: Person?
    /// Of both, the valid ones.
    public var contacts: [ContactPoint] = []
    /// The surest of the company's people, where the lead names nobody.
    public var decider: Person.DecisionMaker?
    /// 0–100.
    public var bestFit: Double?
    public var servicePriority: Priority?
    /// The latest of each that the timelines of lead, company and person tell.
    public var repliedAt: Date?
    public var talkedAt: Date?
    public var notedAt: Date?

    public init() {}
}

/// How likely a lead is to buy, 0–100, and what it is the sum of.
public struct LeadScore: Hashable, Sendable {
    public let total: Double
    public let factors: [Lead.ScoreFactor]

    typealias Factor = ScoreWeights.Factor
    /// A reply, a call or a note counts as recent for this long.
    static let recent: TimeInterval = 30 * 86_400

    /// Each factor has its share of 100 by its weight, and gives of that what the facts deserve; a factor that says
    /// nothing here (no market preferred, a temperature that itself follows the score) leaves its share to the others.
    public static func of(_ lead: Lead, _ facts: LeadFacts, _ weights: ScoreWeights, now: Date) -> LeadScore {
        let found = Factor.allCases.map { ($0, judge($0, lead, facts, weights, now)) }
        let counted = found.filter { $0.1.share != nil && (weights.points[$0.0] ?? 0) > 0 }
        let shares = shared(counted.map { weights.points[$0.0] ?? 0 })
        var factors: [Lead.ScoreFactor] = []
        for (item, most) in zip(counted, shares) {
            factors.append(factor(item.0, item.1.reason, points: (most * (item.1.share ?? 0)).rounded(), most: most))
        }
        if let temperature = found.first(where: { $0.0 == .temperature }), temperature.1.share == nil {
            factors.append(factor(.temperature, Lead.derived, points: 0, most: 0))
        }
        return LeadScore(total: factors.reduce(0) { $0 + $1.points }, factors: factors)
    }

    private static func factor(_ factor: Factor, _ reason: String, points: Double, most: Double) -> Lead.ScoreFactor {
        var out = Lead.ScoreFactor()
        (out.factor, out.points, out.most, out.reason) = (factor.rawValue, points, most, reason)
        return out
    }

    /// 100 parted by weight into whole numbers; what rounding leaves goes to those that lost the most by it.
    private static func shared(_ weights: [Double]) -> [Double] {
        let sum = weights.reduce(0, +)
        guard sum > 0 else { return weights.map { _ in 0 } }
        let exact = weights.map { $0 / sum * 100 }
        var whole = exact.map { $0.rounded(.down) }
        let left = Int((100 - whole.reduce(0, +)).rounded())
        let order = exact.indices.sorted { (exact[$1] - whole[$1], $0) < (exact[$0] - whole[$0], $1) }
        for index in order.prefix(left) { whole[index] += 1 }
        return whole
    }
}

// MARK: Each factor

extension LeadScore {
    /// `share` is 0–1, `nil` where there is nothing to judge.
    private static func judge(
        _ factor: Factor, _ lead: Lead, _ facts: LeadFacts, _ weights: ScoreWeights, _ now: Date
    ) -> (share: Double?, reason: String) {
        switch factor {
        case .decisionMaker: decisionMaker(facts)
        case .seniority: word(facts.person?.seniorityLevel?.rawValue, seniorities)
        case .email: contact(facts, [.email])
        case .mobile: contact(facts, [.mobile, .whatsapp, .phone])
        case .serviceFit: number(facts.bestFit)
        case .priority:
            word((lead.priority ?? facts.company?.priority ?? facts.servicePriority)?.rawValue, priorities)
        case .temperature:
            lead.isTemperatureByHand ? word(lead.temperature?.rawValue, temperatures) : (nil, Lead.derived)
        case .activity: activity(lead, facts, now)
        case .companyScore: number(facts.company?.leadScore)
        case .dataConfidence: word((facts.person?.dataConfidence ?? facts.company?.dataConfidence)?.rawValue, sureness)
        case .market: market(facts, weights)
        }
    }

    private static let seniorities = [
        "owner": 1, "ceo": 1, "executive": 0.8, "manager": 0.6, "specialist": 0.3, "admin": 0.2,
    ]
    private static let priorities = ["very_high": 1, "high": 0.75, "medium": 0.5, "low": 0.2]
    private static let temperatures = ["hot": 1, "warm": 0.6, "cold": 0.1]
    private static let sureness = ["high": 1, "medium": 0.6, "low": 0.2]

    private static func word(_ word: String?, _ shares: [String: Double]) -> (Double?, String) {
        guard let word, let share = shares[word] else { return (0, "none") }
        return (share, word)
    }

    private static func number(_ number: Double?) -> (Double?, String) {
        guard let number, number.isFinite, number > 0 else { return (0, "none") }
        return (min(number, 100) / 100, number >= 70 ? "strong" : number >= 40 ? "fair" : "weak")
    }

    private static func decisionMaker(_ facts: LeadFacts) -> (Double?, String) {
        switch (facts.person?.isDecisionMaker, facts.decider) {
        case ("yes"?, _): (1, "yes")
        case ("maybe"?, _): (0.5, "maybe")
        // Somebody decides there, but the lead does not name them.
        case (_, "yes"?): (0.7, "colleague")
        case (_, "maybe"?): (0.3, "colleagueMaybe")
        default: (0, "none")
        }
    }

    /// A person's own counts whole, the company's for half; a landline is half of a mobile.
    private static func contact(_ facts: LeadFacts, _ kinds: [ContactPoint.Kind]) -> (Double?, String) {
        let found = facts.contacts.filter { kinds.contains($0.contactType) && $0.invalidAt == nil }
        func best(_ owner: ContactPoint.Owner) -> Double {
            found.filter { $0.entityType == owner }.map { $0.contactType == .phone ? 0.5 : 1 }.max() ?? 0
        }
        let (own, company) = (best(.person), best(.company))
        if own == 0 && company == 0 { return (0, "none") }
        return own >= company / 2 ? (own, own == 1 ? "own" : "ownPhone") : (company / 2, "company")
    }

    private static func activity(_ lead: Lead, _ facts: LeadFacts, _ now: Date) -> (Double?, String) {
        func isRecent(_ date: Date?) -> Bool { date.map { now.timeIntervalSince($0) < recent } ?? false }
        let reply = facts.repliedAt ?? (lead.emailReplyId == nil ? nil : lead.createdAt)
        if isRecent(reply) { return (1, "replied") }
        if isRecent(facts.talkedAt) { return (0.8, "talked") }
        return isRecent(facts.notedAt) ? (0.3, "noted") : (0, "none")
    }

    private static func market(_ facts: LeadFacts, _ weights: ScoreWeights) -> (Double?, String) {
        func isOf(_ value: String?, _ names: [String]) -> Bool {
            value.map { text in names.contains { FoldedText.fold($0) == FoldedText.fold(text) } } ?? false
        }
        let asked = [!weights.sectors.isEmpty, !weights.cities.isEmpty].filter { $0 }.count
        if asked == 0 { return (nil, "none") }
        let sector = isOf(facts.company?.sector, weights.sectors), city = isOf(facts.company?.city, weights.cities)
        let reason = sector && city ? "both" : sector ? "sector" : city ? "city" : "none"
        return (Double([sector, city].filter { $0 }.count) / Double(asked), reason)
    }
}

extension Lead {
    /// Takes over a score, and the temperature that follows from it where nobody said one.
    mutating func take(_ score: LeadScore, _ weights: ScoreWeights) {
        let isByHand = isTemperatureByHand
        leadScore = score.total
        scoreBreakdown = score.factors
        if isByHand { return }
        temperature = score.total >= weights.hotFrom ? .hot : score.total >= weights.warmFrom ? .warm : .cold
    }
}

import Foundation
import Store
import Testing

@testable import Growth

@Suite struct LeadScoreTests {
    private let now = Date(timeIntervalSince1970: 1_795_000_000)

    private func score(_ lead: Lead, _ facts: LeadFacts, _ weights: ScoreWeights = ScoreWeights()) -> LeadScore {
        LeadScore.of(lead, facts, weights, now: now)
    }

    private func score(_ facts: LeadFacts, _ weights: ScoreWeights = ScoreWeights()) -> LeadScore {
        score(Lead(), facts, weights)
    }

    private var best: (Lead, LeadFacts) {
        var facts = LeadFacts(), company = Company(), person = Person(), email = ContactPoint(), mobile = ContactPoint()
        (company.leadScore, company.priority, company.dataConfidence) = (100, "very_high", .high)
        (person.isDecisionMaker, person.seniorityLevel, person.dataConfidence) = ("yes", "ceo", .high)
        (email.contactType, email.entityType) = (.email, .person)
        (mobile.contactType, mobile.entityType) = (.mobile, .person)
        (facts.company, facts.person, facts.contacts) = (company, person, [email, mobile])
        (facts.bestFit, facts.repliedAt) = (100, now)
        var lead = Lead()
        lead.temperature = .hot
        return (lead, facts)
    }

    @Test func `nothing known is 0, everything at its best 100, and the points are the sum`() {
        #expect(score(LeadFacts()).total == 0)
        let full = score(best.0, best.1)
        #expect(full.total == 100)
        #expect(full.factors.reduce(0) { $0 + $1.points } == full.total)
        #expect(full.factors.reduce(0) { $0 + ($1.most ?? 0) } == 100)
    }

    @Test(arguments: 0..<50) func `whatever the weights, 100 is parted whole and no factor passes its share`(seed: Int)
    {
        var weights = ScoreWeights(), state = UInt64(seed &* 7919 &+ 1)
        for factor in ScoreWeights.Factor.allCases {
            state = state &* 6_364_136_223_846_793_005 &+ 1
            weights.points[factor] = Double(state >> 33 % 41)
        }
        weights.sectors = ["المقاولات"]
        weights.points[.email] = 7
        let score = score(best.0, best.1, weights)
        #expect(score.factors.reduce(0) { $0 + ($1.most ?? 0) } == 100)
        #expect(
            score.factors.allSatisfy { $0.points >= 0 && $0.points <= $0.most ?? 0 && $0.points == $0.points.rounded() }
        )
    }

    @Test func `a weight of nothing leaves the factor out and its share to the others`() {
        var weights = ScoreWeights()
        for factor in ScoreWeights.Factor.allCases { weights.points[factor] = factor == .serviceFit ? 5 : 0 }
        var facts = LeadFacts()
        facts.bestFit = 73
        let score = score(facts, weights)
        #expect(score.total == 73)
        #expect(score.factors.filter { $0.most != 0 }.map(\.factor) == ["serviceFit"])
    }

    @Test func `a preferred sector counts in whatever spelling, and the market only where one is named`() {
        var weights = ScoreWeights(), facts = LeadFacts(), company = Company()
        company.sector = "الأغذيه"
        facts.company = company
        #expect(!score(facts, weights).factors.contains { $0.factor == "market" })
        weights.sectors = ["الأغذية"]
        let market = score(facts, weights).factors.first { $0.factor == "market" }
        #expect(market?.points == market?.most && market?.reason == "sector")
    }

    @Test func `a reply counts for thirty days`() {
        var facts = LeadFacts()
        facts.repliedAt = now.addingTimeInterval(-29 * 86_400)
        #expect(score(facts).total > 0)
        facts.repliedAt = now.addingTimeInterval(-31 * 86_400)
        #expect(score(facts).total == 0)
    }

    @Test func `the temperature follows the score until somebody says another, and again when they take it back`()
        throws
    {
        var lead = Lead(), weights = ScoreWeights()
        weights.hotFrom = 60
        lead.take(score(lead, best.1, weights), weights)
        #expect(lead.temperature == .hot && !lead.isTemperatureByHand)
        lead.take(score(lead, LeadFacts(), weights), weights)
        #expect(lead.temperature == .cold)
        try lead.apply(RecordEdit(["temperature": "warm"]))
        lead.take(score(lead, LeadFacts(), weights), weights)
        #expect(lead.temperature == .warm && lead.isTemperatureByHand)
        #expect(lead.scoreBreakdown.contains { $0.factor == "temperature" && $0.points > 0 })
        try lead.apply(RecordEdit(["temperature": ""]))
        lead.take(score(lead, LeadFacts(), weights), weights)
        #expect(lead.temperature == .cold && !lead.isTemperatureByHand)
    }

    @Test func `a temperature of an earlier program stays what somebody said`() {
        var lead = Lead()
        lead.temperature = .hot
        lead.take(score(lead, LeadFacts()), ScoreWeights())
        #expect(lead.temperature == .hot)
    }

    @Test func `weights are read as they are written, and nonsense as the standard`() throws {
        var weights = ScoreWeights()
        try weights.apply(["email": "٢٥", "preferredCities": "الرياض، جدة", "hotFrom": "80"])
        #expect(ScoreWeights(.object(weights.document)) == weights)
        #expect(weights.points[.email] == 25 && weights.cities == ["الرياض", "جدة"])
        #expect(ScoreWeights(["email": "many", "hotFrom": 900]) == ScoreWeights())
        #expect(throws: InvalidFields.self) { try weights.apply(["hotFrom": "10"]) }
        #expect(throws: InvalidFields.self) { try weights.apply(["email": "101"]) }
        #expect(throws: InvalidFields.self) { try weights.apply(["colour": "1"]) }
    }
}

/// What `CompanyMatcher.resolve` found.
public struct Resolution: Sendable {
    let targets: [Int32]
    let via: [Int32]
    let scores: [Float]
    let evidence: Evidence
    private let pairs: [Link]

    init(clusters: Clusters, possible: [Link], evidence: Evidence) {
        targets = clusters.targets
        via = clusters.via
        scores = clusters.scores
        pairs = possible
        self.evidence = evidence
    }

    /// What the row is the same as; `nil` if it is the first of its kind, or no id of a row.
    public func target(of row: Int) -> CompanyMatch? {
        guard targets.indices.contains(row), targets[row] >= 0 else { return nil }
        let other = Int(via[row])
        return CompanyMatch(
            row: row, other: Int(targets[row]), via: other, score: Double(scores[row]),
            reasons: evidence.reasons(other, row))
    }

    /// How alike any two are, matched or not, and why.
    public func likeness(of row: Int, and other: Int) -> CompanyMatch {
        CompanyMatch(
            row: row, other: other, via: other, score: score(of: row, and: other), reasons: evidence.reasons(other, row)
        )
    }

    /// The same without the reasons.
    public func score(of row: Int, and other: Int) -> Double {
        Double(evidence.score(min(row, other), max(row, other)))
    }

    /// What the row was matched with, and how surely; `nil` if it is the first of its kind.
    public func link(of row: Int) -> (via: Int, score: Double)? {
        guard targets.indices.contains(row), targets[row] >= 0 else { return nil }
        return (Int(via[row]), Double(scores[row]))
    }

    /// The id of the first of the row's cluster, without the reasons; the row itself if it is the first.
    public func root(of row: Int) -> Int {
        targets.indices.contains(row) && targets[row] >= 0 ? Int(targets[row]) : row
    }

    /// Pairs below the threshold that are worth a person's look, best first; at most `maxPossible`.
    public var possible: [CompanyMatch] {
        pairs.map { pair in
            let (a, b) = (Int(pair.a), Int(pair.b))
            return CompanyMatch(
                row: b, other: a, via: a, score: Double(pair.score), reasons: evidence.reasons(a, b))
        }
    }
}

/// Picks the pairs worth judging, judges them, and clusters what passes.
struct CandidateSearch {
    private let evidence: Evidence
    private var sharingKeys: [(UInt32, UInt32)]
    private var links: [Link] = []
    private var possible: [Link] = []
    /// What is joined already need not be judged again; only links are final.
    private var tentative: Clusters

    /// A likeness below this is not worth a person's look.
    private static let leastPossible: Float = 0.3
    /// Blocks up to this size are compared pair by pair; in larger ones each row with its neighbours.
    private static let wholeBlock = 12
    private static let neighbours = 4
    /// Rows joined in one round are known to the next.
    private static let rounds = 32

    init(_ evidence: Evidence, sharingKeys: [(UInt32, UInt32)]) {
        self.evidence = evidence
        self.sharingKeys = sharingKeys
        tentative = Clusters(count: evidence.columns.count)
    }

    mutating func run(progress: (Double) throws -> Void) rethrows {
        let (evidence, pairs) = (evidence, sharingKeys)
        sharingKeys = []
        try inRounds(pairs.count, progress: { try progress(0.3 * $0) }) { range, known in
            range.compactMap { Self.link(pairs[$0].0, pairs[$0].1, evidence, known) }
        }
        guard evidence.options.fuzzy || evidence.options.fields.contains(.name) else { return }
        let buckets = NameBlocks(evidence).buckets()
        try progress(0.5)
        try inRounds(buckets.count, progress: { try progress(0.5 + 0.5 * $0) }) { range, known in
            var links: [Link] = []
            buckets.forEach(in: range) { _, rows in
                Self.forEachPair(of: rows) { x, y in
                    if let link = Self.link(x, y, evidence, known) { links.append(link) }
                }
            }
            return links
        }
    }

    /// Judges on all cores, then takes the links in their order. A pair that a round skips because the rounds before it
    /// have joined it would be skipped below too, so the result is the one of judging pair by pair.
    private mutating func inRounds(
        _ count: Int, progress: (Double) throws -> Void, _ judge: @Sendable (Range<Int>, borrowing Clusters) -> [Link]
    ) rethrows {
        for round in 0..<Self.rounds {
            let range = (count * round / Self.rounds)..<(count * (round + 1) / Self.rounds)
            for links in judged(range, judge) {
                for link in links { take(link) }
            }
            try progress(Double(round + 1) / Double(Self.rounds))
        }
    }

    private func judged(
        _ range: Range<Int>, _ judge: @Sendable (Range<Int>, borrowing Clusters) -> [Link]
    ) -> [[Link]] {
        let known = tentative
        return Rounds.map(range) { judge($0, known) }
    }

    private static func forEachPair(of rows: ArraySlice<UInt32>, _ body: (UInt32, UInt32) -> Void) {
        let start = rows.startIndex
        for i in rows.indices.dropFirst() {
            if rows.count <= wholeBlock {
                for j in start..<i { body(rows[j], rows[i]) }
            } else {
                body(rows[start], rows[i])
                for j in max(start + 1, i - neighbours)..<i { body(rows[j], rows[i]) }
            }
        }
    }

    /// `nil` where the two are joined already, may not be, or are not alike enough to be shown.
    private static func link(_ x: UInt32, _ y: UInt32, _ evidence: Evidence, _ known: borrowing Clusters) -> Link? {
        if x == y { return nil }
        let (a, b) = (Int(min(x, y)), Int(max(x, y)))
        if evidence.rows[a].isExisting && evidence.rows[b].isExisting || known.find(a) == known.find(b) { return nil }
        let score = evidence.score(a, b)
        return score < leastPossible ? nil : Link(a: min(x, y), b: max(x, y), score: score)
    }

    private mutating func take(_ link: Link) {
        let (a, b) = (Int(link.a), Int(link.b))
        if tentative.root(a) == tentative.root(b) { return }
        let isStored = evidence.rows[a].isExisting || evidence.rows[b].isExisting
        guard evidence.options.mergesRows || isStored, Double(link.score) >= evidence.options.threshold else {
            keepPossible(link)
            return
        }
        links.append(link)
        // Only what is almost certain saves the judging of others: they could be the better link.
        if link.score > 0.999 && evidence.options.mergesRows && !isStored { tentative.unite(a, b) }
    }

    private mutating func keepPossible(_ link: Link) {
        possible.append(link)
        let most = evidence.options.maxPossible
        guard possible.count > 4 * most + 1024 else { return }
        possible.sort(by: Link.isBefore)
        possible.removeLast(possible.count - most)
    }

    /// Joins the links and drops from the possible pairs what came together anyway.
    func resolution() -> Resolution {
        var clusters = Clusters(count: evidence.columns.count)
        let rowsStayApart = !evidence.options.mergesRows
        let refused = clusters.join(
            links.sorted(by: Link.isBefore), isExisting: evidence.columns.isExisting, rowsStayApart: rowsStayApart,
            contradicts: evidence.contradicts)
        clusters.settle()
        var seen: Set<UInt64> = []
        let pairs = (possible + refused).sorted(by: Link.isBefore).filter { link in
            clusters.first(of: Int(link.a)) != clusters.first(of: Int(link.b))
                && seen.insert(UInt64(link.a) << 32 | UInt64(link.b)).inserted
        }
        return Resolution(
            clusters: clusters, possible: Array(pairs.prefix(evidence.options.maxPossible)), evidence: evidence)
    }
}

/// Picks the pairs worth judging, judges them, and clusters what passes.
struct CandidateSearch {
    private let evidence: Evidence
    private var sharingKeys: [(UInt32, UInt32)]
    private var links: [Link] = []
    private var possible: [Link] = []
    /// What is joined already need not be judged again; only links are final.
    private var tentative: Clusters
    private var sinceReport = 0

    /// A likeness below this is not worth a person's look.
    private static let leastPossible: Float = 0.3
    /// Blocks up to this size are compared pair by pair; in larger ones each row with its neighbours.
    private static let wholeBlock = 12
    private static let neighbours = 4
    private static let reportEvery = 1 << 16

    init(_ evidence: Evidence, sharingKeys: [(UInt32, UInt32)]) {
        self.evidence = evidence
        self.sharingKeys = sharingKeys
        tentative = Clusters(count: evidence.columns.count)
    }

    mutating func run(progress: (Double) throws -> Void) rethrows {
        for (i, pair) in sharingKeys.enumerated() {
            judge(pair.0, pair.1)
            if i % Self.reportEvery == 0 { try progress(0.3 * Double(i) / Double(sharingKeys.count)) }
        }
        sharingKeys = []
        guard evidence.options.fuzzy || evidence.options.fields.contains(.name) else { return }
        let blocks = NameBlocks(evidence).groups()
        try progress(0.5)
        let whole = Double(max(1, blocks.count))
        var done = 0
        try blocks.forEach { _, rows in
            judgeBlock(rows)
            done += rows.count
            sinceReport += rows.count
            if sinceReport >= Self.reportEvery {
                sinceReport = 0
                try progress(0.5 + 0.5 * min(1, Double(done) / whole))
            }
        }
    }

    private mutating func judgeBlock(_ rows: ArraySlice<UInt32>) {
        let start = rows.startIndex
        for i in rows.indices.dropFirst() {
            if rows.count <= Self.wholeBlock {
                for j in start..<i { judge(rows[j], rows[i]) }
            } else {
                judge(rows[start], rows[i])
                for j in max(start + 1, i - Self.neighbours)..<i { judge(rows[j], rows[i]) }
            }
        }
    }

    private mutating func judge(_ x: UInt32, _ y: UInt32) {
        if x == y { return }
        let (a, b) = (Int(min(x, y)), Int(max(x, y)))
        let (isStoredA, isStoredB) = (evidence.columns.isExisting[a], evidence.columns.isExisting[b])
        if isStoredA && isStoredB || tentative.root(a) == tentative.root(b) { return }
        let score = evidence.score(a, b)
        if score < Self.leastPossible { return }
        let link = Link(a: min(x, y), b: max(x, y), score: score)
        let mayJoin = evidence.options.mergesRows || isStoredA || isStoredB
        guard mayJoin, Double(score) >= evidence.options.threshold else {
            keepPossible(link)
            return
        }
        links.append(link)
        // Only what is almost certain saves the judging of others: they could be the better link.
        if score > 0.999 && evidence.options.mergesRows && !isStoredA && !isStoredB { tentative.unite(a, b) }
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

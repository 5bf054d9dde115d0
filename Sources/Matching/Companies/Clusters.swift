/// Two rows and how sure it is that they are the same; `a < b`.
struct Link: Sendable {
    let a: UInt32
    let b: UInt32
    let score: Float

    static func isBefore(_ x: Link, _ y: Link) -> Bool {
        x.score != y.score ? x.score > y.score : (x.a, x.b) < (y.a, y.b)
    }
}

/// Sets of rows that are the same; each is known by its stored company, else its earliest row.
struct Clusters: Sendable {
    private var parent: [Int32]
    /// Row that decided, and how surely, for every row that has a target.
    private(set) var via: [Int32]
    private(set) var scores: [Float]
    private(set) var targets: [Int32] = []

    init(count: Int) {
        parent = (0..<count).map { Int32(truncatingIfNeeded: $0) }
        via = Array(repeating: -1, count: count)
        scores = Array(repeating: 0, count: count)
    }

    mutating func root(_ row: Int) -> Int {
        var r = row
        while Int(parent[r]) != r {
            parent[r] = parent[Int(parent[r])]
            r = Int(parent[r])
        }
        return r
    }

    /// The same without shortening the way for the next one.
    func find(_ row: Int) -> Int {
        var r = row
        while Int(parent[r]) != r { r = Int(parent[r]) }
        return r
    }

    /// Joins strongest links first. A link is refused when it would bring two stored companies together, or members that
    /// `contradicts` says are clearly different (A like B, B like C, but C not A). Refused links are returned.
    mutating func join(
        _ links: [Link], isExisting: [Bool], rowsStayApart: Bool, contradicts: (Int, Int) -> Bool
    ) -> [Link] {
        // Where rows must not merge, a stored company still takes as many of them as match it, each by its own link.
        if rowsStayApart { return attach(links, isExisting: isExisting) }
        var refused: [Link] = []
        for link in links {
            let (a, b) = (Int(link.a), Int(link.b))
            let (ra, rb) = (root(a), root(b))
            if ra == rb { continue }
            let clash =
                isExisting[ra] && isExisting[rb] || (ra != a || rb != b) && contradicts(ra, rb)
                || ra != a && rb != b && (contradicts(ra, b) || contradicts(a, rb))
            if clash {
                refused.append(link)
                continue
            }
            let first = Self.precedes(ra, rb, isExisting) ? ra : rb
            let second = first == ra ? rb : ra
            parent[second] = Int32(truncatingIfNeeded: first)
            note(link, rows: (a, b), losing: second)
        }
        return refused
    }

    private mutating func attach(_ links: [Link], isExisting: [Bool]) -> [Link] {
        for link in links {
            let isFirstStored = isExisting[Int(link.a)]
            let (stored, row) = isFirstStored ? (Int(link.a), Int(link.b)) : (Int(link.b), Int(link.a))
            if Int(parent[row]) != row { continue }
            parent[row] = Int32(truncatingIfNeeded: stored)
            note(link, rows: (Int(link.a), Int(link.b)), losing: row)
        }
        return []
    }

    mutating func unite(_ a: Int, _ b: Int) {
        let (ra, rb) = (root(a), root(b))
        parent[max(ra, rb)] = Int32(truncatingIfNeeded: min(ra, rb))
    }

    /// Remembers for the cluster that lost its root which link decided. The link's own end is kept apart from the root:
    /// both now have a target and both rest on it.
    private mutating func note(_ link: Link, rows: (Int, Int), losing root: Int) {
        let (a, b) = rows
        for (row, other) in [(a, b), (b, a)] where scores[row] < link.score {
            via[row] = Int32(truncatingIfNeeded: other)
            scores[row] = link.score
        }
        if scores[root] == 0 {
            via[root] = Int32(truncatingIfNeeded: root == a ? b : a)
            scores[root] = link.score
        }
    }

    mutating func settle() {
        targets = Array(repeating: -1, count: parent.count)
        for row in parent.indices {
            let r = root(row)
            if r != row { targets[row] = Int32(truncatingIfNeeded: r) }
        }
    }

    /// The first of the row's cluster, once settled.
    func first(of row: Int) -> Int { targets[row] < 0 ? row : Int(targets[row]) }

    private static func precedes(_ a: Int, _ b: Int, _ isExisting: [Bool]) -> Bool {
        isExisting[a] != isExisting[b] ? isExisting[a] : a < b
    }
}

/// Finds which profiles are the same company.
///
/// Profiles are kept in columns of numbers, about 200 bytes each. The result depends only on the profiles, their order and
/// the options. See docs/decisions/0004-matching.md for how the score is made.
public struct CompanyMatcher: Sendable {
    private var columns = ProfileColumns()
    private let options: MatchOptions

    public init(options: MatchOptions = MatchOptions()) {
        self.options = options
    }

    public var count: Int { columns.count }

    /// Adds a stored company: only ever a target, never merged with another stored one. Returns its id; ids of stored
    /// companies and rows come from one count.
    public mutating func addExisting(_ p: CompanyProfile) -> Int {
        columns.append(p, isExisting: true)
    }

    /// Adds the next row of the file and returns its id.
    public mutating func add(_ p: CompanyProfile) -> Int {
        columns.append(p, isExisting: false)
    }

    public mutating func resolve() -> Resolution {
        resolve { _ in }
    }

    /// Finds the clusters, on all cores; call it where a thread may be held for long. `progress` hears 0…1 on the calling
    /// thread and may throw to stop.
    public mutating func resolve(progress: (Double) throws -> Void) rethrows -> Resolution {
        try progress(0)
        var evidence = Evidence(columns: columns, options: options)
        try progress(0.15)
        let census = KeyCensus(evidence)
        evidence.weigh(census)
        try progress(0.25)
        var search = CandidateSearch(evidence, sharingKeys: census.pairs)
        try search.run { try progress(0.25 + 0.65 * $0) }
        let resolution = search.resolution()
        try progress(1)
        return resolution
    }
}

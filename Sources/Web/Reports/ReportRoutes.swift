/// What came of the work, by month, person and source.
enum ReportRoutes {
    static let all: [Endpoint] = []
}

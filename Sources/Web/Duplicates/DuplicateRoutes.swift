/// Records that may be the same: found, reviewed, merged.
enum DuplicateRoutes {
    static let all: [Endpoint] = []
}

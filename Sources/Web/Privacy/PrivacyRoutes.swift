/// What is kept of a person: shown, handed over, erased.
enum PrivacyRoutes {
    static let all: [Endpoint] = []
}

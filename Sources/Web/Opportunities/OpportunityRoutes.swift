/// The pipeline in the browser and in the API.
enum OpportunityRoutes {
    static let all: [Endpoint] = []
}

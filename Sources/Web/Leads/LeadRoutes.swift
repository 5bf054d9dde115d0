/// Leads in the browser and in the API.
enum LeadRoutes {
    static let all: [Endpoint] = []
}

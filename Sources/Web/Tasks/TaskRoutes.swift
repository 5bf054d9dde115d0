/// Tasks in the browser and in the API.
enum TaskRoutes {
    static let all: [Endpoint] = []
}

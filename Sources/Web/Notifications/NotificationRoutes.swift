/// What a person is told, in the browser and in the API.
enum NotificationRoutes {
    static let all: [Endpoint] = []
}

/// What happened to all records, and what somebody logs: calls, meetings.
enum ActivityRoutes {
    static let all: [Endpoint] = []
}

/// Filters, order and columns of lists, kept under names.
enum SavedViewRoutes {
    static let all: [Endpoint] = []
}

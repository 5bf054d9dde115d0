import Growth

/// The counts that stand in the navigation of every page: tasks that are late or for today, unread notifications.
struct Badges {
    var tasks = Count()
    var unread = Count()

    struct Count: Hashable {
        static let most = 99
        var value = 0

        var text: String { value > Self.most ? "\(Self.most)+" : String(value) }
        var data: PageData { ["isShown": value > 0, "text": text] }
    }

    init() {}

    init(of principal: Principal, _ platform: Platform) async throws {
        let limit = Count.most + 1
        tasks.value = try await platform.tasks.dueCount(of: principal, upTo: limit)
        unread.value = try await platform.notifications.unreadCount(of: principal, upTo: limit)
    }
}

import Foundation
import Store
import Testing

@testable import Growth

@Suite struct NotificationsTests {
    private static func tell(
        _ office: Office, _ who: Principal?, _ kind: UserNotification.Kind = .taskAssigned, _ title: String = "Row"
    ) async throws -> EntityID<UserNotification> {
        var row = UserNotification()
        row.userId = who?.userId
        row.type = kind
        row.title = title
        row.createdAt = office.clock.now
        office.clock.advance(by: 1)
        try await office.platform.store.insert(row)
        return row.id
    }

    @Test func `what somebody has read is read, for them alone, and can be unread again`() async throws {
        try await Office.with { office in
            let notifications = office.platform.notifications
            let mine = try await Self.tell(office, office.sales), hers = try await Self.tell(office, office.other)
            #expect(try await notifications.unreadCount(of: office.sales) == 1)
            #expect(try await notifications.mark(mine, isRead: true, by: office.sales).status == .read)
            #expect(try await notifications.unreadCount(of: office.sales) == 0)
            #expect(try await notifications.unreadCount(of: office.other) == 1)
            #expect(try await notifications.mark(mine, isRead: false, by: office.sales).readAt == nil)
            #expect(try await notifications.unreadCount(of: office.sales) == 1)
            await #expect(throws: RecordError.notFound) {
                try await notifications.mark(hers, isRead: true, by: office.sales)
            }
        }
    }

    @Test func `an older broadcast is read by each for themselves`() async throws {
        try await Office.with { office in
            let notifications = office.platform.notifications
            let shared = try await Self.tell(office, nil, .system)
            for who in [office.sales, office.other] {
                #expect(try await notifications.unreadCount(of: who) == 1)
                #expect(try await notifications.list(.init(unreadOnly: true), of: who).rows.map(\.id) == [shared])
            }
            _ = try await notifications.mark(shared, isRead: true, by: office.sales)
            _ = try await notifications.mark(shared, isRead: true, by: office.sales)
            #expect(try await notifications.unreadCount(of: office.sales) == 0)
            #expect(try await notifications.list(of: office.sales).rows.map(\.status) == [.read])
            #expect(try await notifications.unreadCount(of: office.other) == 1)
            try await notifications.markAllRead(by: office.other)
            #expect(try await notifications.unreadCount(of: office.other) == 0)
            let stored = try #require(try await office.platform.store.get(shared))
            #expect(Set(stored.readBy) == [office.sales.user.id, office.other.user.id] && stored.status == .unread)
            _ = try await notifications.mark(shared, isRead: false, by: office.sales)
            #expect(try await notifications.unreadCount(of: office.sales) == 1)
        }
    }

    @Test func `own rows and broadcasts come in one order, page by page`() async throws {
        try await Office.with { office in
            var wanted: [EntityID<UserNotification>] = []
            for number in 0..<25 {
                let id = try await Self.tell(office, number % 3 == 0 ? nil : office.sales)
                _ = try await Self.tell(office, office.other)
                wanted.insert(id, at: 0)
            }
            var (found, page): ([EntityID<UserNotification>], Page?) = ([], nil)
            while true {
                let part = try await office.platform.notifications.list(of: office.sales, limit: 10, page: page)
                found += part.rows.map(\.id)
                guard part.goesOn, let last = part.rows.last else { break }
                page = try Page(at: last, sort: Notifications.order)
            }
            #expect(found == wanted)
        }
    }

    @Test func `a kind that somebody turned off is neither shown nor counted, and is there again when turned on`()
        async throws
    {
        try await Office.with { office in
            let notifications = office.platform.notifications
            _ = try await Self.tell(office, office.sales, .mention)
            _ = try await Self.tell(office, office.sales, .taskDue)
            _ = try await notifications.setPreferences(
                on: Set(NotificationPreferences.choices).subtracting([.mention]), by: office.sales)
            let changed = Principal(
                user: try await office.platform.users.get(office.sales.user.id), origin: .link)
            #expect(try await notifications.list(of: changed).rows.map(\.type) == [.taskDue])
            #expect(try await notifications.unreadCount(of: changed) == 1)
            // What goes to everybody stays on.
            _ = try await notifications.setPreferences(on: [], by: office.sales)
            let none = Principal(user: try await office.platform.users.get(office.sales.user.id), origin: .link)
            _ = try await Self.tell(office, office.sales, .system)
            #expect(try await notifications.list(of: none).rows.map(\.type) == [.system])
            _ = try await notifications.setPreferences(on: Set(NotificationPreferences.choices), by: office.sales)
            let all = Principal(user: try await office.platform.users.get(office.sales.user.id), origin: .link)
            #expect(all.user.notificationPreferences == nil)
            #expect(try await notifications.unreadCount(of: all) == 3)
        }
    }

    @Test func `a message to all is one row for each active person, sent twice or not`() async throws {
        try await Office.with { office in
            var gone = User()
            (gone.name, gone.email, gone.status) = ("Gone", "gone@example.sa", .disabled)
            try await office.platform.store.insert(gone)
            let key = ObjectID()
            for _ in 0..<2 {
                let count = try await office.platform.notifications.broadcast(
                    "نغلق المكتب غدا", key: key, by: office.manager, audit: office.platform.audit)
                #expect(count == 3)
            }
            #expect(try await office.platform.store.count(UserNotification.self) == 3)
            #expect(try await office.told(office.sales).first?.message == "نغلق المكتب غدا")
            await #expect(throws: InvalidFields.self) {
                try await office.platform.notifications.broadcast(
                    " ", by: office.manager, audit: office.platform.audit)
            }
        }
    }
}

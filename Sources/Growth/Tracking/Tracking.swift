import Foundation
import Logging
import ServiceLifecycle
import Store
import Synchronization

/// Opens and clicks: noted at once, on the disk within half a second, and in the store as soon as it can take them.
public final class Tracking: Service {
    public let links: MailLinks
    public let spool: TrackingSpool
    public let destinations: Destinations
    private let store: any DocumentStore
    private let now: @Sendable () -> Date
    private let logger = Logger(label: "anwal.tracking")
    /// How much of the oldest file the store has.
    private let recorded = Mutex<(file: URL, count: Int)?>(nil)
    private let refreshed = Mutex<[EntityID<Campaign>: ContinuousClock.Instant]>([:])

    static let interval: Duration = .milliseconds(400)
    static let batch = 2_000
    /// More hits than this in an interval are a rush: then one batch an interval goes to the store, and the others wait in their files, so that
    /// whoever asks is answered. Without a rush an interval's time is given to them.
    static let rush = 2_000
    /// A link that is followed sooner after the mail went out was followed by a program.
    static let humanDelay: TimeInterval = 2
    /// The figures of a campaign are counted anew at most this often.
    static let figuresInterval: Duration = .seconds(10)

    public init(_ platform: Platform, links: MailLinks) {
        self.links = links
        store = platform.store
        now = platform.now
        spool = TrackingSpool(folder: platform.folder.appending(path: "tracking"))
        destinations = Destinations(store: platform.store)
    }

    public func run() async throws {
        await cancelWhenGracefulShutdown {
            // Ended by cancellation, which is all that a sleep can throw.
            while (try? await Task.sleep(for: Self.interval)) != nil { await self.turn() }
        }
        // What came in at the very end.
        await turn()
    }

    private func turn() async {
        do {
            let isRush = try spool.flush() > Self.rush
            let end = ContinuousClock.now + Self.interval
            // What comes in meanwhile must be on the disk in time: the rest waits for the next turn.
            try await drain { !isRush && ContinuousClock.now < end && !Task.isCancelled }
        } catch {
            // What was noted is kept, in memory or in its file, and comes with the next turn.
            logger.warning("Opens and clicks wait", metadata: ["error": "\(error)"])
        }
    }

    /// An opening (`link` is `nil`) or a click that was asked for at this moment.
    public func note(_ recipient: ObjectID, link: Int?, userAgent: String?, isHead: Bool = false) {
        note(recipient, link: link, TrackingEvent.UserAgentClass(userAgent: userAgent, isHead: isHead))
    }

    public func note(_ recipient: ObjectID, link: Int?, _ agent: TrackingEvent.UserAgentClass) {
        spool.note(TrackingHit(recipient: recipient, link: link, agent: agent, at: now()))
    }

    /// Puts everything that is noted into the store.
    public func flush() async throws {
        try spool.flush()
        try await drain { true }
    }

    /// One batch, and others as long as `mayGoOn` says.
    private func drain(_ mayGoOn: () -> Bool) async throws {
        var touched: Set<EntityID<Campaign>> = []
        files: for file in try spool.files() {
            let hits = try spool.hits(in: file)
            // After a crash a file is read from its beginning again, and what the store has stays as it is.
            var begin = recorded.withLock { $0?.file == file ? $0?.count : nil } ?? 0
            while begin < hits.count {
                let end = min(begin + Self.batch, hits.count)
                touched.formUnion(try await record(hits[begin..<end]))
                begin = end
                if begin < hits.count, !mayGoOn() {
                    recorded.withLock { $0 = (file, end) }
                    break files
                }
            }
            try spool.remove(file)
            if !mayGoOn() { break }
        }
        try await refreshFigures(touched)
    }

    /// - Returns: the campaigns whose figures have changed.
    private func record(_ hits: ArraySlice<(id: ObjectID, hit: TrackingHit)>) async throws -> Set<EntityID<Campaign>> {
        let ids = Set(hits.map { EntityID<CampaignRecipient>($0.hit.recipient) })
        let rows = try await store.get(Array(ids))
        var links: [EntityID<Campaign>: [MergeText]] = [:]
        for id in Set(rows.values.map(\.campaignId)) { links[id] = try await destinations.links(of: id) }
        let campaigns = try await store.get(Array(links.keys))
        var events: [TrackingEvent] = []
        var first = FirstTimes()
        for (id, hit) in hits {
            guard let row = rows[EntityID(hit.recipient)] else { continue }
            let event = event(id, hit, row, links[row.campaignId] ?? [])
            events.append(event)
            if event.userAgentClass != .scanner { first.note(event, row) }
        }
        var writes = Writes()
        writes.insertIfAbsent(events)
        first.append(to: &writes, rows, campaigns)
        try await store.commit(writes)
        return Set(first.opened.keys).union(first.clicked.keys).reduce(into: []) { found, id in
            if let row = rows[id] { found.insert(row.campaignId) }
        }
    }

    private func event(_ id: ObjectID, _ hit: TrackingHit, _ row: CampaignRecipient, _ links: [MergeText])
        -> TrackingEvent
    {
        var event = TrackingEvent()
        event.id = EntityID(id)
        (event.createdAt, event.at) = (hit.at, hit.at)
        event.campaignRecipientId = row.id
        event.userAgentClass = hit.agent
        if let link = hit.link {
            event.kind = .click
            if links.indices.contains(link) {
                event.url = links[link].string(TemplateValues(row, over: TemplateValues()))
            }
            let sent = row.sentAt ?? .distantPast
            if hit.at < sent.addingTimeInterval(Self.humanDelay) { event.userAgentClass = .scanner }
        }
        return event
    }

    private func refreshFigures(_ campaigns: Set<EntityID<Campaign>>) async throws {
        let due = refreshed.withLock { refreshed in
            for id in campaigns where refreshed[id] == nil { refreshed[id] = .now - Self.figuresInterval }
            let due = refreshed.filter { $0.value.duration(to: .now) >= Self.figuresInterval }.map(\.key)
            for id in due { refreshed[id] = campaigns.contains(id) ? .now : nil }
            return due
        }
        for id in due { try await CampaignFigures(store: store).refresh(id, quickly: false) }
    }
}

/// What is written once for a recipient, however often they look.
private struct FirstTimes {
    var opened: [EntityID<CampaignRecipient>: Date] = [:]
    var clicked: [EntityID<CampaignRecipient>: (at: Date, url: String?)] = [:]

    mutating func note(_ event: TrackingEvent, _ row: CampaignRecipient) {
        // Who follows a link has opened the mail.
        if row.openedAt == nil, opened[row.id] == nil { opened[row.id] = event.at }
        if event.kind == .click, row.clickedAt == nil, clicked[row.id] == nil {
            clicked[row.id] = (event.at, event.url)
        }
    }

    func append(
        to writes: inout Writes, _ rows: [EntityID<CampaignRecipient>: CampaignRecipient],
        _ campaigns: [EntityID<Campaign>: Campaign]
    ) {
        for (id, at) in opened {
            set("openedAt", at, .opened, over: [.sent, .delivered], of: id, rows, &writes)
            if let row = rows[id] {
                writes.insertIfAbsent(activities("email_opened", "Mail opened", row, campaigns, at, nil))
            }
        }
        for (id, click) in clicked {
            set("clickedAt", click.at, .clicked, over: [.sent, .delivered, .opened], of: id, rows, &writes)
            if let row = rows[id] {
                writes.insertIfAbsent(activities("email_clicked", "Link clicked", row, campaigns, click.at, click.url))
            }
        }
    }

    /// The row and its message; a later status stays.
    private func set(
        _ field: String, _ at: Date, _ status: CampaignRecipient.Status, over earlier: [CampaignRecipient.Status],
        of id: EntityID<CampaignRecipient>, _ rows: [EntityID<CampaignRecipient>: CampaignRecipient],
        _ writes: inout Writes
    ) {
        let words = earlier.map { Value($0) }
        writes.update(CampaignRecipient.self, where: .id(id) && .exists(field, false), .set(field, .date(at)))
        writes.update(CampaignRecipient.self, where: .id(id) && .isIn("status", words), .set("status", Value(status)))
        guard let tracking = rows[id]?.trackingId else { return }
        let message = Filter.equals("trackingId", .string(tracking))
        writes.update(EmailMessage.self, where: message && .exists(field, false), .set(field, .date(at)))
        writes.update(EmailMessage.self, where: message && .isIn("status", words), .set("status", Value(status)))
    }

    private func activities(
        _ type: Activity.Kind, _ title: String, _ row: CampaignRecipient, _ campaigns: [EntityID<Campaign>: Campaign],
        _ at: Date, _ url: String?
    ) -> [Activity] {
        var metadata: Document = ["campaignId": Value(row.campaignId), "recipientId": Value(row.id)]
        metadata["campaign"] = campaigns[row.campaignId].map { .string($0.name) }
        metadata["url"] = url.map(Value.string)
        return row.activities(type, title, metadata, at: at, once: true)
    }
}

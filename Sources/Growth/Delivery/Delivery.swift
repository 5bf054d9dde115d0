import Foundation
import Logging
import MailMIME
import MailSMTP
import ServiceLifecycle
import Store
import Synchronization

/// Sends what is due: every campaign under way, through the team's mailboxes. Runs in every process that works on the store; rows are
/// claimed, so that no two send the same.
public final class Delivery: Service {
    let store: any DocumentStore
    let settings: Settings
    let mailboxes: Mailboxes
    let now: @Sendable () -> Date
    let links: MailLinks
    let logger = Logger(label: "anwal.delivery")
    /// This process, and what tells it from others with its number.
    let owner = "\(ProcessInfo.processInfo.processIdentifier)-\(ObjectID())"
    private let platform: Platform
    private let client: SMTPClient
    let connections: Int
    private let bell: Doorbell
    private let state = Mutex(State())

    private struct State {
        var isStopping = false
        var running: Set<EntityID<Campaign>> = []
        var gates: [EntityID<Mailbox>: (mailbox: Mailbox, gate: MailboxGate)] = [:]
        /// Campaigns that somebody paused, as of the last look.
        var halted: Set<EntityID<Campaign>> = []
        var noted: [EntityID<Mailbox>: Date] = [:]
        var lookAgain: Date?
    }

    /// How long it waits before it looks again, unless it is woken.
    static let poll: TimeInterval = 2
    /// For how long a person is not told again that a mailbox is in trouble.
    static let quiet: TimeInterval = 3_600

    /// - Parameters:
    ///   - links: what mails lead back to.
    ///   - connections: at most so many to one mailbox's server.
    public init(_ platform: Platform, links: MailLinks, client: SMTPClient, connections: Int = 10) {
        self.platform = platform
        store = platform.store
        settings = platform.settings
        mailboxes = platform.mailboxes
        now = platform.now
        bell = platform.deliveryBell
        self.links = links
        self.client = client
        self.connections = connections
    }

    var isStopping: Bool { state.withLock { $0.isStopping } }

    /// Whether nobody has paused it, as far as this process knows.
    func mayGoOn(_ id: EntityID<Campaign>) -> Bool { state.withLock { !$0.halted.contains(id) } }

    func isSending(_ id: EntityID<Campaign>) async throws -> Bool {
        let isSending = try await store.get(id)?.status == .sending
        if !isSending { state.withLock { _ = $0.halted.insert(id) } }
        return isSending
    }

    // MARK: The service

    public func run() async throws {
        await withGracefulShutdownHandler {
            await attempt("What was left could not be taken up") { try await self.begin() }
            await withDiscardingTaskGroup { group in
                while !isStopping && !Task.isCancelled {
                    let heard = bell.rings
                    await attempt("Campaigns cannot be read") {
                        try await self.renewLeases()
                        for id in try await self.due() {
                            group.addTask { await self.attempt("A campaign stopped") { try await self.send(id) } }
                        }
                    }
                    await bell.wait(since: heard, atMost: .seconds(pause()))
                }
            }
            await closeGates()
        } onGracefulShutdown: {
            self.stop()
        }
    }

    /// Lets what is under way end, and begins nothing more.
    public func stop() {
        state.withLock { $0.isStopping = true }
        bell.ring()
    }

    private func pause() -> TimeInterval {
        let next = state.withLock { state in
            defer { state.lookAgain = nil }
            return state.lookAgain
        }
        guard let next else { return Self.poll }
        return min(max(next.timeIntervalSince(now()), 0.05), Self.poll)
    }

    private func attempt(_ sentence: String, _ body: () async throws -> Void) async {
        do { try await body() } catch {
            logger.error("\(sentence)", metadata: ["error": "\(error)"])
        }
    }

    /// To be called once, before anything is sent.
    public func begin() async throws {
        try await Takeover(store: store, now: now).run(all: !store.isShared)
        if try await platform.installMark.isOfAnother() { try await pauseAll(.copiedDatabase) }
    }

    /// Sends whatever is due at this moment, and returns when nothing more can be done now: for commands and tests.
    public func runUntilIdle() async throws {
        while true {
            let due = try await due()
            if due.isEmpty { return }
            for id in due { try await send(id) }
            if try await !hasMore() { return }
        }
    }

    private func hasMore() async throws -> Bool {
        try await store.count(
            Campaign.self, where: Self.scheduled(until: now()), upTo: 1) > 0
    }

    // MARK: Campaigns

    /// The campaigns that are sent now and that this process is not at already.
    private func due() async throws -> [EntityID<Campaign>] {
        try await beginScheduled()
        if store.isShared { try await Takeover(store: store, now: now).run(all: false) }
        let sending = Filter.equals("status", Value(Campaign.Status.sending)) && .exists("recipientsAt", true)
        var query = Query<Campaign>(sending, limit: 1_000)
        query.fields = ["status"]
        let ids = try await store.find(query).map(\.id)
        return state.withLock { state in
            // Whoever paused one has rung: it is noticed here at once.
            state.halted.formUnion(state.running.subtracting(ids))
            state.halted.subtract(ids)
            return ids.filter { state.running.insert($0).inserted }
        }
    }

    private static func scheduled(until date: Date) -> Filter {
        .equals("status", Value(Campaign.Status.scheduled))
            && .range("scheduledAt", from: nil, to: .including(.date(date)))
    }

    private func beginScheduled() async throws {
        let time = now()
        for campaign in try await store.find(Query<Campaign>(Self.scheduled(until: time), limit: 100)) {
            guard campaign.recipientsAt != nil else { continue }
            let isLate = time.timeIntervalSince(campaign.scheduledAt ?? time) > Campaign.startGrace
            if isLate {
                await pause(campaign, .missedStart)
            } else {
                _ = try await store.update(
                    Campaign.self, where: .id(campaign.id) && Self.scheduled(until: time),
                    .set("status", Value(Campaign.Status.sending)))
            }
        }
    }

    private func send(_ id: EntityID<Campaign>) async throws {
        defer { state.withLock { _ = $0.running.remove(id) } }
        guard let campaign = try await store.get(id), campaign.status == .sending else { return }
        let calendar = SendCalendar(campaign.sendWindow, try await settings.latest(), timezone: campaign.timezone)
        let opening = calendar.opening(at: now())
        guard opening == now() || calendar.isOpen(at: now()) else { return look(opening) }
        let (usable, isElsewhere) = try await gates(of: campaign)
        // Another process sends through its mailboxes.
        if usable.isEmpty && isElsewhere { return }
        guard let run = try await CampaignRun(campaign, self, gates: usable) else {
            return await pause(campaign, .noMailbox)
        }
        let watch = Task { [self] in
            var figuresAt = ContinuousClock.now
            // Ended by cancellation.
            while (try? await Task.sleep(for: CampaignRun.freshness)) != nil {
                let isOpen = calendar.isOpen(at: now())
                if !isOpen { state.withLock { _ = $0.halted.insert(id) } }
                // A look that fails is made up for by the next.
                if (try? await isSending(id)) == false { return }
                guard ContinuousClock.now >= figuresAt else { continue }
                let cost = await ContinuousClock().measure {
                    try? await CampaignFigures(store: store).refresh(id, quickly: true)
                }
                // A count of a million rows is not taken twice a second.
                figuresAt = .now + cost * 20
            }
        }
        defer { watch.cancel() }
        look(try await run.drain())
        try await CampaignFigures(store: store).refresh(id, quickly: false)
        try await finish(campaign)
    }

    private func look(_ date: Date?) {
        guard let date else { return }
        state.withLock { $0.lookAgain = min($0.lookAgain ?? date, date) }
    }

    /// `sent` once every recipient was attempted and nobody is waited for.
    private func finish(_ campaign: Campaign) async throws {
        let open = Filter.equals("campaignId", Value(campaign.id)) && .isIn("status", ["pending", "queued"])
        guard try await store.count(CampaignRecipient.self, where: open, upTo: 1) == 0 else { return }
        let sending = Filter.id(campaign.id) && .equals("status", Value(Campaign.Status.sending))
        let update = Update.set("status", Value(Campaign.Status.sent)).set("sentAt", .date(now()))
        guard try await store.update(Campaign.self, where: sending, update) > 0 else { return }
        await attempt("Nobody could be told that a campaign is done") {
            try await CampaignNews(platform: self.platform).tell(.campaignFinished, campaign)
        }
    }

    func pause(_ campaign: Campaign, _ reason: Campaign.PauseReason) async {
        state.withLock { _ = $0.halted.insert(campaign.id) }
        await attempt("A campaign could not be paused") {
            let underWay = Filter.id(campaign.id) && .isIn("status", ["sending", "scheduled"])
            let update = Update.set("status", Value(Campaign.Status.paused)).set("pauseReason", Value(reason))
            guard try await self.store.update(Campaign.self, where: underWay, update) > 0 else { return }
            try await CampaignNews(platform: self.platform).tell(.campaignPaused, campaign, reason)
        }
    }

    private func pauseAll(_ reason: Campaign.PauseReason) async throws {
        let underWay = Filter.isIn("status", ["sending", "scheduled"])
        for campaign in try await store.find(Query<Campaign>(underWay)) { await pause(campaign, reason) }
    }

    // MARK: Mailboxes

    /// The gates of a campaign's mailboxes, those that can send; and whether another process has one of them.
    private func gates(of campaign: Campaign) async throws -> (usable: [(Mailbox, MailboxGate)], isElsewhere: Bool) {
        let found = try await store.get(campaign.mailboxIds)
        var gates: [(Mailbox, MailboxGate)] = []
        var isElsewhere = false
        for id in campaign.mailboxIds {
            guard let mailbox = found[id], mailbox.status == .active, mailbox.health?.needsPassword != true else {
                continue
            }
            if mailbox.isBounded, store.isShared, try await !lease.take(id) {
                isElsewhere = true
                continue
            }
            guard let gate = try await gate(of: mailbox) else { continue }
            await gate.keep(SendCalendar(mailbox.sendWindow, try await settings.current()))
            gates.append((mailbox, gate))
        }
        return (gates, isElsewhere)
    }

    private var lease: MailboxLease { MailboxLease(store: store, owner: owner, now: now) }

    /// Says that this process still sends through its mailboxes with caps.
    private func renewLeases() async throws {
        guard store.isShared else { return }
        for mailbox in state.withLock({ $0.gates.values.map(\.mailbox) }) where mailbox.isBounded {
            if try await lease.take(mailbox.id) { continue }
            // This process was taken for dead: its runs begin anew without the mailbox.
            let lost = state.withLock { state in
                state.halted.formUnion(state.running)
                return state.gates.removeValue(forKey: mailbox.id)
            }
            await lost?.gate.retire()
        }
    }

    /// Kept as long as nobody changes the mailbox. `nil` when its password cannot be read.
    private func gate(of mailbox: Mailbox) async throws -> MailboxGate? {
        var known = mailbox
        (known.updatedAt, known.health, known.lastSyncAt, known.imapCursors) = (nil, nil, nil, [])
        // Some providers give a new one with every access token.
        known.oauthRefreshTokenEncrypted = known.oauthRefreshTokenEncrypted.map { _ in "" }
        if let kept = state.withLock({ $0.gates[mailbox.id] }), kept.mailbox == known { return kept.gate }
        let signer: DKIMSigner?
        do {
            _ = try await mailboxes.password(.smtp, of: mailbox)
            _ = try await mailboxes.refreshToken(of: mailbox)
            signer = try await mailboxes.signer(of: mailbox)
        } catch SecretError.unreadable {
            return nil
        }
        guard let server = try? mailbox.smtpServer() else { return nil }
        let since = now().addingTimeInterval(-MailboxGate.day)
        var query = Query<EmailMessage>(
            .equals("mailboxId", Value(mailbox.id)) && .range("sentAt", from: .excluding(.date(since)), to: nil),
            sort: [.descending("sentAt")], limit: 100_000)
        query.fields = ["sentAt"]
        let before = mailbox.isBounded ? try await store.find(query).compactMap(\.sentAt) : []
        let pool = SMTPPool(
            client, server, access: mailboxes.access(mailbox.id), maxConnections: connections)
        let gate = MailboxGate(
            mailbox, pool: pool, signer: signer, connections: connections, sentBefore: before, now: now)
        let (current, old) = state.withLock { state -> (MailboxGate, MailboxGate?) in
            // Of two that made one at once, the first counts: caps are counted in one place.
            if let kept = state.gates[mailbox.id], kept.mailbox == known { return (kept.gate, nil) }
            let old = state.gates.updateValue((known, gate), forKey: mailbox.id)
            return (gate, old?.gate)
        }
        // Of a mailbox that somebody changed: whoever still sends through it ends first.
        await old?.retire()
        return current
    }

    private func closeGates() async {
        let gates = state.withLock { state in
            defer { state.gates = [:] }
            return state.gates.values.map(\.gate)
        }
        for gate in gates { await gate.pool.close() }
    }

    /// A mailbox cannot send: its page says so, and somebody who can mend it is told, once an hour.
    func note(trouble: String, of mailbox: Mailbox) async {
        let time = now()
        let isNew = state.withLock { state in
            if let last = state.noted[mailbox.id], abs(time.timeIntervalSince(last)) < Self.quiet { return false }
            state.noted[mailbox.id] = time
            return true
        }
        guard isNew else { return }
        await attempt("A mailbox's trouble could not be noted") {
            try await self.mailboxes.note(trouble: trouble, of: mailbox.id)
            try await CampaignNews(platform: self.platform).tell(mailbox, trouble)
        }
    }
}

import Foundation
import Logging
import MailMIME
import MailSMTP
import Store
import Synchronization

/// One campaign, sent by this process until nothing of it can go out now.
struct CampaignRun: Sendable {
    let delivery: Delivery
    let campaign: Campaign
    let work: SendWork
    /// Of this run alone, so that what it claimed is told from everybody else's.
    let owner: String
    private let domain: String
    private let outlets: [Outlet]
    private let health = RunHealth()

    static let claimSize = 400

    /// A mailbox, and what its mails have in common.
    struct Outlet: Sendable {
        let gate: MailboxGate
        let template: PreparedTemplate
        let values: TemplateValues
    }

    /// `nil` when it has no mailbox that could send.
    init?(_ campaign: Campaign, _ delivery: Delivery, gates: [(Mailbox, MailboxGate)]) async throws {
        guard !gates.isEmpty,
            let template = campaign.sentTemplate
        else { return nil }
        self.delivery = delivery
        self.campaign = campaign
        work = SendWork(store: delivery.store, campaign: campaign, now: delivery.now)
        owner = "\(delivery.owner)/\(ObjectID())"
        let compiled = template.compiled(variants: campaign.variants)
        let settings = try await delivery.settings.latest()
        let domain = try MailAddress(campaign.senderEmail ?? gates[0].0.email).domain
        outlets = try gates.map { mailbox, gate in
            Outlet(
                gate: gate,
                template: try PreparedTemplate(
                    compiled, Self.pattern(campaign, mailbox, settings, domain: domain, at: delivery.now())),
                values: TemplateValues(sender: campaign, settings, mailbox: mailbox))
        }
        self.domain = domain
    }

    private static func pattern(
        _ campaign: Campaign, _ mailbox: Mailbox, _ settings: SystemSettings, domain: String, at date: Date
    ) throws -> OutgoingMessage {
        let address = try MailAddress(mailbox.email)
        let from = NamedAddress(mailbox.name.isEmpty ? settings.defaultSenderName : mailbox.name, address)
        var pattern = OutgoingMessage(from: from, messageID: try MessageID.random(at: address), date: date)
        pattern.listID = OutgoingMessage.ListID(name: nil, id: "\(campaign.id).campaigns.\(domain)")
        pattern.isBulk = true
        let zone = TimeZone(identifier: campaign.timezone ?? settings.timezone) ?? .gmt
        pattern.utcOffsetMinutes = zone.secondsFromGMT(for: date) / 60
        return pattern
    }

    /// Sends until nothing is due, nothing may go out, or somebody paused it.
    ///
    /// - Returns: when to look again at the latest; `nil`: nothing waits.
    func drain() async throws -> Date? {
        let renewal = Task { [work, owner] in
            // Ended by cancellation. A renewal that fails is made up for by the next: the lease is four times as long.
            while (try? await Task.sleep(for: .seconds(SendWork.lease / 4))) != nil {
                try? await work.renew(owner: owner)
            }
        }
        defer { renewal.cancel() }
        let source = RowSource(self)
        // Two for each connection: the second's envelope goes out with the end of the first.
        let workers = min(outlets.count * delivery.connections * 2, Self.maxWorkers)
        await withDiscardingTaskGroup { group in
            for _ in 0..<workers {
                group.addTask {
                    while let item = await source.next() {
                        await send(item.row, item.outlet, isChecked: item.isFresh)
                    }
                }
            }
        }
        let left = await source.left()
        try await keepTrying { try await work.release(left, owner: owner) }
        return await openings()
    }

    static let maxWorkers = 400
    /// How old a look at suppressions and at the campaign's status may be when a mail goes out.
    static let freshness: Duration = .milliseconds(500)

    /// The rows to send next that may be sent to, and where the next batch begins; `nil` rows when none is due, or the mailboxes have no room.
    func claim(after last: ObjectID?) async -> (rows: [CampaignRecipient]?, next: ObjectID?) {
        var cursor = last
        var room = 0
        for outlet in outlets { room += await outlet.gate.room() }
        guard room > 0 else { return (nil, cursor) }
        do {
            while true {
                let owned = try await work.claim(min(room, Self.claimSize), owner: owner, after: &cursor)
                if owned.isEmpty { return (nil, cursor) }
                let left = try await checked(owned)
                if !left.isEmpty { return (left.reversed(), cursor) }
            }
        } catch {
            delivery.logger.error("Recipients cannot be claimed", metadata: ["error": "\(error)"])
            health.stop()
            return (nil, cursor)
        }
    }

    var goesOn: Bool { !delivery.isStopping && !health.isStopped && delivery.mayGoOn(campaign.id) }

    /// The first mailbox with room, from this turn on.
    func outlet(_ turn: Int) async -> Outlet? {
        for offset in outlets.indices {
            let outlet = outlets[(turn + offset) % outlets.count]
            if await outlet.gate.take() { return outlet }
        }
        return nil
    }

    private func openings() async -> Date? {
        var earliest: Date?
        for outlet in outlets {
            guard let opening = await outlet.gate.opening() else { continue }
            earliest = min(earliest ?? opening, opening)
        }
        return earliest
    }

    /// Those of the rows that may be sent to at this moment; the others are skipped.
    private func checked(_ rows: [CampaignRecipient]) async throws -> [CampaignRecipient] {
        let suppressed = try await Suppressions(store: delivery.store).reasons(rows.map(\.email))
        if suppressed.isEmpty { return rows }
        var left: [CampaignRecipient] = []
        for row in rows {
            guard let reason = suppressed[row.email] else {
                left.append(row)
                continue
            }
            try await delivery.store.commit(work.skipped(row, reason == .unsubscribed ? .unsubscribed : .suppressed))
        }
        return left
    }

    // MARK: One mail

    private func send(_ row: CampaignRecipient, _ outlet: Outlet, isChecked: Bool) async {
        do {
            let outcome = try await attempt(row, outlet, isChecked: isChecked)
            await outlet.gate.done(wasSent: outcome)
        } catch {
            await outlet.gate.done(wasSent: false)
            delivery.logger.error(
                "A mail could not be dealt with", metadata: ["recipient": "\(row.id)", "error": "\(error)"])
            health.stop()
        }
    }

    /// - Returns: whether the server has it, or may have it.
    private func attempt(_ row: CampaignRecipient, _ outlet: Outlet, isChecked: Bool) async throws -> Bool {
        let gate = outlet.gate
        if !isChecked {
            let left = try await checked([row])
            guard !left.isEmpty else { return false }
            guard try await delivery.isSending(campaign.id) else {
                try await keepTrying { try await work.release([row], owner: owner) }
                return false
            }
        }
        let mail: OutgoingMail
        let id: MessageID
        do {
            (mail, id) = try make(row, outlet)
        } catch let held as Held {
            try await record(work.held(row, held.reason))
            return false
        } catch {
            try await record(work.failed(row, "render: \(error)"))
            return false
        }
        let outcome = await gate.pool.send(mail) { [work, owner] in
            try await work.stamp(row, id, mailbox: gate.mailbox.id, owner: owner)
        }
        return try await settle(row, outcome, gate, id)
    }

    /// - Throws: `Held`; or what makes it impossible to build the mail.
    private func make(_ row: CampaignRecipient, _ outlet: Outlet) throws -> (OutgoingMail, MessageID) {
        let to = try MailAddress(row.email)
        var own = TemplateValues(row, over: outlet.values)
        if let reason = outlet.template.template.heldReason(of: row, with: own) { throw Held(reason: reason) }
        let ways = delivery.links.ways(of: row.id.raw)
        own[.unsubscribeUrl] = ways.unsubscribe
        own[.preferencesUrl] = ways.preferences
        let id = try ways.messageID(at: domain)
        let sender = try MailAddress(outlet.gate.mailbox.email)
        let message = try outlet.template.encoded(
            to: NamedAddress(row.personName, to), own, variant: row.variant ?? "", messageID: id, date: delivery.now(),
            ways.addresses,
            unsubscribe: OutgoingMessage.Unsubscribe(
                url: ways.unsubscribe, mailto: sender, mailtoSubject: "unsubscribe \(ways.token)"))
        let signed = try outlet.gate.signer?.signed(message, at: delivery.now()) ?? message
        return (OutgoingMail(from: sender, to: [to], message: signed), id)
    }

    // MARK: What came of it

    private func settle(
        _ row: CampaignRecipient, _ outcome: SendOutcome, _ gate: MailboxGate, _ id: MessageID
    ) async throws -> Bool {
        switch outcome {
        case .accepted(let reply, let refused):
            // One recipient a mail: where the server refused that one, `refused` is the outcome.
            if let refusal = refused.values.first { return try await settle(row, refusal, gate) }
            await gate.wentWell()
            health.note(refused: false)
            try await record(try work.sent(row, reply: Self.text(reply), id, mailbox: gate.mailbox))
            return true
        case .refused(let refusal): return try await settle(row, refusal, gate)
        case .lostBeforeDot(let error):
            try await settle(row, lost: error, gate)
            return false
        case .lostAfterDot(let error):
            try await record(work.uncertain(row, mailbox: gate.mailbox.id, id, reason: error.description))
            return true
        }
    }

    private func settle(_ row: CampaignRecipient, _ refusal: Refusal, _ gate: MailboxGate) async throws -> Bool {
        let reply = Self.text(refusal.reply)
        let verdict = refusal.verdict
        let asked = verdict.retryAfter.map { TimeInterval($0.components.seconds) }
        if verdict.problem.isOfMailbox || refusal.step == .mail && !refusal.isOurs && !verdict.isTemporary {
            // Nobody could be written to through this mailbox: no recipient is to blame.
            await gate.close(for: asked)
            await delivery.note(
                trouble: MailboxTrouble.kept(refusal.step, verdict.problem, refusal.reply), of: gate.mailbox)
            try await record(work.again(row, reply: reply, after: nil))
            return false
        }
        if verdict.isTemporary {
            let isOfServer = refusal.reply.code == 421 || refusal.step == .mail
            if verdict.problem == .throttled || isOfServer {
                await gate.throttled(asked: asked, wholeServer: isOfServer)
            }
            try await tryAgain(row, reply, asked: asked)
            return false
        }
        health.note(refused: verdict.problem.isOfReputation)
        if health.hasTooManyRefusals { await delivery.pause(campaign, .refusals) }
        try await record(try work.refused(row, reply: reply, isHard: verdict.isHard))
        return false
    }

    /// The connection broke, or none came to be.
    private func settle(_ row: CampaignRecipient, lost error: SMTPError, _ gate: MailboxGate) async throws {
        let reason = error.description
        switch error.step {
        case .connect, .greeting, .hello, .startTLS, .tls, .signIn:
            await gate.close(for: error.verdict?.retryAfter.map { TimeInterval($0.components.seconds) })
            await delivery.note(trouble: reason, of: gate.mailbox)
            try await record(work.again(row, reply: reason, after: nil))
        case .idle, .reset:
            try await record(work.again(row, reply: reason, after: nil))
        case .mail, .recipient, .data, .body, .end:
            if error.reason == .heldBack || error.reason == .stopped {
                try await record(work.again(row, reply: reason, after: nil))
                return
            }
            // It may be this mail that the server cannot bear: others go first.
            await gate.throttled(asked: nil, wholeServer: false)
            try await tryAgain(row, reason, asked: nil)
        }
    }

    /// Later, unless it was tried for long enough.
    private func tryAgain(_ row: CampaignRecipient, _ reason: String, asked: TimeInterval?) async throws {
        let wait = RetryPolicy.wait(after: (row.attempts ?? 0) + 1, random: .random(in: 0...1), asked: asked)
        try await record(wait.map { work.again(row, reply: reason, after: $0) } ?? work.failed(row, reason))
    }

    private static func text(_ reply: SMTPReply) -> String { String("\(reply.code) \(reply.text)".prefix(500)) }

    private func record(_ writes: Writes) async throws {
        try await keepTrying { try await delivery.store.commit(writes) }
    }

    /// What happened must be written down, however long the disk is full or the database away.
    private func keepTrying(_ body: @Sendable () async throws -> Void) async throws {
        var wait = Duration.milliseconds(200)
        while true {
            do { return try await body() } catch let error as StoreError where error.isTransient {
                // The store takes no writes now: nothing more is claimed in this run.
                health.stop()
                try await Task.sleep(for: wait)
                wait = min(wait * 2, .seconds(5))
            }
        }
    }
}

/// A row that waits for a person.
private struct Held: Error {
    let reason: String
}

/// Whether a run should go on.
private final class RunHealth: Sendable {
    private struct State {
        var isStopped = false
        /// The latest final outcomes: whether each was refused for what the sender is or sends.
        var latest: [Bool] = []
    }

    private let state = Mutex(State())
    private static let window = 50

    var isStopped: Bool { state.withLock { $0.isStopped } }
    func stop() { state.withLock { $0.isStopped = true } }

    func note(refused: Bool) {
        state.withLock { state in
            state.latest.append(refused)
            if state.latest.count > Self.window { state.latest.removeFirst() }
        }
    }

    /// More than half of the last fifty.
    var hasTooManyRefusals: Bool {
        state.withLock { $0.latest.count == Self.window && $0.latest.count(where: \.self) > Self.window / 2 }
    }
}

extension DeliveryProblem {
    /// Nobody can be written to while this lasts.
    var isOfMailbox: Bool {
        switch self {
        case .senderRefused, .needsSignIn, .needsTLS, .authenticationFailed, .relayDenied: true
        default: false
        }
    }

    /// To go on would make it worse.
    var isOfReputation: Bool {
        switch self {
        case .blocked, .badReputation, .spam, .policy, .missingPTR: true
        default: false
        }
    }
}

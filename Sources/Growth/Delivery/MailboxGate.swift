import Foundation
import MailMIME
import MailSMTP
import Store

/// What lets mails out of one mailbox: its connections, its caps and gaps, and the pauses that its server asked for.
///
/// Caps hold in every span of an hour and of a day, across restarts: what went out before is read from `email_messages`. What this process sent
/// it also counts by a clock that nobody puts forward or back.
actor MailboxGate {
    let mailbox: Mailbox
    let pool: SMTPPool
    /// `nil`: its mails go out unsigned.
    let signer: DKIMSigner?
    private let connections: Int
    private let now: @Sendable () -> Date
    /// The hours of the mailbox itself; `nil`: any.
    private var hours: SendCalendar?
    /// Asked for once a minute, since windows open and close at minutes.
    private var looked: (minute: Int, isOpen: Bool)?

    /// The last day's mails, oldest first, as the wall clock and the steady clock had it.
    private var sent: [(at: Date, steady: ContinuousClock.Instant?)]
    private var underWay = 0
    private var isRetired = false
    private var closedUntil: Date?
    private var troubles = 0
    private var throttles = 0

    static let shortestPause: TimeInterval = 30
    static let longestPause: TimeInterval = 600
    /// So many refusals for the moment in a row mean the server, not the recipients.
    static let throttlesToClose = 3

    init(
        _ mailbox: Mailbox, pool: SMTPPool, signer: DKIMSigner? = nil, connections: Int, sentBefore: [Date],
        now: @escaping @Sendable () -> Date
    ) {
        self.mailbox = mailbox
        self.pool = pool
        self.signer = signer
        self.connections = connections
        self.now = now
        sent = sentBefore.sorted().map { ($0, nil) }
    }

    static let hour: TimeInterval = 3_600
    static let day: TimeInterval = 86_400

    /// To be called whenever the settings may have changed.
    func keep(_ calendar: SendCalendar) {
        hours = mailbox.sendWindow == nil ? nil : calendar
        looked = nil
    }

    private func isOpen(at time: Date) -> Bool {
        guard let hours else { return true }
        let minute = Int((time.timeIntervalSince1970 / 60).rounded(.down))
        if let looked, looked.minute == minute { return looked.isOpen }
        let isOpen = hours.isOpen(at: time)
        looked = (minute, isOpen)
        return isOpen
    }

    /// How many mails may begin now.
    func room() -> Int {
        let time = now()
        if let closedUntil, closedUntil > time { return 0 }
        guard !isRetired, isOpen(at: time) else { return 0 }
        guard mailbox.isBounded else { return connections * 4 }
        forget(before: time)
        var room = connections * 4
        if let cap = mailbox.hourlyCap { room = min(room, cap - count(within: Self.hour, time) - underWay) }
        if let cap = mailbox.dailyCapInForce { room = min(room, cap - count(within: Self.day, time) - underWay) }
        if let gap = mailbox.minGapSeconds, gap > 0 {
            let isFree = underWay == 0 && count(within: TimeInterval(gap), time) == 0
            room = min(room, isFree ? 1 : 0)
        }
        return max(room, 0)
    }

    /// Takes a place; whoever has one must say `done`.
    func take() -> Bool {
        guard room() > 0 else { return false }
        underWay += 1
        return true
    }

    /// - Parameter wasSent: whether the server has the mail, or may have it.
    func done(wasSent: Bool) async {
        underWay -= 1
        if wasSent, mailbox.isBounded { sent.append((now(), .now)) }
        if isRetired, underWay == 0 { await pool.close() }
    }

    /// Begins nothing more, and leaves the server once what is under way has ended.
    func retire() async {
        isRetired = true
        if underWay == 0 { await pool.close() }
    }

    /// When there may be room again; `nil`: at any moment.
    func opening() -> Date? {
        let time = now()
        if let closedUntil, closedUntil > time { return closedUntil }
        var latest = isOpen(at: time) ? nil : hours?.opening(at: time)
        func bound(_ cap: Int?, _ span: TimeInterval) {
            guard let cap, count(within: span, time) >= cap, cap > 0 else { return }
            let oldest = sent[sent.count - cap].at.addingTimeInterval(span)
            latest = max(latest ?? oldest, oldest)
        }
        bound(mailbox.hourlyCap, Self.hour)
        bound(mailbox.dailyCapInForce, Self.day)
        if let gap = mailbox.minGapSeconds, let last = sent.last?.at.addingTimeInterval(TimeInterval(gap)), last > time
        {
            latest = max(latest ?? last, last)
        }
        return latest
    }

    private func count(within span: TimeInterval, _ time: Date) -> Int {
        let steady = ContinuousClock.now - .seconds(span)
        // By whichever clock it is younger.
        return sent.reversed().prefix { entry in
            entry.at > time.addingTimeInterval(-span) || entry.steady.map { $0 > steady } ?? false
        }.count
    }

    private func forget(before time: Date) {
        let steady = ContinuousClock.now - .seconds(Self.day)
        let old = sent.prefix { entry in
            entry.at <= time.addingTimeInterval(-Self.day) && entry.steady.map { $0 <= steady } ?? true
        }.count
        sent.removeFirst(old)
    }

    // MARK: What the server says

    func wentWell() {
        (troubles, throttles) = (0, 0)
    }

    /// The server could not be reached, or refuses whatever comes: nobody sends through it for a while.
    func close(for asked: TimeInterval? = nil) {
        let pause = min(Self.shortestPause * pow(2, Double(min(troubles, 10))), Self.longestPause)
        troubles += 1
        let until = now().addingTimeInterval(max(pause, min(asked ?? 0, 4 * 3_600)))
        closedUntil = max(closedUntil ?? until, until)
    }

    /// The server does not take this one for now, and says that there is too much.
    func throttled(asked: TimeInterval?, wholeServer: Bool) {
        throttles += 1
        if wholeServer || throttles >= Self.throttlesToClose {
            throttles = 0
            close(for: asked)
        }
    }
}

extension Mailbox {
    /// Whether there is something to count.
    var isBounded: Bool { dailyCapInForce != nil || hourlyCap != nil || minGapSeconds != nil }

    /// What the mailbox's own cap says, else what its provider is known to bear (Google Workspace: 2,000 a day; Microsoft 365: 10,000).
    public var dailyCapInForce: Int? {
        if let dailyCap { return dailyCap }
        switch provider {
        case .google: return 1_900
        case .microsoft: return 9_500
        default: return nil
        }
    }
}

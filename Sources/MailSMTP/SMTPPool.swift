import MailMIME

/// Connections to one server, opened as mails need them and used again.
///
/// Each connection has two mails under way, so that the second's envelope goes with the end of the first. A connection that stalls holds up its two mails and
/// no others.
public actor SMTPPool {
    private let client: SMTPClient
    private let server: SMTPServer
    /// Asked for anew with every connection, since tokens do not last.
    public typealias Access = @Sendable () async throws(SMTPError) -> SMTPCredentials?

    private let access: Access
    private let maxConnections: Int
    /// Providers end a session after so many mails; to leave before costs less than to be thrown out.
    private let maxMailsPerConnection: Int

    private var lanes: [Lane] = []
    private var waiting: [CheckedContinuation<Void, Never>] = []
    private var isClosed = false

    private final class Lane {
        var connection: SMTPConnection?
        var mailsUnderWay = 0
        var mailsTaken = 0
    }

    public init(
        _ client: SMTPClient, _ server: SMTPServer, credentials: SMTPCredentials? = nil, maxConnections: Int,
        maxMailsPerConnection: Int = 100
    ) {
        self.init(
            client, server, access: { () async throws(SMTPError) -> SMTPCredentials? in credentials },
            maxConnections: maxConnections, maxMailsPerConnection: maxMailsPerConnection)
    }

    public init(
        _ client: SMTPClient, _ server: SMTPServer, access: @escaping Access, maxConnections: Int,
        maxMailsPerConnection: Int = 100
    ) {
        self.client = client
        self.server = server
        self.access = access
        self.maxConnections = max(1, maxConnections)
        self.maxMailsPerConnection = max(1, maxMailsPerConnection)
    }

    /// As `SMTPConnection.send`; waits for a free place first. What keeps a connection from being opened is a `lostBeforeDot`.
    public func send(
        _ mail: OutgoingMail, beforeDot: (@Sendable () async throws -> Void)? = nil
    ) async -> SendOutcome {
        // Connections that the server ended while they were idle are found out one by one.
        for _ in 0..<maxConnections {
            let outcome = await sendOnce(mail, beforeDot)
            guard outcome == .lostBeforeDot(SMTPError(.idle, .closed)) else { return outcome }
        }
        return await sendOnce(mail, beforeDot)
    }

    private func sendOnce(_ mail: OutgoingMail, _ beforeDot: (@Sendable () async throws -> Void)?) async -> SendOutcome
    {
        let lane: Lane
        do throws(SMTPError) {
            lane = try await takeLane()
        } catch {
            return .lostBeforeDot(error)
        }
        guard let connection = lane.connection else { return .lostBeforeDot(SMTPError(.connect, .closed)) }
        let outcome = await connection.send(mail, beforeDot: beforeDot)
        await giveBack(lane)
        return outcome
    }

    /// Takes leave of the server. Mails under way are broken off; mails that wait are `lostBeforeDot`.
    public func close() async {
        isClosed = true
        let open = lanes.compactMap(\.connection)
        lanes = []
        wakeAll()
        for connection in open { await connection.quit() }
    }

    /// A connection with room, else a new one, else whichever is free first.
    private func takeLane() async throws(SMTPError) -> Lane {
        while true {
            guard !isClosed else { throw SMTPError(.connect, .stopped) }
            if let idle = lane(withAtMost: 0) { return take(idle) }
            lanes.removeAll { $0.mailsUnderWay == 0 && $0.connection?.isOpen == false }
            if lanes.count < maxConnections { return take(try await openLane()) }
            if let shared = lane(withAtMost: SMTPLimits.mailsInFlight - 1) { return take(shared) }
            await withCheckedContinuation { waiting.append($0) }
        }
    }

    /// One that takes mails and has no more than so many under way. Whether a connection is open costs more to find out than the rest.
    private func lane(withAtMost mails: Int) -> Lane? {
        lanes.first { lane in
            lane.mailsUnderWay <= mails && lane.mailsTaken < maxMailsPerConnection && lane.connection?.isOpen == true
        }
    }

    private func take(_ lane: Lane) -> Lane {
        lane.mailsUnderWay += 1
        lane.mailsTaken += 1
        return lane
    }

    private func openLane() async throws(SMTPError) -> Lane {
        let lane = Lane()
        lanes.append(lane)
        do throws(SMTPError) {
            let connection = try await client.connect(to: server, credentials: try await access())
            guard !isClosed else {
                await connection.quit()
                throw SMTPError(.connect, .stopped)
            }
            lane.connection = connection
            // Whoever asked for it takes the first place; the others are free.
            wake(SMTPLimits.mailsInFlight - 1)
            return lane
        } catch {
            lanes.removeAll { $0 === lane }
            wakeAll()
            throw error
        }
    }

    private func giveBack(_ lane: Lane) async {
        lane.mailsUnderWay -= 1
        let isSpent = lane.mailsTaken >= maxMailsPerConnection
        let isGone = lane.connection?.isOpen != true
        if lane.mailsUnderWay == 0, isSpent || isGone {
            lanes.removeAll { $0 === lane }
            wakeAll()
            await lane.connection?.quit()
        } else {
            wake(1)
        }
    }

    private func wakeAll() { wake(waiting.count) }

    /// Each looks for a place again, and waits again if another was quicker.
    private func wake(_ count: Int) {
        let woken = waiting.prefix(count)
        waiting.removeFirst(woken.count)
        for continuation in woken { continuation.resume() }
    }
}

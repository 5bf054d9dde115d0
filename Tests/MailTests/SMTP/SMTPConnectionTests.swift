import Foundation
@testable import MailMIME
import MailTesting
import Synchronization
import Testing

@testable import MailSMTP

/// Against a server in this process that does what it is told.
@Suite struct SMTPConnectionTests {
    private static let big = EncodedMessage(bytes: [UInt8](repeating: 0x61, count: 16 << 20))

    private func server(_ change: (inout SMTPTestServer.Options) -> Void = { _ in }) async throws -> SMTPTestServer {
        var options = SMTPTestServer.Options()
        change(&options)
        return try await SMTPTestServer.start(options)
    }

    @Test func `mails arrive once, in order, as they were built`() async throws {
        let server = try await server()
        let connection = try await SMTPClient().connect(to: .local(server))
        let mails = try (0..<50).map { try OutgoingMail.sample($0) }
        for mail in mails { #expect(await connection.send(mail).isAccepted) }
        await connection.quit()
        #expect(server.mails.map(\.bytes) == mails.map(\.message.bytes))
        #expect(server.mails.map(\.recipients) == mails.map { $0.recipients.map(\.description) })
        #expect(server.nestedMailCount == 0 && server.connectionCount == 1)
        try await server.stop()
    }

    @Test func `two at a time share round trips, and each knows its own outcome`() async throws {
        let server = try await server { options in
            options.fault = {
                $0.point == .recipient && $0.argument.contains("to7@") ? .reply(550, "5.1.1 unknown") : nil
            }
        }
        let connection = try await SMTPClient().connect(to: .local(server))
        let outcomes = try await withThrowingTaskGroup(of: (Int, SendOutcome).self) { group in
            for index in 0..<40 {
                let mail = try OutgoingMail.sample(index)
                group.addTask { (index, await connection.send(mail)) }
            }
            return try await group.reduce(into: [Int: SendOutcome]()) { $0[$1.0] = $1.1 }
        }
        #expect(outcomes.filter { $0.value.isAccepted }.count == 39)
        #expect(outcomes[7]?.refusal?.reply.code == 550)
        #expect(Set(server.mails.flatMap(\.recipients)).count == 39)
        #expect(server.nestedMailCount == 0)
        try await server.stop()
    }

    @Test func `whoever must agree does so after the body and before the dot`() async throws {
        let server = try await server()
        let connection = try await SMTPClient().connect(to: .local(server))
        let asked = Mutex<[Int]>([])
        for index in 0..<10 {
            let outcome = await connection.send(try .sample(index)) {
                #expect(server.mailCount == index)
                asked.withLock { $0.append(index) }
            }
            #expect(outcome.isAccepted)
        }
        #expect(asked.withLock { $0 } == Array(0..<10))
        struct No: Error {}
        let held = await connection.send(try .sample(10)) { throw No() }
        #expect(held == .lostBeforeDot(SMTPError(.end, .heldBack)))
        #expect(server.mailCount == 10)
        #expect(await connection.send(try .sample(11)).loss?.isAfterDot == false)
        try await server.stop()
    }

    @Test func `a body of dots, and one of many pieces, arrive as they are`() async throws {
        let server = try await server()
        let connection = try await SMTPClient().connect(to: .local(server))
        var random = SeededRandom(9)
        var messages = ["..\r\n.\r\n\r\n.x\r\n", ".\r\n", "a\r\n.\r\nb\r\n", "x\r\n..\r\n"].map {
            "Subject: x\r\n\r\n" + $0
        }
        for size in [127 << 10, 128 << 10, 300_000, 1_000_000] {
            var body = "Subject: big\r\n\r\n"
            while body.utf8.count < size {
                body += [".dot", "...", "plain text of a line", ""][Int(random.next() % 4)] + "\r\n"
            }
            messages.append(body)
        }
        for text in messages {
            #expect(await connection.send(try .sample(0, message: EncodedMessage(bytes: Array(text.utf8)))).isAccepted)
            #expect(server.mails.last?.bytes == Array(text.utf8))
        }
        #expect(server.mailCount == messages.count)
        try await server.stop()
    }

    /// Every step of a mail, every way to refuse: the mail is refused or lost rightly, and the next one goes through.
    @Test(arguments: [SMTPTestEvent.Point.mail, .recipient, .data, .end], [true, false])
    func `a refusal at any step leaves the connection clean`(_ point: SMTPTestEvent.Point, _ pipelining: Bool)
        async throws
    {
        for (fault, isTemporary) in [
            (SMTPFault.reply(451, "4.3.0 later"), true), (.reply(550, "5.7.1 no"), false),
            (.lines(554, ["a", "b", "c"]), false),
        ] {
            let server = try await server { options in
                if !pipelining { options.extensions.removeFirst() }
                options.fault = { $0.point == point && $0.count <= 2 ? fault : nil }
            }
            let connection = try await SMTPClient().connect(to: .local(server))
            for _ in 0..<2 { #expect(await connection.send(try .sample()).refusal?.verdict.isTemporary == isTemporary) }
            for _ in 0..<2 { #expect(await connection.send(try .sample()).isAccepted) }
            #expect(server.mailCount == 2 && server.nestedMailCount == 0)
            try await server.stop()
        }
    }

    @Test(arguments: [SMTPTestEvent.Point.mail, .recipient, .data, .body, .end], [true, false])
    func `a connection that breaks says truly whether the mail may have gone`(
        _ point: SMTPTestEvent.Point, _ pipelining: Bool
    ) async throws {
        for fault in [
            SMTPFault.close, .replyAndClose(421, "4.3.2 shutting down"), .raw("hello\r\n"), .endlessLine,
            .acceptAndClose,
        ] {
            if case .acceptAndClose = fault, point != .end { continue }
            if point == .body, case .raw = fault { continue }
            if point == .body, case .endlessLine = fault { continue }
            let server = try await server { options in
                if !pipelining { options.extensions.removeFirst() }
                options.fault = { $0.point == point ? fault : nil }
            }
            let connection = try await SMTPClient().connect(to: .local(server))
            let outcome = await connection.send(try .sample())
            // A goodbye during the body is read where the answer to its end is due.
            if case .replyAndClose = fault, point != .body || outcome.loss == nil {
                #expect(outcome.refusal?.verdict.isTemporary == true, "\(point) \(outcome)")
            } else {
                #expect(
                    outcome.loss?.isAfterDot == (point == .end) || point == .body && outcome.loss != nil,
                    "\(point) \(fault) \(outcome)")
            }
            if case .acceptAndClose = fault { #expect(server.mailCount == 1) } else { #expect(server.mailCount == 0) }
            #expect(await connection.send(try .sample()).loss?.isAfterDot == false)
            try await server.stop()
        }
    }

    @Test(arguments: [
        (SMTPTestEvent.Point.greeting, SMTPError.Step.greeting), (.hello, .hello), (.mail, .mail),
        (.recipient, .recipient), (.data, .data),
        (.body, .body), (.end, .end),
    ])
    func `a server that stalls is left at the end of the step's time`(
        _ point: SMTPTestEvent.Point, _ step: SMTPError.Step
    ) async throws {
        let server = try await server { options in
            options.fault = { $0.point == point ? (point == .body ? .stopReading : .stall) : nil }
        }
        var settings = SMTPServer.local(server)
        settings.timeouts.shorten(step, to: .milliseconds(100))
        // A body stalls only when it is more than the sockets' buffers hold.
        let message = point == .body ? Self.big : nil
        let pool = SMTPPool(try SMTPClient(), settings, maxConnections: 1)
        let loss = await pool.send(try .sample(0, message: message)).loss
        #expect(loss?.error == SMTPError(step, .timedOut))
        #expect(loss?.isAfterDot == (step == .end))
        await pool.close()
        try await server.stop()
    }

    @Test func `an idle connection takes leave by itself`() async throws {
        let server = try await server()
        var settings = SMTPServer.local(server)
        settings.timeouts.idle = .milliseconds(50)
        let connection = try await SMTPClient().connect(to: settings)
        await connection.closed()
        #expect(server.commands.last == "1 QUIT")
        #expect(await connection.send(try .sample()) == .lostBeforeDot(SMTPError(.idle, .closed)))
        try await server.stop()
    }

    @Test func `stopping gives each mail under way its outcome`() async throws {
        let server = try await server { $0.fault = { $0.point == .end ? .stall : nil } }
        let connection = try await SMTPClient().connect(to: .local(server))
        async let first = connection.send(try .sample(0)) { connection.stop() }
        #expect(try await first.loss?.error.reason == .stopped)
        try await server.stop()
    }

    @Test(arguments: [false, true])
    func `addresses beyond ASCII go only where SMTPUTF8 is offered, domains always as xn--`(_ isOffered: Bool)
        async throws
    {
        let server = try await server { if !isOffered { $0.extensions.removeAll { $0 == "SMTPUTF8" } } }
        let connection = try await SMTPClient().connect(to: .local(server))
        for index in 0..<30 {
            let outcome = await connection.send(try .sample(index, to: ["عميل\(index)@شركة.السعودية"]))
            if isOffered {
                #expect(outcome.isAccepted)
            } else {
                #expect(outcome.refusal?.reply.status == EnhancedStatus(5, 6, 7))
            }
            #expect(await connection.send(try .sample(index, to: ["client\(index)@شركة.السعودية"])).isAccepted)
        }
        #expect(server.mails.allSatisfy { $0.recipients.allSatisfy { $0.hasSuffix("@xn--ogbpi5d.xn--mgberp4a5d4ar") } })
        try await server.stop()
    }

    @Test func `a null sender is written as it must be`() async throws {
        let server = try await server()
        let connection = try await SMTPClient().connect(to: .local(server))
        var mail = try OutgoingMail.sample()
        mail.sender = nil
        #expect(await connection.send(mail).isAccepted)
        #expect(server.commands.contains { $0.hasPrefix("1 MAIL FROM:<>") })
        try await server.stop()
    }

    @Test func `nobody at the other end has a name of its own`() async throws {
        let settings = SMTPServer(host: "localhost", port: try await Daemon.freePort(), security: .none)
        await #expect(throws: SMTPError(.connect, .connectionRefused)) { try await SMTPClient().check(settings) }
        var nowhere = settings
        nowhere.host = "no-such-host.invalid"
        await #expect(throws: SMTPError(.connect, .unknownHost)) { try await SMTPClient().check(nowhere) }
    }
}

/// The pool: connections as they are needed.
@Suite struct SMTPPoolTests {
    @Test func `a pool delivers everything once over its connections and opens no more`() async throws {
        let server = try await SMTPTestServer.start()
        let pool = SMTPPool(try SMTPClient(), .local(server), maxConnections: 5, maxMailsPerConnection: 40)
        let accepted = try await withThrowingTaskGroup(of: Bool.self) { group in
            for index in 0..<500 {
                let mail = try OutgoingMail.sample(index)
                group.addTask { await pool.send(mail) {}.isAccepted }
            }
            return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        await pool.close()
        #expect(accepted == 500)
        #expect(Set(server.mails.flatMap(\.recipients)).count == 500 && server.mailCount == 500)
        #expect(server.connectionCount >= 13 && server.nestedMailCount == 0)
        try await server.stop()
    }

    @Test func `one connection that stalls keeps only its own mails`() async throws {
        var options = SMTPTestServer.Options()
        options.fault = { $0.point == .end && $0.connection == 1 ? .stall : nil }
        let server = try await SMTPTestServer.start(options)
        let pool = SMTPPool(try SMTPClient(), .local(server), maxConnections: 10)
        try await withThrowingTaskGroup(of: SendOutcome.self) { group in
            for index in 0..<300 {
                let mail = try OutgoingMail.sample(index)
                group.addTask { await pool.send(mail) }
            }
            // The mail that stalls, and one whose envelope may have gone with it, come last, when the pool is closed.
            for _ in 0..<298 { #expect(try await group.next()?.isAccepted == true) }
            await pool.close()
            let last = try await group.reduce(into: [SendOutcome]()) { $0.append($1) }
            #expect(last.count == 2 && last.filter { $0.loss?.isAfterDot == true }.count == 1)
        }
        try await server.stop()
    }

    @Test func `a server that refuses to sign in is told to every mail, and nothing hangs`() async throws {
        var options = SMTPTestServer.Options()
        options.users = ["user": "right"]
        let server = try await SMTPTestServer.start(options)
        let pool = SMTPPool(
            try SMTPClient(), .local(server), credentials: .password("wrong", user: "user"), maxConnections: 2)
        for index in 0..<4 {
            #expect(await pool.send(try .sample(index)).loss?.error.step == .signIn)
        }
        await pool.close()
        #expect(await pool.send(try .sample()) == .lostBeforeDot(SMTPError(.connect, .stopped)))
        try await server.stop()
    }
}

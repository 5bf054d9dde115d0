import Foundation
import MailMIME
import MailSMTP
import NIOPosix
import Synchronization

/// What the tasks share.
private final class Counts: Sendable {
    let left: Atomic<Int>
    let accepted = Atomic(0)

    init(_ messages: Int) { left = Atomic(messages) }
}

/// One message of 5 KB to many recipients, two mails at a time on each connection; pooled: on whichever is free.
enum Sending {
    static func run(host: String, port: Int, messages: Int, connections: Int, isHeld: Bool, isPooled: Bool) async throws
    {
        var text = "From: from@example.com\r\nTo: to@example.com\r\nSubject: test\r\n\r\n"
        text += String(repeating: String(repeating: "x", count: 76) + "\r\n", count: (5_120 - text.utf8.count) / 78)
        let message = try EncodedMessage(validating: Array(text.utf8))
        let sender = try MailAddress("from@example.com"), recipient = try MailAddress("to@example.com")
        // The peers have the other core for the server; so do we.
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let client = try SMTPClient(group: group)
        var server = SMTPServer(host: host, port: port, security: .none)
        server.clientName = "client.example.com"
        var open: [SMTPConnection] = []
        for _ in 0..<(isPooled ? 0 : connections) { open.append(try await client.connect(to: server)) }
        let pool = SMTPPool(client, server, maxConnections: connections, maxMailsPerConnection: messages)
        let counts = Counts(messages)
        let clock = ContinuousClock()
        let start = clock.now
        await withTaskGroup(of: Void.self) { tasks in
            for number in 0..<(connections * 2) {
                let connection = isPooled ? nil : open[number / 2]
                tasks.addTask {
                    while counts.left.subtract(1, ordering: .relaxed).newValue >= 0 {
                        let mail = OutgoingMail(from: sender, to: [recipient], message: message)
                        let hook: (@Sendable () async throws -> Void)? = isHeld ? { @Sendable in } : nil
                        let outcome =
                            if let connection { await connection.send(mail, beforeDot: hook) } else {
                                await pool.send(mail, beforeDot: hook)
                            }
                        if case .accepted = outcome { counts.accepted.add(1, ordering: .relaxed) }
                    }
                }
            }
        }
        let seconds = (clock.now - start) / .seconds(1)
        for connection in open { await connection.quit() }
        await pool.close()
        let count = counts.accepted.load(ordering: .relaxed)
        print(
            "ours conns \(connections) messages \(count) seconds \(String(format: "%.3f", seconds)) per_s \(Int(Double(count) / seconds))"
        )
        guard count == messages else { exit(1) }
    }
}

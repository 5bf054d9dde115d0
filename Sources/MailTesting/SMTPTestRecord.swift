import Foundation
import Synchronization

/// What the sessions of a test server saw.
final class SMTPTestRecord: Sendable {
    private struct Seen {
        var mails: [ReceivedMail] = []
        var mailCount = 0
        var commands: [String] = []
        var counts: [SMTPTestEvent.Point: Int] = [:]
        var nestedMailCount = 0
        var connectionCount = 0
        var waiting: [(count: Int, continuation: CheckedContinuation<Void, Never>)] = []
    }

    private let seen = Mutex(Seen())
    private let file: FileHandle?
    private let keepsMails: Bool

    init(_ path: String?, keepsMails: Bool) throws {
        self.keepsMails = keepsMails
        guard let path else {
            file = nil
            return
        }
        if !FileManager.default.fileExists(atPath: path) { try Data().write(to: URL(fileURLWithPath: path)) }
        file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
        try file?.seekToEnd()
    }

    var mails: [ReceivedMail] { seen.withLock { $0.mails } }
    var commands: [String] { seen.withLock { $0.commands } }
    var nestedMailCount: Int { seen.withLock { $0.nestedMailCount } }
    var connectionCount: Int { seen.withLock { $0.connectionCount } }
    var mailCount: Int { seen.withLock { $0.mailCount } }

    /// Returns once so many mails were taken.
    func wait(for count: Int) async {
        await withCheckedContinuation { continuation in
            let isReached = seen.withLock { seen in
                if seen.mailCount < count { seen.waiting.append((count, continuation)) }
                return seen.mailCount >= count
            }
            if isReached { continuation.resume() }
        }
    }

    func connect() -> Int {
        seen.withLock { seen in
            seen.connectionCount += 1
            return seen.connectionCount
        }
    }

    func note(_ command: String, connection: Int) {
        guard keepsMails else { return }
        seen.withLock { $0.commands.append("\(connection) \(command)") }
    }

    func noteNestedMail() { seen.withLock { $0.nestedMailCount += 1 } }

    func count(_ point: SMTPTestEvent.Point) -> Int {
        seen.withLock { seen in
            seen.counts[point, default: 0] += 1
            return seen.counts[point] ?? 0
        }
    }

    /// Written before the client hears that the mail was taken; the lock keeps lines whole.
    func take(_ mail: ReceivedMail) throws {
        try seen.withLock { seen in
            seen.mailCount += 1
            if keepsMails { seen.mails.append(mail) }
            let count = seen.mailCount
            for waiter in seen.waiting where waiter.count <= count { waiter.continuation.resume() }
            seen.waiting.removeAll { $0.count <= count }
            guard let file else { return }
            let line = RecordedMail(
                messageID: mail.header("Message-ID") ?? "", sender: mail.sender, recipients: mail.recipients,
                bytes: mail.bytes.count)
            try file.write(contentsOf: JSONEncoder().encode(line) + [0x0A])
        }
    }
}

/// A line of the record file.
public struct RecordedMail: Codable, Sendable, Hashable {
    public var messageID: String
    public var sender: String
    public var recipients: [String]
    public var bytes: Int
}

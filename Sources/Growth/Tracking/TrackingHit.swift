import Foundation
import Store

/// An open or a click as it was seen, before anybody looked up whose it was.
public struct TrackingHit: Sendable, Hashable {
    public var recipient: ObjectID
    /// The number of the link; `nil`: the mail was opened.
    public var link: Int?
    public var agent: TrackingEvent.UserAgentClass
    public var at: Date

    public init(recipient: ObjectID, link: Int?, agent: TrackingEvent.UserAgentClass, at: Date) {
        (self.recipient, self.link, self.agent, self.at) = (recipient, link, agent, at)
    }

    static let bytes = 24
    private static let agents: [TrackingEvent.UserAgentClass] = [.human, .scanner, .proxy]
    private static let noLink = UInt16.max

    /// Appends 24 bytes: the recipient, the moment in milliseconds, the link, who asked, and a check of the rest.
    func write(to buffer: inout [UInt8]) {
        let begin = buffer.count
        withUnsafeBytes(of: (recipient.high.bigEndian)) { buffer.append(contentsOf: $0) }
        withUnsafeBytes(of: (recipient.low.bigEndian)) { buffer.append(contentsOf: $0) }
        let moment = UInt64(max(0, at.timeIntervalSince1970 * 1_000))
        withUnsafeBytes(of: moment.bigEndian) { buffer.append(contentsOf: $0) }
        withUnsafeBytes(of: (link.map { UInt16(clamping: $0) } ?? Self.noLink).bigEndian) {
            buffer.append(contentsOf: $0)
        }
        buffer.append(UInt8(Self.agents.firstIndex(of: agent) ?? 0))
        buffer.append(Self.check(buffer[begin...]))
    }

    /// `nil` for what a crash left half.
    init?(_ bytes: ArraySlice<UInt8>) {
        guard bytes.count == Self.bytes, let last = bytes.last, Self.check(bytes.dropLast()) == last else { return nil }
        func number(_ from: Int, _ count: Int) -> UInt64 {
            bytes.dropFirst(from).prefix(count).reduce(0) { $0 << 8 | UInt64($1) }
        }
        let kind = Int(number(22, 1))
        guard kind < Self.agents.count else { return nil }
        let link = UInt16(number(20, 2))
        self.init(
            recipient: ObjectID(high: number(0, 8), low: UInt32(number(8, 4))),
            link: link == Self.noLink ? nil : Int(link),
            agent: Self.agents[kind], at: Date(timeIntervalSince1970: Double(number(12, 8)) / 1_000))
    }

    private static func check(_ bytes: ArraySlice<UInt8>) -> UInt8 {
        bytes.reduce(0xA5) { ($0 << 1 | $0 >> 7) ^ $1 }
    }
}

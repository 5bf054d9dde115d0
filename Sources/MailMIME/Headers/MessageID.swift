import Foundation

/// The identity of a message (RFC 5322 section 3.6.4). One that is sent again keeps it.
public struct MessageID: Hashable, Sendable, CustomStringConvertible {
    /// Without the angle brackets.
    public let text: String

    /// With or without angle brackets. Printing ASCII with one "@" inside.
    public init(_ text: String) throws(MessageError) {
        var id = text[...]
        if id.hasPrefix("<") && id.hasSuffix(">") && id.utf8.count >= 2 { id = id.dropFirst().dropLast() }
        let utf8 = id.utf8
        guard utf8.count <= MailLimits.maxLineBytes - 20,
            utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != 0x3C && $0 != 0x3E }),
            let at = utf8.lastIndex(of: 0x40), at != utf8.startIndex, utf8.index(after: at) != utf8.endIndex
        else { throw .badMessageID }
        self.text = String(id)
    }

    /// 128 random bits at the domain of the sender.
    public static func random(at address: MailAddress) throws(MessageError) -> MessageID {
        var generator = SystemRandomNumberGenerator()
        let bits = (0..<2).map { _ in String(generator.next() as UInt64, radix: 36) }.joined(separator: ".")
        let domain = address.domain.filter { $0 != "[" && $0 != "]" && $0 != ":" }
        return try MessageID("\(bits)@\(domain)")
    }

    public var description: String { "<\(text)>" }
}

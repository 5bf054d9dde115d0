import Foundation

@testable import MailMIME

/// A mail as Python's parser sees it.
struct SeenMail: Decodable {
    var defects: [String]
    var names: [String]
    var subject: String?
    var from: [[String]]
    var to: [[String]]
    var parts: [Part]
    var unsubscribe: String?
    var post: String?
    var list_id: String?
    var message_id: String?
    var date: String?
    var longest: Int
    var longest_head: Int
    /// Returns and line feeds that are not a pair.
    var bare: Int

    struct Part: Decodable {
        var type: String
        var name: String?
        var encoding: String?
        var text: String?
        var size: Int
    }

    func text(_ type: String) -> String? { parts.first { $0.type == type }?.text }

    static func read(_ mails: [EncodedMessage]) async throws -> [SeenMail] {
        let folder = try MailFolder()
        var input = Data()
        for mail in mails {
            input += Data("\(mail.bytes.count)\n".utf8)
            input += Data(mail.bytes)
        }
        let output = try await Tool.run(
            Tool.python, [Tool.referenceFolder + "/read_mails.py"], input: input, folder: folder)
        return try output.split(separator: 0x0A).map { try JSONDecoder().decode(SeenMail.self, from: Data($0)) }
    }
}

extension OutgoingMessage {
    /// A mail to one, as most tests need it.
    static func sample(
        subject: String = "عرض", name: String? = "أحمد العتيبي", text: String? = "السلام عليكم", html: String? = nil
    ) throws -> OutgoingMessage {
        var message = OutgoingMessage(
            from: NamedAddress("Anwal أنوال", try MailAddress("growth@example.com")),
            to: [NamedAddress(name, try MailAddress("to@example.com"))],
            messageID: try MessageID("1@example.com"), date: Date(timeIntervalSince1970: 1_795_000_000))
        message.subject = subject
        message.text = text
        message.html = html
        return message
    }
}

import Foundation
import MailMIME
import MailSMTP
import Store

/// Sending a template to a colleague, to see it in a real mail program.
extension Templates {
    /// Patience with the server while a person waits.
    private static let timeout = Duration.seconds(20)

    /// Sends it through the default mailbox. It is no campaign's mail: nothing is tracked, and nobody can unsubscribe by it.
    ///
    /// - Parameters:
    ///   - address: of somebody who has an active account here, and of nobody else.
    ///   - prefix: stands before the subject.
    ///   - client: `nil` for one that trusts the system's certificates.
    /// Throws `InvalidFields` at `to`, and `TemplateError`.
    public func sendTest(
        _ template: EmailTemplate, to address: String, as recipient: PreviewRecipient, prefix: String, base: String,
        with client: SMTPClient? = nil, by principal: Principal
    ) async throws {
        var reader = FieldReader()
        let email = reader.email(address, "to")
        try reader.throwIfAny()
        guard let email else { throw InvalidFields(["to": .required]) }
        let isColleague =
            try await store.count(
                User.self, where: .equals("email", .string(email)) && .equals("status", Value(User.Status.active))) > 0
        guard isColleague else { throw InvalidFields(["to": .notAColleague]) }
        guard let mailbox = try await defaultMailbox() else { throw TemplateError.noMailbox }
        let mail = try await mail(
            template, for: recipient, base: base, from: mailbox, to: email, prefix: prefix)
        var server = try mailbox.smtpServer()
        server.timeouts = SMTPTimeouts(all: Self.timeout)
        let pool = SMTPPool(
            try client ?? SMTPClient(), server, access: mailboxes.access(mailbox.id), maxConnections: 1)
        let message = try await mailboxes.signer(of: mailbox)?.signed(mail.encoded, at: now()) ?? mail.encoded
        let outcome = await pool.send(
            OutgoingMail(from: try MailAddress(mailbox.email), to: [try MailAddress(email)], message: message))
        await pool.close()
        if let reason = Self.failure(outcome) { throw TemplateError.notSent(reason) }
        try await audit.record("template_tested", by: principal, on: .init(template))
    }

    /// `nil`: the server has it.
    private static func failure(_ outcome: SendOutcome) -> String? {
        switch outcome {
        case .accepted(_, let refused): refused.values.first.map { words($0.reply) }
        case .refused(let refusal): words(refusal.reply)
        case .lostBeforeDot(let error), .lostAfterDot(let error): error.description
        }
    }

    private static func words(_ reply: SMTPReply) -> String { "\(reply.code) \(reply.text.prefix(200))" }
}

extension FieldProblem {
    static let notAColleague = FieldProblem("not_a_colleague")
}

/// Why something cannot be done with a template.
public enum TemplateError: Error, Hashable {
    /// Campaigns or follow-ups go out with it; their names.
    case inUse([String])
    /// No mailbox can send.
    case noMailbox
    /// What the server said, or at which step the connection ended.
    case notSent(String)
}

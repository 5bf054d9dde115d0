import MailMIME

/// What ended a connection, or kept it from being made: at which step, and why. Holds no password and no address.
public struct SMTPError: Error, Hashable, Sendable {
    public var step: Step
    public var reason: Reason

    public init(_ step: Step, _ reason: Reason) {
        self.step = step
        self.reason = reason
    }

    /// What the server's own words mean, where it said some: a limit of connections, say, and how long to wait.
    public var verdict: DeliveryVerdict? {
        guard case .refused(let reply) = reason else { return nil }
        return DeliveryVerdict(code: reply.code, status: reply.status, text: reply.text, phase: .connection)
    }

    public enum Step: String, Hashable, Sendable, CaseIterable {
        case connect, greeting, hello, startTLS, tls, signIn
        case mail, recipient, data, body, end, reset, idle
    }

    public enum Reason: Hashable, Sendable {
        case unknownHost, connectionRefused, unreachable
        case timedOut
        /// The server closed without a word, or the connection broke.
        case closed
        case refused(SMTPReply)
        /// What arrived is no reply, or one that nobody asked for.
        case malformedReply
        /// STARTTLS is required and the server does not offer it.
        case tlsNotOffered
        /// Bytes followed the answer to STARTTLS before TLS began: somebody in between put them there (CVE-2011-0411).
        case injectedBeforeTLS
        /// Nobody we trust vouches for the certificate, or it is out of date.
        case certificateNotTrusted
        /// It is out of date; only `SMTPClient.check` takes the time to find that out.
        case certificateExpired
        /// The certificate is another host's.
        case wrongHost
        case tlsFailed
        /// The password would go over an unprotected connection.
        case passwordNeedsTLS
        /// The server signs in by none of the ways that we know.
        case noCommonMechanism
        /// Whoever gives access tokens has none for this mailbox any more, or could not be asked.
        case accessRevoked, noAccess
        /// Whoever had to agree before the end of the mail did not.
        case heldBack
        /// We closed it.
        case stopped
    }
}

extension SMTPError: CustomStringConvertible {
    public var description: String {
        switch reason {
        case .refused(let reply): "\(step.rawValue): refused with \(reply.code) \(reply.status?.description ?? "")"
        default: "\(step.rawValue): \(reason)"
        }
    }
}

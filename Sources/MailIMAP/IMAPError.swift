/// What ended a connection, or kept it from being made: at which step, and why. Holds no password and no address.
public struct IMAPError: Error, Hashable, Sendable {
    public var step: Step
    public var reason: Reason

    public init(_ step: Step, _ reason: Reason) {
        self.step = step
        self.reason = reason
    }

    public enum Step: String, Hashable, Sendable, CaseIterable {
        case connect, greeting, capability, startTLS, tls, signIn, inbox, logout
    }

    public enum Reason: Hashable, Sendable {
        case unknownHost, connectionRefused, unreachable
        case timedOut
        /// The server closed without a word, or the connection broke.
        case closed
        case refused(IMAPStatus)
        /// What arrived is no response, one that nobody asked for, or more than any server has to say.
        case malformedResponse
        /// STARTTLS is required and the server does not offer it.
        case tlsNotOffered
        /// Bytes followed the answer to STARTTLS before TLS began: somebody in between put them there (CVE-2011-0411).
        case injectedBeforeTLS
        /// Nobody we trust vouches for the certificate, or it is out of date.
        case certificateNotTrusted
        /// The certificate is another host's.
        case wrongHost
        case tlsFailed
        /// The password would go over an unprotected connection.
        case passwordNeedsTLS
        /// The server signs in by none of the ways that we know.
        case noCommonMechanism
        /// Whoever gives access tokens has none for this mailbox any more, or could not be asked.
        case accessRevoked, noAccess
    }
}

extension IMAPError: CustomStringConvertible {
    public var description: String {
        switch reason {
        case .refused(let status):
            "\(step.rawValue): refused with \(status.kind.rawValue)\(status.code.map { " [\($0.name)]" } ?? "")"
        default: "\(step.rawValue): \(reason)"
        }
    }
}

import NIOCore
import NIOPosix
import NIOSSL

extension IMAPError.Reason {
    init(connecting error: any Error) {
        switch error {
        case let error as NIOConnectionError:
            self = error.connectionErrors.first.map { Self(connecting: $0.error) } ?? .unknownHost
        case ChannelError.connectTimeout: self = .timedOut
        case let error as IOError where error.errnoCode == ECONNREFUSED: self = .connectionRefused
        case is NIOSSLError, is NIOSSLExtraError, is BoringSSLError: self = .tlsFailed
        default: self = .unreachable
        }
    }

    init(_ error: any Error, isTLSBeginning: Bool) {
        if case NIOSSLExtraError.failedToValidateHostname? = error as? NIOSSLExtraError {
            self = .wrongHost
        } else if case NIOSSLError.unableToValidateCertificate = error {
            self = .certificateNotTrusted
        } else if case NIOSSLError.handshakeFailed(let cause) = error,
            "\(cause)".contains("CERTIFICATE_VERIFY_FAILED")
        {
            self = .certificateNotTrusted
        } else {
            self = isTLSBeginning ? .tlsFailed : .closed
        }
    }
}

extension SocketAddress {
    /// 127.0.0.0/8 or ::1.
    var isThisMachine: Bool {
        guard let ipAddress else { return false }
        return ipAddress.hasPrefix("127.") || ipAddress == "::1"
    }
}

import NIOCore
import NIOPosix
import NIOSSL

extension SMTPError.Reason {
    init(connecting error: any Error) {
        switch error {
        case let error as NIOConnectionError:
            if error.connectionErrors.isEmpty {
                self = .unknownHost
            } else {
                self = error.connectionErrors.lazy.map { Self(connecting: $0.error) }.first ?? .unreachable
            }
        case ChannelError.connectTimeout: self = .timedOut
        case let error as IOError where error.errnoCode == ECONNREFUSED: self = .connectionRefused
        case is NIOSSLError, is NIOSSLExtraError, is BoringSSLError: self = .tlsFailed
        default: self = .unreachable
        }
    }

    init(_ error: any Error, isTLSBeginning: Bool) {
        switch error {
        case let error as NIOSSLExtraError where error == .failedToValidateHostname: self = .wrongHost
        case NIOSSLError.unableToValidateCertificate: self = .certificateNotTrusted
        case NIOSSLError.handshakeFailed(let cause):
            self = "\(cause)".contains("CERTIFICATE_VERIFY_FAILED") ? .certificateNotTrusted : .tlsFailed
        default: self = isTLSBeginning ? .tlsFailed : .closed
        }
    }
}

extension SocketAddress {
    /// 127.0.0.0/8 or ::1.
    var isLoopback: Bool {
        switch self {
        case .v4, .v6: ipAddress.map { $0.hasPrefix("127.") || $0 == "::1" } ?? false
        case .unixDomainSocket: true
        }
    }
}

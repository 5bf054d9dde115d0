import Foundation
import MailMIME
import MailSMTP
import MailTesting

/// Keys and certificates of a test: an authority of its own, and what it signed.
struct TestCertificates {
    let folder: MailFolder
    let authority: [UInt8]

    init() async throws {
        folder = try MailFolder()
        try await Self.openssl(
            [
                "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "ca.key", "-out", "ca.pem", "-subj",
                "/CN=Test CA", "-days", "2",
            ],
            folder)
        authority = Array(try Data(contentsOf: URL(fileURLWithPath: folder.path + "/ca.pem")))
    }

    /// - Parameter names: `DNS:localhost,IP:127.0.0.1`
    func issue(_ name: String, _ names: String, days: Int = 2, isSelfSigned: Bool = false) async throws
        -> SMTPTestServer.Certificate
    {
        _ = try folder.write("\(name).ext", "subjectAltName=\(names)\n")
        if isSelfSigned {
            try await Self.openssl(
                [
                    "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "\(name).key", "-out", "\(name).pem",
                    "-subj", "/CN=self", "-days", "2",
                    "-addext", "subjectAltName=\(names)",
                ], folder)
        } else {
            try await Self.openssl(
                [
                    "req", "-newkey", "rsa:2048", "-nodes", "-keyout", "\(name).key", "-out", "\(name).csr", "-subj",
                    "/CN=\(name)",
                ], folder)
            try await Self.openssl(
                [
                    "x509", "-req", "-in", "\(name).csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial",
                    "-days", "\(days)", "-extfile",
                    "\(name).ext", "-out", "\(name).pem",
                ], folder)
        }
        return .init(
            certificatePEM: Array(try Data(contentsOf: URL(fileURLWithPath: "\(folder.path)/\(name).pem"))),
            keyPEM: Array(try Data(contentsOf: URL(fileURLWithPath: "\(folder.path)/\(name).key"))))
    }

    private static func openssl(_ arguments: [String], _ folder: MailFolder) async throws {
        try await Tool.run(
            "/bin/sh", ["-c", "cd \"$0\" && exec openssl \"$@\"", folder.path] + arguments, folder: folder)
    }
}

extension OutgoingMail {
    static func sample(_ index: Int = 0, to recipients: [String] = [], message: EncodedMessage? = nil) throws
        -> OutgoingMail
    {
        var text = try OutgoingMessage.sample(subject: "عرض \(index)")
        text.messageID = try MessageID("\(index)@example.com")
        return OutgoingMail(
            from: try MailAddress("growth@example.com"),
            to: try (recipients.isEmpty ? ["to\(index)@example.com"] : recipients).map { try MailAddress($0) },
            message: try message ?? text.encoded())
    }
}

extension SMTPServer {
    static func local(_ server: SMTPTestServer, _ security: Security = .none, timeout: Duration = .seconds(120))
        -> SMTPServer
    {
        var settings = SMTPServer(host: "localhost", port: server.port, security: security)
        settings.timeouts = SMTPTimeouts(all: timeout)
        settings.allowsPasswordOnLoopback = true
        return settings
    }
}

extension SendOutcome {
    var isAccepted: Bool { if case .accepted = self { true } else { false } }

    var refusal: Refusal? { if case .refused(let refusal) = self { refusal } else { nil } }

    /// `before` or `after` the dot, the step and the reason.
    var loss: (isAfterDot: Bool, error: SMTPError)? {
        switch self {
        case .lostBeforeDot(let error): (false, error)
        case .lostAfterDot(let error): (true, error)
        default: nil
        }
    }
}

extension SMTPTimeouts {
    mutating func shorten(_ step: SMTPError.Step, to limit: Duration) {
        switch step {
        case .greeting: greeting = limit
        case .mail: mail = limit
        case .recipient: recipient = limit
        case .data: data = limit
        case .body: block = limit
        case .end: end = limit
        default: command = limit
        }
    }
}

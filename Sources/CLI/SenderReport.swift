import ArgumentParser
import Foundation
import MailDNS
import Store

/// What `anwal doctor --mailbox` finds and says.
enum SenderReport {
    static func run(_ address: String, selectors: [String], dns: String?, _ folder: FolderOptions) async throws {
        let isJSON = folder.json
        try await Failures.explained {
            guard let at = address.lastIndex(of: "@"), address[address.index(after: at)...].contains(".") else {
                throw Failure.refused(
                    Output.words(
                        "اكتب عنوانا كاملا مثل sales@example.sa", "Give a whole address, such as sales@example.sa"))
            }
            let domain = address[address.index(after: at)...].lowercased()
            let known = await mailbox(of: address, folder)
            let host = known?["smtpHost"]?.string
            let findings = await SenderCheck(dns: try client(dns)).findings(
                domain, selectors: selectors, signing: selectors.isEmpty ? signing(known) : nil, host: host)
            isJSON ? Output.json(document(domain, host, findings)) : show(domain, host, findings)
            if findings.allSatisfy({ $0.weight == .unknown }) { throw ExitCode.unreachable }
            if findings.contains(where: { $0.weight == .problem || $0.weight == .unknown }) { throw ExitCode.failure }
        }
    }

    private static func client(_ text: String?) throws -> DNSClient {
        guard let text else { return .ofSystem() }
        let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        if parts.count == 2, let port = Int(parts[1]), (1...65_535).contains(port) {
            return DNSClient(server: parts[0], port: port)
        }
        return DNSClient(server: text)
    }

    private static func signing(_ mailbox: Document?) -> SenderCheck.SigningKey? {
        guard let signing = mailbox?["dkim"]?.object, let selector = signing["selector"]?.string,
            let domain = signing["domain"]?.string, let record = signing["record"]?.string
        else { return nil }
        return SenderCheck.SigningKey(name: "\(selector)._domainkey.\(domain)", record: record)
    }

    /// The mailbox, where it is known here: the server that it sends through, the key that it signs with.
    private static func mailbox(of address: String, _ folder: FolderOptions) async -> Document? {
        let found = FoundMailbox()
        do {
            let settings = try folder.settings()
            let isThere = FileManager.default.fileExists(atPath: settings.folder.path)
            guard isThere || settings.text(.mongoDB) != nil else { return nil }
            try await Connection.with(settings) { connection in
                let id = try await MailboxCommand.find(address, connection)
                await found.set(try await connection.get("/api/mailboxes/\(id)").object)
            }
        } catch {
            // The domain can be looked at without: only the server's own name stays unseen.
        }
        return await found.mailbox
    }

    private actor FoundMailbox {
        var mailbox: Document?
        func set(_ mailbox: Document?) { self.mailbox = mailbox }
    }

    private static func document(_ domain: String, _ host: String?, _ findings: [SenderFinding]) -> Value {
        var document: Document = ["domain": .string(domain)]
        if let host { document["host"] = .string(host) }
        document["findings"] = .array(
            findings.map { finding in
                [
                    "check": .string(finding.check.rawValue), "weight": .string(finding.weight.rawValue),
                    "code": .string(finding.code.rawValue), "detail": .string(finding.detail),
                    "sentence": .string(SenderWords.sentence(finding)),
                ]
            })
        return .object(document)
    }

    private static func show(_ domain: String, _ host: String?, _ findings: [SenderFinding]) {
        Output.line(domain + (host.map { "  (\($0))" } ?? ""))
        let signs: [SenderFinding.Weight: String] = [.fine: "✔", .advice: "!", .problem: "✘", .unknown: "?"]
        for finding in findings {
            let name = finding.check.rawValue.uppercased().padding(toLength: 6, withPad: " ", startingAt: 0)
            Output.line("\(signs[finding.weight] ?? " ") \(name) \(SenderWords.sentence(finding))")
            if finding.weight != .unknown, !finding.detail.isEmpty { Output.line("         \(finding.detail)") }
        }
        if findings.contains(where: { $0.weight == .unknown }) {
            Output.line("")
            Output.line(SenderWords.byHand(domain))
        }
    }
}

import Foundation

extension BounceReport {
    /// From the delivery status of RFC 3464; some systems write it as plain text.
    static func statusRecipients(_ mail: ParsedMessage) -> [Recipient]? {
        let human = ReportText(words(of: mail))
        let own = mail.parts.filter { !$0.isEnclosed && $0.contentType.hasSuffix("delivery-status") }
        for text in [own.map(\.text).joined(separator: "\n\n"), words(of: mail), everything(in: mail)] {
            let groups = StatusFields.groups(in: text).filter(isOfRecipient)
            guard !groups.isEmpty else { continue }
            return groups.map {
                recipient($0, human, isOnly: groups.count == 1, answersByRule: answersByRule(text, mail))
            }
        }
        return nil
    }

    private static func isOfRecipient(_ group: [StatusFields.Field]) -> Bool {
        let names = Set(group.map(\.name))
        return names.contains("final-recipient") || names.isSuperset(of: ["original-recipient", "action"])
    }

    private static func recipient(
        _ fields: [StatusFields.Field], _ human: ReportText, isOnly: Bool, answersByRule: Bool
    ) -> Recipient {
        func value(_ name: String) -> String? { fields.first { $0.name == name }?.value }
        let address = StatusFields.address(value("final-recipient") ?? value("original-recipient") ?? "")
        let original = value("original-recipient").map(StatusFields.address) ?? address
        let action = value("action").flatMap { text in
            Action(rawValue: String(text.lowercased().prefix { $0.isLetter }))
        }
        return recipient(
            address, status: value("status").flatMap { ReportText.statuses(in: $0).first },
            diagnostic: diagnostic(value("diagnostic-code") ?? ""),
            isOnly ? human : human.block(of: [address, original]),
            action: action ?? .failed, answersByRule: answersByRule)
    }

    /// Without the type before it: `smtp; 550 …`.
    private static func diagnostic(_ text: String) -> String {
        guard let semicolon = text.firstIndex(of: ";"), text[..<semicolon].allSatisfy({ $0.isLetter || $0 == "-" })
        else { return text }
        return String(text[text.index(after: semicolon)...]).trimmed
    }

    /// From the words of a report without a status: of a mail system, or quoting a server's refusal.
    static func textRecipients(_ mail: ParsedMessage) -> [Recipient]? {
        var text = words(of: mail)
        if text.utf8.count < 10 || !text.contains("@") { text = everything(in: mail) }
        let human = ReportText(text)
        guard isReport(mail, human) else { return nil }
        let rule = answersByRule(text, mail)
        let blocks = human.blocks()
        guard !blocks.isEmpty else {
            let address = ReportText.addresses(in: human.joined).first ?? ""
            return [recipient(address, status: nil, diagnostic: "", human, action: .failed, answersByRule: rule)]
        }
        return blocks.map {
            recipient($0.address, status: nil, diagnostic: "", $0.text, action: .failed, answersByRule: rule)
        }
    }

    /// Written by a mail system, by its sender or its form. An absent person's program is none, unless it quotes a refusal.
    private static func isReport(_ mail: ParsedMessage, _ human: ReportText) -> Bool {
        let sender = (mail.header("From") ?? "").lowercased()
        let isSystem =
            mail.header("Return-Path") == "<>"
            || ["mailer-daemon", "postmaster", "mail delivery", "post_master", "mail deliver"].contains {
                sender.contains($0)
            }
            || (mail.header("Content-Type") ?? "").lowercased().contains("multipart/report")
        let quotesRefusal = ReportText.code(in: human.joined) != nil && !ReportText.statuses(in: human.joined).isEmpty
        if AutomaticMail(mail) == .reply && !sender.contains("mailer-daemon") && !sender.contains("postmaster")
            && !sender.contains("mail delivery")
        {
            return quotesRefusal
        }
        return isSystem || quotesRefusal || DeliveryPhrases.matches(systemWords, human.joined)
    }

    private static let systemWords = DeliveryPhrases.pattern([
        "could not be delivered", "unable to deliver", "delivery (?:to the following|failed|has failed)",
        "undeliverable", "returned mail",
        "did not reach the following recipient", "was not delivered", "failed permanently",
        "not a member of this mailing list",
        "were unable to deliver", "address had permanent", "addresses had", "rejected your message",
        "rejected recipient", "unknown user",
    ])

    /// One recipient from all that is known of it.
    static func recipient(
        _ address: String, status: EnhancedStatus?, diagnostic: String, _ human: ReportText, action: Action,
        answersByRule: Bool
    ) -> Recipient {
        let words = human.joined
        let quotes = diagnostic.contains { $0.isNumber } ? diagnostic : words
        let code = ReportText.code(in: quotes)
        let status = exact(status, ReportText.statuses(in: diagnostic + "\n" + words))
        let remark = diagnostic.isEmpty ? human.remark(on: address) : nil
        var texts = [diagnostic, human.quoted, human.lines(near: address), words].filter { !$0.trimmed.isEmpty }
        if let remark {
            let decides =
                DeliveryVerdict.problem(code: code, status: status, texts: [DeliveryVerdict.singleSpaced(remark)])
                != .unknown
            texts = decides ? [remark] : [remark] + texts
        }
        let phase = human.phase
        let spaced = texts.isEmpty ? [""] : texts.map(DeliveryVerdict.singleSpaced)
        let judged = DeliveryVerdict.problem(code: code, status: status, texts: spaced)
        let first = spaced.first ?? ""
        var problem = DeliveryVerdict.adjusted(
            judged, status: phase == .data ? ReportText.statuses(in: first).first ?? status : status, text: first,
            phase: phase)
        if problem.isOfAddress && (answersByRule || isTooVague(code, status, words)) { problem = .mailboxFilters }
        let isTemporary = action == .delayed || (status?.classDigit ?? (code ?? 500) / 100) == 4
        return Recipient(
            address: address, status: status, code: code, text: first, action: action,
            verdict: DeliveryVerdict(problem, isTemporary: isTemporary))
    }

    /// The status field, unless it says nothing (x.0.0) and the words name one of the same class.
    private static func exact(_ status: EnhancedStatus?, _ said: [EnhancedStatus]) -> EnhancedStatus? {
        func isExact(_ status: EnhancedStatus) -> Bool { status.subject != 0 || status.detail != 0 }
        if let status, isExact(status) { return status }
        return said.first { isExact($0) && (status == nil || $0.classDigit == status?.classDigit) }
            ?? said.first(where: isExact) ?? said.first ?? status
    }

    /// Neither code nor status, and no words that leave no doubt: not enough to give an address up.
    private static func isTooVague(_ code: Int?, _ status: EnhancedStatus?, _ words: String) -> Bool {
        if DeliveryPhrases.matches(filterWords, words) { return true }
        let isExact = status.map { $0.subject != 0 } ?? false
        return code == nil && !isExact && !DeliveryPhrases.matches(certainWords, words)
    }

    private static let certainWords = DeliveryPhrases.pattern([
        "name is not recogni", "not listed in", "no valid recipients", "check if address", "リストにありません",
        "no smtp service", "unrout",
        "host (?:name )?(?:lookup|not found)", "unknown host", "couldn.t be found", "domain", "mail exchanger",
        "no such user",
        "invalid recipient", "unknown user:", #"host \S+ not found"#,
    ])

    /// Said of mailboxes that exist.
    private static let filterWords = DeliveryPhrases.pattern([
        "account is disabled", "requested action not taken: no such user here",
    ])

    /// Systems whose "unknown user" is an answer that their owner chose, or their filter's.
    private static func answersByRule(_ text: String, _ mail: ParsedMessage) -> Bool {
        mail.header("X-AHMAILID") != nil || text.contains("Reporting-MTA: dns; inbound-smtp.")
    }

    private static func words(of mail: ParsedMessage) -> String {
        mail.parts.filter {
            !$0.isEnclosed && $0.contentType.hasPrefix("text/") && $0.contentType != "text/rfc822-headers"
        }
        .map(\.text).joined(separator: "\n")
    }

    /// For mails whose parts do not hold together.
    private static func everything(in mail: ParsedMessage) -> String {
        mail.parts.filter { !$0.isEnclosed }.map(\.text).joined(separator: "\n")
    }

    // MARK: Amazon

    /// The notifications of Amazon SES, which are JSON within JSON.
    static func notification(_ mail: ParsedMessage) -> BounceReport? {
        let text = words(of: mail)
        guard text.contains("notificationType") else { return nil }
        let flat = text.split(whereSeparator: \.isNewline).map {
            $0.hasPrefix(" ") ? String($0.dropFirst()) : String($0)
        }.joined()
            .replacingOccurrences(of: "\\\"", with: "\"")
        func values(_ key: String, _ text: String) -> [String] {
            text.components(separatedBy: "\"\(key)\":\"").dropFirst().map { String($0.prefix { $0 != "\"" }) }
        }
        let kind = values("notificationType", flat).first
        guard kind == "Bounce" || kind == "Complaint" || kind == "Delivery" else { return nil }
        let recipients = flat.components(separatedBy: "{\"emailAddress\":\"").dropFirst().map { piece in
            let address = String(piece.prefix { $0 != "\"" }).lowercased()
            let fields = String(piece.prefix { $0 != "}" })
            return recipient(
                address, status: values("status", fields).first.flatMap { EnhancedStatus($0) },
                diagnostic: diagnostic(values("diagnosticCode", fields).first ?? ""), ReportText(lines: []),
                action: kind == "Bounce" ? .failed : .delivered, answersByRule: false)
        }
        if kind == "Delivery" {
            let delivered = Recipient(
                address: values("recipients\":[\"", flat).first ?? "", status: EnhancedStatus(2, 6, 0), code: 250,
                text: "",
                action: .delivered, verdict: DeliveryVerdict(.unknown, isTemporary: false))
            return BounceReport(
                kind: .failure, recipients: [delivered], originalMessageID: values("messageId", flat).first)
        }
        return BounceReport(
            kind: kind == "Complaint" ? .complaint : .failure, recipients: recipients,
            originalMessageID: values("messageId", flat).first)
    }
}

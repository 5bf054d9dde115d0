import Foundation
import Testing

@testable import MailMIME

/// Bounces and complaints that others collected, with the verdict on each recipient.
@Suite(.enabled(if: SharedData.exists("corpora/bounces/expected.csv"), "the bounces lie in ../shared/corpora"))
struct BounceCorpusTests {
    struct Expected {
        var file: String
        var index: Int
        var status: String
        var reason: String
        var isHard: Bool
    }

    private func expected() throws -> [Expected] {
        try SharedData.lines("corpora/bounces/expected.csv").dropFirst().map { line in
            let fields = line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
            return Expected(
                file: fields[0], index: Int(fields[1]) ?? 0, status: fields[2], reason: fields[4],
                isHard: fields[5] == "true")
        }
    }

    @Test func `hard and soft are told apart, no address is given up wrongly, every complaint is seen`() throws {
        let rows = try expected()
        #expect(rows.count == 418 && rows.filter(\.isHard).count == 131)
        var right = 0, saidHard = 0, falseHard = 0, statusRight = 0, statusKnown = 0
        var complaints: Set<String> = []
        var wrong: [String] = []
        for row in rows {
            let report = BounceReport(try ParsedMessage(SharedData.bytes("corpora/bounces/" + row.file)))
            let isComplaint = report?.kind == .complaint || report?.kind == .unsubscribe
            if isComplaint { complaints.insert(row.file) }
            let recipients = report?.recipients ?? []
            let recipient = recipients.indices.contains(row.index) ? recipients[row.index] : nil
            let isHard = recipient?.verdict.isHard ?? false
            if isHard { saidHard += 1 }
            if isHard && !row.isHard {
                falseHard += 1
                wrong.insert("FALSE HARD \(row) \(String(describing: recipient))", at: 0)
            }
            let isSeen = recipient != nil || isComplaint || row.reason == "vacation"
            if isHard == row.isHard && isSeen {
                right += 1
            } else {
                wrong.append("\(row) \(String(describing: recipient))")
            }
            guard !row.status.isEmpty else { continue }
            statusKnown += 1
            if isRight(recipient?.status, row.status) { statusRight += 1 }
        }
        if Thorough.isAsked {
            print(
                "bounces: \(right) of \(rows.count) right, \(falseHard) of \(saidHard) hard wrong, status \(statusRight) of \(statusKnown)"
            )
        }
        let feedback = Set(rows.filter { $0.reason == "feedback" }.map(\.file))
        #expect(complaints == feedback)
        #expect(Double(right) >= 0.95 * Double(rows.count), "\(right): \(wrong.prefix(12))")
        #expect(
            Double(saidHard - falseHard) >= 0.995 * Double(saidHard), "\(falseHard) of \(saidHard): \(wrong.prefix(12))"
        )
        #expect(Double(statusRight) >= 0.90 * Double(statusKnown), "\(statusRight) of \(statusKnown)")
    }

    /// A status x.0.9yy is the collector's own name for a mail that has none; only its class can be compared.
    private func isRight(_ status: EnhancedStatus?, _ expected: String) -> Bool {
        guard expected.contains(".0.9") else { return status?.description == expected }
        return status == nil || status?.classDigit == Int(expected.prefix(1))
    }

    @Test func `absence notes of the corpus are automatic answers and no bounces`() throws {
        for row in try expected() where row.reason == "vacation" {
            let mail = try ParsedMessage(SharedData.bytes("corpora/bounces/" + row.file))
            #expect(AutomaticMail(mail) == .reply, "\(row.file)")
        }
    }
}

@Suite struct BounceReportTests {
    private func report(_ text: String) throws -> BounceReport? {
        BounceReport(try ParsedMessage(Array(text.replacingOccurrences(of: "\n", with: "\r\n").utf8)))
    }

    private static let dsn = """
        From: MAILER-DAEMON@mx.example.net
        Return-Path: <>
        Content-Type: multipart/report; report-type=delivery-status; boundary="b"

        --b
        Content-Type: text/plain

        Your mail did not arrive.
        --b
        Content-Type: message/delivery-status

        Reporting-MTA: dns; mx.example.net

        Final-Recipient: rfc822; A@example.com
        Action: failed
        Status: 5.1.1
        Diagnostic-Code: smtp; 550 5.1.1
         no such user

        Final-Recipient: rfc822; b@example.com
        Action: delayed
        Status: 4.2.2
        --b
        Content-Type: text/rfc822-headers

        Subject: hello
        Message-ID: <77@growth.example.com>
        --b--
        """

    @Test func `a delivery status is read by its structure, with each recipient and the original`() throws {
        let report = try #require(try report(Self.dsn))
        #expect(report.kind == .failure && report.originalMessageID == "77@growth.example.com")
        #expect(report.recipients.map(\.address) == ["a@example.com", "b@example.com"])
        #expect(report.recipients.map(\.verdict.isHard) == [true, false])
        #expect(report.recipients[0].status == EnhancedStatus(5, 1, 1) && report.recipients[0].code == 550)
        #expect(report.recipients[1].action == .delayed && report.recipients[1].verdict.isTemporary)
        #expect(report.recipients[1].verdict.problem == .mailboxFull)
    }

    @Test func `a mail of a person is no report, even one that speaks of mail`() throws {
        for text in [
            "السلام عليكم، نشكركم على رسالتكم ونرغب في معرفة المزيد", "Thanks! Our budget for 2026 is 550 thousand.",
            "My old address a@example.com no longer works, please use b@example.com", "",
        ] {
            #expect(try report("From: Ahmed <a@example.com>\nSubject: Re: offer\n\n" + text) == nil)
        }
    }

    @Test func `every cut of a report is read without harm`() throws {
        let bytes = Array(Self.dsn.utf8)
        for end in bytes.indices { _ = (try? ParsedMessage(Array(bytes[..<end]))).flatMap { BounceReport($0) } }
    }

    @Test(arguments: [
        "Auto-Submitted: auto-replied", "Auto-Submitted: auto-replied; owner=x", "X-Autoreply: yes",
        "Precedence: auto_reply",
        "Subject: Automatic reply: offer", "Subject: Out of Office Re: x", "Subject: رد تلقائي: عرض",
        "Subject: الرد التلقائي",
        "Subject: =?utf-8?B?2K7Yp9ix2Kwg2KfZhNmF2YPYqtio?=", "X-Autorespond: vacation", "Subject: Abwesenheitsnotiz",
        "Subject: Automatic reply", "Subject: AUTOMATIC REPLY: Re: x", "Subject: Auto: Away until Sunday",
        "Subject: AUTO: Ahmed is out of the office (returning 03/01)",
        "Subject: Out of Office AutoReply: offer", "Subject: Out of the office", "Subject: OOO: back on Sunday",
        "Subject: Autoreply: x",
        "Subject: Auto-Reply", "Subject: Vacation reply", "Subject: I am out of the office",
        "Subject: Réponse automatique : x",
        "Subject: Automatische Antwort: x", "Subject: Respuesta automática: x", "Subject: Otomatik Yanıt: x",
        "Subject: Risposta automatica: x",
        "Subject: Absence du bureau", "Subject: رد آلي: عرض", "Subject: الرد الآلي", "Subject: خارج المكتب",
        "Subject: أنا في إجازة حتى الأحد",
        "Subject: إشعار غياب", "Subject: رسالة تلقائية", "Auto-Submitted: AUTO-REPLIED", "X-Auto-Reply: yes",
        "X-Mail-Autoreply: x",
        "Delivered-To: Autoresponder", "X-Precedence: auto_reply", "X-AutoReply-From: a@example.com",
        "Precedence: Auto_Reply",
    ])
    func `an automatic answer is known by its headers or the beginning of its subject`(_ header: String) throws {
        let mail = try ParsedMessage(Array("From: a@example.com\r\n\(header)\r\n\r\nI am away.".utf8))
        #expect(AutomaticMail(mail) == .reply)
        #expect(BounceReport(mail) == nil)
    }

    @Test(arguments: [
        "Auto-Submitted: no", "Subject: Re: Automatic reply systems", "X-Auto-Response-Suppress: All",
        "Subject: إجازة اليوم الوطني",
        "X-Autoreply: no", "Precedence: first-class", "Subject: Re: Out of office hours", "Subject: Autonomous trucks",
        "Subject: بخصوص الرد التلقائي لديكم",
        "Subject: Automation offer", "Subject: Re: رد تلقائي", "Subject: موعد خارج المكتب؟ لا، داخله",
        "Subject: Vacations policy",
    ])
    func `a person's mail is never taken for a program's`(_ header: String) throws {
        #expect(AutomaticMail(try ParsedMessage(Array("From: a@example.com\r\n\(header)\r\n\r\nHello.".utf8))) == nil)
    }

    @Test(arguments: [
        "Precedence: bulk", "List-Id: <x.example.com>", "Auto-Submitted: auto-generated", "Return-Path: <>",
    ])
    func `mail of lists and programs is known as well`(_ header: String) throws {
        #expect(
            AutomaticMail(try ParsedMessage(Array("From: a@example.com\r\n\(header)\r\n\r\nHello.".utf8))) == .generated
        )
    }
}

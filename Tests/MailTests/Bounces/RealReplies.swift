import MailMIME
import Testing

@testable import MailSMTP

/// What real servers answered, as bounces quote it, and what each answer means.
struct RealReply: Sendable {
    let code: Int
    let text: String
    let problem: DeliveryProblem
    let isTemporary: Bool

    init(_ code: Int, _ text: String, _ problem: DeliveryProblem, isTemporary: Bool = false) {
        (self.code, self.text, self.problem, self.isTemporary) = (code, text, problem, isTemporary)
    }

    static let all: [RealReply] = [
        RealReply(
            550, "5.1.1 <neko@example.co.jp>: Recipient address rejected: User unknown in virtual mailbox table",
            .userUnknown),
        RealReply(554, "5.7.0 Reject, id=20025-09 - SPAM", .spam),
        RealReply(550, "5.1.1 user unknown", .userUnknown),
        RealReply(
            554,
            "5.7.1 <a8-95.smtp-out.amazonses.com[203.0.113.22]>: Client host rejected: blocked using mail.neko.example.org; Please see http://mail.neko.example.org/rbl/?ip=203.0.113.22 to send.",
            .blocked),
        RealReply(
            521,
            "5.7.1 Service unavailable; client [203.0.113.225] blocked using dnsbl.sorbs.net 5.7.1 Please see http://support.mailhostbox.com/email-administrators-guide-error-codes/ for explanation of the problem.",
            .blocked),
        RealReply(
            550,
            "5.2.1 The email account that you tried to reach is disabled. Learn more at 5.2.1 https://support.google.com/mail/?p=DisabledUser 000000000000eee.000 - gsmtp",
            .mailboxDisabled),
        RealReply(550, "5.1.1 <kijitora@example.jp>... User Unknown", .userUnknown),
        RealReply(550, "5.2.2 <chatoraneko@example.jp>... Mailbox Full", .mailboxFull),
        RealReply(550, "5.2.2 <kijitora@libsisimai.org>... Mailbox Full", .mailboxFull),
        RealReply(550, "5.2.2 <sabineko@example.jp>... Mailbox Full", .mailboxFull),
        RealReply(550, "5.1.1 <mikeneko@example.jp>... User Unknown", .userUnknown),
        RealReply(550, "5.1.1 <kijitora@example.co.jp>... User Unknown", .userUnknown),
        RealReply(550, "5.7.1 Message content rejected, UBE, id=22220-02-222", .spam),
        RealReply(553, "Invalid recipient kijitora@example.org (Mode: normal)", .userUnknown),
        RealReply(
            550, "5.7.26 Unauthenticated email from example.jp is not accepted due to domain's", .authenticationFailed),
        RealReply(
            554, "5.7.9 Message not accepted for policy reasons. See https://senders.yahooinc.com/error-codes", .policy),
        RealReply(
            550,
            "5.7.25 <blocked@libsisimai.net>: Recipient address rejected: Reverse DNS validation failed: See https://libsisimai.org/en/reason/#blocked",
            .missingPTR),
        RealReply(
            550,
            "5.1.6 <hasmoved@libsisimai.net>: Recipient address rejected: Destination mailbox has moved, No forwarding address. See https://libsisimai.org/en/reason/#hasmoved",
            .hasMoved),
        RealReply(
            552,
            "5.2.2 <mailboxfull@libsisimai.net>: Recipient address rejected: Mailbox full. See https://libsisimai.org/en/reason/#mailboxfull",
            .mailboxFull),
        RealReply(
            550,
            "5.7.0 <norelaying@libsisimai.net>: Recipient address rejected: No relaying. See https://libsisimai.org/en/reason/#norelaying",
            .relayDenied),
        RealReply(
            521,
            "5.3.2 <notaccept@libsisimai.net>: Recipient address rejected: System not accepting network messages. See https://libsisimai.org/en/reason/#notaccept",
            .takesNoMail),
        RealReply(
            550,
            "5.7.0 <policyviolation@libsisimai.net>: Recipient address rejected: Policy violation. See https://libsisimai.org/en/reason/#policyviolation",
            .policy),
        RealReply(
            551,
            "5.7.1 <securityerror@libsisimai.net>: Recipient address rejected: Delivery not authorized. See https://libsisimai.org/en/reason/#securityerror",
            .policy),
        RealReply(
            525,
            "5.7.13 <suspend@libsisimai.net>: Recipient address rejected: User account disabled. See https://libsisimai.org/en/reason/#suspend",
            .mailboxDisabled),
        RealReply(
            501,
            "5.1.3 <syntaxerror@libsisimai.net>: Recipient address rejected: Bad destination mailbox address syntax. See https://libsisimai.org/en/reason/#syntaxerror",
            .userUnknown),
        RealReply(
            550,
            "5.1.1 <userunknown@libsisimai.net>: Recipient address rejected: User unknown. See https://libsisimai.org/en/reason/#userunknown",
            .userUnknown),
        RealReply(
            550,
            "5.7.0 <virusdetected@libsisimai.net>: Recipient address rejected: Virus detected. See https://libsisimai.org/en/reason/#virusdetected",
            .virus),
        RealReply(
            525, "5.7.13 <neko-nyaan@example.org>: Recipient address rejected: Disabled recipient address",
            .mailboxDisabled),
        RealReply(552, "5.2.2 <kijitora@example.com>: Recipient address rejected: Mailbox full", .mailboxFull),
        RealReply(550, "5.1.1 RESOLVER.ADR.RecipNotFound; not found", .userUnknown),
        RealReply(550, "4.4.7 QUEUE.Expired; message expired", .expired),
        RealReply(550, "5.7.0 <shironeko@example.jp>... Please use the smtp server of your ISP.", .blocked),
        RealReply(550, "Bad SPF records for [example.org:192.0.2.2], see http://spf.pobox.com/", .authenticationFailed),
        RealReply(571, "No PTR Record found. Reverse DNS required: 203.0.113.22", .missingPTR),
        RealReply(550, "Access denied...7d39d5299584f4be161127e61f5f5400...", .blocked),
        RealReply(554, "5.7.1 Reverse DNS lookup for host 203.0.113.22 failed permanently.", .missingPTR),
        RealReply(
            550,
            "192.0.2.222 blocked by ldap:ou=nekochan,dc=example,dc=net 550 Error - Blocked for abuse. See http://example.net/nyaan",
            .blocked),
        RealReply(
            550,
            "5.7.1 Connections not accepted from servers without a valid sender domain.neko Fix reverse DNS for 203.0.113.22",
            .missingPTR),
        RealReply(550, "5.1.7 No such domain neko.example.com.", .senderRefused),
        RealReply(550, "5.1.1 unknown or illegal alias: kijitora@icloud.example.com", .userUnknown),
        RealReply(550, "<this-local-part-does-not-exist-on-the-server@ezweb.ne.jp>: User unknown", .userUnknown),
        RealReply(
            554, "554 5.7.1 Service unavailable; Client host [192.0.2.49] blocked using cbl.abuseat.org (state 13).",
            .blocked),
        RealReply(450, "450 4.2.2 <kijitora@example.jp>... Mailbox Full (state 14).", .mailboxFull, isTemporary: true),
        RealReply(550, "5.2.2 <mailboxfull@bouncehammer.jp>... Mailbox Full", .mailboxFull),
        RealReply(550, "550 5.1.1 user unknown (UserSearch) (state 14).", .userUnknown),
        RealReply(550, "#5.1.0 Address rejected.", .userUnknown),
        RealReply(501, "5.1.8 Sender address rejected", .senderRefused),
        RealReply(550, "REJECTED - Blacklisted URL in message. (example.com) in [black].", .spam),
        RealReply(552, "sorry, mailbox kijitora@example.org is over quota temporarily (#5.1.1)", .mailboxFull),
        RealReply(550, "5.1.1 User unknown", .userUnknown),
        RealReply(550, "5.2.2 <kijitora@example.jp>... Mailbox Full", .mailboxFull),
        RealReply(550, "5.2.2 <mikeneko@example.jp>... Mailbox Full", .mailboxFull),
        RealReply(550, "<otsu-sakaba-hunter-neko-nyaaaaaaan@ezweb.ne.jp>: User unknown", .userUnknown),
        RealReply(550, "Unknown user kijitora@example.co.jp", .userUnknown),
        RealReply(550, "5.1.1 <kijitora@example.jp>... User unknown", .userUnknown),
        RealReply(550, "kijitora@example.com... No such user", .userUnknown),
        RealReply(550, "<kijitora-nyaan@example.co.jp>... User not exist", .userUnknown),
        RealReply(550, "kijitora@neko.example.org... No such user", .userUnknown),
        RealReply(522, "5.2.0 Delivery failed: Over quota", .mailboxFull),
        RealReply(
            550, "5.1.1 <kijitora@example.co.jp>: Recipient address rejected: User unknown in local recipient table",
            .userUnknown),
        RealReply(
            550, "5.1.1 <kijitora@example.jp>: Recipient address rejected: User unknown in local recipient table",
            .userUnknown),
        RealReply(
            550, "5.1.351 Remote server returned unknown recipient or mailbox unavailable -> 550 : User unknown",
            .mailboxFilters),
        RealReply(
            550,
            "5.1.351 Remote server returned unknown recipient or mailbox unavailable -> 550 <otsu-sakaba-hunter-neko-nyaaaaaaan@ezweb.ne.jp>: User unknown",
            .userUnknown),
        RealReply(
            550,
            "5.1.351 Remote server returned unknown recipient or mailbox unavailable -> 550 Unknown user azumakuniyuki@example.ne.jp",
            .userUnknown),
        RealReply(550, "5.1.1 <kijitora@cr3.neko.nyaan.jp>... User Unknown", .userUnknown),
        RealReply(
            550, "5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup", .userUnknown),
        RealReply(
            550, "5.1.1 http://support.google.com/mail/bin/answer.py?answer=6596 ad1si1997204pbd.83 - gsmtp",
            .userUnknown),
        RealReply(550, "5.1.1 <sabineko@example.co.jp>... User Unknown", .userUnknown),
        RealReply(550, "5.2.2 <mikeneko@example.co.jp>... Mailbox Full", .mailboxFull),
        RealReply(550, "Requested action not taken: mailbox unavailable (-0000000022:2222:-0000000022)", .userUnknown),
        RealReply(550, "5.1.1 <userunknown@example.co.jp>... User Unknown", .userUnknown),
        RealReply(
            450, "4.1.1 <kijitora@example.org>: Recipient address rejected: User unknown in virtual alias table",
            .userUnknown, isTemporary: true),
        RealReply(452, "4.3.2 Connection rate limit exceeded.", .throttled, isTemporary: true),
        RealReply(
            553,
            "5.1.8 <root@vagrant-centos65.vagrantup.com>... Domain of sender address root@vagrant-centos65.vagrantup.com does not exist",
            .senderRefused),
        RealReply(550, "5.2.2 <noraneko@example.jp>... Mailbox Full", .mailboxFull),
        RealReply(550, "5.1.6 recipient no longer on server: kijitora@example.go.jp", .hasMoved),
        RealReply(
            550,
            "5.7.1 [2401:2500:102:3032:192.0.2.222 13] Messages with multiple 5.7.1 addresses in From: header are not accepted. v14si1155795plk.134 - gsmtp",
            .badContent),
        RealReply(550, #"5.1.1 <"neko....nyaan...."@libsisimai.org>... User Unknown"#, .userUnknown),
        RealReply(554, "Blocked - see https://support.proofpoint.com/dnsbl-lookup.cgi?ip=192.0.2.225", .blocked),
        RealReply(
            451, "Could not load DRD for domain (example.com) rcpt (kijitora@example.com)", .serverTrouble,
            isTemporary: true),
        RealReply(550, "<neko-nyaan@ne.auone-net.jp>: Recipient address rejected.", .userUnknown),
        RealReply(
            554,
            "delivery error: dd Sorry your message to kijitora@example.co.jp cannot be delivered. This account has been disabled or discontinued [#102]. - mta222.mail.neko.example.co.jp",
            .mailboxDisabled),
        RealReply(552, "Too many recipients", .throttled, isTemporary: true),
        RealReply(550, "Mailbox is frozen. See http://mail.i.ua/err/3/", .mailboxDisabled),
        RealReply(550, "Virus Detected; Content Rejected", .virus),
        RealReply(550, "Unauthenticated senders not allowed", .policy),
        RealReply(
            554, "5.7.9 Message not accepted for policy reasons. See https://postmaster.verizonmedia.com/error-codes",
            .policy),
        RealReply(
            554,
            "Message not allowed - 554 Message not allowed - DM Email not accepted for policy reasons. Please visit https://www.yahoo-help.jp/app/answers/detail/a_id/80870/p/622 [895]",
            .policy),
        RealReply(
            554,
            "5.7.1 Your message was rejected due to libsisimai.org's DMARC policy. See https://support.apple.com/en-us/HT204137 for info",
            .authenticationFailed),
        RealReply(550, "5.7.1 Email rejected per DMARC policy for libsisimai.org", .authenticationFailed),
        RealReply(550, "User not found", .userUnknown),
        RealReply(
            554,
            "delivery error: dd This user doesn't have a example.com account (kijitora@example.com) [0] - mta1082.mail.bf1.example.com",
            .userUnknown),
        RealReply(550, "Unknown user kijitora@example.ne.jp", .userUnknown),
        RealReply(550, "5.1.1 <userunknown@example.jp>... User Unknown", .userUnknown),
        RealReply(552, "Error: disk quota exceeded", .mailboxFull),
        RealReply(552, "5.2.2 Mailbox full", .mailboxFull),
        RealReply(550, "5.1.1 <this-local-part-does-not-exist-on-the-server@example.jp>... User Unknown", .userUnknown),
        RealReply(550, "5.1.1 <userunknown@bouncehammer.jp>... User Unknown", .userUnknown),
        RealReply(550, "5.1.1 <userunknown@example.org>... User Unknown", .userUnknown),
        RealReply(
            553,
            "5.1.8 <httpd@host1.mx.example.jp>... Domain of sender address httpd@host1.mx.example.jp does not exist",
            .senderRefused),
        RealReply(552, "5.2.3 Message size exceeds fixed maximum message size (10485760)", .tooBig),
        RealReply(554, "5.7.1 <kijitora@example.org>: Relay access denied", .relayDenied),
        RealReply(450, "4.7.1 Access denied. IP name lookup failed [192.0.2.222]", .missingPTR, isTemporary: true),
        RealReply(
            450, "4.7.1 <c135.kyoto.example.ne.jp[192.0.2.56]>: Client host rejected: may not be mail exchanger",
            .blocked, isTemporary: true),
        RealReply(550, "5.1.1 <kijitora@example.com>... User unknown)", .userUnknown),
        RealReply(554, "5.4.6 Too many hops", .network),
        RealReply(550, "Host unknown", .hostUnknown),
        RealReply(550, "unknown user", .userUnknown),
        RealReply(550, "5.1.1 Requested action not taken: mailbox unavailable", .userUnknown),
        RealReply(550, "5.7.1 IP address blacklisted by recipient", .blocked),
        RealReply(525, "5.7.13 Disabled recipient address", .mailboxDisabled),
        RealReply(550, "5.7.1 message content rejected", .spam),
        RealReply(
            554,
            "delivery error: dd This user doesn't have a yahoo.com account (this-local-part-does-not-exist@yahoo.com) [0] - mta1061.mail.ne1.yahoo.com",
            .userUnknown),
        RealReply(
            550, "5.1.2 <nekochan@libsisimai.org>... Host unknown (Name server: .: host not found)", .hostUnknown),
        RealReply(
            550, "5.1.1 Adresse d au moins un destinataire invalide. Invalid recipient. OFR_416 [416]", .userUnknown),
        RealReply(550, "5.1.1 user unknown (UserSearch)", .userUnknown),
        RealReply(550, "Host does not accept mail", .takesNoMail),
        RealReply(
            550, "5.7.1 This message does not have authentication information or fails to pass", .authenticationFailed),
        RealReply(
            550, "5.7.26 The MAIL FROM domain [email.example.jp] has an SPF record with a hard fail",
            .authenticationFailed),
        RealReply(554, "Service currently unavailable", .serverTrouble),
        RealReply(550, "neko.example.org (smtp)... 550 Host unknown", .hostUnknown),
        RealReply(550, "<kijitora@example.org>, User Unknown", .userUnknown),
        RealReply(
            554, "<kuroneko@example.or.jp>... 550 Host unknown (Authoritative answer from name server)", .hostUnknown),
        RealReply(
            554, "<kijitora@example.org>... 550 Host unknown (Authoritative answer from name server)", .hostUnknown),
        RealReply(550, "<mikeneko@example.co.jp>... User unknown", .userUnknown),
        RealReply(550, "Insecure Mail Relay", .relayDenied),
        RealReply(553, "5.3.0 <kijitora@example.com>... No such user here", .userUnknown),
        RealReply(552, "5.2.2 Over quota", .mailboxFull),
        RealReply(550, "5.1.1 <kijitora@example.org>... User Unknown [RCPT_TO]", .userUnknown),
        RealReply(550, "5.2.2 <kijitora@example.co.jp>... Mailbox Full", .mailboxFull),
        RealReply(
            554, #""|IFS=' ' && exec /usr/local/bin/procmail -f- || exit 75 #kijitora"... Service unavailable"#,
            .serverTrouble),
        RealReply(550, "5.7.1 Message content rejected, UBE, id=00000-00-000", .spam),
        RealReply(550, "5.1.6 recipient no longer on server: kijitora@example.jp", .hasMoved),
        RealReply(550, "5.1.1 <kijitora@example.or.jp>... User unknown", .userUnknown),
        RealReply(550, "5.1.1 <pseudo-local-part-of-icloud@icloud.com>: inactive email address", .userUnknown),
        RealReply(550, "5.5.0 Adresse destinataire invalide. Invalid recipient. LPN007_416", .userUnknown),
        RealReply(
            550, "5.2.1 The email account that you tried to reach is disabled. g0000000000ggg.00", .mailboxDisabled),
        RealReply(
            552,
            "5.2.2 The recipient's inbox is out of storage space and inactive. Please 5.2.2 direct the recipient to 5.2.2 https://support.google.com/mail/?p=OverQuotaPerm c2-202229zmZBNM3agi23.222 - gsmtp",
            .mailboxFull),
        RealReply(550, "5.2.1 The email account that you tried to reach is inactive. For more", .mailboxDisabled),
        RealReply(550, "<otsu-sakaba-hunter-neko-nyaaaaaaan@au.com>: User unknown", .userUnknown),
        RealReply(
            550,
            "5.4.1 [kijitora@example.org]: Recipient address rejected: Access denied [NEKOCHAN.cat-neko22.prod.protection.outlook.com]",
            .userUnknown),
        RealReply(
            550,
            "Ip frequency limited [V2VkIEFwciAgMyAxNjozNjo1OSBKU1QgMjAxOQo=/RkNGMjlFQTVEQ0E Blocked IP 192.0.2.22]. http://service.mail.qq.com/cgi-bin/help?subtype=1&&id=20022&&no=1000725",
            .throttled, isTemporary: true),
        RealReply(
            550, "DMARC check failed. http://service.mail.qq.com/cgi-bin/help?subtype=1&&no=1001508&&id=16.",
            .authenticationFailed),
    ]
}

import Foundation

/// What servers say when they take no mail, by what they mean by it. The first group that matches counts.
///
/// Servers word their refusals as they like; the groups were gathered from bounces of some sixty mail systems. Blanks in a reply are single by the time it is
/// compared, and case does not matter.
enum DeliveryPhrases {
    /// The groups that a text belongs to, the most telling first.
    static func problems(in text: String) -> [DeliveryProblem] {
        let range = NSRange(text.startIndex..., in: text)
        return groups.compactMap { $0.pattern.firstMatch(in: text, range: range) == nil ? nil : $0.problem }
    }

    static func matches(_ pattern: NSRegularExpression?, _ text: String) -> Bool {
        pattern?.firstMatch(in: text, range: NSRange(text.startIndex..., in: text)) != nil
    }

    static func pattern(_ phrases: [String]) -> NSRegularExpression? {
        // A test builds each of them; a pattern of ours that is none would leave its group out.
        try? NSRegularExpression(
            pattern: phrases.joined(separator: "|"), options: [.caseInsensitive, .anchorsMatchLines])
    }

    static let groups: [(problem: DeliveryProblem, pattern: NSRegularExpression)] = table.compactMap { group in
        pattern(group.phrases).map { (group.problem, $0) }
    }

    static let table: [(problem: DeliveryProblem, phrases: [String])] = [
        (
            .network,
            [
                "host not found, try again", #"try again\)?$"#,
            ]
        ),
        (
            .throttled,
            [
                "try (again )?later", "too many (connections|messages|emails|recipients|mails)", "rate limit",
                "limit(ed)? (was )?exceeded", "exceeded.{0,40}(sending|rate|connection|daily|message|hourly)",
                "throttl", "too fast", "resources? (temporarily )?unavailable", "frequency limit",
                "temporarily (deferred|rejected|blocked)", "reputation.{0,20}defer", "concurren", "slow down",
                "over ?quota sending", "unusual rate",
            ]
        ),
        (
            .greylisted,
            [
                "gr[ea]y-?list"
            ]
        ),
        (
            .takesNoMail,
            [
                "indicated no smtp service", "null mx", "nullmx", "does not accept (mail|email|messages)",
                "smtp protocol returned a permanent error", "host/domain does not accept mail",
                "does not accept any mail", "no longer accepts? (mail|email)",
            ]
        ),
        (
            .mailboxFilters,
            [
                "550:? ?: user unknown", "our policy rejects", "not in whitelist",
            ]
        ),
        (
            .userUnknown,
            [
                #"recipient address rejected\."#, "recipient address rejected: access denied",
                "address rejected: user", "unknown user", "user unknown", "no such user",
                #"doesn.t have an? \S+ account"#, #"542 \S+ rejected"#, "inactive email address",
                "check if address is correct", "リストにありません", #"#5\.1\.0 address rejected"#, "name is not recogni",
                "not listed in", "no valid recipients", #"\(this\) (?:account|address) does not exist"#,
                "email account that you tried to reach does not exist",
            ]
        ),
        (
            .senderRefused,
            [
                "my name was rejected", #"501 5\.0\.0 invalid domain name"#,
            ]
        ),
        (
            .mailboxFull,
            [
                "mailbox (is |size )?(limit |was )?(full|exceed)",
                #"(mailbox|quota|storage|disk)[^.\n]{0,40}(exceed|full)"#, "over ?quota",
                "exceeded.{0,30}(quota|storage|mailbox)", "quota (exceed|violation)",
                "not enough (space|storage|disk)", "insufficient (disk|system storage|storage)",
                "out of (disk )?storage", "full mailbox", "mail ?box.{0,20}over", "too much mail data",
                "receive mail over quota", "space (has )?run out", "user has (exceeded|too many)",
                "delivery failed: over quota", "maildir over", "account is (over|full)", "enough storage",
            ]
        ),
        (
            .hasMoved,
            [
                "(has|have) moved", "user moved", "address (has )?changed", "mailbox moved", "is moved",
                "has been replaced", "new address",
            ]
        ),
        (
            .virus,
            [
                "virus", "infected", "malware", "trojan", "worm",
            ]
        ),
        (
            .authenticationFailed,
            [
                "dmarc", #"\bspf\b"#, "dkim", "sender policy framework", "unauthenticated (email|mail)",
                "authentication (check|result|failed|information)", "not authenticated", "sender id", "spoof",
            ]
        ),
        (
            .missingPTR,
            [
                "reverse dns", #"\bptr\b"#, "rdns", "reverse (mapping|lookup|host)",
                "cannot find your (reverse )?hostname", "no reverse", "unable to look ?up.{0,20}host ?name",
                "client host rejected: cannot find", "does not resolve", "dns (pointer|record)",
                "can.t find your.{0,20}host ?name", "ip name", "fix reverse",
                "helo.{0,20}(invalid|rejected|mismatch)",
            ]
        ),
        (
            .badReputation,
            [
                "reputation", "poor", "senderscore", "low score", "bad sender", "intensive",
            ]
        ),
        (
            .spam,
            [
                #"\bspam"#, "junk", "unsolicited", #"\buce\b"#, "bulk",
                "rejected (due to|because of|by) (its |the )?content",
                "content.{0,20}(reject|filter|restriction|policy)", "looks like spam", "blacklisted url", "uribl",
                "surbl", "phish",
            ]
        ),
        (
            .relayDenied,
            [
                "no relaying", "daily relay quota", "rel(ay|aying).{0,30}(den|not|prohib|access|refus|restrict)",
                "not (permitted|allowed|authorized) to relay", "we do not relay", "unable to relay",
                "insecure mail relay", "relay(ing)? (denied|access)", "no relay", "not local", "not a gateway",
                "not a (?:open )?relay", "mail to (local|this domain)", "that domain isn.t in my list",
                "domain isn.t (in my list|allowed)", "rcpthosts",
            ]
        ),
        (
            .blocked,
            [
                "black ?-?list", "block ?-?list", #"\bdnsbl\b"#, #"\brbl\b"#, "spamhaus", "spamcop", "barracuda",
                "is listed", "access denied",
                "(ip|client|host|connection|server|network|address|mail from|domain).{0,60}(blocked|banned|refused|rejected|denied|not allowed)",
                "blocked (by|using|for|because|due)", "banned", "refused to talk", "service refused", "go away",
                "not accept.{0,30}from (your|this|the|dynamic)", "dynamic (ip|address)", "dial-?up",
                "please use the smtp server", "use (the )?smtp server of your", "temporarily rejected.{0,20}ip",
                "your ip", "from your (ip|host|network|server)", "client host", "prohibited",
            ]
        ),
        (
            .tooBig,
            [
                "(message|mail|size|e-?mail).{0,30}(too (big|large)|exceed.{0,20}(size|max|limit))", "size limit",
                "maximum (message|allowed) size", "message (size|length) exceed", "larger than", "too large",
                "size exceeds",
            ]
        ),
        (
            .needsSignIn,
            [
                "authentication (is )?required", "must (be )?authenticat", #"smtp auth\b"#, "auth required",
                "must login", "sign in",
            ]
        ),
        (
            .policy,
            [
                "for policy reasons", "polic(y|ies)", "not authori[sz]ed", "unauthori[sz]ed", "not allowed",
                "not permitted", "restricted", "prohibit", "administrative", "transport rules",
            ]
        ),
        (
            .mailboxDisabled,
            [

                "(account|mailbox|user|recipient|address|box).{0,40}(disabled|suspend|inactive|inactiv|deactivat|not active|locked|frozen|closed|expired|invalid for this domain)",
                "disabled", "suspended", "inactive", "is not active", "dormant", "boite du destinataire archivee",
            ]
        ),
        (
            .hostUnknown,
            [
                "host (or domain )?(name )?(is )?(unknown|not found|not exist)", "unknown host",
                "domain (name )?(is |was |does )?(not found|unknown|not exist|invalid|must resolve|nonexist|non-exist)",
                "no such (domain|host)", "unrout(e)?able", "nxdomain", "invalid domain",
                "bad destination (host|system)", "name server: host not found", "name or service not known",
                "host.{0,30}not found",
                "(could not|unable to|cannot) (be )?(find|resolv|locat).{0,30}(host|domain|route|mx)", "no mx",
                "mx.{0,20}not found", "illegal host", "can.t find any host",
                "domain.{0,60}(does not exist|not exist|couldn.t be found|not found)", "no valid hosts",
                "unknown (mail server|domain)", "cname_lookup_failed", "address.{0,30}does not resolve",
            ]
        ),
        (
            .userUnknown,
            [
                "user(name)?( is| was)? (unknown|not found|invalid|doesn.t exist|does not exist)",
                "unknown (user|recipient|local|mailbox|address|account)",
                "no such (user|mailbox|recipient|address|account|person|local|name)",
                #"(user|mailbox|recipient|account|address|addressee|destinatari\w*|member)[^\n]{0,60}(unknown|not found|not exist|doesn.t exist|does not exist|doesn.t have|could ?n.t be found|cannot be found|not recogni|not listed|not known|no such|invalid|unavailable|not present|not on |was not found|isn.t found|undeliverable)"#,
                "invalid (recipient|user|mailbox|address|local|account)",
                "(does not|doesn.t|did not|didn.t) (exist|have|match)",
                "no (mailbox|account|user|such|valid recipient|recipient|longer)",
                "not (a )?(valid|known|our) (user|recipient|mailbox|customer|address|account)",
                "bad (destination mailbox|recipient|address)", "unknown or illegal", "not listed in",
                "recipient (address )?rejected", "unrecogni[sz]ed", "no local mailbox", "unable to find.{0,20}user",
                "this account", "account (that )?you tried", "address not found", "not found",
                "cannot be delivered to this", "no such", "nobody", "recipient name is not", "there is no",
                "unknown: ", "is not known", "user no ", "who are you",
                "mailbox (name )?(not allowed|unavailable|is unavailable)", "dosn.t exist",
                "destin.{0,10}(inconn|invalid)",
            ]
        ),
        (
            .senderRefused,
            [
                "sender.{0,40}(reject|refus|denied|invalid|unknown|verif|not)", "(bad|invalid|unknown) sender",
                "mail from.{0,30}(reject|denied)", "return path", "from address", "callback", "verify failed",
            ]
        ),
        (
            .needsSMTPUTF8,
            [
                "smtputf8"
            ]
        ),
        (
            .network,
            [
                "connection (refused|reset|closed|lost|dropped)", "no route to host",
                "network (is )?(unreachable|error)", "connection timed? ?out", "establish (an )?smtp connection",
                "tls", "ssl", "routing loop", "loop detected", "too many (hops|received)", "mail (is )?loop",
                "dns (error|lookup|server)", "host name lookup failure", "refused", "unreachable", "no answer",
                "temporar(il)?y (unable|failure)", "lost connection", "connect to", "mx points",
            ]
        ),
        (
            .expired,
            [
                "expired", "too long", "timed? ?out", "timeout", "retry time", "not? .{0,20}retr(y|ied)",
                "delivery (time|has been delayed)", "giv(e|ing) up", "delayed", "queue",
                "could not be delivered (for|after|within)", "undeliverable.{0,20}days", "was aborted after",
            ]
        ),
        (
            .badContent,
            [
                "rfc", "header", "mime", "syntax", "format", "malform", "bare", "line (too )?long", "message-id",
                "attachment", "8bit", "encoding",
            ]
        ),
        (
            .serverTrouble,
            [
                "system error", "local error", "internal", "config", "service (currently )?unavailable", "i/o error",
                "disk", "temporar", "program", "procmail", "pipe", "file", "requested action", "aborted",
                "error in processing", "not available", "out of memory", "can.t create", "can.t open", "load",
            ]
        ),
    ]
}

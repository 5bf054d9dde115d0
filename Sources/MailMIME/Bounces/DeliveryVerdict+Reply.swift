import Foundation

extension DeliveryVerdict {
    /// Which command a refusal answered.
    public enum Phase: Hashable, Sendable {
        case connection, sender, recipient, data
    }

    /// What a server's refusal means: by its enhanced status where that says enough (RFC 3463), else by its words, else by its code.
    ///
    /// The same words mean another thing after another command: "unknown" after MAIL is the sender, and after the message it is a filter.
    public init(code: Int, status: EnhancedStatus?, text: String, phase: Phase = .recipient) {
        let words = Self.singleSpaced(text)
        let judged = Self.problem(code: code, status: status, texts: [words])
        let problem = Self.adjusted(judged, status: status, text: words, phase: phase)
        // A limit that passes is no reason to give the mail up, even where the code says "never" (554 5.7.0 try again later).
        let isTemporary =
            status.map { $0.classDigit == 4 } ?? (code / 100 == 4) || code / 100 == 4 || problem == .throttled
            || problem == .greylisted
        self.init(problem, isTemporary: isTemporary, retryAfter: isTemporary ? Self.wait(in: words) : nil)
    }

    static func singleSpaced(_ text: String) -> String {
        text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }

    /// The first of the texts that says something definite counts; they come from the most telling to the least.
    static func problem(code: Int?, status: EnhancedStatus?, texts: [String]) -> DeliveryProblem {
        var found = DeliveryProblem.unknown
        for text in texts {
            let next = problem(code: code, status: status, text: text)
            guard next != .unknown, found == .unknown || !next.isVague else { continue }
            found = next
            if !found.isVague { break }
        }
        return found
    }

    private static func problem(code: Int?, status: EnhancedStatus?, text: String) -> DeliveryProblem {
        if code == 556 || code == 521 && status?.subject == 3 && status?.detail == 2 { return .takesNoMail }
        let byWords = DeliveryPhrases.problems(in: withoutPostfixWords(text))
        guard let byStatus = status?.problem else { return byWords.first ?? .unknown }
        // Some systems give every refusal a status of the address. Words that clearly mean something else win then.
        guard byStatus == .userUnknown || byStatus == .hasMoved, !byWords.contains(.userUnknown) else {
            return byStatus
        }
        return byWords.first { $0.outweighsStatus } ?? byStatus
    }

    /// "Unknown" is only of the address where it answers RCPT, or where the status says so.
    static func adjusted(
        _ problem: DeliveryProblem, status: EnhancedStatus?, text: String, phase: Phase
    ) -> DeliveryProblem {
        guard problem == .userUnknown || problem == .hostUnknown else { return problem }
        if status?.subject == 7 { return .policy }
        switch phase {
        case .sender: return .senderRefused
        case .data:
            let isOfAddress = status?.subject == 1 && (status?.detail == 1 || status?.detail == 2)
            return isOfAddress || DeliveryPhrases.matches(noSuchAccount, text) ? problem : .mailboxFilters
        case .connection, .recipient: return problem
        }
    }

    /// Postfix begins every refusal of a recipient so; the reason stands behind it.
    private static func withoutPostfixWords(_ text: String) -> String {
        guard let words = text.range(of: "Recipient address rejected: ", options: .caseInsensitive),
            !text[words.upperBound...].lowercased().hasPrefix("access denied")
        else { return text }
        return text.replacingCharacters(in: words, with: "")
    }

    /// Yahoo's words, which it says at the end of a message.
    private static let noSuchAccount = DeliveryPhrases.pattern([#"doesn.t have an? \S+ account"#])

    private static let waitPattern = DeliveryPhrases.pattern([
        #"(?:again|retry|wait|later|delay\w*|in|for|after|within)\D{0,20}(\d{1,5}) ?(s|sec|secs|second|seconds|m|min|mins|minute|minutes|h|hour|hours)\b"#
    ])
    private static let maxWait = 24 * 3_600

    /// "Try again in 5 minutes".
    private static func wait(in text: String) -> Duration? {
        let range = NSRange(text.startIndex..., in: text)
        guard let match = waitPattern?.firstMatch(in: text, range: range),
            let digits = Range(match.range(at: 1), in: text),
            let unit = Range(match.range(at: 2), in: text), let number = Int(text[digits])
        else { return nil }
        let seconds =
            switch text[unit].lowercased().first {
            case "m": number * 60
            case "h": number * 3_600
            default: number
            }
        return .seconds(min(seconds, maxWait))
    }
}

extension DeliveryProblem {
    /// Said in passing as often as meant.
    var isVague: Bool {
        switch self {
        case .policy, .badContent, .serverTrouble, .network, .expired, .senderRefused, .unknown: true
        default: false
        }
    }

    var outweighsStatus: Bool {
        switch self {
        case .throttled, .greylisted, .mailboxFull, .spam, .blocked, .badReputation, .authenticationFailed, .missingPTR,
            .virus,
            .relayDenied, .tooBig, .takesNoMail:
            true
        default: false
        }
    }
}

extension EnhancedStatus {
    /// What the status alone says (RFC 3463, RFC 7372, RFC 7504 and the registry of IANA); `nil` where it says too little.
    var problem: DeliveryProblem? {
        switch (subject, detail) {
        case (1, 1), (1, 3), (1, 10): .userUnknown
        case (1, 2): .hostUnknown
        case (1, 6): .hasMoved
        case (7, 27): .takesNoMail
        case (1, 7), (1, 8), (1, 9): .senderRefused
        case (2, 1), (7, 13): .mailboxDisabled
        case (2, 2): .mailboxFull
        case (2, 3), (3, 4): .tooBig
        case (3, 1): .serverTrouble
        case (4, 1): classDigit == 4 ? .expired : nil
        case (4, 4): .hostUnknown
        case (4, 2), (4, 6): .network
        case (4, 7): .expired
        case (4, 5), (7, 28): .throttled
        case (6, 7): .needsSMTPUTF8
        case (7, 25): .missingPTR
        case (7, 20...24), (7, 26), (7, 515): .authenticationFailed
        default: nil
        }
    }
}

import Foundation

/// What a report says in words, without the mail that it sends back.
struct ReportText {
    let lines: [String]

    private static let maxLines = 2_000

    /// - Parameter isWhole: whether the text may be all of the mail, its own headers included.
    init(_ text: String) {
        var kept: [String] = []
        for line in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).prefix(Self.maxLines) {
            let isStart = DeliveryPhrases.matches(Self.originalStart, String(line))
            if isStart && kept.count > 2 { break }
            kept.append(String(line))
        }
        lines = kept
    }

    init(lines: [String]) { self.lines = lines }

    var joined: String { lines.joined(separator: "\n") }

    /// Where the mail that is sent back begins.
    private static let originalStart = DeliveryPhrases.pattern([
        "^-{2,}.{0,20}(?:original message|message header|copy of (?:the|your) message|header of the original|below this line)",
        "^-{2,}.{0,20}(?:unsent message|returned message|included|this is a copy)", "^message headers? follow",
        "^original message follows", "^.{0,6}original mail as follows", "^.*is below", "^Received: ?", "^Return-Path:",
        "^The attachment contains", "^---+ ?forwarded", "^   -{3,} (?:unsent|original) message", "^Message details:",
        "^Original Message:", "^--- Below", "^Header of", "^The header of", #"^\*\* original"#,
    ])

    private static let addressPattern = DeliveryPhrases.pattern([
        #"[A-Za-z0-9._%+\-=/'!#&*{}|~^$?]+@[A-Za-z0-9.\-]+[A-Za-z0-9]"#, #""[^"\s]+"@[A-Za-z0-9.\-]+"#,
    ])

    static func addresses(in text: String) -> [String] { all(addressPattern, text).map { $0.lowercased() } }

    private static let named = DeliveryPhrases.pattern([
        #"^(?:\d{3} )?[\s>*"'(]*<?(?:[A-Za-z0-9._%+\-=/'!#&*{}|~^$?]+@[A-Za-z0-9.\-]+[A-Za-z0-9]|"[^"\s]+"@[A-Za-z0-9.\-]+)>?"#
    ])

    /// The addresses that lines begin with, and the lines of each.
    func blocks() -> [(address: String, text: ReportText)] {
        var starts: [(address: String, line: Int)] = []
        for (index, line) in lines.enumerated() {
            guard let match = Self.all(Self.named, line).first, let address = Self.addresses(in: match).first,
                !starts.contains(where: { $0.address == address })
            else { continue }
            starts.append((address, index))
        }
        guard starts.count > 1 else { return starts.map { ($0.address, self) } }
        return starts.enumerated().map { number, start in
            let end = number + 1 < starts.count ? starts[number + 1].line : lines.count
            return (start.address, ReportText(lines: Array(lines[start.line..<end])))
        }
    }

    /// The lines that speak of an address, up to where the next address begins.
    func block(of names: [String]) -> ReportText {
        var kept: [String] = []
        var isInside = false
        for line in lines {
            let found = Self.addresses(in: line)
            if found.contains(where: names.contains) {
                isInside = true
            } else if isInside, !found.isEmpty, DeliveryPhrases.matches(Self.named, line) {
                isInside = false
            }
            if isInside { kept.append(line) }
        }
        return ReportText(lines: kept)
    }

    /// The lines around each mention of an address.
    func lines(near address: String) -> String {
        guard !address.isEmpty else { return "" }
        return lines.indices.filter { lines[$0].lowercased().contains(address) }
            .flatMap { lines[$0..<min($0 + 6, lines.count)] }.joined(separator: "\n")
    }

    /// The lines that quote a server.
    var quoted: String {
        lines.filter { DeliveryPhrases.matches(Self.quote, $0) }.joined(separator: "\n")
    }

    private static let quote = DeliveryPhrases.pattern([#"\b[45]\d\d[ \-]"#, "said:", "reason:", "because"])

    /// What stands on an address's own line behind it.
    func remark(on address: String) -> String? {
        guard !address.isEmpty,
            let index = lines.firstIndex(where: {
                $0.lowercased().contains(address) && ($0.contains("... ") || $0.contains(">: "))
            })
        else { return nil }
        // With the lines that go on from it.
        let line = ([lines[index]] + lines[(index + 1)...].prefix(5).prefix { $0.hasPrefix(" ") }).joined(
            separator: " ")
        guard let dots = line.range(of: "... ") else { return line }
        return String(line[dots.upperBound...])
    }

    /// Which command the server refused, where the report tells.
    var phase: DeliveryVerdict.Phase {
        let text = joined
        let answersRecipient = DeliveryPhrases.matches(Self.recipientPhase, text)
        if DeliveryPhrases.matches(Self.dataPhase, text) && !answersRecipient { return .data }
        let isSender =
            DeliveryPhrases.matches(Self.senderPhase, text) && !DeliveryPhrases.matches(Self.laterPhase, text)
        return isSender ? .sender : .recipient
    }

    private static let dataPhase = DeliveryPhrases.pattern([
        "end of data", ">>> DATA", "^DATA$", "after data", "final DATA", "DATA command",
    ])
    private static let recipientPhase = DeliveryPhrases.pattern([
        "RCPT TO command", "after RCPT", ">>> RCPT", "our RCPT",
    ])
    private static let senderPhase = DeliveryPhrases.pattern(["after MAIL FROM", "reply to MAIL FROM", ">>> MAIL From"])
    private static let laterPhase = DeliveryPhrases.pattern(["RCPT TO", ">>> DATA", "end of data"])

    private static let codePattern = DeliveryPhrases.pattern([#"(?<![\d.\-/:])[245]\d\d(?=[ \-:,.\]]|$)(?!\.\d)"#])
    private static let statusPattern = DeliveryPhrases.pattern([#"(?<![\d.])[245]\.\d{1,3}\.\d{1,3}(?![\d.])"#])

    static func code(in text: String) -> Int? {
        let plain = all(addressPattern, text).reduce(text) { $0.replacingOccurrences(of: $1, with: "@") }
        return all(codePattern, plain).first.flatMap { Int($0) }
    }

    static func statuses(in text: String) -> [EnhancedStatus] {
        all(statusPattern, text).compactMap { EnhancedStatus($0) }
    }

    static func all(_ pattern: NSRegularExpression?, _ text: String) -> [String] {
        pattern?.matches(in: text, range: NSRange(text.startIndex..., in: text)).compactMap { match in
            Range(match.range, in: text).map { String(text[$0]) }
        } ?? []
    }
}

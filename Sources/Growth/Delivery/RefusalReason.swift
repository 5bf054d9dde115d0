import MailMIME

/// Why a server did not take a mail, as `errorMessage` and `health` keep it: in a word that pages have a sentence for.
public struct RefusalReason: Hashable, Sendable {
    /// The raw value of a `DeliveryProblem`; `network` where the server said nothing.
    public let problem: String
    /// `550 5.1.1`; `nil` where the server said nothing.
    public let code: String?

    /// - Parameter text: a server's reply, or the step and the reason of a connection that broke.
    public init(_ text: String) {
        let digits = text.prefix(3)
        guard digits.count == 3, let code = Int(digits), (400...599).contains(code) else {
            (problem, self.code) = (DeliveryProblem.network.rawValue, nil)
            return
        }
        let words = text.dropFirst(3).drop { $0 == " " || $0 == "-" }
        let status = EnhancedStatus(leading: words)
        problem = DeliveryVerdict(code: code, status: status, text: String(words)).problem.rawValue
        self.code = Self.codes(code, status)
    }

    /// `550 5.1.1`, or the first alone.
    static func codes(_ code: Int, _ status: EnhancedStatus?) -> String {
        ["\(code)", status?.description].compactMap(\.self).joined(separator: " ")
    }

    init(_ problem: DeliveryProblem, code: String?) { (self.problem, self.code) = (problem.rawValue, code) }

    /// Everything that `problem` may be.
    public static let problems = DeliveryProblem.allCases.map(\.rawValue)
}

extension CampaignRecipient {
    public var refusal: RefusalReason? { errorMessage.map(RefusalReason.init) }
}

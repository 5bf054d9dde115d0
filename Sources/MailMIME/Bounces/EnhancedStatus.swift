/// The status of RFC 3463: class, subject and detail, `5.1.1`.
public struct EnhancedStatus: Hashable, Sendable, CustomStringConvertible {
    /// 2: delivered, 4: not now, 5: not at all.
    public let classDigit: Int
    public let subject: Int
    public let detail: Int

    public init?(_ classDigit: Int, _ subject: Int, _ detail: Int) {
        guard [2, 4, 5].contains(classDigit), (0...999).contains(subject), (0...999).contains(detail) else {
            return nil
        }
        self.classDigit = classDigit
        self.subject = subject
        self.detail = detail
    }

    /// The status and nothing else.
    public init?(_ text: some StringProtocol) {
        let numbers = text.split(separator: ".", omittingEmptySubsequences: false)
        guard numbers.count == 3, numbers[0].utf8.count == 1 else { return nil }
        let values = numbers.compactMap { (1...3).contains($0.utf8.count) ? Int($0) : nil }
        guard values.count == 3 else { return nil }
        self.init(values[0], values[1], values[2])
    }

    /// The status that a text begins with.
    public init?(leading text: some StringProtocol) {
        self.init(text.prefix { $0.isASCII && ($0.isNumber || $0 == ".") })
    }

    public var description: String { "\(classDigit).\(subject).\(detail)" }
}

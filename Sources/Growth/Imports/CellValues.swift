import Foundation
import Matching
import Store

/// What the cells of a column may hold, for the fields that are more than text.
enum CellValues {
    enum Outcome {
        case value(String)
        /// Stored, with a warning.
        case doubtful(String, ImportProblem.Code)
        /// Left out, with a warning.
        case refused(ImportProblem.Code)
    }

    static func company(_ field: CompanyField, _ text: String) -> Outcome {
        switch field {
        case .entityType: word(text, EnumWords.entityTypes)
        case .dataConfidence: confidence(text)
        case .priority: word(text, EnumWords.grades)
        case .status: EnumWords.companyStatuses.token(text).map(Outcome.value) ?? .refused(.unknownWord)
        case .website: website(text)
        case .linkedinUrl: .value(LinkedInAddress(text)?.url ?? text)
        case .leadScore: score(text)
        case .tags: .value(list(text).joined(separator: "\n"))
        default: .value(text)
        }
    }

    static func person(_ field: PersonField, _ text: String) -> Outcome {
        switch field {
        case .seniorityLevel: word(text, EnumWords.seniorities)
        case .isDecisionMaker: word(text, EnumWords.answers)
        case .dataConfidence: confidence(text)
        case .linkedinUrl: .value(LinkedInAddress(text)?.url ?? text)
        case .email:
            if let email = EmailAddress.all(in: text).valid.first {
                .value(email.normalized)
            } else {
                .refused(.invalidEmail)
            }
        case .mobile, .phone:
            if let number = PhoneNumber.all(in: text).first {
                number.isValid ? .value(number.e164) : .doubtful(number.e164, .invalidPhone)
            } else {
                .refused(.invalidPhone)
            }
        default: .value(text)
        }
    }

    /// 0–100, whatever of `85`, `85%`, `0.85` the file says: a number in (0, 1] is a fraction.
    static func fitScore(_ text: String) -> Double? {
        guard let (number, isPercent) = number(text) else { return nil }
        let score = !isPercent && number > 0 && number <= 1 ? number * 100 : number
        return min(100, max(0, (score * 100).rounded() / 100))
    }

    static func answer(_ text: String) -> Bool? {
        switch EnumWords.answers.token(text) {
        case "yes": true
        case "no": false
        default: nil
        }
    }

    /// Parts of a cell that lists several words.
    static func list(_ text: String) -> [String] {
        text.split { "،,;؛|\n".contains($0) }.map { FoldedText.clean(String($0)) }.filter { !$0.isEmpty }
    }

    private static func word(_ text: String, _ words: EnumWords.Lexicon) -> Outcome {
        words.token(text).map(Outcome.value) ?? .doubtful("unknown", .unknownWord)
    }

    private static func confidence(_ text: String) -> Outcome {
        let token = EnumWords.grades.token(text)
        return token == "very_high" ? .value("high") : token.map(Outcome.value) ?? .doubtful("unknown", .unknownWord)
    }

    private static func website(_ text: String) -> Outcome {
        WebDomain(text).map { .value($0.url) } ?? .doubtful(text, .invalidWebsite)
    }

    private static func score(_ text: String) -> Outcome {
        number(text).map { .value(shortest($0.0)) } ?? .refused(.invalidScore)
    }

    private static func number(_ text: String) -> (Double, Bool)? {
        if let number = Double(text), number.isFinite { return (number, false) }
        var digits = FoldedText.latinDigits(text).replacing("٫", with: ".").replacing("٪", with: "%")
        digits.removeAll { $0.isWhitespace }
        let isPercent = digits.hasSuffix("%")
        if isPercent { digits.removeLast() }
        guard let number = Double(digits), number.isFinite else { return nil }
        return (number, isPercent)
    }

    static func shortest(_ number: Double) -> String {
        Int(exactly: number).map(String.init) ?? String(number)
    }
}

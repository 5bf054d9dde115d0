import Foundation
import Matching
import Store

/// Reads single values that a person or a program sent into the form in which they are stored, and collects what is wrong.
struct FieldReader {
    private(set) var problems: [String: FieldProblem] = [:]

    static let lineLimit = 200
    static let textLimit = 10_000
    static let maxTags = 50
    static let scores = 0.0...100.0

    mutating func refuse(_ field: String, _ problem: FieldProblem) { problems[field] = problem }

    mutating func line(_ text: String?, _ field: String, required: Bool = false, limit: Int = lineLimit) -> String? {
        TextLine.read(text.map(FoldedText.clean), field, required: required, limit: limit, &problems)
    }

    /// Text of several lines: line ends become `\n`, other control characters are refused.
    mutating func text(_ text: String?, _ field: String) -> String? {
        let lines = (text ?? "").replacing("\r\n", with: "\n").replacing("\r", with: "\n")
        let trimmed = lines.trimmingCharacters(in: .whitespacesAndNewlines)
        if trimmed.isEmpty { return nil }
        if trimmed.unicodeScalars.contains(where: {
            $0.properties.generalCategory == .control && $0 != "\n" && $0 != "\t"
        }) {
            problems[field] = .controlCharacter
        }
        if trimmed.unicodeScalars.count > Self.textLimit { problems[field] = .tooLong(Self.textLimit) }
        return trimmed
    }

    mutating func email(_ text: String?, _ field: String) -> String? {
        guard let line = line(text, field, limit: 320) else { return nil }
        guard let email = EmailAddress(line) else {
            problems[field] = .notAnEmail
            return nil
        }
        return email.normalized
    }

    /// E.164.
    mutating func phone(_ text: String?, _ field: String) -> String? {
        guard let line = line(text, field) else { return nil }
        guard let number = PhoneNumber(line), number.isValid, !line.contains("@") else {
            problems[field] = .notAPhone
            return nil
        }
        return number.e164
    }

    /// An address of the web, http or https and nothing else.
    mutating func website(_ text: String?, _ field: String) -> String? {
        guard let line = line(text, field, limit: 2_000) else { return nil }
        guard !SafeLink.hasOtherScheme(line), let domain = WebDomain(line), SafeLink.isWeb(domain.url) else {
            problems[field] = .notAWebAddress
            return nil
        }
        return domain.url
    }

    mutating func linkedIn(_ text: String?, _ field: String) -> String? {
        guard let line = line(text, field, limit: 2_000) else { return nil }
        guard !SafeLink.hasOtherScheme(line), let address = LinkedInAddress(line) else {
            problems[field] = .notAWebAddress
            return nil
        }
        return address.url
    }

    mutating func choice<C: Choice>(_ text: String?, _ field: String, _ type: C.Type = C.self) -> C? {
        let word = (text ?? "").trimmingCharacters(in: .whitespaces)
        if word.isEmpty { return nil }
        let choice = C(known: word)
        if choice == nil { problems[field] = .notInList }
        return choice
    }

    mutating func score(_ text: String?, _ field: String) -> Double? {
        let plain = FoldedText.latinDigits(text ?? "").replacing("٫", with: ".").trimmingCharacters(in: .whitespaces)
        if plain.isEmpty { return nil }
        guard let number = Double(plain), number.isFinite else {
            problems[field] = .notANumber
            return nil
        }
        if !Self.scores.contains(number) { problems[field] = .outOfRange("0", "100") }
        return number
    }

    /// Parted by commas or lines; each once.
    mutating func tags(_ text: String?, _ field: String) -> [String] {
        var tags: [String] = []
        var seen: Set<String> = []
        for tag in CellValues.list(text ?? "") where seen.insert(tag).inserted { tags.append(tag) }
        if tags.count > Self.maxTags {
            problems[field] = .tooLong(Self.maxTags)
            return []
        }
        for tag in tags { _ = line(tag, field, limit: 60) }
        return tags
    }

    mutating func id<E>(_ text: String?, _ field: String, of type: E.Type = E.self) -> EntityID<E>? {
        guard let line = line(text, field) else { return nil }
        let id = EntityID<E>(line)
        if id == nil { problems[field] = .notInList }
        return id
    }

    func throwIfAny() throws { try InvalidFields(problems).throwIfAny() }
}

extension FieldProblem {
    public static let notAPhone = FieldProblem("not_a_phone")
    public static let alreadyListed = FieldProblem("already_listed")
}

/// Which stored addresses may become links.
public enum SafeLink {
    /// An absolute address that a browser opens over http or https.
    public static func isWeb(_ text: String) -> Bool {
        let lower = text.lowercased()
        guard lower.hasPrefix("https://") || lower.hasPrefix("http://") else { return false }
        return !text.unicodeScalars.contains { $0.value <= 0x20 || $0.properties.isWhitespace || $0.value == 0x7F }
    }

    /// `javascript:…`, `data:…` and the like, in whatever spelling; `example.sa:8080` is none.
    static func hasOtherScheme(_ text: String) -> Bool {
        let bare = String(String.UnicodeScalarView(text.unicodeScalars.filter { $0.value > 0x20 })).lowercased()
        guard let end = bare.firstIndex(where: { ":/.?#".contains($0) }), bare[end] == ":" else { return false }
        return !["http", "https"].contains(bare[..<end])
    }
}

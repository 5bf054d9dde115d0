import Foundation

/// Input that a person can put right: what is wrong with each field.
public struct InvalidFields: Error, Hashable {
    public var problems: [String: FieldProblem]

    public init(_ problems: [String: FieldProblem]) { self.problems = problems }

    /// Throws `self` unless every field is right.
    public func throwIfAny() throws {
        if !problems.isEmpty { throw self }
    }
}

/// Why the value of a field is refused: a code with a sentence in each language, and the figures of that sentence.
public struct FieldProblem: Hashable, Sendable {
    public let code: String
    public let values: [String: String]

    public init(_ code: String, _ values: [String: String] = [:]) {
        self.code = code
        self.values = values
    }

    public static let required = FieldProblem("required")
    public static let notAnEmail = FieldProblem("not_an_email")
    public static let notInList = FieldProblem("not_in_list")
    public static let notAColour = FieldProblem("not_a_colour")
    public static let notATimeZone = FieldProblem("not_a_time_zone")
    public static let notANumber = FieldProblem("not_a_number")
    public static let notADate = FieldProblem("not_a_date")
    public static let notText = FieldProblem("not_text")
    public static let notAWebAddress = FieldProblem("not_a_web_address")
    public static let unknownField = FieldProblem("unknown_field")
    public static let notWritable = FieldProblem("not_writable")
    public static let taken = FieldProblem("taken")
    public static let controlCharacter = FieldProblem("control_character")
    public static let passwordTooCommon = FieldProblem("password_too_common")
    public static let wrongPassword = FieldProblem("wrong_password")

    public static func tooLong(_ limit: Int) -> FieldProblem { FieldProblem("too_long", ["limit": String(limit)]) }
    public static func passwordTooShort(_ limit: Int) -> FieldProblem {
        FieldProblem("password_too_short", ["limit": String(limit)])
    }
    public static func outOfRange(_ from: String, _ to: String) -> FieldProblem {
        FieldProblem("out_of_range", ["from": from, "to": to])
    }
}

/// One line of text that a person typed: trimmed, without control characters (which would end a mail header).
public enum TextLine {
    /// The trimmed text, `nil` when nothing is left. Adds to `problems` what is wrong with it.
    public static func read(
        _ text: String?, _ field: String, required: Bool = false, limit: Int = 200,
        _ problems: inout [String: FieldProblem]
    ) -> String? {
        let trimmed = (text ?? "").trimmingCharacters(in: .whitespacesAndNewlines)
        if trimmed.isEmpty {
            if required { problems[field] = .required }
            return nil
        }
        if trimmed.unicodeScalars.contains(where: isControl) { problems[field] = .controlCharacter }
        if trimmed.unicodeScalars.count > limit { problems[field] = .tooLong(limit) }
        return trimmed
    }

    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.generalCategory == .control || scalar == "\u{2028}" || scalar == "\u{2029}"
    }
}

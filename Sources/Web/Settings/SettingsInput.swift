import Growth
import Store

/// The settings that a form or a JSON body may change. What is not sent stays; an empty text clears.
enum SettingsInput {
    private typealias Path<Value> = WritableKeyPath<SystemSettings, Value> & Sendable

    private static let texts: [(String, any Path<String?>)] = [
        ("branding.platformName", \.branding.platformName), ("branding.companyName", \.branding.companyName),
        ("branding.primaryColor", \.branding.primaryColor), ("branding.secondaryColor", \.branding.secondaryColor),
        ("branding.website", \.branding.website), ("branding.supportEmail", \.branding.supportEmail),
        ("branding.supportPhone", \.branding.supportPhone), ("branding.address", \.branding.address),
        ("appName", \.appName), ("companyName", \.companyName),
        ("defaultSenderName", \.defaultSenderName), ("defaultSenderEmail", \.defaultSenderEmail),
    ]

    private static let lists: [(String, any Path<[String]>)] = [
        ("companyMatchFields", \.companyMatchFields), ("personMatchFields", \.personMatchFields),
        ("contactMatchFields", \.contactMatchFields), ("workingWeek", \.workingWeek),
    ]

    private static let flags: [(String, any Path<Bool>)] = [
        ("autoDuplicateDetection", \.autoDuplicateDetection), ("autoDataQualityChecks", \.autoDataQualityChecks),
        ("requiresSecondFactor", \.requiresSecondFactor),
    ]

    private static let others = ["defaultLanguage", "timezone", "duplicateThreshold"]

    /// Throws `InvalidFields` for a field that may not be written and for a value of the wrong kind.
    static func apply(_ input: Input, to settings: inout SystemSettings) throws {
        var problems = unknown(input)
        for (name, path) in texts where input.has(name) {
            if input[name] == .null || input.text(name) == "" {
                settings[keyPath: path] = nil
            } else {
                settings[keyPath: path] = TextLine.read(input.text(name), name, limit: 500, &problems)
            }
        }
        for (name, path) in lists where input.has(name) { settings[keyPath: path] = input.texts(name) ?? [] }
        for (name, path) in flags where input.has(name) {
            // A form sends an unchecked box as the hidden `false` before it, a checked one as both.
            let last = input[name]?.array?.last ?? input[name] ?? .null
            guard let flag = Input([name: last]).flag(name) else {
                problems[name] = .notInList
                continue
            }
            settings[keyPath: path] = flag
        }
        if let language = input.text("defaultLanguage") { settings.defaultLanguage = Language(rawValue: language) }
        if let zone = input.text("timezone") { settings.timezone = zone }
        if input.has("duplicateThreshold") {
            if let number = input.number("duplicateThreshold") {
                settings.duplicateThreshold = number
            } else {
                problems["duplicateThreshold"] = .notANumber
            }
        }
        try InvalidFields(problems).throwIfAny()
    }

    private static func unknown(_ input: Input) -> [String: FieldProblem] {
        let known = Set(texts.map(\.0) + lists.map(\.0) + flags.map(\.0) + others + [FormToken.field])
        var problems: [String: FieldProblem] = [:]
        for pair in input.document.pairs where !known.contains(pair.key) {
            if pair.key == "branding", let parts = pair.value.object {
                for key in parts.keys where !known.contains("branding.\(key)") {
                    problems["branding.\(key)"] = .notWritable
                }
            } else {
                problems[pair.key] = .notWritable
            }
        }
        return problems
    }

    static let schema: JSONSchema = .object(
        texts.filter { !$0.0.contains(".") }.map { .may($0.0, .nullable(.string)) }
            + lists.map { .may($0.0, .array(.string)) } + flags.map { .may($0.0, .boolean) }
            + [
                .may("defaultLanguage", .words(of: Language.self)), .may("timezone", .string),
                .may("duplicateThreshold", .number),
                .may(
                    "branding",
                    .object(
                        texts.filter { $0.0.hasPrefix("branding.") }
                            .map { .may(String($0.0.dropFirst(9)), .nullable(.string)) }, isOpen: false)),
            ], isOpen: false)
}

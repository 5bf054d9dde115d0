import Foundation
import Matching
import Store

extension SystemSettings {
    /// The fields that the import can recognise a record by, the strongest first.
    public static let companyMatchChoices = ["website", "email", "phone", "linkedinUrl", "nameAr", "nameEn"]
    public static let personMatchChoices = ["email", "mobile", "phone", "linkedinUrl", "fullName"]
    public static let contactMatchChoices = ["owner", "type", "normalizedValue", "value"]
    static let weekdays = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"]

    /// Throws `InvalidFields` for what may not be stored. A value that was there before is left alone.
    func check(changesFrom before: SystemSettings) throws {
        var problems: [String: FieldProblem] = [:]
        if !(0...1).contains(duplicateThreshold) { problems["duplicateThreshold"] = .outOfRange("0", "1") }
        if defaultLanguage != before.defaultLanguage, !defaultLanguage.isKnown {
            problems["defaultLanguage"] = .notInList
        }
        if timezone != before.timezone, !Self.isTimeZone(timezone) { problems["timezone"] = .notATimeZone }
        check(companyMatchFields, before.companyMatchFields, Self.companyMatchChoices, "companyMatchFields", &problems)
        check(personMatchFields, before.personMatchFields, Self.personMatchChoices, "personMatchFields", &problems)
        check(contactMatchFields, before.contactMatchFields, Self.contactMatchChoices, "contactMatchFields", &problems)
        check(workingWeek, before.workingWeek, Self.weekdays, "workingWeek", mayBeEmpty: true, &problems)
        if let email = defaultSenderEmail, email != before.defaultSenderEmail, EmailAddress(email) == nil {
            problems["defaultSenderEmail"] = .notAnEmail
        }
        branding.check(changesFrom: before.branding, &problems)
        _ = TextLine.read(defaultSenderName, "defaultSenderName", &problems)
        try InvalidFields(problems).throwIfAny()
    }

    private func check(
        _ chosen: [String], _ before: [String], _ choices: [String], _ field: String, mayBeEmpty: Bool = false,
        _ problems: inout [String: FieldProblem]
    ) {
        guard chosen != before else { return }
        if chosen.isEmpty && !mayBeEmpty { problems[field] = .required }
        if !Set(chosen).isSubset(of: choices) { problems[field] = .notInList }
    }

    static func isTimeZone(_ name: String) -> Bool {
        TimeZone.knownTimeZoneIdentifiers.contains(name) && TimeZone(identifier: name) != nil
    }
}

extension Branding {
    func check(changesFrom before: Branding, _ problems: inout [String: FieldProblem]) {
        _ = TextLine.read(platformName, "branding.platformName", limit: 60, &problems)
        _ = TextLine.read(companyName, "branding.companyName", limit: 120, &problems)
        _ = TextLine.read(supportPhone, "branding.supportPhone", limit: 40, &problems)
        _ = TextLine.read(address, "branding.address", limit: 300, &problems)
        for (field, colour, old) in [
            ("branding.primaryColor", primaryColor, before.primaryColor),
            ("branding.secondaryColor", secondaryColor, before.secondaryColor),
        ] {
            if let colour, colour != old, Colour(hex: colour) == nil { problems[field] = .notAColour }
        }
        if let supportEmail, supportEmail != before.supportEmail, EmailAddress(supportEmail) == nil {
            problems["branding.supportEmail"] = .notAnEmail
        }
        if let website, website != before.website, !Self.isWebAddress(website) {
            problems["branding.website"] = .notAWebAddress
        }
    }

    /// `http` and `https` only: anything else could run in a reader's browser.
    static func isWebAddress(_ text: String) -> Bool {
        guard text.utf8.count <= 500, text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }), let url = URL(string: text)
        else { return false }
        return (url.scheme == "https" || url.scheme == "http") && url.host?.isEmpty == false
    }
}

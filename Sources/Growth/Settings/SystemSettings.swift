import Foundation
import Store

/// The one document of settings that people change in the interface.
public struct SystemSettings: Entity {
    public static let collection = "system_settings"
    public static let indexes: [Index] = [.on("key", unique: true)]

    public var id = EntityID<SystemSettings>()
    public var createdAt: Date?
    public var updatedAt: Date?
    public var extra = Document()

    public var key = "global"
    /// Mirrors `branding.platformName` for programs that read the older field.
    public var appName: String?
    public var companyName: String?
    public var branding = Branding()
    public var defaultLanguage: Language = .arabic
    public var timezone = "Asia/Riyadh"
    public var defaultSenderName: String?
    public var defaultSenderEmail: String?
    /// 0–1: from which score on two records count as the same.
    public var duplicateThreshold: Double = 0.85
    public var companyMatchFields = ["website", "email", "phone"]
    public var personMatchFields = ["email", "mobile", "fullName"]
    public var contactMatchFields = ["owner", "type", "normalizedValue"]
    public var autoDuplicateDetection = true
    public var autoDataQualityChecks = true
    /// Whether everybody signs in in two steps.
    public var requiresSecondFactor = false
    public var aiProvider: String?
    public var openaiModel: String?
    public var geminiModel: String?
    public var anthropicModel: String?
    public var holidays: Value?
    public var workingWeek: [String] = []
    public var scoreWeights: Value?
    public var cannedReplies: Value?
    /// 32 random bytes in base64url, for the keys that seal secrets. Worth nothing without the installation's secret.
    public var secretSalt: String?

    /// How often one address may be written to; `nil`: no bound.
    var frequencyCap: FrequencyCap.Limit?
    /// The hours in which mails go out in Ramadan, instead of a campaign's own; `nil`: 10:00 to 15:00.
    public var ramadanHours: SendWindow?

    /// Where the data was in use last, as `InstallMark` has it.
    var installMark: String?

    public init() {}

    public mutating func visit(_ fields: inout some FieldVisitor) throws {
        try fields("key", &key)
        try fields("appName", &appName)
        try fields("companyName", &companyName)
        var stored: Branding? = branding == Branding() ? nil : branding
        try fields("branding", &stored)
        branding = stored ?? Branding()
        try fields("defaultLanguage", &defaultLanguage)
        try fields("timezone", &timezone)
        try fields("defaultSenderName", &defaultSenderName)
        try fields("defaultSenderEmail", &defaultSenderEmail)
        try fields("duplicateThreshold", &duplicateThreshold)
        try fields("companyMatchFields", &companyMatchFields)
        try fields("personMatchFields", &personMatchFields)
        try fields("contactMatchFields", &contactMatchFields)
        try fields("autoDuplicateDetection", &autoDuplicateDetection)
        try fields("autoDataQualityChecks", &autoDataQualityChecks)
        try fields("aiProvider", &aiProvider)
        try fields("openaiModel", &openaiModel)
        try fields("geminiModel", &geminiModel)
        try fields("anthropicModel", &anthropicModel)
        try fields("holidays", &holidays)
        try fields("workingWeek", &workingWeek)
        try fields("scoreWeights", &scoreWeights)
        try fields("cannedReplies", &cannedReplies)
        var requires: Bool? = requiresSecondFactor ? true : nil
        try fields("requiresSecondFactor", &requires)
        requiresSecondFactor = requires ?? false
        try fields("secretSalt", &secretSalt)
        try fields("frequencyCap", &frequencyCap)
        try fields("ramadanHours", &ramadanHours)
        try fields("installMark", &installMark)
    }
}

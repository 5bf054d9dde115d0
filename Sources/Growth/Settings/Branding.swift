import Store

/// The name, logos and colours under which a team shows the platform.
public struct Branding: Part {
    public var platformName: String?
    public var companyName: String?
    public var logoLight: String?
    public var logoDark: String?
    public var favicon: String?
    /// `#rrggbb`.
    public var primaryColor: String?
    public var secondaryColor: String?
    public var website: String?
    public var supportEmail: String?
    public var supportPhone: String?
    public var address: String?

    public init() {}

    public mutating func visit(_ fields: inout some FieldVisitor) throws {
        try fields("platformName", &platformName)
        try fields("companyName", &companyName)
        try fields("logoLight", &logoLight)
        try fields("logoDark", &logoDark)
        try fields("favicon", &favicon)
        try fields("primaryColor", &primaryColor)
        try fields("secondaryColor", &secondaryColor)
        try fields("website", &website)
        try fields("supportEmail", &supportEmail)
        try fields("supportPhone", &supportPhone)
        try fields("address", &address)
    }
}

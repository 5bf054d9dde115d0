import Growth
import Hummingbird
import Store

/// The names and colours under which the team shows the platform, with a preview as they are chosen.
enum BrandingSettingsPage {
    static func page(
        _ visit: MemberVisit, _ settings: SystemSettings, _ problems: [String: FieldProblem] = [:]
    ) throws -> Response {
        let branding = settings.branding
        var data = preview(
            visit, primary: branding.primaryColor, secondary: branding.secondaryColor, name: branding.platformName)
        data["tabs"] = SettingsTabs.data(visit, current: "/settings/branding")
        data["branding"] = [
            "platformName": branding.platformName ?? "", "companyName": branding.companyName ?? "",
            "primaryColor": branding.primaryColor ?? BrandingSheet.defaultPrimary,
            "secondaryColor": branding.secondaryColor ?? BrandingSheet.defaultSecondary,
            "website": branding.website ?? "", "supportEmail": branding.supportEmail ?? "",
            "supportPhone": branding.supportPhone ?? "", "address": branding.address ?? "",
        ]
        data["errors"] = visit.sentences(problems)
        return try visit.page(
            "settings/branding", title: visit.phrase("settings.title"), data,
            status: problems.isEmpty ? .ok : .unprocessableContent)
    }

    static func preview(_ visit: MemberVisit, _ input: Input) -> PageData {
        preview(
            visit, primary: input.text("branding.primaryColor"), secondary: input.text("branding.secondaryColor"),
            name: input.text("branding.platformName"))
    }

    private static func preview(_ visit: MemberVisit, primary: String?, secondary: String?, name: String?) -> PageData {
        let first = Colour(hex: primary ?? "") ?? Colour(hex: BrandingSheet.defaultPrimary) ?? .black
        let second = Colour(hex: secondary ?? "") ?? Colour(hex: BrandingSheet.defaultSecondary) ?? .black
        let contrast = visit.formats.number(first.contrast(with: first.textColour), places: 1)
        let shown = name.flatMap { $0.isEmpty ? nil : String($0.prefix(60)) } ?? visit.phrase("shell.platform")
        return [
            "primary": first.hex, "onPrimary": first.textColour.hex, "secondary": second.hex,
            "onSecondary": second.textColour.hex, "previewName": shown,
            "contrast": visit.phrase("settings.branding.contrast", ["ratio": contrast]),
        ]
    }
}

import Foundation
import Growth

/// `/branding.css`: the colours that people chose, as the variables that the rest of the sheet derives from.
struct BrandingSheet {
    static let defaultPrimary = "#0f6b5c"
    static let defaultSecondary = "#c8863b"

    let text: String

    init(_ branding: Branding) {
        let primary = Colour(hex: branding.primaryColor ?? "") ?? Colour(hex: Self.defaultPrimary) ?? .black
        let secondary = Colour(hex: branding.secondaryColor ?? "") ?? Colour(hex: Self.defaultSecondary) ?? .black
        text = """
            :root { --brand: \(primary.hex); --brand-contrast: \(primary.textColour.hex); \
            --brand-secondary: \(secondary.hex); --brand-secondary-contrast: \(secondary.textColour.hex); }

            """
    }

    /// Changes when the text does.
    var version: String {
        ShortHash.of(Data(text.utf8))
    }
}

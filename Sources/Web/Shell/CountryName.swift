import Foundation
import Growth

/// Names of countries in the language of the page. Stored ones are text of any kind: `Saudi Arabia`, `السعودية`, `SA`.
enum CountryName {
    private static let english = Locale(identifier: "en"), arabic = Locale(identifier: "ar")

    /// The code of each region by its code and its names in both languages, in lower case.
    private static let codes: [String: String] = {
        var codes: [String: String] = ["السعودية": "SA", "ksa": "SA", "الإمارات": "AE", "uae": "AE"]
        for region in Locale.Region.isoRegions where region.subRegions.isEmpty {
            let code = region.identifier
            guard code.count == 2 else { continue }
            for name in [
                code, english.localizedString(forRegionCode: code), arabic.localizedString(forRegionCode: code),
            ] {
                if let name { codes[name.lowercased()] = code }
            }
        }
        return codes
    }()

    /// The text itself when it is no country that we know.
    static func shown(_ text: String, in language: Language) -> String {
        guard let code = codes[text.trimmingCharacters(in: .whitespaces).lowercased()] else { return text }
        if code == "SA", language == .arabic { return "السعودية" }
        return (language == .arabic ? arabic : english).localizedString(forRegionCode: code) ?? text
    }
}

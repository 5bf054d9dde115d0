import Foundation

/// A LinkedIn page, of a person (`/in/…`) or of a company (`/company/…`, `/school/…`, `/showcase/…`).
public struct LinkedInAddress: Hashable, Sendable {
    /// `https://www.linkedin.com/in/name`, lower-case, without country host, query or trailing slash.
    public let url: String
    public let isPerson: Bool
    public let isCompany: Bool

    /// `nil` unless the text is an address on linkedin.com.
    public init?(_ text: String) {
        if text.utf8.count < 12 { return nil }
        let s = FoldedText.clean(text).lowercased()
        guard let range = s.range(of: "linkedin.com") else { return nil }
        let before = s[..<range.lowerBound]
        guard before.isEmpty || before.hasSuffix(".") || before.hasSuffix("/") else { return nil }
        let path = s[range.upperBound...].prefix { !"?# ,;".contains($0) }
        guard path.isEmpty || path.hasPrefix("/") else { return nil }
        let parts = path.split(separator: "/").map { $0.contains("%") ? String($0).removingPercentEncoding ?? String($0) : String($0) }
        let kind = parts.first ?? ""
        let name = parts.count > 1 ? parts[1] : ""
        isPerson = (kind == "in" || kind == "pub") && !name.isEmpty
        isCompany = ["company", "school", "showcase"].contains(kind) && !name.isEmpty
        if isPerson || isCompany {
            url = "https://www.linkedin.com/\(kind)/\(name)"
        } else {
            url = "https://www.linkedin.com" + parts.map { "/" + $0 }.joined()
        }
    }
}

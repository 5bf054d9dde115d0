import Foundation

/// The form of one of our pages, as a browser would send it.
struct DrawnForm {
    private(set) var fields: [(String, String)] = []

    /// - Parameter action: where the form is sent, as the page has it.
    init?(_ html: String, action: String) {
        guard let start = html.range(of: #"action="\#(action)""#)?.upperBound,
            let end = html[start...].range(of: "</form>")?.lowerBound
        else { return nil }
        let form = html[start..<end]
        for match in form.matches(of: #/<input\b([^>]*)>/#) {
            let tag = String(match.1)
            guard let name = Self.attribute("name", tag), name != "_csrf", !tag.contains(#"form="no-form""#) else {
                continue
            }
            let isChoice = ["radio", "checkbox"].contains(Self.attribute("type", tag) ?? "")
            if !isChoice || tag.contains(" checked") { fields.append((name, Self.attribute("value", tag) ?? "")) }
        }
        for match in form.matches(of: #/(?s)<textarea\b([^>]*)>\n?(.*?)<\/textarea>/#) {
            guard let name = Self.attribute("name", String(match.1)) else { continue }
            fields.append((name, Self.plain(String(match.2)).replacing("\n", with: "\r\n")))
        }
        for match in form.matches(of: #/(?s)<select\b([^>]*)>(.*?)<\/select>/#) {
            guard let name = Self.attribute("name", String(match.1)) else { continue }
            let chosen = match.2.firstMatch(of: #/<option value="([^"]*)" selected/#)?.1
            let first = match.2.firstMatch(of: #/<option value="([^"]*)"/#)?.1
            fields.append((name, Self.plain(String(chosen ?? first ?? ""))))
        }
    }

    /// What a field holds; a custom field by its name.
    subscript(name: String) -> String? {
        get { index(of: name).map { fields[$0].1 } }
        set { if let index = index(of: name), let newValue { fields[index].1 = newValue } }
    }

    private func index(of name: String) -> Int? {
        if let index = fields.firstIndex(where: { $0.0 == name }) { return index }
        let names = fields.filter { $0.0 == "customName" }.map(\.1)
        guard let number = names.firstIndex(of: name) else { return nil }
        return Array(fields.indices.filter { fields[$0].0 == "customValue" })[number]
    }

    private static func attribute(_ name: String, _ tag: String) -> String? {
        guard let start = tag.range(of: " \(name)=\"")?.upperBound, let end = tag[start...].firstIndex(of: "\"")
        else { return nil }
        return plain(String(tag[start..<end]))
    }

    private static func plain(_ text: String) -> String {
        [("&quot;", "\""), ("&#39;", "'"), ("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")]
            .reduce(text) { $0.replacing($1.0, with: $1.1) }
    }
}

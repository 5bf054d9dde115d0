import Foundation

/// Turns a template's HTML into what is delivered: a whole document that says its direction at every block, with tracked links and the
/// opening image; and, beside it, the same as plain text.
struct DeliveredMarkup {
    private let language: MailLanguage
    private let isolates: Isolates
    private var html = MergeTextBuilder()
    private var plain = PlainTextBuilder()
    private var problems: [TemplateProblem] = []
    private var hasBody = false
    private var hasPixel = false
    private var hasUnsubscribeLink = false

    struct Result {
        var html: MergeText
        var text: MergeText
        var problems: [TemplateProblem]
    }

    /// - Parameter tracks: whether links lead through us and an opening is told.
    static func make(_ source: String, language: MailLanguage, tracks: Bool = true) -> Result {
        var writer = DeliveredMarkup(language: language, tracks: tracks)
        return writer.make(MarkupTokens.read(source))
    }

    private let tracks: Bool

    private init(language: MailLanguage, tracks: Bool) {
        self.language = language
        self.tracks = tracks
        isolates = Isolates(language)
    }

    private var direction: String { isolates.direction.rawValue }
    private var languageTag: String { language == .english ? "en" : "ar" }

    /// Each gets a `dir` of its own: some programs throw away that of `html` and `body`.
    private static let blocks: Set<String> = [
        "html", "body", "p", "div", "table", "td", "th", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li",
        "blockquote", "section", "article", "header", "footer", "main", "center",
    ]
    /// Run or ask for something where mail must not; every provider takes them out, and some refuse the mail.
    private static let active: Set<String> = [
        "script", "iframe", "object", "embed", "form", "input", "button", "textarea", "select", "applet", "base",
        "frame",
    ]
    private static let addresses: Set<String> = [
        "href", "src", "background", "action", "formaction", "poster", "srcset",
    ]

    private mutating func make(_ tokens: [MarkupToken]) -> Result {
        let isDocument = tokens.contains { token in
            if case .start(let element) = token { return element.name == "html" || element.name == "body" }
            return false
        }
        if !isDocument {
            html.append(
                "<!DOCTYPE html>\n<html lang=\"\(languageTag)\" dir=\"\(direction)\"><head><meta charset=\"utf-8\">"
                    + "<meta name=\"viewport\" content=\"width=device-width\"></head><body dir=\"\(direction)\">\n")
        }
        for token in tokens { write(token) }
        if !isDocument {
            pixel()
            html.append("\n</body></html>\n")
        } else {
            pixel()
        }
        let (htmlText, plainText) = (html.finish(), plain.finish())
        return Result(html: htmlText, text: plainText, problems: problems + html.problems)
    }

    private mutating func write(_ token: MarkupToken) {
        switch token {
        case .text(let text):
            html.append(isolates.text(text))
            plain.text(text)
        case .merge(let inner):
            guard let tag = read(inner) else { return }
            html.append(tag, .html)
            plain.tag(tag)
        case .start(let element):
            write(element)
            plain.start(element)
        case .end(let name):
            if name == "body" || name == "html" && !hasPixel { pixel() }
            html.append("</\(name)>")
            plain.end(name)
        case .verbatim(let text): html.append(text)
        case .problem(let problem): problems.append(problem)
        }
    }

    private mutating func read(_ inner: String) -> MergeTag? {
        switch MergeTag.read(inner) {
        case .success(let tag): return tag
        case .failure(let problem):
            problems.append(problem)
            return nil
        }
    }

    private mutating func pixel() {
        if hasPixel || !tracks { return }
        hasPixel = true
        html.append("<img src=\"")
        html.appendPixel()
        html.append("\" width=\"1\" height=\"1\" alt=\"\" style=\"display:block;border:0\">")
    }

    // MARK: Tags

    private mutating func write(_ element: MarkupToken.Element) {
        if Self.active.contains(element.name) {
            problems.append(TemplateProblem(.activeContent, "<\(element.name)>"))
        }
        if element.name == "img", !element.has("alt") { problems.append(TemplateProblem(.imageWithoutText)) }
        html.append("<\(element.name)")
        for attribute in element.attributes { write(attribute, of: element) }
        if Self.blocks.contains(element.name), !element.has("dir") { html.append(" dir=\"\(direction)\"") }
        if element.name == "html", !element.has("lang") { html.append(" lang=\"\(languageTag)\"") }
        html.append(element.closesItself ? "/>" : ">")
    }

    private mutating func write(_ attribute: MarkupToken.Attribute, of element: MarkupToken.Element) {
        if attribute.name.hasPrefix("on") {
            return problems.append(TemplateProblem(.activeContent, attribute.name))
        }
        guard let parts = attribute.value else { return html.append(" \(attribute.name)") }
        if Self.addresses.contains(attribute.name) { return writeAddress(attribute.name, parts, of: element) }
        html.append(" \(attribute.name)=\"")
        for part in parts {
            switch part {
            case .text(let text): html.append(text.replacing("\"", with: "&quot;"))
            case .merge(let inner):
                guard let tag = read(inner) else { continue }
                guard case .value = tag, attribute.name != "style" else {
                    problems.append(TemplateProblem(.fieldInMarkup, "{{\(inner)}}"))
                    continue
                }
                html.append(tag, .attribute)
            }
        }
        html.append("\"")
    }

    private mutating func writeAddress(
        _ name: String, _ parts: [MarkupToken.Attribute.Part], of element: MarkupToken.Element
    ) {
        guard let address = address(parts) else { return html.append(" \(name)=\"#\"") }
        html.append(" \(name)=\"")
        defer { html.append("\"") }
        if element.name == "a" && name == "href" { plain.address(address) }
        let first = parts.first.flatMap { if case .text(let text) = $0 { Self.decoded(text) } else { nil } } ?? ""
        if tracks, element.name == "a", name == "href", SafeLink.isWeb(first) || first.lowercased().hasPrefix("http") {
            _ = html.append(link: address)
            return
        }
        for part in parts {
            switch part {
            case .text(let text): html.append(text.replacing("\"", with: "&quot;"))
            case .merge(let inner): if let tag = read(inner) { html.append(tag, .address) }
            }
        }
    }

    /// Where it leads; `nil`, and a problem, where nobody should be led.
    private mutating func address(_ parts: [MarkupToken.Attribute.Part]) -> MergeText? {
        var builder = MergeTextBuilder()
        var isFirst = true
        for part in parts {
            switch part {
            case .text(let text):
                let decoded = Self.decoded(text)
                if isFirst, let problem = Self.problem(ofAddress: decoded, isWhole: parts.count == 1) {
                    problems.append(problem)
                    if problem.isGrave { return nil }
                }
                builder.append(decoded)
            case .merge(let inner):
                guard let tag = read(inner) else { return nil }
                guard case .value(let field, _) = tag, field.isLink ? parts.count == 1 : !isFirst else {
                    problems.append(TemplateProblem(.unsafeLink, "{{\(inner)}}"))
                    return nil
                }
                builder.append(tag, .address)
            }
            isFirst = false
        }
        if parts.isEmpty {
            problems.append(TemplateProblem(.brokenLink))
            return nil
        }
        return builder.finish()
    }

    /// - Parameter isWhole: no field follows.
    private static func problem(ofAddress text: String, isWhole: Bool) -> TemplateProblem? {
        let bare = text.trimmingCharacters(in: .whitespacesAndNewlines)
        let lower = String(String.UnicodeScalarView(bare.unicodeScalars.filter { $0.value > 0x20 })).lowercased()
        if lower.isEmpty || lower == "#" && isWhole && bare.count != 1 { return TemplateProblem(.brokenLink, text) }
        if lower.hasPrefix("#") || lower.hasPrefix("mailto:") || lower.hasPrefix("tel:") || lower.hasPrefix("sms:")
            || lower.hasPrefix("cid:")
        {
            return nil
        }
        guard lower.hasPrefix("https://") || lower.hasPrefix("http://") else {
            return TemplateProblem(
                lower.contains(":") && SafeLink.hasOtherScheme(bare) ? .unsafeLink : .brokenLink, text)
        }
        // The host must be whole before the first field.
        let rest = lower.drop { $0 != ":" }.dropFirst(3)
        let host = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        let isHostWhole = isWhole || host.endIndex != rest.endIndex
        guard isHostWhole, host.contains("."), !host.contains("@"), host.allSatisfy({ !$0.isWhitespace }),
            bare.unicodeScalars.allSatisfy({ $0.value > 0x20 }), bare.utf8.count <= 2_000
        else { return TemplateProblem(isHostWhole ? .brokenLink : .unsafeLink, text) }
        return lower.hasPrefix("http://") ? TemplateProblem(.unprotectedLink, text) : nil
    }

    /// The five references that XML has, the blank that must not break, and numbers.
    static func decoded(_ text: String) -> String {
        guard text.contains("&") else { return text }
        var out = ""
        var rest = text[...]
        while let amp = rest.firstIndex(of: "&") {
            out += rest[..<amp]
            rest = rest[amp...]
            guard let end = rest.prefix(12).firstIndex(of: ";"),
                let character = Self.reference(rest[rest.index(after: amp)..<end])
            else {
                out.append("&")
                rest = rest.dropFirst()
                continue
            }
            out += character
            rest = rest[rest.index(after: end)...]
        }
        return out + rest
    }

    private static func reference(_ name: Substring) -> String? {
        switch name {
        case "amp": return "&"
        case "lt": return "<"
        case "gt": return ">"
        case "quot": return "\""
        case "apos": return "'"
        case "nbsp": return "\u{A0}"
        default: break
        }
        guard name.hasPrefix("#") else { return nil }
        let digits = name.dropFirst()
        let code =
            digits.first.map { $0 == "x" || $0 == "X" } == true ? UInt32(digits.dropFirst(), radix: 16) : UInt32(digits)
        return code.flatMap(Unicode.Scalar.init).map(String.init)
    }
}

import Foundation

/// Writes the text part of a mail from its markup: blocks on lines of their own, links behind their words.
struct PlainTextBuilder {
    private var builder = MergeTextBuilder()
    /// Line ends that are due before the next text.
    private var breaks = 0
    private var isEmpty = true
    private var endsWithBlank = true
    private var hidden = 0
    private var link: (address: MergeText, words: String)?

    private static let paragraphs: Set<String> = [
        "p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "table", "blockquote",
    ]
    private static let lines: Set<String> = ["div", "li", "tr", "section", "header", "footer", "article", "center"]
    private static let hiding: Set<String> = ["head", "title", "style", "script"]

    mutating func text(_ source: String) {
        guard hidden == 0 else { return }
        let text = DeliveredMarkup.decoded(source)
        var out = ""
        for character in text {
            if character.isWhitespace && character != "\u{A0}" {
                if !endsWithBlank && breaks == 0 { out.append(" ") }
                endsWithBlank = true
            } else {
                if breaks > 0 {
                    builder.append(out.trimmingTrailingBlanks)
                    out = ""
                    begin()
                }
                out.append(character)
                endsWithBlank = false
            }
        }
        link?.words += out
        builder.append(out)
        if !out.isEmpty { isEmpty = false }
    }

    mutating func tag(_ tag: MergeTag) {
        guard hidden == 0 else { return }
        if case .value = tag {
            begin()
            (isEmpty, endsWithBlank) = (false, false)
        }
        builder.append(tag, .plain)
    }

    mutating func address(_ address: MergeText) { if hidden == 0 { link = (address, "") } }

    mutating func start(_ element: MarkupToken.Element) {
        if Self.hiding.contains(element.name), !element.closesItself { hidden += 1 }
        block(element.name)
        if element.name == "br" { breaks = min(breaks + 1, 2) }
        if element.name == "li", hidden == 0 {
            begin()
            builder.append("- ")
            endsWithBlank = true
        }
        if element.name == "td" || element.name == "th", !endsWithBlank, breaks == 0 {
            builder.append(" ")
            endsWithBlank = true
        }
    }

    mutating func end(_ name: String) {
        if Self.hiding.contains(name) { hidden = max(hidden - 1, 0) }
        if name == "a", let link {
            self.link = nil
            write(link.address, words: link.words)
        }
        block(name)
    }

    mutating func finish() -> MergeText {
        builder.append("\n")
        return builder.finish()
    }

    private mutating func write(_ address: MergeText, words: String) {
        let constant = address.constants.first ?? ""
        if constant.hasPrefix("#") || constant == words.trimmingCharacters(in: .whitespaces) { return }
        if constant.hasPrefix("mailto:") || constant.hasPrefix("tel:") { return }
        begin()
        builder.append(endsWithBlank ? "" : " ")
        for node in address.nodes {
            switch node {
            case .constant(let index): builder.append(address.constants[index])
            case .value(let field, let fallback, _):
                builder.append(.value(field, fallback: fallback), .address)
            default: break
            }
        }
        (isEmpty, endsWithBlank) = (false, false)
    }

    private mutating func block(_ name: String) {
        if isEmpty { return }
        if Self.paragraphs.contains(name) { breaks = 2 } else if Self.lines.contains(name) { breaks = max(breaks, 1) }
    }

    private mutating func begin() {
        if breaks > 0, !isEmpty { builder.append(String(repeating: "\n", count: breaks)) }
        if breaks > 0 { endsWithBlank = true }
        breaks = 0
    }
}

extension String {
    fileprivate var trimmingTrailingBlanks: String {
        var text = self
        while text.last == " " { text.removeLast() }
        return text
    }
}

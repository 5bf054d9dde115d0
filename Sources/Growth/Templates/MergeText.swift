import Foundation
import MailMIME

/// A text with merge fields, read once: what is the same for everybody, and where what differs stands.
struct MergeText: Sendable, Hashable {
    /// Where a value stands decides how it is written.
    enum Place: Sendable, Hashable {
        /// The subject: as it is, and on one line.
        case line
        case plain
        case html
        /// The value of an attribute that is no address.
        case attribute
        /// Within an address, behind its host.
        case address
    }

    indirect enum Node: Sendable, Hashable {
        case constant(Int)
        case value(TemplateField, fallback: String?, Place)
        /// The tracked form of `links[index]`.
        case link(Int)
        /// The image whose loading tells of an opening.
        case pixel
        case choice(TemplateField, then: [Node], otherwise: [Node])
    }

    var constants: [String] = []
    var nodes: [Node] = []
    /// Where tracked links lead; their own fields are filled in at the click.
    var links: [MergeText] = []

    /// The fields that this mail would show and has nothing for: no value and no fallback.
    func missing(_ values: TemplateValues) -> Set<TemplateField> {
        links.reduce(into: Self.missing(nodes, values)) { $0.formUnion(Self.missing($1.nodes, values)) }
    }

    private static func missing(_ nodes: [Node], _ values: TemplateValues) -> Set<TemplateField> {
        var found: Set<TemplateField> = []
        for node in nodes {
            switch node {
            case .value(let field, nil, _) where values[field] == nil: found.insert(field)
            case .choice(let field, let then, let otherwise):
                found.formUnion(missing(values[field] == nil ? otherwise : then, values))
            default: break
            }
        }
        return found
    }

    /// Every field that it names.
    var fields: Set<TemplateField> {
        func fields(_ nodes: [Node]) -> Set<TemplateField> {
            nodes.reduce(into: []) { found, node in
                switch node {
                case .value(let field, _, _): found.insert(field)
                case .choice(let field, let then, let otherwise):
                    found.insert(field)
                    found.formUnion(fields(then + otherwise))
                default: break
                }
            }
        }
        return links.reduce(into: fields(nodes)) { $0.formUnion($1.fields) }
    }

    /// As a string, for a subject or an address.
    func string(_ values: TemplateValues) -> String {
        func string(_ nodes: [Node]) -> String {
            nodes.reduce(into: "") { text, node in
                switch node {
                case .constant(let index): text += constants[index]
                case .value(let field, let fallback, let place):
                    let value = values[field] ?? fallback ?? ""
                    text += place == .address && !field.isLink ? Self.percentEncoded(value) : Self.oneLine(value)
                case .choice(let field, let then, let otherwise):
                    text += string(values[field] == nil ? otherwise : then)
                case .link, .pixel: break
                }
            }
        }
        return string(nodes)
    }

    /// Letters, digits and `-._~` as they are (RFC 3986 section 2.3).
    private static func percentEncoded(_ value: String) -> String {
        value.addingPercentEncoding(withAllowedCharacters: unreserved) ?? ""
    }

    private static let unreserved = CharacterSet(
        charactersIn: "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~")

    /// Whatever ends a line, or shows nothing, becomes a blank.
    private static func oneLine(_ value: String) -> String {
        func ends(_ scalar: Unicode.Scalar) -> Bool {
            scalar.properties.generalCategory == .control || scalar == "\u{2028}" || scalar == "\u{2029}"
        }
        guard value.unicodeScalars.contains(where: ends) else { return value }
        return String(String.UnicodeScalarView(value.unicodeScalars.map { ends($0) ? " " : $0 }))
    }

    /// What differs from one mail to the next, besides the fields.
    struct Addresses: Sendable {
        /// What the tracked links of the mail begin with; the number of the link follows.
        var link: String
        var pixel: String
    }

    /// - Parameter isolates: puts values of the other direction between U+2068 and U+2069.
    func write(
        _ values: TemplateValues, _ addresses: Addresses, isolates: Isolates, to body: inout BodyWriter
    ) {
        Self.write(nodes, values, addresses, isolates, to: &body)
    }

    private static func write(
        _ nodes: [Node], _ values: TemplateValues, _ addresses: Addresses, _ isolates: Isolates,
        to body: inout BodyWriter
    ) {
        for node in nodes {
            switch node {
            case .constant(let index): body.constant(index)
            case .value(let field, let fallback, let place):
                let value = values[field] ?? fallback ?? ""
                switch place {
                case .html: body.html(field.isLink ? value : isolates.value(value))
                case .plain, .line: body.plain(field.isLink ? value : isolates.value(value))
                case .attribute: body.html(value)
                case .address: if field.isLink { body.html(value) } else { body.url(value) }
                }
            case .link(let index): body.html(addresses.link + String(index))
            case .pixel: body.html(addresses.pixel)
            case .choice(let field, let then, let otherwise):
                write(values[field] == nil ? otherwise : then, values, addresses, isolates, to: &body)
            }
        }
    }
}

/// Builds a `MergeText` piece by piece, and notes what is wrong with it.
struct MergeTextBuilder {
    private struct Open {
        var field: TemplateField
        var then: [MergeText.Node] = []
        var otherwise: [MergeText.Node]?
    }

    private(set) var text = MergeText()
    private(set) var problems: [TemplateProblem] = []
    private var constant = ""
    private var open: [Open] = []

    /// Conditions within conditions.
    private static let maxDepth = 8

    mutating func append(_ text: String) { constant += text }

    mutating func append(_ tag: MergeTag, _ place: MergeText.Place) {
        switch tag {
        case .value(let field, let fallback): add(.value(field, fallback: fallback, place))
        case .begin(let field):
            flush()
            if open.count == Self.maxDepth { problems.append(TemplateProblem(.tooDeep)) }
            open.append(Open(field: field))
        case .otherwise:
            flush()
            guard var last = open.popLast(), last.otherwise == nil else {
                return problems.append(TemplateProblem(.strayCondition, "{{else}}"))
            }
            last.otherwise = []
            open.append(last)
        case .end:
            flush()
            guard let last = open.popLast() else {
                return problems.append(TemplateProblem(.strayCondition, "{{/if}}"))
            }
            put(.choice(last.field, then: last.then, otherwise: last.otherwise ?? []))
        }
    }

    /// - Returns: its number.
    mutating func append(link: MergeText) -> Int {
        let index = text.links.firstIndex(of: link) ?? text.links.endIndex
        if index == text.links.endIndex { text.links.append(link) }
        add(.link(index))
        return index
    }

    mutating func appendPixel() { add(.pixel) }

    mutating func finish() -> MergeText {
        flush()
        while let last = open.popLast() {
            problems.append(TemplateProblem(.unclosedCondition, last.field.rawValue))
            put(.choice(last.field, then: last.then, otherwise: last.otherwise ?? []))
        }
        return text
    }

    private mutating func add(_ node: MergeText.Node) {
        flush()
        put(node)
    }

    private mutating func flush() {
        if constant.isEmpty { return }
        let index = text.constants.firstIndex(of: constant) ?? text.constants.endIndex
        if index == text.constants.endIndex { text.constants.append(constant) }
        constant = ""
        put(.constant(index))
    }

    private mutating func put(_ node: MergeText.Node) {
        guard let last = open.indices.last else { return text.nodes.append(node) }
        if open[last].otherwise != nil { open[last].otherwise?.append(node) } else { open[last].then.append(node) }
    }
}

extension MergeText {
    /// Reads a text without markup: a subject, or the text part.
    static func plain(_ source: String, _ place: Place) -> (text: MergeText, problems: [TemplateProblem]) {
        var builder = MergeTextBuilder()
        var problems: [TemplateProblem] = []
        var rest = source[...]
        while let start = rest.range(of: "{{") {
            builder.append(String(rest[..<start.lowerBound]))
            guard let end = rest[start.upperBound...].range(of: "}}") else {
                problems.append(TemplateProblem(.unclosedTag, String(rest[start.lowerBound...].prefix(40))))
                rest = ""
                break
            }
            switch MergeTag.read(String(rest[start.upperBound..<end.lowerBound])) {
            case .success(let tag): builder.append(tag, place)
            case .failure(let problem): problems.append(problem)
            }
            rest = rest[end.upperBound...]
        }
        builder.append(String(rest))
        let text = builder.finish()
        return (text, problems + builder.problems)
    }
}

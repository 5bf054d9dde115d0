import Foundation

/// Writes headers folded to the lengths of RFC 5322 section 2.1.1 and RFC 2047 section 2.
struct HeaderWriter: ~Copyable {
    var sink: ByteSink
    private var lineStart = 0

    init(capacity: Int = 1_024) { sink = ByteSink(capacity: capacity) }

    consuming func release() -> ByteSink { sink }

    var column: Int { sink.count - lineStart }

    mutating func begin(_ name: String) {
        lineStart = sink.count
        sink.append(name)
        sink.append(": ")
    }

    mutating func end() {
        sink.append("\r\n")
        lineStart = sink.count
    }

    /// A value that is known to be ASCII without line ends and is not folded.
    mutating func line(_ name: String, _ value: String) {
        begin(name)
        sink.append(value)
        end()
    }

    mutating func date(_ date: Date, offsetMinutes: Int) {
        begin("Date")
        MailDate.write(date, offsetMinutes: offsetMinutes, to: &sink)
        end()
    }

    /// A value between angle brackets, on one line.
    mutating func bracketed(_ name: String, _ value: String) {
        begin(name)
        sink.append("<")
        sink.append(value)
        sink.append(">")
        end()
    }

    /// Words with a blank before each but the first, on as many lines as they need.
    mutating func words(_ words: [String]) {
        for (index, word) in words.enumerated() { append(word, isFirst: index == 0, limit: MailLimits.softLineBytes) }
    }

    /// Free text (Subject and the like): as it is where ASCII will do, else as encoded-words.
    mutating func unstructured(_ text: String) {
        if Self.isPlain(text), foldedPlain(text) { return }
        encodedWords(HeaderText.cleaned(text), inPhrase: false)
    }

    /// A name and an address, behind a comma if others stand before it.
    mutating func address(_ named: NamedAddress, isFirst: Bool) {
        if !isFirst { sink.append(",") }
        if let name = named.name, !name.isEmpty {
            phrase(name, isFirst: isFirst)
            append("<\(named.address)>", isFirst: false, limit: MailLimits.softLineBytes)
        } else {
            append(named.address.description, isFirst: isFirst, limit: MailLimits.softLineBytes)
        }
    }

    /// A name, where there is one, and what stands behind it.
    mutating func phrase(_ name: String?, before word: String) {
        if let name, !name.isEmpty { phrase(name, isFirst: true) }
        append(word, isFirst: name?.isEmpty ?? true, limit: MailLimits.softLineBytes)
    }

    /// A display name: atoms, a quoted string, or encoded-words (RFC 5322 section 3.2.5).
    private mutating func phrase(_ name: String, isFirst: Bool) {
        let utf8 = name.utf8
        let isASCII = utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F }
        if isASCII && !name.contains("=?") && utf8.count <= MailLimits.maxLocalBytes {
            let isAtoms =
                utf8.allSatisfy { CharacterClass.isAtom($0) || $0 == 0x20 } && !name.contains("  ")
                && utf8.first != 0x20 && utf8.last != 0x20
            append(isAtoms ? name : QuotedString.text(name), isFirst: isFirst, limit: MailLimits.softLineBytes)
        } else {
            if !isFirst { sink.append(" ") }
            encodedWords(HeaderText.cleaned(name), inPhrase: true)
        }
    }

    private mutating func append(_ word: String, isFirst: Bool, limit: Int) {
        if !isFirst {
            if column + 1 + word.utf8.count > limit { fold() } else { sink.append(" ") }
        }
        sink.append(word)
    }

    mutating func fold() {
        sink.append("\r\n")
        lineStart = sink.count
        sink.append(" ")
    }

    /// Words of text that all fit a line; `false`, with nothing written, when one does not.
    private mutating func foldedPlain(_ text: String) -> Bool {
        if column + text.utf8.count <= MailLimits.softLineBytes {
            sink.append(text)
            return true
        }
        let words = text.split(separator: " ", omittingEmptySubsequences: false)
        guard words.allSatisfy({ $0.utf8.count < MailLimits.softLineBytes - 1 && !$0.isEmpty }),
            (words.first?.utf8.count ?? 0) + column <= MailLimits.softLineBytes
        else { return false }
        for (index, word) in words.enumerated() {
            append(String(word), isFirst: index == 0, limit: MailLimits.softLineBytes)
        }
        return true
    }

    /// Printing ASCII that no reader takes for an encoded-word, with blanks only between words.
    private static func isPlain(_ text: String) -> Bool {
        text.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F } && text.utf8.first != 0x20 && text.utf8.last != 0x20
            && !text.contains("=?")
    }

    /// The whole text as encoded-words, so that no blank between them is lost (RFC 2047 section 6.2).
    private mutating func encodedWords(_ text: String, inPhrase: Bool) {
        if column > MailLimits.encodedLineBytes - 24 { fold() }
        EncodedWord.write(text, inPhrase: inPhrase, to: &self)
    }
}

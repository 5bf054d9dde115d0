/// Text of a string item (`si`) or an inline string (`is`): one text, or runs of formatted text, joined.
enum RichText {
    /// Appends the text of the element that was just opened, and leaves the scanner behind its end. Phonetic runs
    /// (`rPh`) repeat the text in another script and are left out.
    static func append(_ scanner: inout XMLScanner, to text: inout [UInt8]) throws(XMLFault) {
        if scanner.isEmptyElement { return }
        let outside = scanner.depth - 1
        while scanner.depth > outside {
            guard case .start = try scanner.next() else { continue }
            if scanner.isNamed("t") {
                let isPreserved = try scanner.rawAttribute("xml:space")?.elementsEqual("preserve".utf8) ?? false
                try appendContent(&scanner, to: &text, isPreserved: isPreserved)
            } else if !scanner.isNamed("r") {
                try scanner.skipElement()
            }
        }
    }

    /// Appends the character data of the element that was just opened, up to its end.
    ///
    /// - Parameter isPreserved: white space at the ends stays.
    static func appendContent(
        _ scanner: inout XMLScanner, to text: inout [UInt8], isPreserved: Bool
    ) throws(XMLFault) {
        if scanner.isEmptyElement { return }
        let outside = scanner.depth - 1
        let first = text.count
        while scanner.depth > outside {
            switch try scanner.next() {
            case .text: try append(scanner, to: &text, isLiteral: false)
            case .cdata: try append(scanner, to: &text, isLiteral: true)
            case .start, .end: continue
            case .finished: throw .malformed
            }
        }
        if isPreserved { return }
        while text.count > first, let last = text.last, XMLText.isSpace(last) { text.removeLast() }
        let leading = text[first...].prefix(while: XMLText.isSpace).count
        if leading > 0 { text.removeSubrange(first..<first + leading) }
    }

    private static func append(_ scanner: XMLScanner, to text: inout [UInt8], isLiteral: Bool) throws(XMLFault) {
        let count = scanner.textEnd - scanner.textStart
        let old = text.count
        text.append(contentsOf: repeatElement(0, count: count))
        var fault: XMLFault?
        var written = 0
        text.withUnsafeMutableBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return }
            do throws(XMLFault) {
                written = try XMLText.decode(
                    scanner.textStart, count: count, into: base + old, escapes: true, isLiteral: isLiteral)
            } catch {
                fault = error
            }
        }
        if let fault { throw fault }
        text.removeLast(count - written)
    }
}

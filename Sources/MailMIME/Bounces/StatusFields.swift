/// The fields of a delivery status (RFC 3464 section 2.1): groups with a blank line between them.
enum StatusFields {
    /// A name in lower case and its value.
    typealias Field = (name: String, value: String)

    private static let maxGroups = 1_000

    static func groups(in text: String) -> [[Field]] {
        var groups: [[Field]] = []
        var current: [Field] = []
        func close() {
            if !current.isEmpty { groups.append(current) }
            current = []
        }
        for line in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) {
            guard groups.count < maxGroups else { break }
            let words = line.trimmed
            if words.isEmpty {
                close()
            } else if line.first == " " || line.first == "\t" {
                if !current.isEmpty { current[current.count - 1].value += " " + words }
            } else if let field = field(words) {
                // Some systems forget the blank line between recipients.
                if field.name == "final-recipient", current.contains(where: { $0.name == field.name }) { close() }
                current.append(field)
            }
        }
        close()
        return groups
    }

    private static func field(_ line: String) -> Field? {
        guard let colon = line.firstIndex(of: ":") else { return nil }
        let name = line[..<colon]
        guard !name.isEmpty, name.utf8.count <= 60,
            name.utf8.allSatisfy({ CharacterClass.isAlphanumeric($0) || $0 == 0x2D })
        else { return nil }
        return (name.lowercased(), String(line[line.index(after: colon)...]).trimmed)
    }

    /// The address of `rfc822; a@b.c`, in lower case.
    static func address(_ value: String) -> String {
        let text = value.split(separator: ";", maxSplits: 1).last.map(String.init) ?? value
        return ReportText.addresses(in: text).first ?? text.trimmed.lowercased()
    }
}

extension StringProtocol {
    var trimmed: String {
        var scalars = Substring(self).unicodeScalars
        while let first = scalars.first, first.properties.isWhitespace { scalars.removeFirst() }
        while let last = scalars.last, last.properties.isWhitespace { scalars.removeLast() }
        return String(scalars)
    }
}

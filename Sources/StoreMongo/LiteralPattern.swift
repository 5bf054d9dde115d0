import Store

/// Texts as regular expressions (PCRE) that find them and nothing else.
enum LiteralPattern {
    static func beginning(_ text: String) -> String { "^" + escaped(text.unicodeScalars) }

    /// For `$options: "i"`, which compares letter by letter; İ is the one capital whose small form is two (i and a dot
    /// above), so either is looked for.
    static func anywhere(_ text: String) -> String {
        var pattern = ""
        let scalars = Array(text.lowercased().unicodeScalars)
        var i = 0
        while i < scalars.count {
            if scalars[i] == "i", i + 1 < scalars.count, scalars[i + 1] == "\u{307}" {
                pattern += "(?:i\u{307}|İ)"
                i += 2
            } else {
                pattern += escaped(scalars[i...i])
                i += 1
            }
        }
        return pattern
    }

    private static func escaped(_ scalars: some Sequence<Unicode.Scalar>) -> String {
        var quoted = String.UnicodeScalarView()
        for scalar in scalars {
            if scalar.value == 0 {
                quoted.append(contentsOf: "\\x00".unicodeScalars)
                continue
            }
            let isPlain =
                !scalar.isASCII || ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar)
                || ("0"..."9").contains(scalar) || scalar == " " || scalar.value < 0x20
            if !isPlain { quoted.append("\\") }
            quoted.append(scalar)
        }
        return String(quoted)
    }
}

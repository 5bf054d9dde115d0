import Foundation

/// Keeps runs of the other direction together in a line: Latin names, numbers and addresses in Arabic text, Arabic names in English
/// text (Unicode Bidirectional Algorithm, UAX #9: U+2068 begins an isolate, U+2069 ends it).
struct Isolates: Sendable, Hashable {
    let direction: Direction

    enum Direction: String, Sendable { case rtl, ltr }

    private static let begin: Unicode.Scalar = "\u{2068}"
    private static let end: Unicode.Scalar = "\u{2069}"

    init(_ direction: Direction) { self.direction = direction }

    init(_ language: MailLanguage) { direction = language == .english ? .ltr : .rtl }

    /// A value that may hold letters of the other direction.
    func value(_ value: String) -> String {
        let needs =
            direction == .rtl
            ? value.utf8.contains { $0 < 0x80 && ($0 | 0x20 >= 0x61 && $0 | 0x20 <= 0x7A || $0 >= 0x30 && $0 <= 0x39) }
            : value.utf8.contains { $0 >= 0x80 }
        return needs ? "\u{2068}\(value)\u{2069}" : value
    }

    /// A text between tags: runs of Latin letters and digits that hold a mark (`+966 50 …`, `a@b.sa`, `C++`, `24/7`) are isolated;
    /// a single word is safe as it is. References (`&nbsp;`) end a run.
    func text(_ text: String) -> String {
        guard direction == .rtl, text.utf8.contains(where: { $0 < 0x80 && $0 > 0x20 }) else { return text }
        var out = String.UnicodeScalarView()
        var run: [Unicode.Scalar] = []
        let scalars = Array(text.unicodeScalars)
        var index = 0
        func flush() {
            var tail: [Unicode.Scalar] = []
            while let last = run.last, !Self.isCore(last) && !Self.closes(last, run) {
                tail.insert(run.removeLast(), at: 0)
            }
            if run.contains(where: { !Self.isLetter($0) }) && run.contains(where: Self.isCore) {
                out.append(Self.begin)
                out.append(contentsOf: run)
                out.append(Self.end)
            } else {
                out.append(contentsOf: run)
            }
            out.append(contentsOf: tail)
            run = []
        }
        while index < scalars.count {
            let scalar = scalars[index]
            if scalar == "&", let semicolon = scalars[index...].prefix(12).firstIndex(of: ";") {
                flush()
                out.append(contentsOf: scalars[index...semicolon])
                index = semicolon + 1
                continue
            }
            if Self.isCore(scalar) || (run.isEmpty ? Self.opens(scalar, scalars, index) : Self.joins(scalar)) {
                run.append(scalar)
            } else {
                flush()
                out.append(scalar)
            }
            index += 1
        }
        flush()
        return String(out)
    }

    private static func isLetter(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value < 0x80 && (scalar.value | 0x20) >= 0x61 && (scalar.value | 0x20) <= 0x7A
    }

    private static func isCore(_ scalar: Unicode.Scalar) -> Bool {
        isLetter(scalar) || (0x30...0x39).contains(scalar.value)
    }

    private static func joins(_ scalar: Unicode.Scalar) -> Bool { " @./-+:_%#()&?=,'".unicodeScalars.contains(scalar) }

    private static func opens(_ scalar: Unicode.Scalar, _ all: [Unicode.Scalar], _ index: Int) -> Bool {
        (scalar == "+" || scalar == "(" || scalar == "@") && index + 1 < all.count && isCore(all[index + 1])
    }

    /// A mark that belongs to what stands before it: `C++`, `15%`, `(24/7)`.
    private static func closes(_ scalar: Unicode.Scalar, _ run: [Unicode.Scalar]) -> Bool {
        if scalar == ")" { return run.contains("(") }
        return (scalar == "+" || scalar == "%" || scalar == "#") && run.dropLast().last != " "
    }
}

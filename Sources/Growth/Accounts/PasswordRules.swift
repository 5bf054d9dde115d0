import Foundation

/// Which passwords may be set: long enough, whole, and not among those that everybody tries first.
public enum PasswordRules {
    public static let minLength = 8
    public static let maxLength = 128
    /// 128 characters of four bytes each.
    private static let maxBytes = 512

    /// `nil` when the password may be set. `own`: the person's name, address and the like.
    public static func problem(with password: String, own: [String] = []) -> FieldProblem? {
        let length = password.unicodeScalars.count
        if length < minLength { return .passwordTooShort(minLength) }
        if length > maxLength || password.utf8.count > maxBytes { return .tooLong(maxLength) }
        return isGuessable(password, own: own) ? .passwordTooCommon : nil
    }

    /// Whether the text can be anybody's password, so that a megabyte is not hashed to find out.
    static func isPossible(_ password: String) -> Bool {
        !password.isEmpty && password.utf8.count <= maxBytes
    }

    /// The common passwords are words with decoration: each rule takes the decoration off and looks at what is left.
    private static func isGuessable(_ password: String, own: [String]) -> Bool {
        let lower = password.lowercased()
        let plain = lower.filter { $0.isLetter || $0.isNumber }
        if Set(lower).count <= 3 { return true }
        if isRun(plain) || isRepeated(lower) || isDate(plain) { return true }
        let candidates = Set([plain, unleeted(plain), unleeted(lower)].flatMap { [$0, core(of: $0)] })
        let words = CommonWords.all.union(own.flatMap(parts))
        return candidates.contains { consists($0, of: words) }
    }

    /// Neighbours of the keyboard or the alphabet, three or more at a time, forwards or backwards; at most three
    /// characters are anything else.
    private static func isRun(_ text: String) -> Bool {
        let letters = Array(text)
        var covered = 0, start = 0
        while start < letters.count {
            var end = start
            while end < letters.count, lines.contains(where: { $0.contains(String(letters[start...end])) }) { end += 1 }
            if end - start >= 3 { covered += end - start }
            start = max(end, start + 1)
        }
        return covered >= 4 && covered + 3 >= letters.count
    }

    private static let lines = CommonWords.runs.flatMap { [$0 + $0, String($0.reversed()) + String($0.reversed())] }

    /// `abcabcabc`, `11221122`: one piece of at most half the length, over and over.
    private static func isRepeated(_ text: String) -> Bool {
        let letters = Array(text)
        guard letters.count > 1 else { return true }
        return (1...letters.count / 2).contains { width in
            width <= 4 && letters.indices.allSatisfy { letters[$0] == letters[$0 % width] }
        }
    }

    /// Digits only, as dates, years and phone numbers are. Eight digits are guessed within seconds.
    private static func isDate(_ text: String) -> Bool {
        !text.isEmpty && text.count <= 12 && text.allSatisfy(\.isNumber)
    }

    /// Without the digits before and behind.
    private static func core(of text: String) -> String {
        var rest = Substring(text)
        while let last = rest.last, last.isNumber { rest.removeLast() }
        while let first = rest.first, first.isNumber { rest.removeFirst() }
        return String(rest)
    }

    private static func unleeted(_ text: String) -> String {
        let plain: [Character: Character] = [
            "0": "o", "1": "i", "3": "e", "4": "a", "5": "s", "7": "t", "8": "b", "9": "g",
            "@": "a", "$": "s", "!": "i",
        ]
        return String(text.map { plain[$0] ?? $0 }.filter { $0.isLetter || $0.isNumber })
    }

    /// One to three of the words after one another and nothing else, up to two characters at the end.
    private static func consists(_ text: String, of words: Set<String>, depth: Int = 3) -> Bool {
        if text.count <= 2 { return depth < 3 }
        guard depth > 0 else { return false }
        return words.contains {
            text.hasPrefix($0) && consists(String(text.dropFirst($0.count)), of: words, depth: depth - 1)
        }
    }

    private static func parts(_ text: String) -> [String] {
        text.lowercased().split { !$0.isLetter && !$0.isNumber }.map(String.init).filter { $0.count >= 3 }
    }
}

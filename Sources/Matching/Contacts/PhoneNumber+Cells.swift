extension PhoneNumber {
    /// All numbers of a cell, in order, without repeats. Separators are / \ ; ، , | & newline, the words و, أو, or, and,
    /// and blanks or dashes between what is long enough to be a number of its own.
    ///
    /// "0112345678/9" means a second line; such tails of one or two digits are left out.
    public static func all(in cell: String) -> [PhoneNumber] {
        // Most cells hold one number and nothing else.
        if TypedDigits.isPlain(cell), cell.utf8.count(where: TypedDigits.isDigit) < 16 {
            return PhoneNumber(cell).map { [$0] } ?? []
        }
        var seen: Set<String> = []
        var out: [PhoneNumber] = []
        for piece in pieces(of: cell) {
            for part in runs(of: piece) {
                guard let number = PhoneNumber(part) else { continue }
                if !out.isEmpty && !number.isValid && number.e164.utf8.count <= 2 { continue }
                if seen.insert(number.e164).inserted { out.append(number) }
            }
        }
        return out
    }

    private static func pieces(of cell: String) -> [String] {
        var pieces: [String] = []
        var current = String.UnicodeScalarView()
        // The sign ";" also begins an extension (";ext=5"); as a separator it only costs a piece without digits.
        for scalar in FoldedText.latinDigits(cell).unicodeScalars {
            switch scalar {
            case "/", "\\", ";", "؛", ",", "،", "|", "&", "\n", "\r", "\t", "و", "•", "·", "~":
                pieces.append(String(current))
                current = .init()
            default: current.append(scalar)
            }
        }
        pieces.append(String(current))
        return pieces.flatMap(splitAtWords)
    }

    private static func splitAtWords(_ piece: String) -> [String] {
        var out: [[Substring]] = [[]]
        for word in piece.split(separator: " ") {
            if ["or", "and", "أ", "او", "أو"].contains(word.lowercased()) {
                out.append([])
            } else {
                out[out.count - 1].append(word)
            }
        }
        return out.map { $0.joined(separator: " ") }
    }

    /// Splits at blanks and dashes only where both sides are whole numbers ("0551234567 - 0559876543").
    private static func runs(of piece: String) -> [String] {
        let digits = piece.unicodeScalars.count { ("0"..."9").contains($0) }
        guard digits >= 16 else { return [piece] }
        let words = piece.split { " -–".contains($0) }
        let allWhole = words.allSatisfy { word in
            let count = word.unicodeScalars.count { ("0"..."9").contains($0) }
            return count == 0 || (7...15).contains(count)
        }
        return allWhole && words.count > 1 ? words.map(String.init) : [piece]
    }
}

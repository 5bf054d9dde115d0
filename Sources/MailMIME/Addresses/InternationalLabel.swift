import Foundation

/// A label in letters beyond ASCII, as IDNA 2008 has it.
enum InternationalLabel {
    private typealias Scalar = Unicode.Scalar

    /// What people type, in the one form that is registered: compatible forms composed, capitals small (RFC 5895).
    static func mapped(_ text: String) -> String {
        text.precomposedStringWithCompatibilityMapping.lowercased().precomposedStringWithCanonicalMapping
    }

    static func ascii(_ label: String) throws(AddressError) -> String {
        if label.utf8.allSatisfy({ $0 < 0x80 }) { return label }
        let scalars = Array(label.unicodeScalars)
        // A mark at the start, hyphens at both places where they mean "encoded already": RFC 5891 section 4.2.3.
        guard let first = scalars.first, !isMark(first), scalars.first != "-", scalars.last != "-",
            !(scalars.count >= 4 && scalars[2] == "-" && scalars[3] == "-")
        else { throw .badDomain }
        for index in scalars.indices {
            guard isAllowed(scalars[index], at: index, in: scalars) else { throw .badDomain }
        }
        guard hasOneDirection(scalars) else { throw .badDomain }
        let ascii = "xn--" + Punycode.encode(scalars)
        guard ascii.utf8.count <= MailLimits.maxLabelBytes else { throw .domainTooLong }
        return ascii
    }

    /// RFC 5892 section 2, with the exceptions of section 2.6 and the rules of its appendix A.
    private static func isAllowed(_ scalar: Scalar, at index: Int, in label: [Scalar]) -> Bool {
        switch scalar.value {
        case 0x00DF, 0x03C2, 0x06FD, 0x06FE, 0x0F0B, 0x3007: return true
        case 0x0640, 0x07FA, 0x302E, 0x302F, 0x3031...0x3035, 0x303B: return false
        case 0x00B7: return index > 0 && index + 1 < label.count && label[index - 1] == "l" && label[index + 1] == "l"
        case 0x0375: return index + 1 < label.count && (0x0370...0x03FF).contains(label[index + 1].value)
        case 0x05F3, 0x05F4: return index > 0 && (0x0590...0x05FF).contains(label[index - 1].value)
        case 0x30FB:
            return label.contains { (0x3040...0x30FA).contains($0.value) || (0x4E00...0x9FFF).contains($0.value) }
        // Digits of Arabic and those of Persian and Urdu are never mixed.
        case 0x0660...0x0669: return !label.contains { (0x06F0...0x06F9).contains($0.value) }
        case 0x06F0...0x06F9: return !label.contains { (0x0660...0x0669).contains($0.value) }
        // Joiners only where they show: after a virama.
        case 0x200C, 0x200D: return index > 0 && label[index - 1].properties.canonicalCombiningClass.rawValue == 9
        case 0x2D: return true
        default: break
        }
        switch scalar.properties.generalCategory {
        case .lowercaseLetter, .otherLetter, .modifierLetter, .nonspacingMark, .spacingMark, .decimalNumber: break
        default: return false
        }
        return !scalar.properties.isDefaultIgnorableCodePoint && isStable(scalar)
    }

    private static func isStable(_ scalar: Scalar) -> Bool {
        if scalar.isASCII { return true }
        let text = String(Character(scalar))
        return text.precomposedStringWithCompatibilityMapping.unicodeScalars.elementsEqual(text.unicodeScalars)
            && scalar.properties.lowercaseMapping == text
    }

    private static func isMark(_ scalar: Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .spacingMark, .enclosingMark: true
        default: false
        }
    }

    /// RFC 5893: a label with letters that run right to left holds none that run left to right and begins with a letter.
    private static func hasOneDirection(_ label: [Scalar]) -> Bool {
        let letters = label.filter { isLetter($0) }
        guard letters.contains(where: runsRightToLeft) else { return true }
        return letters.allSatisfy(runsRightToLeft) && label.first.map(runsRightToLeft) == true && label.last != "-"
    }

    private static func isLetter(_ scalar: Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .lowercaseLetter, .otherLetter, .modifierLetter: true
        default: false
        }
    }

    /// The blocks of Hebrew, Arabic and their neighbours.
    private static func runsRightToLeft(_ scalar: Scalar) -> Bool {
        switch scalar.value {
        case 0x0590...0x08FF, 0xFB1D...0xFDFF, 0xFE70...0xFEFF, 0x10800...0x10FFF, 0x1E800...0x1EFFF:
            isLetter(scalar)
        default: false
        }
    }
}

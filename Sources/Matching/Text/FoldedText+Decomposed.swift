import Foundation

extension FoldedText {
    /// Folded UTF-8 of any text, by way of its compatibility decomposition.
    static func decomposed(_ s: String) -> [UInt8] {
        var out: [UInt8] = []
        out.reserveCapacity(s.utf8.count)
        scanDecomposed(s) { append($0, to: &out) }
        if out.last == 0x20 { out.removeLast() }
        return out
    }

    private static func append(_ u: UInt32, to out: inout [UInt8]) {
        switch u {
        case 0x20:
            if let last = out.last, last != 0x20 { out.append(0x20) }
        case 0..<0x80:
            out.append(UInt8(truncatingIfNeeded: u))
        case 0x80..<0x800:
            out.append(UInt8(truncatingIfNeeded: 0xC0 | u >> 6))
            out.append(UInt8(truncatingIfNeeded: 0x80 | u & 0x3F))
        default:
            guard let scalar = Unicode.Scalar(u) else { return }
            out.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
        }
    }

    static func scanDecomposed(_ s: String, _ emit: (UInt32) -> Void) {
        for scalar in s.decomposedStringWithCompatibilityMapping.unicodeScalars {
            let u = scalar.value
            if ArabicLetters.isInvisible(u) || ArabicLetters.isApostrophe(u) { continue }
            if (0x0600...0x06FF).contains(u) {
                let folded = ArabicLetters.fold(u)
                if folded != ArabicLetters.dropped { emit(folded) }
                continue
            }
            let properties = scalar.properties
            switch properties.generalCategory {
            case .nonspacingMark, .enclosingMark, .format: continue
            case .uppercaseLetter, .titlecaseLetter:
                for lower in properties.lowercaseMapping.unicodeScalars where lower.properties.isAlphabetic {
                    emit(lower.value)
                }
            case .lowercaseLetter where u == 0xDF:
                emit(0x73)
                emit(0x73)
            case .lowercaseLetter, .otherLetter, .modifierLetter, .spacingMark, .otherNumber, .letterNumber: emit(u)
            case .decimalNumber:
                emit(properties.numericValue.map { 0x30 + UInt32(max(0, min(9, $0))) } ?? u)
            default: emit(0x20)
            }
        }
    }
}

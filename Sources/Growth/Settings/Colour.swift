import Foundation

/// A colour of the screen, with the arithmetic that keeps text on it readable (WCAG 2.2, 1.4.3).
public struct Colour: Hashable, Sendable {
    public let red: UInt8
    public let green: UInt8
    public let blue: UInt8

    public static let white = Colour(red: 255, green: 255, blue: 255)
    public static let black = Colour(red: 0, green: 0, blue: 0)
    /// The least contrast of body text.
    public static let readable = 4.5

    public init(red: UInt8, green: UInt8, blue: UInt8) {
        self.red = red
        self.green = green
        self.blue = blue
    }

    /// Reads `#rrggbb` and nothing else.
    public init?(hex: String) {
        let bytes = Array(hex.utf8)
        guard bytes.count == 7, bytes[0] == UInt8(ascii: "#"),
            bytes.dropFirst().allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }),
            let value = UInt32(hex.dropFirst(), radix: 16)
        else { return nil }
        self.init(
            red: UInt8(value >> 16 & 255), green: UInt8(value >> 8 & 255), blue: UInt8(value & 255))
    }

    public var hex: String {
        "#"
            + [red, green, blue].map { byte in
                let digits = String(byte, radix: 16)
                return digits.count == 1 ? "0" + digits : digits
            }.joined()
    }

    /// 1 to 21.
    public func contrast(with other: Colour) -> Double {
        let (a, b) = (luminance, other.luminance)
        return (max(a, b) + 0.05) / (min(a, b) + 0.05)
    }

    /// Black or white, whichever reads better on this colour; always at least 4.58.
    public var textColour: Colour { contrast(with: .white) >= contrast(with: .black) ? .white : .black }

    /// This colour, darkened until it can be read on white.
    public var readableOnWhite: Colour {
        var colour = self
        while colour.contrast(with: .white) < Self.readable { colour = colour.scaled(by: 0.92) }
        return colour
    }

    func scaled(by factor: Double) -> Colour {
        func scale(_ byte: UInt8) -> UInt8 { UInt8(max(0, min(255, Double(byte) * factor))) }
        return Colour(red: scale(red), green: scale(green), blue: scale(blue))
    }

    private var luminance: Double {
        func linear(_ byte: UInt8) -> Double {
            let c = Double(byte) / 255
            return c <= 0.04045 ? c / 12.92 : pow((c + 0.055) / 1.055, 2.4)
        }
        return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)
    }
}

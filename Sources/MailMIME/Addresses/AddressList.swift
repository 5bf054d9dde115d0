/// The addresses of a header such as To or Reply-To, or of a field that a person filled.
public struct AddressList: Hashable, Sendable {
    public var addresses: [NamedAddress] = []
    /// Pieces that name nobody: kept as a count, since what is wrong in a stranger's header is no reason to lose the rest.
    public private(set) var malformedCount = 0

    /// Reads names, angle brackets, comments, groups and lists; never throws, never goes deep (RFC 5322 section 3.4).
    ///
    /// A group's members belong to the list; a group within a group is read on the same level.
    public init(parsing text: String) { self.init(Array(text.utf8), decode: { $0 }) }

    /// - Parameter decode: turns encoded-words (RFC 2047) of a display name into text.
    init(_ bytes: [UInt8], decode: (String) -> String) {
        var scanner = AddressScanner(bytes.prefix(MailLimits.maxHeaderValueBytes))
        while !scanner.isAtEnd, addresses.count + malformedCount < MailLimits.maxAddresses {
            switch scanner.peek {
            case UInt8(ascii: ","), UInt8(ascii: ";"), 0x20, 0x09, 0x0D, 0x0A: scanner.position += 1
            default: read(&scanner, decode)
            }
        }
    }

    private mutating func read(_ scanner: inout AddressScanner, _ decode: (String) -> String) {
        let start = scanner.position
        do throws(AddressError) {
            if let address = try Self.address(&scanner, decode) { addresses.append(address) }
        } catch {
            malformedCount += 1
            // The next piece begins behind the next comma, quoted ones left out, and never at the same place again.
            scanner.position = max(scanner.position, start + 1)
            while let byte = scanner.peek, byte != UInt8(ascii: ",") && byte != UInt8(ascii: ";") {
                scanner.position += 1
            }
        }
    }

    /// `nil` for the name of a group, whose members follow.
    private static func address(
        _ scanner: inout AddressScanner, _ decode: (String) -> String
    ) throws(AddressError) -> NamedAddress? {
        var words: [[UInt8]] = []
        let start = scanner.position
        while true {
            try scanner.skipBlanks()
            switch scanner.peek {
            case UInt8(ascii: ":"):
                scanner.position += 1
                return nil
            case UInt8(ascii: "<"):
                scanner.position += 1
                let address = try bracketed(&scanner)
                return NamedAddress(name(words, decode), address)
            case UInt8(ascii: "\""): words.append(try scanner.quotedString())
            case UInt8(ascii: "@"), UInt8(ascii: "["):
                scanner.position = start
                let spec = try scanner.addressSpec()
                return NamedAddress(nil, try MailAddress(local: spec.local, domain: spec.domain))
            case UInt8(ascii: "."):
                scanner.position += 1
                words.append([UInt8(ascii: ".")])
            case nil, UInt8(ascii: ","), UInt8(ascii: ";"): throw .noAt
            default:
                let atom = scanner.atom()
                guard !atom.isEmpty else { throw .unexpectedCharacter }
                words.append(atom)
            }
        }
    }

    /// Behind "<": an old source route is skipped (RFC 5322 section 4.4).
    private static func bracketed(_ scanner: inout AddressScanner) throws(AddressError) -> MailAddress {
        try scanner.skipBlanks()
        while scanner.peek == UInt8(ascii: "@") || scanner.peek == UInt8(ascii: ",") {
            if scanner.take(UInt8(ascii: "@")) { _ = try scanner.domain() } else { scanner.position += 1 }
            if scanner.take(UInt8(ascii: ":")) { break }
        }
        let spec = try scanner.addressSpec()
        guard scanner.take(UInt8(ascii: ">")) else { throw .unclosed }
        return try MailAddress(local: spec.local, domain: spec.domain)
    }

    private static func name(_ words: [[UInt8]], _ decode: (String) -> String) -> String? {
        var text = ""
        for word in words {
            if !text.isEmpty && word != [UInt8(ascii: ".")] { text += " " }
            text += String(decoding: word, as: UTF8.self)
        }
        let decoded = decode(text)
        return decoded.isEmpty ? nil : decoded
    }
}

import NIOCore

/// A request for the image or for a link of a mail, as its bytes stand on the connection (RFC 9112).
///
/// Only the plain form that mail programs and their proxies send is read here: one that has arrived whole, asks with `GET` in HTTP/1.1, has no
/// body, keeps the connection and asks for nothing beyond. Whatever else, and whatever is wrong in any way, is `nil` and left to the decoder
/// that knows all of HTTP.
struct MailRequest {
    /// The code that names the recipient.
    let token: UnsafeBufferPointer<UInt8>
    /// The number of the link; `nil` for the image.
    let link: Int?
    /// What the program says of itself; empty when it says nothing.
    let agent: UnsafeBufferPointer<UInt8>
    /// With the empty line.
    let byteCount: Int

    static let maxBytes = 8_192
    private static let tokenBytes = 38

    init?(_ bytes: UnsafeBufferPointer<UInt8>) {
        var line = RequestReader(UnsafeBufferPointer(rebasing: bytes.prefix(Self.maxBytes)))
        guard line.skip("GET /"), let kind = line.byte(), line.skip("/"), let token = line.take(Self.tokenBytes) else {
            return nil
        }
        switch kind {
        case UInt8(ascii: "o"):
            guard line.skip(".gif") else { return nil }
            link = nil
        case UInt8(ascii: "c"):
            guard line.skip("/"), let number = line.number() else { return nil }
            link = number
        default: return nil
        }
        guard line.skip(" HTTP/1.1\r\n"), let agent = line.headers() else { return nil }
        (self.token, self.agent, byteCount) = (token, agent, line.place)
    }
}

/// Reads a request from its beginning on; every method is `nil` or `false` where the bytes are other ones or too few.
private struct RequestReader {
    private let bytes: UnsafeBufferPointer<UInt8>
    private(set) var place = 0

    init(_ bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

    mutating func byte() -> UInt8? {
        guard place < bytes.count else { return nil }
        defer { place += 1 }
        return bytes[place]
    }

    mutating func skip(_ text: StaticString) -> Bool {
        let count = text.utf8CodeUnitCount
        guard place + count <= bytes.count else { return false }
        for i in 0..<count where bytes[place + i] != text.utf8Start[i] { return false }
        place += count
        return true
    }

    mutating func take(_ count: Int) -> UnsafeBufferPointer<UInt8>? {
        guard place + count <= bytes.count else { return nil }
        defer { place += count }
        return UnsafeBufferPointer(rebasing: bytes[place..<place + count])
    }

    /// One to four digits.
    mutating func number() -> Int? {
        var (number, count) = (0, 0)
        while count < 5, place < bytes.count, case let digit = Int(bytes[place]) - 48, (0...9).contains(digit) {
            (number, count, place) = (number * 10 + digit, count + 1, place + 1)
        }
        return (1...4).contains(count) ? number : nil
    }

    /// The fields with the empty line after them, of which the user agent is kept. `nil` when one of them says where the request ends, what
    /// becomes of the connection, or anything that would have to be answered otherwise.
    mutating func headers() -> UnsafeBufferPointer<UInt8>? {
        var agent: UnsafeBufferPointer<UInt8>?
        var hosts = 0
        while let (name, value) = field() {
            if name.isEmpty { return hosts == 1 ? agent ?? UnsafeBufferPointer(rebasing: bytes[0..<0]) : nil }
            switch name.count {
            case 4 where name.says("host"): hosts += 1
            case 10 where name.says("user-agent"):
                if agent != nil { return nil }
                agent = value
            case 10 where name.says("connection"): if !value.says("keep-alive") { return nil }
            case 6 where name.says("expect"), 7 where name.says("upgrade"), 14 where name.says("content-length"),
                17 where name.says("transfer-encoding"):
                return nil
            default: break
            }
        }
        return nil
    }

    /// One line; two empty parts for the empty line. `nil` for a line that is not whole or not in order.
    private mutating func field() -> (name: UnsafeBufferPointer<UInt8>, value: UnsafeBufferPointer<UInt8>)? {
        let begin = place
        var colon: Int?
        while place < bytes.count {
            let byte = bytes[place]
            if byte == 13 {
                guard place + 1 < bytes.count, bytes[place + 1] == 10 else { return nil }
                defer { place += 2 }
                if place == begin { return (part(begin, begin), part(begin, begin)) }
                return colon.map { (part(begin, $0), part($0 + 1, place)) }
            }
            if let colon {
                guard byte >= 32 || byte == 9, byte != 127, colon >= begin else { return nil }
            } else if byte == UInt8(ascii: ":") {
                if place == begin { return nil }
                colon = place
            } else if byte <= 32 || byte >= 127 {
                return nil
            }
            place += 1
        }
        return nil
    }

    /// Without the white space around it.
    private func part(_ from: Int, _ to: Int) -> UnsafeBufferPointer<UInt8> {
        var (from, to) = (from, to)
        while from < to, bytes[from] == 32 || bytes[from] == 9 { from += 1 }
        while to > from, bytes[to - 1] == 32 || bytes[to - 1] == 9 { to -= 1 }
        return UnsafeBufferPointer(rebasing: bytes[from..<to])
    }
}

extension UnsafeBufferPointer<UInt8> {
    /// Whether it is this lower-case word, in letters of either case.
    fileprivate func says(_ word: StaticString) -> Bool {
        guard count == word.utf8CodeUnitCount else { return false }
        for i in 0..<count {
            let letter = self[i]
            let lower = (65...90).contains(letter) ? letter | 32 : letter
            if lower != word.utf8Start[i] { return false }
        }
        return true
    }
}

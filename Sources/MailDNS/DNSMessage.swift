/// What is asked of a name server, and what it answers (RFC 1035 section 4). No I/O.
enum DNSMessage {
    /// As much as a datagram of ours may be told to hold without being cut on its way (EDNS, RFC 6891; DNS flag day 2020).
    static let maxDatagramBytes: UInt16 = 1_232
    private static let maxRecords = 256
    /// Names point back at names; more jumps than a name has labels are a circle.
    private static let maxJumps = 64

    static func query(_ name: String, _ type: DNSType, id: UInt16) -> [UInt8]? {
        var bytes = big(id) + [0x01, 0x00, 0, 1, 0, 0, 0, 0, 0, 1]
        let labels = name.split(separator: ".")
        guard !labels.isEmpty, name.utf8.count <= 253 else { return nil }
        for label in labels {
            guard (1...63).contains(label.utf8.count) else { return nil }
            bytes.append(UInt8(label.utf8.count))
            bytes += Array(label.utf8)
        }
        bytes += [0] + big(type.rawValue) + [0, 1]
        // OPT: how much we take.
        return bytes + [0, 0, 41] + big(maxDatagramBytes) + [0, 0, 0, 0, 0, 0]
    }

    /// - Returns: `nil` for what is no answer to this question.
    static func answer(_ bytes: [UInt8], to name: String, _ type: DNSType, id: UInt16) -> DNSAnswer? {
        var reader = Reader(bytes)
        guard reader.number() == id, let flags = reader.number(), flags & 0x8000 != 0,
            let questions = reader.number(), questions == 1, let count = reader.number(),
            reader.skip(4), let asked = reader.name(), asked.lowercased() == name.lowercased(),
            reader.number() == type.rawValue, reader.skip(2)
        else { return nil }
        var answer = DNSAnswer(code: Int(flags & 0x0F), isCut: flags & 0x0200 != 0)
        if answer.isCut { return answer }
        for _ in 0..<min(Int(count), maxRecords) {
            guard reader.name() != nil, let kind = reader.number(), reader.skip(6), let length = reader.number(),
                let end = reader.end(after: Int(length))
            else { return nil }
            if kind == type.rawValue {
                guard let record = reader.record(type, until: end) else { return nil }
                answer.records.append(record)
            }
            reader.position = end
        }
        return answer
    }

    private static func big(_ number: UInt16) -> [UInt8] { [UInt8(number >> 8), UInt8(number & 0xFF)] }

    private struct Reader {
        let bytes: [UInt8]
        var position = 0

        init(_ bytes: [UInt8]) { self.bytes = bytes }

        mutating func number() -> UInt16? {
            guard position + 2 <= bytes.count else { return nil }
            defer { position += 2 }
            return UInt16(bytes[position]) << 8 | UInt16(bytes[position + 1])
        }

        mutating func skip(_ count: Int) -> Bool {
            guard position + count <= bytes.count else { return false }
            position += count
            return true
        }

        func end(after length: Int) -> Int? { position + length <= bytes.count ? position + length : nil }

        mutating func name() -> String? {
            var labels: [String] = [], at = position, jumps = 0, length = 0
            while at < bytes.count {
                let size = Int(bytes[at])
                if size == 0 {
                    if jumps == 0 { position = at + 1 }
                    return labels.joined(separator: ".")
                }
                if size & 0xC0 == 0xC0 {
                    guard at + 1 < bytes.count, jumps < maxJumps else { return nil }
                    if jumps == 0 { position = at + 2 }
                    jumps += 1
                    at = (size & 0x3F) << 8 | Int(bytes[at + 1])
                    continue
                }
                length += size + 1
                guard size < 64, at + 1 + size <= bytes.count, length <= 255 else { return nil }
                labels.append(String(decoding: bytes[(at + 1)..<(at + 1 + size)], as: UTF8.self))
                at += size + 1
            }
            return nil
        }

        mutating func record(_ type: DNSType, until end: Int) -> String? {
            switch type {
            case .a:
                return end - position == 4 ? bytes[position..<end].map(String.init).joined(separator: ".") : nil
            case .ptr: return name()
            case .mx:
                guard number() != nil else { return nil }
                return name()
            case .txt:
                // The strings of one record belong together without anything between them (RFC 7208 section 3.3).
                var text: [UInt8] = []
                while position < end {
                    let size = Int(bytes[position])
                    guard position + 1 + size <= end else { return nil }
                    text += bytes[(position + 1)..<(position + 1 + size)]
                    position += 1 + size
                }
                return String(decoding: text, as: UTF8.self)
            }
        }
    }
}

/// What is asked for.
public enum DNSType: UInt16, Sendable {
    case a = 1
    case ptr = 12
    case mx = 15
    case txt = 16
}

struct DNSAnswer: Hashable, Sendable {
    /// 0: fine; 3: no such name.
    var code: Int
    /// Did not fit into a datagram: to be asked for again over TCP.
    var isCut: Bool
    var records: [String] = []
}

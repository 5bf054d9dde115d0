import Foundation

/// A LinkedIn page, of a person (`/in/…`) or of a company (`/company/…`, `/school/…`, `/showcase/…`).
public struct LinkedInAddress: Hashable, Sendable {
    /// `https://www.linkedin.com/in/name`, lower-case, without country host, query or trailing slash.
    public let url: String
    public let isPerson: Bool
    public let isCompany: Bool

    /// `nil` unless the text is an address on linkedin.com.
    public init?(_ text: String) {
        if text.utf8.count < 12 { return nil }
        var typed = text
        let path = typed.withUTF8 { utf8 -> [UInt8]?? in
            // Blanks, other scripts and escapes are cleaned first.
            guard utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != 0x25 }) else { return nil }
            return .some(Self.path(utf8))
        }
        guard let parts = path.map(Self.parts) ?? Self.unusual(text) else { return nil }
        let kind = parts.first.map { String(decoding: $0, as: UTF8.self) } ?? ""
        let hasName = parts.count > 1
        isPerson = hasName && (kind == "in" || kind == "pub")
        isCompany = hasName && (kind == "company" || kind == "school" || kind == "showcase")
        var bytes = Array("https://www.linkedin.com".utf8)
        bytes.reserveCapacity(bytes.count + text.utf8.count)
        for part in parts.prefix(isPerson || isCompany ? 2 : parts.count) {
            bytes.append(0x2F)
            bytes.append(contentsOf: part)
        }
        url = String(decoding: bytes, as: UTF8.self)
    }

    private static func parts(_ path: [UInt8]?) -> [ArraySlice<UInt8>]? {
        path?.split(separator: 0x2F)
    }

    private static func unusual(_ text: String) -> [ArraySlice<UInt8>]? {
        var lower = FoldedText.clean(text).lowercased()
        return lower.withUTF8 { parts(path($0)) }?.map { part in
            guard part.contains(0x25) else { return part }
            let typed = String(decoding: part, as: UTF8.self)
            return Array((typed.removingPercentEncoding ?? typed).utf8)[...]
        }
    }

    private static let host = Array("linkedin.com".utf8)

    /// The lower-case path after the host, without query; `nil` if the host is another.
    private static func path(_ utf8: UnsafeBufferPointer<UInt8>) -> [UInt8]? {
        guard let start = hostStart(utf8), start == 0 || utf8[start - 1] == 0x2E || utf8[start - 1] == 0x2F
        else { return nil }
        let rest = utf8[(start + host.count)...].prefix { !isEnd($0) }
        guard rest.isEmpty || rest.first == 0x2F else { return nil }
        return rest.map(lower)
    }

    private static func hostStart(_ utf8: UnsafeBufferPointer<UInt8>) -> Int? {
        host.withUnsafeBufferPointer { host in
            var i = 0
            while i + host.count <= utf8.count {
                var j = 0
                while j < host.count, lower(utf8[i + j]) == host[j] { j += 1 }
                if j == host.count { return i }
                i += 1
            }
            return nil
        }
    }

    private static func isEnd(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x20, 0x23, 0x2C, 0x3B, 0x3F: true
        default: false
        }
    }

    @inline(__always)
    private static func lower(_ byte: UInt8) -> UInt8 { byte >= 0x41 && byte <= 0x5A ? byte | 0x20 : byte }
}

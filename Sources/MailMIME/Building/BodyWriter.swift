/// Writes the text of one recipient: constants as they were prepared, values escaped for where they stand.
public struct BodyWriter: ~Copyable {
    private let store: PreparedConstants
    private var encoder: TextEncoder
    var sink: ByteSink

    init(_ prepared: PreparedText, _ sink: consuming ByteSink) {
        store = prepared.store
        encoder = TextEncoder(prepared.encoding)
        self.sink = sink
    }

    /// The constant of this index; none for an index that was not prepared.
    @inline(__always)
    public mutating func constant(_ index: Int) {
        guard store.constants.indices.contains(index) else { return }
        encoder.append(store.constants[index], to: &sink)
    }

    /// A value in the text part, as it is.
    public mutating func plain(_ value: String) { write(value, Escaping.needsNoLineEnd, LineEnds.canonical) }

    /// A value in HTML, between tags or in a quoted attribute.
    public mutating func html(_ value: String) { write(value, Escaping.needsNoHTML, Escaping.html) }

    /// A value inside an address: a path segment or the value of a query, percent-encoded.
    public mutating func url(_ value: String) { write(value, Escaping.needsNoURL, Escaping.url) }

    @inline(__always)
    private mutating func write(
        _ value: String, _ isSafe: (UnsafeBufferPointer<UInt8>) -> Bool,
        _ escape: (UnsafeBufferPointer<UInt8>) -> [UInt8]
    ) {
        var value = value
        value.withUTF8 { utf8 in
            if isSafe(utf8) {
                encoder.append(utf8, to: &sink)
            } else {
                escape(utf8).withUnsafeBufferPointer { encoder.append($0, to: &sink) }
            }
        }
    }

    mutating func finish(isInside: Bool) { encoder.finish(to: &sink, isInside: isInside) }

    consuming func release() -> ByteSink { sink }
}

/// What must not be read as markup, as an address's own marks, or as a line end.
enum Escaping {
    /// 1: a line end; 2: a mark of HTML; 4: what an address must not hold as it is.
    private static let classes: [UInt8] = (0..<256).map { value in
        let byte = UInt8(value)
        var bits: UInt8 = PercentEncoding.isUnreserved(byte) ? 0 : 4
        switch byte {
        case 0x0A, 0x0D: bits |= 3
        case UInt8(ascii: "&"), UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "\""), UInt8(ascii: "'"), 0:
            bits |= 2
        default: break
        }
        return bits
    }

    static func needsNoLineEnd(_ utf8: UnsafeBufferPointer<UInt8>) -> Bool { isFree(utf8, of: 1) }
    static func needsNoHTML(_ utf8: UnsafeBufferPointer<UInt8>) -> Bool { isFree(utf8, of: 2) }
    static func needsNoURL(_ utf8: UnsafeBufferPointer<UInt8>) -> Bool { isFree(utf8, of: 4) }

    @inline(__always)
    private static func isFree(_ utf8: UnsafeBufferPointer<UInt8>, of mask: UInt8) -> Bool {
        classes.withUnsafeBufferPointer { classes in
            var found: UInt8 = 0
            for byte in utf8 { found |= classes[Int(byte)] }
            return found & mask == 0
        }
    }

    static func html(_ utf8: UnsafeBufferPointer<UInt8>) -> [UInt8] {
        var out: [UInt8] = []
        out.reserveCapacity(utf8.count + 32)
        for byte in utf8 {
            switch byte {
            case UInt8(ascii: "&"): out += "&amp;".utf8
            case UInt8(ascii: "<"): out += "&lt;".utf8
            case UInt8(ascii: ">"): out += "&gt;".utf8
            case UInt8(ascii: "\""): out += "&#34;".utf8
            case UInt8(ascii: "'"): out += "&#39;".utf8
            case 0: out += "\u{FFFD}".utf8
            default: out.append(byte)
            }
        }
        return out.withUnsafeBufferPointer { LineEnds.canonical($0) }
    }

    static func url(_ utf8: UnsafeBufferPointer<UInt8>) -> [UInt8] { PercentEncoding.bytes(utf8) }
}

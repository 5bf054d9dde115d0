/// Base64 in lines of 76 characters (RFC 2045 section 6.8).
enum Base64 {
    static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    static let lineCharacters = 76

    /// Two characters for every twelve bits, so that a group of three bytes is two look-ups.
    static let pairs: [UInt16] = (0..<4_096).map { bits in
        UInt16(alphabet[bits >> 6]).littleEndian | UInt16(alphabet[bits & 63]).littleEndian << 8
    }

    /// Without line breaks, with padding.
    static func write(_ bytes: UnsafeBufferPointer<UInt8>, to sink: inout ByteSink) {
        guard let base = bytes.baseAddress else { return }
        let groups = bytes.count / 3
        encode(base, groups: groups, to: sink.room(groups * 4))
        sink.advance(groups * 4)
        let rest = bytes[(groups * 3)...]
        if !rest.isEmpty { sink.append(padded(Array(rest))) }
    }

    /// The whole groups of three; what is left over at the end is not encoded.
    static func groups(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
        let count = bytes.count / 3
        return [UInt8](unsafeUninitializedCapacity: count * 4) { out, used in
            bytes.withUnsafeBufferPointer { source in
                guard let from = source.baseAddress, let to = out.baseAddress else { return }
                encode(from, groups: count, to: to)
            }
            used = count * 4
        }
    }

    @inline(__always)
    static func encode(_ source: UnsafePointer<UInt8>, groups: Int, to out: UnsafeMutablePointer<UInt8>) {
        pairs.withUnsafeBufferPointer { pairs in
            let wide = UnsafeMutableRawPointer(out)
            for group in 0..<groups {
                let bits =
                    UInt32(source[group * 3]) << 16 | UInt32(source[group * 3 + 1]) << 8 | UInt32(source[group * 3 + 2])
                wide.storeBytes(of: pairs[Int(bits >> 12)].littleEndian, toByteOffset: group * 4, as: UInt16.self)
                wide.storeBytes(of: pairs[Int(bits & 4_095)].littleEndian, toByteOffset: group * 4 + 2, as: UInt16.self)
            }
        }
    }

    /// One or two bytes at the end.
    static func padded(_ rest: [UInt8]) -> [UInt8] {
        let bits = UInt32(rest[0]) << 16 | UInt32(rest.count > 1 ? rest[1] : 0) << 8
        let pad = UInt8(ascii: "=")
        return [
            alphabet[Int(bits >> 18)], alphabet[Int(bits >> 12 & 63)],
            rest.count > 1 ? alphabet[Int(bits >> 6 & 63)] : pad, pad,
        ]
    }
}

/// Writes base64 piece by piece; the pieces may be encoded already.
///
/// Base64 works on groups of three bytes. Up to two bytes of a piece that ended inside a group wait in `carried`; a constant piece therefore
/// exists in three encodings, one for each number of its first bytes that complete such a group, and whichever fits is copied. Lines
/// are broken while copying. So the result is, byte for byte, what encoding the joined text would give.
struct Base64Writer {
    private var column = 0
    private var carried: (UInt8, UInt8) = (0, 0)
    private var carriedCount = 0

    @inline(__always)
    mutating func append(_ bytes: UnsafeBufferPointer<UInt8>, to sink: inout ByteSink) {
        guard var next = bytes.baseAddress else { return }
        var count = bytes.count
        while carriedCount > 0 && count > 0 {
            complete(with: next.pointee, &sink)
            next += 1
            count -= 1
        }
        var groups = count / 3
        count -= groups * 3
        while groups > 0 {
            let fitting = min(groups, (Base64.lineCharacters - column) / 4)
            Base64.encode(next, groups: fitting, to: sink.room(fitting * 4 + 2))
            sink.advance(fitting * 4)
            next += fitting * 3
            groups -= fitting
            column += fitting * 4
            breakLine(&sink)
        }
        for index in 0..<count { carry(next[index]) }
    }

    /// A constant piece, which `PreparedText` has encoded for each phase.
    @inline(__always)
    mutating func append(_ constant: PreparedConstants.Constant, to sink: inout ByteSink) {
        // As many of its first bytes as the open group lacks.
        let lead = min((3 - carriedCount) % 3, constant.raw.count)
        for index in 0..<lead { complete(with: constant.raw[index], &sink) }
        guard carriedCount == 0 else { return }
        let encoded = lead == 0 ? constant.phases.0 : lead == 1 ? constant.phases.1 : constant.phases.2
        copy(encoded, &sink)
        let tail = lead + encoded.count / 4 * 3
        for index in tail..<constant.raw.count { carry(constant.raw[index]) }
    }

    /// Completes the last group; the text ends with a line end of its own.
    mutating func finish(to sink: inout ByteSink) {
        if carriedCount > 0 {
            let rest = carriedCount == 1 ? [carried.0] : [carried.0, carried.1]
            sink.append(Base64.padded(rest))
            column += 4
        }
        if column > 0 { sink.append("\r\n") }
        column = 0
        carriedCount = 0
    }

    @inline(__always)
    private mutating func copy(_ encoded: UnsafeBufferPointer<UInt8>, _ sink: inout ByteSink) {
        guard var source = encoded.baseAddress else { return }
        var left = encoded.count
        // Lines and their ends, written through one pointer.
        let start = sink.room(left + (left / Base64.lineCharacters + 2) * 2)
        var out = start
        while left > 0 {
            let fitting = min(left, Base64.lineCharacters - column)
            out.update(from: source, count: fitting)
            out += fitting
            source += fitting
            left -= fitting
            column += fitting
            if column == Base64.lineCharacters {
                out[0] = 0x0D
                out[1] = 0x0A
                out += 2
                column = 0
            }
        }
        sink.advance(out - start)
    }

    @inline(__always)
    private mutating func complete(with byte: UInt8, _ sink: inout ByteSink) {
        carry(byte)
        guard carriedCount == 0 else { return }
        withUnsafeBytes(of: (carried.0, carried.1, byte)) { group in
            guard let source = group.baseAddress?.assumingMemoryBound(to: UInt8.self) else { return }
            Base64.encode(source, groups: 1, to: sink.room(6))
        }
        sink.advance(4)
        column += 4
        breakLine(&sink)
    }

    @inline(__always)
    private mutating func carry(_ byte: UInt8) {
        switch carriedCount {
        case 0: carried.0 = byte
        case 1: carried.1 = byte
        default: break
        }
        carriedCount = carriedCount == 2 ? 0 : carriedCount + 1
    }

    @inline(__always)
    private mutating func breakLine(_ sink: inout ByteSink) {
        guard column == Base64.lineCharacters else { return }
        sink.append("\r\n")
        column = 0
    }
}

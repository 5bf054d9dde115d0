/// Numbers out of bytes that nobody vouches for: every read is checked.
package struct LittleEndian {
    package let bytes: ArraySlice<UInt8>

    package init(_ bytes: [UInt8]) {
        self.bytes = bytes[...]
    }

    package init(_ bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
    }

    package var count: Int { bytes.count }

    private func integer(at offset: Int, width: Int) -> UInt64? {
        guard offset >= 0, offset <= bytes.count, bytes.count - offset >= width else { return nil }
        var value: UInt64 = 0
        for index in (0..<width).reversed() {
            value = value << 8 | UInt64(bytes[bytes.startIndex + offset + index])
        }
        return value
    }

    package func u8(_ offset: Int) -> UInt8? { integer(at: offset, width: 1).map(UInt8.init(truncatingIfNeeded:)) }
    package func u16(_ offset: Int) -> Int? { integer(at: offset, width: 2).map(Int.init(truncatingIfNeeded:)) }
    package func u32(_ offset: Int) -> Int? { integer(at: offset, width: 4).map(Int.init(truncatingIfNeeded:)) }
    package func u64(_ offset: Int) -> UInt64? { integer(at: offset, width: 8) }

    /// The bytes of a range, or `nil` when it leaves the data.
    package func slice(_ offset: Int, _ count: Int) -> ArraySlice<UInt8>? {
        guard offset >= 0, count >= 0, offset <= bytes.count, bytes.count - offset >= count else { return nil }
        let start = bytes.startIndex + offset
        return bytes[start..<start + count]
    }
}

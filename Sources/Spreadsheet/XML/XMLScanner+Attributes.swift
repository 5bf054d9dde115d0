import Glibc

extension XMLScanner {
    /// Calls `body` with the full name and the raw value of each attribute of the current start token.
    @inline(__always)
    func forEachAttribute(
        _ body: (UnsafeBufferPointer<UInt8>, UnsafeBufferPointer<UInt8>) -> Void
    ) throws(XMLFault) {
        var at = attributesStart
        while true {
            while at < attributesEnd, at[0] <= 0x20 { at += 1 }
            if at >= attributesEnd { return }
            let name = at
            while at < attributesEnd, at[0] != UInt8(ascii: "="), at[0] > 0x20 { at += 1 }
            let nameCount = at - name
            while at < attributesEnd, at[0] <= 0x20 { at += 1 }
            guard at < attributesEnd, at[0] == UInt8(ascii: "=") else { throw .malformed }
            at += 1
            while at < attributesEnd, at[0] <= 0x20 { at += 1 }
            guard at < attributesEnd, at[0] == UInt8(ascii: "\"") || at[0] == UInt8(ascii: "'"),
                let found = memchr(at + 1, Int32(at[0]), attributesEnd - at - 1)
            else { throw .malformed }
            let close = Bytes(found.assumingMemoryBound(to: UInt8.self))
            body(
                UnsafeBufferPointer(start: name, count: nameCount),
                UnsafeBufferPointer(start: at + 1, count: close - at - 1))
            at = close + 1
        }
    }

    /// The raw value of the attribute with exactly this name.
    func rawAttribute(_ name: StaticString) throws(XMLFault) -> UnsafeBufferPointer<UInt8>? {
        var result: UnsafeBufferPointer<UInt8>?
        try forEachAttribute { found, value in
            if found.count == name.utf8CodeUnitCount, let base = found.baseAddress,
                memcmp(base, name.utf8Start, found.count) == 0
            {
                result = value
            }
        }
        return result
    }

    /// The decoded value of the attribute with exactly this name.
    func attribute(_ name: StaticString) throws(XMLFault) -> String? {
        guard let raw = try rawAttribute(name) else { return nil }
        return try Self.string(raw)
    }

    /// The decoded value of an attribute with this name and any prefix, such as `r:id`.
    func prefixedAttribute(_ name: StaticString) throws(XMLFault) -> String? {
        var result: UnsafeBufferPointer<UInt8>?
        let wanted = name.utf8CodeUnitCount
        try forEachAttribute { found, value in
            guard found.count > wanted, let base = found.baseAddress else { return }
            let local = base + (found.count - wanted)
            if local[-1] == UInt8(ascii: ":"), memcmp(local, name.utf8Start, wanted) == 0 { result = value }
        }
        guard let result else { return nil }
        return try Self.string(result)
    }

    /// The value of an attribute that is a boolean of XML Schema; `false` when it is absent.
    func flag(_ name: StaticString) throws(XMLFault) -> Bool {
        guard let raw = try rawAttribute(name) else { return false }
        return raw.count == 1 ? raw[0] == UInt8(ascii: "1") : raw.elementsEqual("true".utf8)
    }

    static func string(_ raw: UnsafeBufferPointer<UInt8>) throws(XMLFault) -> String {
        guard let base = raw.baseAddress else { return "" }
        let memory = UnsafeMutablePointer<UInt8>.allocate(capacity: max(1, raw.count))
        defer { memory.deallocate() }
        let count = try XMLText.decode(base, count: raw.count, into: memory, escapes: false)
        return String(decoding: UnsafeBufferPointer(start: memory, count: count), as: UTF8.self)
    }
}

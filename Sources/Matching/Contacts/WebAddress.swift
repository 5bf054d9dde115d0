/// Takes a typed web address apart.
enum WebAddress {
    typealias Bytes = UnsafeBufferPointer<UInt8>

    static func read(_ text: Bytes) -> WebDomain? {
        let word = firstWord(text)
        let (begin, isSecure) = scheme(word)
        var end = begin
        while end < word.count, !isSlash(word[end]), word[end] != 0x3F, word[end] != 0x23 { end += 1 }
        if word[begin..<end].contains(0x40) { return nil }
        var stop = begin
        while stop < end, word[stop] != 0x3A { stop += 1 }
        while stop > begin, word[stop - 1] == 0x2E { stop -= 1 }
        let typed = Bytes(rebasing: word[begin..<stop])
        let path = path(Bytes(rebasing: word[end...]))
        if typed.allSatisfy({ $0 < 0x80 }) { return domain(typed, path, isSecure) }
        // Other scripts have lower case of their own, which may be longer.
        var lower = String(decoding: typed, as: UTF8.self).lowercased()
        return lower.withUTF8 { domain($0, path, isSecure) }
    }

    /// `typed` is the host as typed, with `www.`.
    private static func domain(_ typed: Bytes, _ path: Bytes, _ isSecure: Bool) -> WebDomain? {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 8 + typed.count + path.count) { out in
            var count = 0
            func write(_ byte: UInt8) {
                out[count] = byte
                count += 1
            }
            let prefix: StaticString = isSecure ? "https://" : "http://"
            prefix.withUTF8Buffer { for byte in $0 { write(byte) } }
            let start = count
            for byte in typed { write(lower(byte)) }
            let whole = Bytes(rebasing: out[start..<count])
            let host = Bytes(rebasing: whole[lengthOfWWW(whole)...])
            guard HostName.isValid(host), let registrable = PublicSuffixes.registrable(of: host) else { return nil }
            for byte in path { write(byte == 0x5C ? 0x2F : byte) }
            return WebDomain(host: host, registrable: registrable, url: Bytes(rebasing: out[..<count]))
        }
    }

    /// What stands before the first separator, without quotes around it.
    private static func firstWord(_ text: Bytes) -> Bytes {
        var start = 0
        while start < text.count, opens(text[start]) { start += 1 }
        var end = start
        while end < text.count, !separates(text[end]) { end += 1 }
        return Bytes(rebasing: text[start..<end])
    }

    private static func opens(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x20, 0x22, 0x27, 0x28, 0x3C, 0x5B: true
        default: false
        }
    }

    private static func separates(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x20, 0x22, 0x27, 0x29, 0x2C, 0x3B, 0x3C, 0x3E, 0x5D, 0x7C: true
        default: false
        }
    }

    private static let schemes = WordSet([
        "http", "https", "htp", "htps", "hhtp", "hhtps", "httpss", "ttp", "ttps", "",
    ])

    /// Where the host begins after "https://" and its common misspellings ("http:/", "http//", "htp://"), and which scheme
    /// was meant.
    private static func scheme(_ word: Bytes) -> (begin: Int, isSecure: Bool) {
        guard let slash = word.prefix(9).firstIndex(where: isSlash) else { return (0, true) }
        return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 9) { name in
            var count = 0
            for byte in word[..<slash] where byte != 0x3A && byte != 0x3B {
                name[count] = lower(byte)
                count += 1
            }
            guard schemes.contains(Bytes(rebasing: name[..<count])) else { return (0, true) }
            var begin = slash
            while begin < word.count, isSlash(word[begin]) { begin += 1 }
            return (begin, count == 0 || name[count - 1] == 0x73)
        }
    }

    private static func lengthOfWWW(_ host: Bytes) -> Int {
        guard host.first == 0x77, let dot = host.prefix(5).firstIndex(of: 0x2E) else { return 0 }
        // www. www2. ww. wwww.
        for i in 1..<max(1, dot) where host[i] != 0x77 && !(i == 3 && host[i] == 0x32) { return 0 }
        return dot >= 2 ? dot + 1 : 0
    }

    private static func path(_ rest: Bytes) -> Bytes {
        var end = 0
        while end < rest.count, rest[end] != 0x3F, rest[end] != 0x23 { end += 1 }
        while end > 0, isSlash(rest[end - 1]) { end -= 1 }
        return Bytes(rebasing: rest[..<end])
    }

    /// Backslashes are meant as slashes.
    private static func isSlash(_ byte: UInt8) -> Bool { byte == 0x2F || byte == 0x5C }

    @inline(__always)
    private static func lower(_ byte: UInt8) -> UInt8 { byte >= 0x41 && byte <= 0x5A ? byte | 0x20 : byte }
}

/// Host names as RFC 1035 and IDNA write them, in lower-case UTF-8.
enum HostName {
    typealias Bytes = UnsafeBufferPointer<UInt8>

    /// At least two labels, each of 1–63 octets without a hyphen at its ends, the last one not a number.
    static func isValid(_ host: Bytes) -> Bool {
        guard host.count <= 253 else { return false }
        var labels = 0
        var start = 0
        while true {
            var end = start
            var isASCII = true
            while end < host.count, host[end] != 0x2E {
                if host[end] >= 0x80 {
                    isASCII = false
                } else if !isLabelByte(host[end]) {
                    return false
                }
                end += 1
            }
            guard (1...63).contains(end - start), host[start] != 0x2D, host[end - 1] != 0x2D else { return false }
            if !isASCII && !isInternational(Bytes(rebasing: host[start..<end])) { return false }
            labels += 1
            if end == host.count { return labels >= 2 && isTop(Bytes(rebasing: host[start...]), isASCII: isASCII) }
            start = end + 1
        }
    }

    /// Where the label that ends before the offset begins.
    static func label(of host: Bytes, before end: Int) -> Int {
        var start = end
        while start > 0, host[start - 1] != 0x2E { start -= 1 }
        return start
    }

    @inline(__always)
    private static func isLabelByte(_ byte: UInt8) -> Bool {
        byte >= 0x61 && byte <= 0x7A || byte >= 0x30 && byte <= 0x39 || byte == 0x2D
    }

    private static func isTop(_ top: Bytes, isASCII: Bool) -> Bool {
        if isASCII {
            return top.count >= 2 && top.allSatisfy { $0 >= 0x61 && $0 <= 0x7A } || top.starts(with: "xn--".utf8)
        }
        let scalars = String(decoding: top, as: UTF8.self).unicodeScalars
        return scalars.count >= 2 && scalars.allSatisfy { $0.properties.isAlphabetic }
    }

    private static func isInternational(_ label: Bytes) -> Bool {
        String(decoding: label, as: UTF8.self).unicodeScalars.allSatisfy { scalar in
            let properties = scalar.properties
            return scalar.isASCII || properties.isAlphabetic || properties.numericType == .decimal
                || properties.generalCategory == .nonspacingMark
        }
    }
}

/// Where a registration begins: the rules of public suffixes, reduced to what holds for nearly every country.
enum PublicSuffixes {
    /// Under a country's ending these labels are not names but kinds: com.sa, co.uk, ac.ae, or.jp …
    private static let secondLevels = WordSet([
        "com", "net", "org", "gov", "edu", "mil", "med", "pub", "sch", "co", "ac", "or", "ne", "go", "gob", "gouv",
        "govt",
        "ltd", "plc", "info", "biz", "name", "pro", "web", "gen", "firm", "ind", "nhs", "nic", "school", "eng", "law",
    ])
    /// Pairs of one country that the general rule lacks.
    private static let more = WordSet([
        "me.uk", "police.uk", "k12.tr", "bel.tr", "av.tr", "dr.tr", "geek.nz", "id.au", "asn.au",
    ])

    /// Offset of the part of a valid host that is bought as one; `nil` when the host is itself only a suffix.
    static func registrable(of host: HostName.Bytes) -> Int? {
        let top = HostName.label(of: host, before: host.count)
        guard top > 0 else { return nil }
        let second = HostName.label(of: host, before: top - 1)
        guard host.count - top == 2, isSuffix(host, second, top) else { return second }
        return second == 0 ? nil : HostName.label(of: host, before: second - 1)
    }

    private static func isSuffix(_ host: HostName.Bytes, _ second: Int, _ top: Int) -> Bool {
        secondLevels.contains(HostName.Bytes(rebasing: host[second..<(top - 1)]))
            || more.contains(HostName.Bytes(rebasing: host[second...]))
    }
}

/// A website as evidence of who a company is.
public struct WebDomain: Hashable, Sendable {
    /// Lower-case, without `www.`.
    public let host: String
    /// The part that is bought as one: `example.com.sa` of `shop.example.com.sa`.
    public let registrable: String
    /// `scheme://host/path` with the scheme as typed, else https; no trailing slash, query or fragment.
    public let url: String
    /// A host where many companies have a page (facebook.com, salla.sa …): no evidence of who this is.
    public let isShared: Bool

    /// `nil` unless the text is a web address with a host of at least two labels under a top-level domain.
    public init?(_ text: String) {
        var s = Self.firstWord(text)[...]
        let scheme = Self.removeScheme(from: &s)
        let end = s.firstIndex { $0 == 0x2F || $0 == 0x3F || $0 == 0x23 } ?? s.endIndex
        var typed = Self.lowercased(s[..<end])
        if typed.contains(0x40) { return nil }
        if let colon = typed.firstIndex(of: 0x3A) { typed = typed[..<colon] }
        while typed.last == 0x2E { typed = typed.dropLast() }
        let host = Self.withoutWWW(typed)
        guard HostName.isValid(host), let registrable = PublicSuffixes.registrable(of: host) else { return nil }
        self.host = String(decoding: host, as: UTF8.self)
        self.registrable = registrable
        url = scheme + "://" + String(decoding: typed + Self.path(s[end...]), as: UTF8.self)
        isShared = SharedHosts.contains(host: self.host, registrable: registrable)
    }

    /// UTF-8 of what stands before the first separator, without quotes around it; backslashes are meant as slashes.
    private static func firstWord(_ text: String) -> [UInt8] {
        let isPlain = text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }
        let typed = isPlain ? text : String(FoldedText.clean(text).prefix { $0 != "،" && $0 != "؛" })
        let bytes = Array(typed.utf8)
        let start = bytes.drop { " \"'<([".utf8.contains($0) }
        let word = start.prefix { !" ,;|<>\"')]".utf8.contains($0) }
        return word.map { $0 == 0x5C ? 0x2F : $0 }
    }

    private static func lowercased(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        if bytes.allSatisfy({ $0 < 0x80 }) { return bytes.map { $0 >= 0x41 && $0 <= 0x5A ? $0 | 0x20 : $0 }[...] }
        return Array(String(decoding: bytes, as: UTF8.self).lowercased().utf8)[...]
    }

    private static let schemes: Set<String> = ["http", "https", "htp", "htps", "hhtp", "hhtps", "httpss", "ttp", "ttps", ""]

    /// Takes off "https://" and its common misspellings ("http:/", "http//", "htp://"), and says which scheme was meant.
    private static func removeScheme(from s: inout ArraySlice<UInt8>) -> String {
        guard let slash = s.prefix(9).firstIndex(of: 0x2F) else { return "https" }
        let head = lowercased(s[..<slash]).filter { $0 != 0x3A && $0 != 0x3B }
        let name = String(decoding: head, as: UTF8.self)
        guard schemes.contains(name) else { return "https" }
        s = s[slash...].drop { $0 == 0x2F }
        return name.isEmpty || name.hasSuffix("s") ? "https" : "http"
    }

    private static func withoutWWW(_ host: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        guard host.first == 0x77 else { return host }
        for prefix in ["www.", "www2.", "ww.", "wwww."] where host.starts(with: prefix.utf8) {
            return host.dropFirst(prefix.utf8.count)
        }
        return host
    }

    private static func path(_ rest: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        var path = rest.prefix { $0 != 0x3F && $0 != 0x23 }
        while path.last == 0x2F { path = path.dropLast() }
        return path
    }
}

/// Where a registration begins: the rules of public suffixes, reduced to what holds for nearly every country.
enum PublicSuffixes {
    /// Under a country's ending these labels are not names but kinds: com.sa, co.uk, ac.ae, or.jp …
    private static let secondLevels: Set<String> = [
        "com", "net", "org", "gov", "edu", "mil", "med", "pub", "sch", "co", "ac", "or", "ne", "go", "gob", "gouv", "govt",
        "ltd", "plc", "info", "biz", "name", "pro", "web", "gen", "firm", "ind", "nhs", "nic", "school", "eng", "law",
    ]
    /// Pairs of one country that the general rule lacks.
    private static let more: Set<String> = ["me.uk", "police.uk", "k12.tr", "bel.tr", "av.tr", "dr.tr", "geek.nz", "id.au", "asn.au"]

    /// `nil` when the host is itself only a suffix.
    static func registrable(of host: ArraySlice<UInt8>) -> String? {
        let labels = host.split(separator: 0x2E)
        guard labels.count >= 2 else { return nil }
        let top = labels[labels.count - 1]
        let second = labels[labels.count - 2]
        let isSuffix =
            top.count == 2
            && (secondLevels.contains(String(decoding: second, as: UTF8.self))
                || more.contains(String(decoding: second + [0x2E] + top, as: UTF8.self)))
        if isSuffix && labels.count < 3 { return nil }
        let first = labels[labels.count - (isSuffix ? 3 : 2)]
        return String(decoding: host[first.startIndex...], as: UTF8.self)
    }
}

/// Hosts that carry pages of many companies.
enum SharedHosts {
    static func contains(host: String, registrable: String) -> Bool {
        names.contains(registrable) || names.contains(host) || MailDirectory.isFree(registrable)
            || registrable.hasPrefix("google.") || registrable.hasPrefix("amazon.")
    }

    private static let names: Set<String> = [
        "facebook.com", "fb.com", "fb.me", "instagram.com", "twitter.com", "x.com", "t.co", "linkedin.com", "lnkd.in",
        "youtube.com", "youtu.be", "tiktok.com", "snapchat.com", "pinterest.com", "threads.net", "wa.me", "whatsapp.com",
        "t.me", "telegram.me", "telegram.org", "linktr.ee", "linkin.bio", "bio.link", "beacons.ai", "taplink.cc", "bit.ly",
        "tinyurl.com", "goo.gl", "g.page", "rb.gy", "maps.app.goo.gl", "business.site", "wixsite.com", "wix.com",
        "editorx.io", "wordpress.com", "blogspot.com", "blogger.com", "weebly.com", "webnode.com", "webnode.page",
        "jimdo.com", "jimdofree.com", "jimdosite.com", "strikingly.com", "squarespace.com", "godaddysites.com", "site123.me",
        "webflow.io", "carrd.co", "notion.site", "notion.so", "canva.site", "github.io", "gitlab.io", "netlify.app",
        "vercel.app", "pages.dev", "web.app", "firebaseapp.com", "herokuapp.com", "azurewebsites.net", "cloudfront.net",
        "myshopify.com", "shopify.com", "salla.sa", "salla.site", "zid.store", "zid.sa", "expandcart.com", "youcan.shop",
        "youcan.store", "matjrah.store", "maroof.sa", "haraj.com.sa", "opensooq.com", "noon.com", "alibaba.com",
        "made-in-china.com", "yellowpages.com.sa", "yellowpages-uae.com", "daleeli.com", "behance.net", "about.me",
        "medium.com", "substack.com", "eventbrite.com", "000webhostapp.com", "ucoz.com", "tripod.com", "angelfire.com",
        "dropbox.com", "sharepoint.com", "forms.gle", "crunchbase.com", "foursquare.com", "tripadvisor.com", "booking.com",
    ]
}

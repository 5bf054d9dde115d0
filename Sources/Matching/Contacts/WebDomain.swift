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
        var s = Substring(FoldedText.clean(text).replacing("\\", with: "/"))
        s = s.drop { " \"'<([".contains($0) }
        if let stop = s.firstIndex(where: { " ,;،؛|<>\"'\t)]".contains($0) }) { s = s[..<stop] }
        let scheme = Self.removeScheme(from: &s)
        let end = s.firstIndex { "/?#".contains($0) } ?? s.endIndex
        var typed = s[..<end].lowercased()
        if typed.contains("@") { return nil }
        if let colon = typed.firstIndex(of: ":") { typed = String(typed[..<colon]) }
        while typed.hasSuffix(".") { typed.removeLast() }
        let host = Self.withoutWWW(typed)
        guard HostName.isValid(Substring(host)), let registrable = PublicSuffixes.registrable(of: host) else { return nil }
        self.host = host
        self.registrable = registrable
        url = scheme + "://" + typed + Self.path(s[end...])
        isShared = SharedHosts.contains(host: host, registrable: registrable)
    }

    /// Takes off "https://" and its common misspellings ("http:/", "http//", "htp://"), and says which scheme was meant.
    private static func removeScheme(from s: inout Substring) -> String {
        guard let slash = s.firstIndex(of: "/") else { return "https" }
        let head = s[..<slash].lowercased()
        let name = head.filter { $0 != ":" && $0 != ";" }
        guard ["http", "https", "htp", "htps", "hhtp", "hhtps", "httpss", "ttp", "ttps", ""].contains(name) else {
            return "https"
        }
        s = s[slash...].drop { $0 == "/" }
        return name.isEmpty || name.hasSuffix("s") ? "https" : "http"
    }

    private static func withoutWWW(_ host: String) -> String {
        for prefix in ["www.", "www2.", "ww.", "wwww."] where host.hasPrefix(prefix) {
            return String(host.dropFirst(prefix.count))
        }
        return host
    }

    private static func path(_ rest: Substring) -> String {
        var path = rest.prefix { $0 != "?" && $0 != "#" }
        while path.hasSuffix("/") { path = path.dropLast() }
        return String(path)
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
    static func registrable(of host: String) -> String? {
        let labels = host.split(separator: ".")
        guard labels.count >= 2 else { return nil }
        let top = labels[labels.count - 1]
        let second = labels[labels.count - 2]
        let isSuffix =
            top.utf8.count == 2 && secondLevels.contains(String(second)) || more.contains("\(second).\(top)")
        if isSuffix {
            // "co.sa" can be bought where the country does not use it; alone it counts as a name of two labels only if short of one.
            return labels.count >= 3 ? labels.suffix(3).joined(separator: ".") : nil
        }
        return labels.suffix(2).joined(separator: ".")
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

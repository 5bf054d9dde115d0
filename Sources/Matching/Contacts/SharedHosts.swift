/// Hosts that carry pages of many companies.
enum SharedHosts {
    /// `start` is where the registrable part of the host begins.
    static func contains(_ host: HostName.Bytes, registrable start: Int) -> Bool {
        let registrable = HostName.Bytes(rebasing: host[start...])
        return names.contains(registrable) || (start > 0 && names.contains(host)) || MailDirectory.isFree(registrable)
            || registrable.starts(with: "google.".utf8) || registrable.starts(with: "amazon.".utf8)
    }

    private static let names = WordSet([
        "facebook.com", "fb.com", "fb.me", "instagram.com", "twitter.com", "x.com", "t.co", "linkedin.com", "lnkd.in",
        "youtube.com", "youtu.be", "tiktok.com", "snapchat.com", "pinterest.com", "threads.net", "wa.me",
        "whatsapp.com",
        "t.me", "telegram.me", "telegram.org", "linktr.ee", "linkin.bio", "bio.link", "beacons.ai", "taplink.cc",
        "bit.ly",
        "tinyurl.com", "goo.gl", "g.page", "rb.gy", "maps.app.goo.gl", "business.site", "wixsite.com", "wix.com",
        "editorx.io", "wordpress.com", "blogspot.com", "blogger.com", "weebly.com", "webnode.com", "webnode.page",
        "jimdo.com", "jimdofree.com", "jimdosite.com", "strikingly.com", "squarespace.com", "godaddysites.com",
        "site123.me",
        "webflow.io", "carrd.co", "notion.site", "notion.so", "canva.site", "github.io", "gitlab.io", "netlify.app",
        "vercel.app", "pages.dev", "web.app", "firebaseapp.com", "herokuapp.com", "azurewebsites.net", "cloudfront.net",
        "myshopify.com", "shopify.com", "salla.sa", "salla.site", "zid.store", "zid.sa", "expandcart.com",
        "youcan.shop",
        "youcan.store", "matjrah.store", "maroof.sa", "haraj.com.sa", "opensooq.com", "noon.com", "alibaba.com",
        "made-in-china.com", "yellowpages.com.sa", "yellowpages-uae.com", "daleeli.com", "behance.net", "about.me",
        "medium.com", "substack.com", "eventbrite.com", "000webhostapp.com", "ucoz.com", "tripod.com", "angelfire.com",
        "dropbox.com", "sharepoint.com", "forms.gle", "crunchbase.com", "foursquare.com", "tripadvisor.com",
        "booking.com",
    ])
}

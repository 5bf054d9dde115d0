/// What is known about addresses in general: providers that give one to anybody, and names of desks.
enum MailDirectory {
    /// A provider where anybody can have an address, or an access provider that gave one to each subscriber.
    static func isFree(_ domain: HostName.Bytes) -> Bool {
        if freeDomains.contains(domain) { return true }
        guard let dot = domain.firstIndex(of: 0x2E), domain.count - dot <= 7 else { return false }
        return freeBrands.contains(HostName.Bytes(rebasing: domain[..<dot]))
    }

    static func isRole(_ local: HostName.Bytes) -> Bool {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: longestRole) { name in
            var count = 0
            for byte in local where byte != 0x2E && byte != 0x2D && byte != 0x5F {
                if byte == 0x2B { break }
                if count == longestRole { return false }
                name[count] = byte
                count += 1
            }
            return roles.contains(HostName.Bytes(rebasing: name[..<count]))
        }
    }

    private static let longestRole = 16

    private static let freeDomains = WordSet([
        "gmail.com", "googlemail.com", "windowslive.com", "msn.com", "passport.com", "ymail.com", "rocketmail.com",
        "icloud.com", "me.com", "mac.com", "aol.com", "aim.com", "mail.com", "email.com", "usa.com", "mail.ru", "bk.ru",
        "list.ru", "inbox.ru", "inbox.com", "rambler.ru", "proton.me", "protonmail.com", "protonmail.ch", "pm.me",
        "tutanota.com", "tuta.io", "tuta.com", "fastmail.com", "fastmail.fm", "hushmail.com", "hey.com", "duck.com",
        "zoho.com", "zohomail.com", "qq.com", "163.com", "126.com", "sina.com", "foxmail.com", "naver.com",
        "rediffmail.com",
        "maktoob.com", "gawab.com", "ayna.com", "arabia.com", "naseej.com", "awalnet.net.sa", "saudi.net.sa",
        "sol.net.sa",
        "nesma.net.sa", "cyberia.net.sa", "shabakah.net.sa", "zajil.net", "gmx.net", "web.de", "t-online.de",
        "orange.fr",
        "free.fr", "laposte.net", "libero.it", "comcast.net", "verizon.net", "att.net", "btinternet.com",
        "emirates.net.ae",
        "eim.ae", "batelco.com.bh", "qatar.net.qa", "omantel.net.om", "wanadoo.jo", "link.net", "mailinator.com",
    ])

    /// Brands that run the same service under many country endings.
    private static let freeBrands = WordSet(["hotmail", "outlook", "live", "yahoo", "yandex", "gmx"])

    private static let roles = WordSet([
        "info", "information", "sales", "sale", "admin", "administrator", "contact", "contactus", "support", "help",
        "helpdesk", "office", "mail", "email", "hello", "hi", "marketing", "hr", "jobs", "job", "career", "careers",
        "cv",
        "recruitment", "recruiting", "hiring", "accounts", "account", "accounting", "finance", "billing", "invoice",
        "invoices", "purchase", "purchasing", "procurement", "tenders", "tender", "orders", "order", "booking",
        "bookings",
        "reservation", "reservations", "reception", "customerservice", "customercare", "care", "service", "services",
        "cs",
        "enquiry", "enquiries", "inquiry", "inquiries", "feedback", "complaints", "media", "press", "pr", "news",
        "newsletter", "noreply", "donotreply", "postmaster", "webmaster", "hostmaster", "abuse", "security", "it",
        "legal",
        "team", "general", "main", "company", "business", "bd", "projects", "operations", "ops", "logistics", "export",
        "import", "training", "partners", "partnership", "partnerships", "events", "store", "shop", "web", "website",
    ])
}

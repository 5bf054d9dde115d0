import Matching
import Testing

struct AddressTests {
    @Test(arguments: [
        ("Info@Example.COM.sa", "info@example.com.sa"), (" mailto:a.b@x.sa ", "a.b@x.sa"),
        ("Ali <ali@x.sa>", "ali@x.sa"),
        ("mailto:a@x.sa?subject=Hi", "a@x.sa"), ("a+tag@x.co", "a+tag@x.co"), ("\u{200F}a@x.sa\u{200E}", "a@x.sa"),
        ("a@x.sa.", "a@x.sa"), ("a@شركة.السعودية", "a@شركة.السعودية"), ("ａ@x.sa", "a@x.sa"), ("\"a@x.sa\"", "a@x.sa"),
        ("«a@x.sa»", "a@x.sa"),
        ("o'neil@x.ie", "o'neil@x.ie"),
        ("a@xn--mgbah1a3hjkrd.xn--mgberp4a5d4ar", "a@xn--mgbah1a3hjkrd.xn--mgberp4a5d4ar"),
    ])
    func `an address comes to one form`(typed: String, normal: String) {
        #expect(EmailAddress(typed)?.normalized == normal)
    }

    @Test(arguments: [
        "", "@", "a@", "@x.sa", "a@x", "a b@x.sa", "a..b@x.sa", ".a@x.sa", "a.@x.sa", "a@-x.sa", "a@x-.sa", "a@x..sa",
        "a@x.123", "a@b@x.sa", "علي@x.sa", "a@x_y.sa", "لا يوجد", "a@10.0.0.1",
        String(repeating: "a", count: 65) + "@x.sa", "a@" + String(repeating: "b", count: 64) + ".sa",
        "a@" + String(repeating: "b.", count: 130) + "sa",
    ])
    func `what is no address is refused`(typed: String) {
        #expect(EmailAddress(typed) == nil)
    }

    @Test func `desks and free providers are marked`() {
        #expect(EmailAddress("info@x.sa")?.isRole == true)
        #expect(EmailAddress("customer.service@x.sa")?.isRole == true)
        #expect(EmailAddress("fahad@x.sa")?.isRole == false)
        #expect(EmailAddress("a@gmail.com")?.isFreeMail == true)
        #expect(EmailAddress("a@yahoo.com.sa")?.isFreeMail == true)
        #expect(EmailAddress("a@hotmail.co.uk")?.isFreeMail == true)
        #expect(EmailAddress("a@live-events-company.sa")?.isFreeMail == false)
        #expect(EmailAddress("a@x.sa")?.domain == "x.sa")
    }

    @Test func `the addresses of a cell are all found, and what is none is named`() {
        let cell = EmailAddress.all(in: "a@x.sa / B@x.sa; Ali <c@x.sa>, bad@@x, a@x.sa\nd@x.sa")
        #expect(cell.valid.map(\.normalized) == ["a@x.sa", "b@x.sa", "c@x.sa", "d@x.sa"])
        #expect(cell.invalid == ["bad@@x"])
        #expect(EmailAddress.all(in: "none").invalid == ["none"])
        #expect(EmailAddress.all(in: "  ").invalid.isEmpty)
    }

    @Test(arguments: [
        ("https://www.Example.com.sa/About/", "example.com.sa", "example.com.sa", "https://www.example.com.sa/About"),
        ("shop.example.com.sa", "shop.example.com.sa", "example.com.sa", "https://shop.example.com.sa"),
        ("http://x.sa:8080/?a=1#b", "x.sa", "x.sa", "http://x.sa"),
        ("www.x.co.uk", "x.co.uk", "x.co.uk", "https://www.x.co.uk"),
        ("http:\\\\x.net\\a", "x.net", "x.net", "http://x.net/a"), ("http//x.sa", "x.sa", "x.sa", "http://x.sa"),
        ("a.b.x.org", "a.b.x.org", "x.org", "https://a.b.x.org"),
        ("x.gov.sa", "x.gov.sa", "x.gov.sa", "https://x.gov.sa"),
        ("موقع.السعودية", "موقع.السعودية", "موقع.السعودية", "https://موقع.السعودية"),
        ("x.sa، y.sa", "x.sa", "x.sa", "https://x.sa"),
    ])
    func `a website comes to its registrable domain`(typed: String, host: String, registrable: String, url: String) {
        let domain = WebDomain(typed)
        #expect(domain?.host == host)
        #expect(domain?.registrable == registrable)
        #expect(domain?.url == url)
        #expect(domain?.isShared == false)
    }

    @Test(arguments: [
        "", "لا يوجد", "n/a", "a@x.sa", "x", "com.sa", "10.0.0.1", "055.123.4567", "http://", "-.sa", "..", "a_b.sa",
    ])
    func `what is no website is refused`(typed: String) {
        #expect(WebDomain(typed) == nil)
    }

    @Test(arguments: [
        "facebook.com/acme", "https://m.facebook.com/x", "acme.wixsite.com/a", "sites.google.com/x", "linktr.ee/x",
        "https://salla.sa/acme", "acme.zid.store", "instagram.com/x", "wa.me/966551234567", "gmail.com",
        "acme.blogspot.com",
    ])
    func `a host of many companies is marked`(typed: String) {
        #expect(WebDomain(typed)?.isShared == true)
    }

    @Test func `a LinkedIn page is of a person or of a company`() {
        let person = LinkedInAddress("https://sa.linkedin.com/in/Fahad-Ali/?trk=x")
        #expect(person?.url == "https://www.linkedin.com/in/fahad-ali")
        #expect(person?.isPerson == true)
        #expect(LinkedInAddress("linkedin.com/company/acme/")?.isCompany == true)
        #expect(LinkedInAddress("www.linkedin.com/feed")?.isPerson == false)
        #expect(LinkedInAddress("notlinkedin.com/in/x") == nil)
        #expect(LinkedInAddress("x.sa") == nil)
    }
}

import Matching
import Testing

struct CompanyMatcherTests {
    private func score(_ a: CompanyProfile, _ b: CompanyProfile, _ options: MatchOptions = MatchOptions()) -> Double {
        var matcher = CompanyMatcher(options: options)
        _ = matcher.add(a)
        _ = matcher.add(b)
        let resolution = matcher.resolve()
        if let match = resolution.target(of: 1) { return match.score }
        return resolution.possible.first.map { min($0.score, 0.849) } ?? 0
    }

    private func named(_ name: String, city: String = "الرياض", phones: [String] = []) -> CompanyProfile {
        CompanyProfile(nameAr: name, city: city, phones: phones)
    }

    @Test(arguments: [
        "مؤسسة زمزم الأصيلة للإنارة", "موسسه زمزم الاصيله للاناره", "مؤسسـة زَمْزَم الأصيلة للإنارة",
        "زمزم الأصيلة للإنارة", "زمزم الاصيله للانارة المحدودة",
        "الأصيلة زمزم للإنارة", "مؤسسة زمزم الأصيله للإناره ذ.م.م",
    ])
    func `a name is seen through hamza, taa marbuta, tatweel, diacritics, article, legal words and order`(name: String)
    {
        let phones = ["0551234567"]
        #expect(score(named("مؤسسة زمزم الأصيلة للإنارة", phones: phones), named(name, phones: phones)) >= 0.85)
    }

    @Test func `name likeness alone never decides`() {
        let a = CompanyProfile(nameAr: "شركة زمزم الأصيلة للإنارة", nameEn: "Zamzam Aseela Lighting")
        #expect(score(a, a) < 0.85)
        var options = MatchOptions()
        options.threshold = 0.5
        #expect(score(a, a, options) < 0.5)
    }

    @Test func `a rare name with the city decides, a common one does not`() {
        let rare = named("شركة زمزمية الخزامى المتقنة")
        #expect(score(rare, rare) >= 0.85)
        let common = named("مؤسسة محمد أحمد للتجارة", phones: ["0551234567"])
        let other = named("مؤسسة محمد سعود للتجارة", phones: ["0561234567"])
        #expect(score(common, other) < 0.85)
    }

    @Test func `a shared email, domain or phone outweighs a spelling`() {
        let a = CompanyProfile(nameAr: "شركة المياه الوطنية", city: "جدة", emails: ["Info@nwc.example"])
        let b = CompanyProfile(nameEn: "National Water Company", city: "الرياض", emails: ["mailto:info@NWC.example"])
        #expect(score(a, b) >= 0.85)
        let c = CompanyProfile(nameAr: "روابي نجد", domains: ["www.rawabi.com.sa"])
        let d = CompanyProfile(nameEn: "Hills Trading", domains: ["https://shop.rawabi.com.sa/ar"])
        #expect(score(c, d) >= 0.85)
        let e = CompanyProfile(nameAr: "سهول نجد", phones: ["0551234567"])
        let f = CompanyProfile(nameAr: "شركة سهول نجد للتجارة", phones: ["+966 55 123 4567"])
        #expect(score(e, f) >= 0.85)
    }

    @Test func `a phone shared by differently named companies is not enough`() {
        let a = named("مصنع الزيتونة للبلاستيك", phones: ["0114567890"])
        let b = named("مدارس الياسمين الأهلية", city: "جدة", phones: ["0114567890"])
        #expect(score(a, b) < 0.85)
    }

    @Test func `an email or domain of a free provider is no evidence`() {
        let a = CompanyProfile(nameAr: "مصنع الزيتونة", emails: ["x@gmail.com"])
        let b = CompanyProfile(nameEn: "Yasmin Schools", emails: ["x@gmail.com"])
        #expect(score(a, b) == 0)
        let c = CompanyProfile(nameAr: "مصنع الزيتونة", domains: ["https://facebook.com/a"])
        let d = CompanyProfile(nameEn: "Yasmin Schools", domains: ["https://facebook.com/a"])
        #expect(score(c, d) == 0)
    }

    @Test func `a key of more than three differently named companies is no evidence`() {
        let names = ["مصنع الزيتونة", "مدارس الياسمين", "فندق المروج", "مطاعم السنابل", "عيادات الشفاء"]
        var matcher = CompanyMatcher(options: MatchOptions())
        for name in names { _ = matcher.add(CompanyProfile(nameAr: name, emails: ["tax@accountant.sa"])) }
        _ = matcher.add(CompanyProfile(nameEn: "Olive Factory", emails: ["tax@accountant.sa"]))
        let resolution = matcher.resolve()
        #expect((0..<6).allSatisfy { resolution.target(of: $0) == nil })
    }

    @Test func `Arabic meets Latin by sound and meaning`() {
        let a = CompanyProfile(nameAr: "شركة القصيبي والنهدي للتجارة", city: "الخبر", people: ["محمد العتيبي"])
        let b = CompanyProfile(nameEn: "Gosaibi & Nahdi Trading Co.", city: "Khobar", people: ["Mohammed Al-Otaibi"])
        #expect(score(a, b) >= 0.85)
    }

    @Test func `city, sector and person contradict`() {
        let a = CompanyProfile(
            nameAr: "شركة السنابل الخضراء", city: "جدة", sector: "الزراعة", phones: ["0551111111", "0112345678"])
        let same = CompanyProfile(nameAr: "شركة السنابل الخضراء", city: "جدة", sector: "الزراعة")
        let other = CompanyProfile(
            nameAr: "شركة السنابل الخضراء", city: "تبوك", sector: "التعليم", phones: ["0562222222"])
        #expect(score(a, same) >= 0.85)
        #expect(score(a, other) < 0.85)
    }

    @Test func `rows resolve to the earliest of their cluster, with score and reasons`() throws {
        var matcher = CompanyMatcher(options: MatchOptions())
        let profile = CompanyProfile(nameAr: "شركة السنابل الخضراء", city: "جدة", emails: ["a@sanabel.sa"])
        for _ in 0..<4 { _ = matcher.add(profile) }
        let resolution = matcher.resolve()
        #expect(resolution.target(of: 0) == nil)
        for row in 1..<4 {
            let match = try #require(resolution.target(of: row))
            #expect(match.other == 0)
            #expect(match.score > 0.99)
            #expect(Set(match.reasons.map(\.kind)).isSuperset(of: [.sameEmail, .sameName, .sameCity]))
        }
    }

    @Test func `stored companies are targets and never merge with one another`() throws {
        var matcher = CompanyMatcher(options: MatchOptions())
        let profile = CompanyProfile(nameAr: "شركة السنابل الخضراء", city: "جدة", emails: ["a@sanabel.sa"])
        let row = matcher.add(profile)
        let stored = matcher.addExisting(profile)
        let twin = matcher.addExisting(profile)
        let resolution = matcher.resolve()
        let match = try #require(resolution.target(of: row))
        #expect(match.other == stored || match.other == twin)
        #expect(resolution.target(of: stored) == nil)
        #expect(resolution.target(of: twin) == nil)
    }

    @Test func `rows with ids of their own match stored companies only`() {
        var options = MatchOptions()
        options.mergesRows = false
        var matcher = CompanyMatcher(options: options)
        let profile = CompanyProfile(nameAr: "شركة السنابل الخضراء", city: "جدة", emails: ["a@sanabel.sa"])
        let first = matcher.add(profile)
        let second = matcher.add(profile)
        #expect(matcher.resolve().target(of: second) == nil)
        #expect(matcher.resolve().possible.count == 1)
        let stored = matcher.addExisting(profile)
        let resolution = matcher.resolve()
        #expect(resolution.target(of: first)?.other == stored)
        #expect(resolution.target(of: second)?.other == stored)
    }

    @Test func `a chain does not bring contradicting companies together`() {
        var matcher = CompanyMatcher(options: MatchOptions())
        _ = matcher.add(
            CompanyProfile(
                nameAr: "مصنع الزيتونة الذهبية", city: "الرياض", domains: ["zaytuna.sa"], phones: ["0551234567"]))
        _ = matcher.add(
            CompanyProfile(
                nameEn: "Golden Olive", emails: ["info@zaytuna.sa", "info@yasmin.sa"], phones: ["0551234567"]))
        _ = matcher.add(
            CompanyProfile(
                nameAr: "مدارس الياسمين الأهلية", city: "جدة", domains: ["yasmin.sa"], phones: ["0561234567"]))
        let resolution = matcher.resolve()
        #expect(resolution.root(of: 1) == 0)
        #expect(resolution.root(of: 2) == 2)
    }

    @Test func `the same rows give the same result, and a thrown error stops the run`() {
        struct Stop: Error {}
        var matcher = CompanyMatcher(options: MatchOptions())
        for profile in NoisyCompanies(rows: 300, seed: 5).profiles { _ = matcher.add(profile) }
        let (a, b) = (matcher.resolve(), matcher.resolve())
        #expect(
            (0..<300).allSatisfy {
                a.target(of: $0)?.score == b.target(of: $0)?.score && a.root(of: $0) == b.root(of: $0)
            })
        #expect(throws: Stop.self) { try matcher.resolve { _ in throw Stop() } }
    }

    @Test func `an empty matcher and empty profiles give nothing`() {
        var matcher = CompanyMatcher(options: MatchOptions())
        #expect(matcher.resolve().possible.isEmpty)
        for _ in 0..<50 { _ = matcher.add(CompanyProfile()) }
        let resolution = matcher.resolve()
        #expect((0..<50).allSatisfy { resolution.target(of: $0) == nil })
    }

    @Test func `stored match keys bring spellings together and stay few`() {
        let a = CompanyProfile(
            nameAr: "شركة زمزم الأصيلة الخزامى للإنارة", city: "جدة", emails: ["a@z.sa"], phones: ["0551234567"])
        let b = CompanyProfile(nameAr: "زمزم الاصيله الخزمى للاناره", city: "جدة")
        let keys = MatchKeys.keys(for: a)
        #expect(keys.count <= MatchKeys.maxKeys)
        #expect(keys.contains("e:a@z.sa") && keys.contains("p:+966551234567") && keys.contains("d:z.sa"))
        #expect(!Set(keys).isDisjoint(with: MatchKeys.keys(for: b)))
        let latin = CompanyProfile(nameEn: "Gosaibi Nahdi Trading", city: "Khobar")
        let arabic = CompanyProfile(nameAr: "القصيبي النهدي للتجارة", city: "الخبر")
        #expect(!Set(MatchKeys.keys(for: latin)).isDisjoint(with: MatchKeys.keys(for: arabic)))
    }
}

import Matching

/// Companies with known duplicates, noised as real lists are: words swapped, legal form or article dropped, one script
/// only, a branch added, a letter wrong, identifiers moved or missing; and traps: companies of one family, a switchboard
/// that several share, the accountant's address on a dozen.
struct NoisyCompanies {
    private(set) var profiles: [CompanyProfile] = []
    /// By row: the first row of the same company.
    private(set) var origin: [Int] = []
    private var random: SeededRandom

    private static let given = [
        ("مشاري", "Meshari"), ("عادل", "Adel"), ("بدر", "Badr"), ("حمد", "Hamad"), ("غازي", "Ghazi"),
        ("رشيد", "Rashid"),
        ("كامل", "Kamel"), ("منير", "Munir"), ("لؤي", "Loay"), ("باسم", "Basem"), ("عصام", "Essam"),
        ("هيثم", "Haitham"),
    ]
    private static let family = [
        ("السويلم", "Al-Suwailem"), ("الدباغ", "Al-Dabbagh"), ("الطيار", "Al-Tayyar"), ("الفارس", "Al-Faris"),
        ("المنصور", "Al-Mansour"), ("الخريجي", "Al-Khereiji"), ("الناغي", "Al-Naghi"), ("الربيعان", "Al-Rubayan"),
        ("الجفالي", "Al-Juffali"), ("الحمراني", "Al-Hamrani"), ("الزاهد", "Al-Zahid"), ("الشربتلي", "Al-Sharbatly"),
        ("المهيدب", "Al-Muhaidib"), ("السيف", "Al-Saif"), ("الصانع", "Al-Sanea"), ("العبيكان", "Al-Obeikan"),
    ]
    private static let brand = [
        ("روابي", "Rawabi"), ("سنابل", "Sanabel"), ("مروج", "Morooj"), ("أصداف", "Asdaf"), ("برق", "Barq"),
        ("ديار", "Diyar"),
        ("مرجان", "Murjan"), ("شموخ", "Shomookh"), ("غدير", "Ghadeer"), ("نسيم", "Naseem"), ("وتد", "Watad"),
        ("تلال", "Tilal"),
        ("فنار", "Fanar"), ("رحاب", "Rehab"), ("سحاب", "Sahab"), ("عبير", "Abeer"), ("مدى", "Mada"), ("كيان", "Kayan"),
    ]
    private static let activity = [
        ("للتجارة", "Trading"), ("للمقاولات", "Contracting"), ("للنقل", "Transport"), ("للأغذية", "Foods"),
        ("العقارية", "Real Estate"),
        ("للصيانة", "Maintenance"), ("للاستشارات", "Consulting"), ("الطبية", "Medical"), ("للسياحة", "Tourism"),
        ("للتقنية", "Technology"),
    ]
    private static let legal = ["شركة", "مؤسسة", "مصنع", "مجموعة", ""]
    private static let cities = ["الرياض", "جدة", "الدمام", "مكة المكرمة", "بريدة", "أبها", "تبوك", "الخبر"]
    private static let sectors = ["التجارة", "المقاولات", "النقل", "الأغذية", "العقار", "الصحة", "التقنية", ""]

    init(rows: Int, seed: UInt64) {
        random = SeededRandom(seed: seed)
        while profiles.count < rows {
            if profiles.count > 50 && random.chance(20) {
                let original = random.below(profiles.count)
                origin.append(origin[original])
                profiles.append(noisy(profiles[original]))
            } else {
                origin.append(profiles.count)
                profiles.append(company())
            }
        }
    }

    private mutating func company() -> CompanyProfile {
        let (g, f, b, b2) = (
            random.pick(Self.given), random.pick(Self.family), random.pick(Self.brand), random.pick(Self.brand)
        )
        let activity = random.pick(Self.activity)
        let core =
            switch random.below(3) {
            case 0: [g, random.pick(Self.given), f]
            case 1: [b, f, random.pick(Self.brand)]
            default: b == b2 ? [b, g] : [b, b2]
            }
        let number = random.below(1_000_000)
        let legal = random.pick(Self.legal)
        let domain = "\(core[0].1.lowercased())\(number).com.sa"
        return CompanyProfile(
            nameAr: ([legal] + core.map(\.0) + [activity.0]).filter { !$0.isEmpty }.joined(separator: " "),
            nameEn: random.chance(70) ? (core.map(\.1) + [activity.1]).joined(separator: " ") : "",
            city: random.pick(Self.cities), sector: random.pick(Self.sectors),
            domains: random.chance(60) ? ["www." + domain] : [], emails: email(domain, number), phones: phones(number),
            people: random.chance(60) ? [random.pick(Self.given).0 + " " + random.pick(Self.family).0] : [])
    }

    private mutating func email(_ domain: String, _ number: Int) -> [String] {
        switch random.below(10) {
        case 0: ["office@big-accountant.sa"]
        case 1, 2: ["c\(number)@gmail.com"]
        case 3, 4: []
        default: ["info@\(domain)"]
        }
    }

    private mutating func phones(_ number: Int) -> [String] {
        var phones = ["05" + String(10_000_000 + random.below(89_999_999))]
        // A switchboard of an office tower, or of a group of two or three.
        if random.chance(10) { phones.append("92000" + String(1000 + random.below(10))) }
        if random.chance(10) { phones.append("0114" + String(100_000 + number % 700)) }
        return phones
    }

    private mutating func noisy(_ original: CompanyProfile) -> CompanyProfile {
        var p = original
        p.nameAr = noisyName(p.nameAr)
        switch random.below(10) {
        case 0 where !p.nameEn.isEmpty: p.nameAr = ""
        case 1, 2, 3: p.nameEn = ""
        default: p.nameEn = random.chance(30) ? p.nameEn.uppercased() : p.nameEn
        }
        p.phones = p.phones.map { random.chance(50) ? "+966 " + $0.dropFirst() : $0 }
        if random.chance(50) { _ = p.phones.popLast() }
        p.emails = random.chance(40) ? [] : p.emails.map { $0.uppercased() }
        p.domains = random.chance(50) ? [] : p.domains.map { "https://" + $0 + "/ar?x=1" }
        if random.chance(30) { p.people = [] }
        if random.chance(20) { p.sector = "" }
        return p
    }

    private mutating func noisyName(_ name: String) -> String {
        var words = name.split(separator: " ").map(String.init)
        if words.isEmpty { return name }
        if words.count > 2, random.chance(20) { words.swapAt(1, 2) }
        if random.chance(25), let first = words.first, Self.legal.contains(first), words.count > 2 {
            words.removeFirst()
        }
        if random.chance(25) { words = words.map { $0.hasPrefix("ال") && $0.count > 4 ? String($0.dropFirst(2)) : $0 } }
        if random.chance(30) {
            let at = random.below(words.count)
            var letters = Array(words[at])
            if letters.count > 4 {
                letters.remove(at: 2 + random.below(letters.count - 3))
                words[at] = String(letters)
            }
        }
        if random.chance(15) { words += ["فرع", random.pick(Self.cities)] }
        if random.chance(15) { words.append("المحدودة") }
        return words.joined(separator: " ")
    }
}

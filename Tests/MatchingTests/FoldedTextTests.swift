import Foundation
import Matching
import Testing

struct FoldedTextTests {
    @Test(arguments: [
        ("إبراهيم", "ابراهيم"), ("آل", "ال"), ("مؤسسة", "موسسه"), ("شئون", "شيون"), ("مصطفى", "مصطفي"), ("بناء", "بنا"),
        ("شـــركة", "شركه"), ("مُحَمَّد", "محمد"), ("\u{200F}جدة\u{200E}", "جده"), ("a\u{A0}b", "a b"),
        ("٠١٢٣٤٥٦٧٨٩", "0123456789"),
        ("۰۱۲۳۴۵۶۷۸۹", "0123456789"), ("Al-Rajhi & Co., Ltd.", "al rajhi co ltd"), ("ذ.م.م", "ذ م م"),
        ("  a   b ", "a b"),
        ("ﺷﺮﻛﺔ", "شركه"), ("ＡＢＣ１２", "abc12"), ("Café Müller", "cafe muller"), ("Straße", "strasse"), ("ﷲ", "الله"),
        ("كافیه", "كافيه"),
        ("Sa’ad", "saad"), ("", ""), ("—", ""), ("گلف", "كلف"), ("İstanbul", "istanbul"),
    ])
    func `text is folded to one form`(typed: String, folded: String) {
        #expect(FoldedText.fold(typed) == folded)
    }

    @Test func `a text folds the same, looked up or decomposed`() {
        let ranges: [ClosedRange<UInt32>] = [0x20...0x5FF, 0x620...0x674, 0x700...0x7FF]
        for value in ranges.joined() {
            guard let scalar = Unicode.Scalar(value) else { continue }
            let text = "x" + String(Character(scalar)) + "y"
            // A Chinese sign has the whole text decomposed.
            #expect(FoldedText.fold(text + "水") == FoldedText.fold(text) + "水", "U+\(String(value, radix: 16))")
        }
    }

    @Test func `a clean or folded text stays as it is`() {
        for text in ["شركة الأفق للتجارة", "Café Müller", "a (b) – c…", "😀 中文"] {
            #expect(FoldedText.clean(text) == text)
            #expect(FoldedText.latinDigits(text) == text)
        }
        #expect(FoldedText.clean(" \u{FEFF}a\u{3000}\u{2009}b\u{AD}\u{85}") == "a b")
        #expect(FoldedText.latinDigits("٠٩ ۰۹ ０９") == "09 09 09")
    }

    @Test func `folding twice changes nothing more`() throws {
        for text in ["شركة الأفق الدَّولية", "Al-Ōtaibi №5", "ﻻ ﷺ", "½ ² Ⅳ"] {
            let once = FoldedText.fold(text)
            #expect(FoldedText.fold(once) == once)
        }
    }

    @Test(arguments: [
        ("  شركة\u{A0}\u{A0}الأفق \u{200F}", "شركة الأفق"), ("\u{202B}Acme\u{202C}  Co", "Acme Co"), ("plain", "plain"),
        ("أحمد", "أحمد"), ("a\tb\nc", "a b c"), ("\u{0}x\u{7}", "x"),
    ])
    func `cleaning keeps letters and case`(typed: String, clean: String) {
        #expect(FoldedText.clean(typed) == clean)
    }

    @Test func `sheet names are compared without spaces, lines, tatweel and case`() {
        #expect(FoldedText.sheetKey("Contact_Points") == FoldedText.sheetKey("contact-points "))
        #expect(FoldedText.sheetKey("بيانات التواصـل") == FoldedText.sheetKey("بياناتالتواصل"))
        #expect(FoldedText.latinDigits("٠٥٥ abc ۱２") == "055 abc 12")
    }

    @Test func `search keys hold words with and without the article, and drop legal words`() {
        let keys = SearchKeys.keys(for: ["شركة الأفق للتجارة المحدودة", "Horizon Trading Co. Ltd."])
        #expect(keys == ["الافق", "افق", "للتجاره", "تجاره", "horizon", "trading"])
        #expect(SearchKeys.keys(for: ["شركة"]) == ["شركه"])
        #expect(SearchKeys.query("الأُفق") == ["الافق"])
        #expect(SearchKeys.keys(for: [(0..<500).map { "w\($0)" }.joined(separator: " ")]).count <= 48)
    }

    @Test(.enabled(if: SharedFolder.has("corpora/text/blns.json"), "needs corpora/text"))
    func `no naughty string traps any reader`() throws {
        let data = try Data(contentsOf: SharedFolder.file("corpora/text/blns.json"))
        let strings = try JSONDecoder().decode([String].self, from: data)
        #expect(strings.count > 400)
        var matcher = CompanyMatcher(options: MatchOptions())
        for text in strings {
            readByAll(text)
            #expect(FoldedText.clean(FoldedText.clean(text)) == FoldedText.clean(text))
            _ = matcher.add(profileOfOnly(text))
        }
        let resolution = matcher.resolve()
        #expect(strings.indices.allSatisfy { resolution.root(of: $0) <= $0 })
    }

    @Test func `no random scalars trap any reader`() {
        var random = SeededRandom(seed: 11)
        var matcher = CompanyMatcher(options: MatchOptions())
        for _ in 0..<2000 {
            let text = randomText(&random)
            readByAll(text)
            _ = matcher.add(profileOfOnly(text))
        }
        #expect(matcher.resolve().target(of: -1) == nil)
        #expect(matcher.resolve().target(of: 5000) == nil)
    }

    private func readByAll(_ text: String) {
        _ = FoldedText.words(text)
        _ = FoldedText.sheetKey(text)
        _ = SearchKeys.query(text)
        _ = PhoneNumber.all(in: text)
        _ = EmailAddress.all(in: text)
        _ = WebDomain(text)
        _ = LinkedInAddress(text)
        _ = NameKey.personKey(text)
        _ = NameKey.similarity(text, "محمد")
        _ = MatchKeys.keys(for: profileOfOnly(text))
    }

    private func profileOfOnly(_ text: String) -> CompanyProfile {
        CompanyProfile(
            nameAr: text, nameEn: text, city: text, sector: text, region: text, domains: [text], emails: [text],
            phones: [text], people: [text], linkedIn: text)
    }

    private func randomText(_ random: inout SeededRandom) -> String {
        let ranges: [ClosedRange<UInt32>] = [0...0x7F, 0x600...0x6FF, 0x2000...0x206F, 0xFB50...0xFEFF, 0...0x10FFFF]
        var text = String.UnicodeScalarView()
        for _ in 0..<random.below(60) {
            let range = ranges[random.below(ranges.count)]
            let value = range.lowerBound + UInt32(random.below(Int(range.upperBound - range.lowerBound) + 1))
            if let scalar = Unicode.Scalar(value) { text.append(scalar) }
        }
        return String(text)
    }
}

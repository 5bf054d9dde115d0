import Foundation
import Matching
import Testing

struct NameKeyTests {
    @Test(arguments: [
        ("محمد العتيبي", "Mohammed Al-Otaibi"), ("عبدالله القحطاني", "Abdullah Al Qahtani"),
        ("عبد الرحمن الحربي", "Abdulrahman Alharbi"),
        ("فهد بن خالد الغامدي", "Fahad Khalid Al-Ghamdi"), ("د. سعود الشمري", "Dr. Saud Al-Shammari"),
        ("خالد يوسف", "Yousef Khalid"), ("نورة الدوسري", "Noura Aldosari"), ("طلال المطيري", "Talal Al Mutairi"),
        ("إبراهيم الصالح", "ابراهيم صالح"), ("أحمد علي", "علي احمد"), ("م. ماجد الزهراني", "Eng. Majed Al-Zahrani"),
    ])
    func `a name meets itself across script, order and title`(a: String, b: String) {
        #expect(NameKey.personKey(a) == NameKey.personKey(b))
        #expect(NameKey.similarity(a, b) > 0.75)
    }

    @Test(arguments: [
        ("محمد العتيبي", "خالد العتيبي"), ("Fahad Saleh", "Majed Saleh"), ("نورة القحطاني", "Sarah Al-Harbi"),
    ])
    func `different names stay apart`(a: String, b: String) {
        #expect(NameKey.personKey(a) != NameKey.personKey(b))
        #expect(NameKey.similarity(a, b) < 0.8)
    }

    @Test func `a text without letters has no key`() {
        #expect(NameKey.personKey("  - ").isEmpty)
        #expect(NameKey.similarity("", "محمد") == 0)
    }

    /// 15,898 pairs, a good part of them foreign names that Arabic writes in several ways.
    @Test(.enabled(if: SharedFolder.has("corpora/names/ar2en.txt"), "needs corpora/names"))
    func `most Arabic and Latin spellings of one name share the key`() throws {
        var total = 0
        var met = 0
        for line in try SharedFolder.lines("corpora/names/ar2en.txt") {
            let parts = line.split(separator: "\t")
            guard parts.count == 2 else { continue }
            total += 1
            if NameKey.personKey(String(parts[0])) == NameKey.personKey(String(parts[1])) { met += 1 }
        }
        print("Arabic and Latin pairs that share the key: \(met) of \(total)")
        #expect(total > 15_000)
        #expect(Double(met) / Double(total) > 0.8)
    }

    @Test(.enabled(if: SharedFolder.has("corpora/names/400-Arabic-Names.txt"), "needs corpora/names"))
    func `every real name has a key that a folded spelling keeps`() throws {
        for name in try SharedFolder.lines("corpora/names/400-Arabic-Names.txt") {
            #expect(!NameKey.personKey(name).isEmpty)
            #expect(NameKey.personKey(name) == NameKey.personKey(FoldedText.fold(name)))
        }
    }
}

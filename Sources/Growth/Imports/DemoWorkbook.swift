import Foundation
import Spreadsheet

/// A small workbook to try the import with: invented companies and people, a few of them twice, a few cells as people
/// really fill them. Every domain ends in `.example`, so that no mail can reach anybody.
public enum DemoWorkbook {
    public static let fileName = "شركات-تجريبية.xlsx"

    /// Replaces what is at `path`.
    public static func write(to path: URL) throws {
        let writer = try XLSXWriter(path: path.path)
        try writer.addSheet(name: "الشركات المستهدفة", rightToLeft: true)
        try writer.append(row: headers.map(OutCell.text))
        for row in rows { try writer.append(row: row.map(OutCell.text)) }
        try writer.close()
    }

    private static let headers = [
        "اسم الشركة", "الاسم بالإنجليزية", "النوع", "القطاع", "المدينة", "الهاتف", "البريد الإلكتروني",
        "الموقع الإلكتروني",
        "اسم المسؤول", "المسمى الوظيفي", "جوال المسؤول", "بريد المسؤول", "الأولوية", "رمز المندوب",
    ]

    /// Arabic and Latin name, kind, sector.
    private static let companies: [(String, String, String, String)] = [
        ("شركة أفق البناء للمقاولات", "Ufuq Construction", "شركة", "المقاولات"),
        ("مصنع الرواد للحديد", "Alrowad Steel", "مصنع", "الصناعة"),
        ("مؤسسة نخبة التوريدات", "Nukhba Supplies", "شركة", "التوريد"),
        ("مكتب ركاز للاستشارات الهندسية", "Rikaz Engineering", "مكتب هندسي", "الهندسة"),
        ("شركة سحاب لتقنية المعلومات", "Sahab Technology", "شركة", "التقنية"),
        ("مجمع شفاء الطبي", "Shifa Medical", "رعاية صحية", "الصحة"),
        ("مدارس غراس الأهلية", "Ghiras Schools", "تعليم", "التعليم"),
        ("جمعية عطاء الخيرية", "Ataa Charity", "جهة غير ربحية", "القطاع غير الربحي"),
        ("شركة درب النقل السريع", "Darb Logistics", "شركة", "النقل"),
        ("مصنع ندى للمياه", "Nada Water", "مصنع", "الأغذية"),
        ("شركة واحة التمور", "Waha Dates", "شركة", "الأغذية"),
        ("شركة بيان للتسويق", "Bayan Marketing", "شركة", "التسويق"),
        ("مصنع صفوة البلاستيك", "Safwa Plastics", "مصنع", "الصناعة"),
        ("شركة مدار الطاقة الشمسية", "Madar Solar", "شركة", "الطاقة"),
        ("شركة رواسي العقارية", "Rawasi Real Estate", "شركة", "العقار"),
        ("مكتب إتقان للمساحة", "Itqan Surveying", "مكتب هندسي", "الهندسة"),
        ("شركة لمسة للديكور", "Lamsa Interiors", "شركة", "المقاولات"),
        ("شركة حصن للأمن والسلامة", "Hisn Safety", "مورد", "السلامة"),
        ("شركة زاد للإعاشة", "Zad Catering", "شركة", "الأغذية"),
        ("مصنع متين للخرسانة", "Mateen Concrete", "مصنع", "الصناعة"),
        ("شركة نقاء للنظافة", "Naqaa Cleaning", "مورد", "الخدمات"),
        ("شركة أثير للاتصالات", "Atheer Telecom", "شركة", "التقنية"),
        ("مؤسسة يسر للمعدات", "Yusr Equipment", "مورد", "التوريد"),
        ("شركة جذور الزراعية", "Juthoor Agriculture", "شركة", "الزراعة"),
        ("معهد إدراك للتدريب", "Idrak Training", "تعليم", "التعليم"),
        ("شركة مرسى للخدمات البحرية", "Marsa Marine", "شركة", "النقل"),
        ("مصنع نسيج الشرق", "Naseej East", "مصنع", "الصناعة"),
        ("شركة قمة للمصاعد", "Qimma Elevators", "مورد", "المقاولات"),
        ("شركة ضوء للإنارة", "Dawa Lighting", "مورد", "التوريد"),
        ("عيادات بسمة لطب الأسنان", "Basma Dental", "رعاية صحية", "الصحة"),
        ("شركة وثاق للتأمين", "Withaq Insurance", "شركة", "المالية"),
        ("شركة ثمار المالية", "Thimar Capital", "شركة", "المالية"),
        ("مصنع عبق للعطور", "Abaq Perfumes", "مصنع", "التجزئة"),
        ("شركة رحال للسفر", "Rahhal Travel", "شركة", "السياحة"),
        ("فنادق مقام الضيافة", "Maqam Hospitality", "شركة", "السياحة"),
        ("شركة منار للنشر", "Manar Publishing", "شركة", "الإعلام"),
        ("شركة صدى للإنتاج", "Sada Productions", "شركة", "الإعلام"),
        ("مصنع كنف للأثاث", "Kanaf Furniture", "مصنع", "الصناعة"),
        ("شركة رمال للتعدين", "Rimal Mining", "شركة", "التعدين"),
        ("شركة نهج للاستشارات", "Nahj Consulting", "شركة", "الاستشارات"),
        ("مكتب سند للمحاماة", "Sanad Law", "شركة", "الاستشارات"),
        ("شركة تكوين للبرمجيات", "Takween Software", "شركة", "التقنية"),
        ("شركة حلول المسار", "Masar Solutions", "شركة", "التقنية"),
        ("مصنع وفرة للأعلاف", "Wafra Feed", "مصنع", "الزراعة"),
        ("شركة برق للتوصيل", "Barq Delivery", "شركة", "النقل"),
        ("شركة سقيا للري", "Suqya Irrigation", "مورد", "الزراعة"),
        ("مستشفى دار الندى", "Dar Alnada Hospital", "رعاية صحية", "الصحة"),
        ("شركة إعمار النخيل", "Imar Alnakheel", "شركة", "العقار"),
        ("شركة ميزان للقياس", "Mizan Instruments", "مورد", "التوريد"),
        ("مصنع شذى للتغليف", "Shatha Packaging", "مصنع", "الصناعة"),
        ("شركة طيف للدهانات", "Tayf Paints", "مورد", "المقاولات"),
        ("شركة عون للموارد البشرية", "Awn Human Resources", "شركة", "الخدمات"),
    ]

    private static let cities = [
        "الرياض", "جدة", "الدمام", "الخبر", "مكة المكرمة", "المدينة المنورة", "بريدة", "أبها", "تبوك",
    ]
    private static let areaCodes = ["011", "012", "013", "013", "012", "014", "016", "017", "014"]
    private static let people = [
        "نورة العتيبي", "سعد القحطاني", "ريم الشهري", "فهد الدوسري", "هند الزهراني", "خالد الحربي", "لمى الغامدي",
        "ماجد العنزي",
        "سارة المطيري", "تركي الشمري", "أمل السبيعي", "عبدالله البلوي", "منى العمري",
    ]
    private static let titles = [
        "مدير المشتريات", "الرئيس التنفيذي", "مديرة التسويق", "مدير المشاريع", "المدير المالي", "مدير تقنية المعلومات",
    ]
    private static let priorities = ["عالية", "متوسطة", "منخفضة", "متوسطة"]

    private static var rows: [[String]] {
        var rows = companies.indices.map(row)
        // As people fill cells: a number that lost a digit, an address without its end, two in one, a kind nobody knows.
        rows[6][5] = "050123"
        rows[11][6] = "info@"
        rows[14][6] += " / sales@rawasi-real-estate.example"
        rows[19][2] = "مصنع وتجارة"
        rows[23][5] = "٠١٦٣٨٠٠٢٤٦"
        rows[27][10] = "5.01234567E+8"
        rows[33][0] = ""
        rows[33][1] = ""
        return rows + repeated(rows)
    }

    private static func row(_ number: Int) -> [String] {
        let (arabic, latin, kind, sector) = companies[number]
        let city = number % cities.count
        let domain = latin.lowercased().replacing(" ", with: "-") + ".example"
        let digits = String(1_000_000 + number * 76_543 % 9_000_000)
        let hasPerson = number % 5 != 3
        return [
            arabic, latin, kind, sector, cities[city], areaCodes[city] + digits.prefix(7), "info@\(domain)",
            "www.\(domain)",
            hasPerson ? people[number % people.count] : "", hasPerson ? titles[number % titles.count] : "",
            hasPerson ? "05\(number % 6 + 3)\(digits.prefix(7))" : "",
            hasPerson ? "contact\(number + 1)@\(domain)" : "", priorities[number % priorities.count],
            "R-\(100 + number % 7)",
        ]
    }

    /// The same companies again, spelled otherwise or with something new, as lists from two sources bring them.
    private static func repeated(_ rows: [[String]]) -> [[String]] {
        var copies = [0, 4, 8, 13, 20, 30, 41, 47].map { rows[$0] }
        copies[0][0] = "افق البناء للمقاولات"
        copies[1][0] = "سحاب لتقنية المعلومات المحدودة"
        copies[2][8] = "وليد الرشيدي"
        copies[2][10] = "0557001122"
        copies[2][11] = "waleed@darb-logistics.example"
        copies[3][4] = ""
        copies[4][1] = "Naqaa Cleaning Co."
        copies[5][12] = ""
        copies[6][0] = "تكوين للبرمجيات"
        copies[7][0] = "إعمار النخيل"
        return copies
    }
}

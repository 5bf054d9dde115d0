import Store

extension ImportProblem {
    /// What is wrong and what to do, in one sentence, without the place.
    public func words(in language: Language) -> String {
        let text = language == .arabic ? Self.arabic[code] : Self.english[code]
        let shown = value.map { Self.quoted($0, language) } ?? ""
        return (text ?? code.rawValue).replacing("%@", with: shown)
    }

    /// The place in words: sheet, row, column.
    public func place(in language: Language) -> String {
        var parts: [String] = []
        let isArabic = language == .arabic
        if let sheet, !sheet.isEmpty {
            parts.append((isArabic ? "ورقة" : "sheet") + " " + Self.quoted(sheet, language))
        }
        if let row { parts.append((isArabic ? "صف" : "row") + " \(row)") }
        if let column {
            let name = header.map { " (\(Self.quoted($0, language)))" } ?? ""
            parts.append((isArabic ? "عمود" : "column") + " \u{2068}\(CellReference.letters(column))\u{2069}\(name)")
        }
        let place = parts.joined(separator: isArabic ? "، " : ", ")
        return place.prefix(1).uppercased() + place.dropFirst()
    }

    /// In the marks of the language, and so that its own direction of writing ends with it.
    private static func quoted(_ text: String, _ language: Language) -> String {
        language == .arabic ? "«\u{2068}\(text)\u{2069}»" : "“\u{2068}\(text)\u{2069}”"
    }

    /// Place and words, as errors.xlsx and the log of a run show them.
    public func sentence(in language: Language) -> String {
        let place = place(in: language)
        return place.isEmpty ? words(in: language) : "\(place): \(words(in: language))"
    }

    private static let arabic: [Code: String] = [
        .missingCompanyName: "اسم الشركة فارغ. اكتب الاسم بالعربية أو بالإنجليزية ثم أعد استيراد الصف.",
        .missingPersonName: "اسم الشخص فارغ. اكتب الاسم الكامل ثم أعد استيراد الصف.",
        .missingContactValue: "قيمة وسيلة التواصل فارغة أو غير صالحة %@. اكتب البريد أو الرقم ثم أعد استيراد الصف.",
        .missingService: "اسم الخدمة فارغ. اكتب الخدمة ثم أعد استيراد الصف.",
        .duplicateIDConflict:
            "المعرّف %@ مستخدم في صف سابق ببيانات مختلفة، فاعتُمد الصف الأول. صحّح المعرّف ثم أعد استيراد الصف.",
        .orphanContactPoint: "لا توجد شركة ولا شخص بالمعرّف %@. صحّح المعرّف أو أضف صاحبه إلى الملف.",
        .orphanService: "لا توجد شركة بالمعرّف %@. صحّح المعرّف أو أضف الشركة إلى الملف.",
        .tooManyValues: "في الخلية أكثر من سبع قيم. وزّع القيم على صفوف أو أعمدة.",
        .rowTooWide: "أعمدة التواصل أكثر من 32 عمودا. قلّل الأعمدة المربوطة بوسائل التواصل.",
        .invalidEmail: "البريد الإلكتروني %@ غير صالح فلم يُستورد. صحّحه في المعاينة أو في الملف.",
        .invalidPhone: "الرقم %@ ليس رقم هاتف صالحا، فيُحفظ كما هو. راجعه.",
        .invalidWebsite: "الموقع %@ ليس عنوانا صالحا، فيُحفظ كما هو. راجعه.",
        .invalidScore: "الدرجة %@ ليست رقما فتُركت فارغة. اكتب رقما من 0 إلى 100.",
        .unknownWord: "القيمة %@ غير معروفة في هذا العمود، فتُحفظ «غير معروف».",
        .unknownBasis: "الأساس النظامي %@ غير معروف، فيُحفظ «غير ذلك».",
        .invalidDate: "%@ ليس تاريخا على هيئة 2026-11-25 فتُرك، ويُعتمد تاريخ الاستيراد.",
        .storedConsentKept:
            "صاحب وسيلة التواصل رفض المراسلة أو سحب موافقته من قبل، فلا يُلغي الملف رفضه. إن وافق من جديد فسجّل موافقته في صفحة وسيلة التواصل.",
        .errorCell: "في الخلية خطأ من برنامج الجداول %@، فعُدّت فارغة.",
        .normalizedValueDiffers: "القيمة الموحّدة في الملف %@ تخالف ما حسبه البرنامج، فاعتُمد حساب البرنامج.",
        .personWithoutCompany: "لم تُعرف شركة هذا الشخص، فأُضيف بلا شركة. اربطه بشركته من صفحته.",
        .storedValueKept: "في السجل قيمة أخرى غير %@، فبقيت القيمة المحفوظة.",
        .nameFromEnglish: "اسم الشركة بالعربية فارغ، فاستُخدم الاسم الإنجليزي.",
        .hiddenRows: "في الورقة صفوف مخفية، وستُستورد مع غيرها.",
        .hiddenSheet: "الورقة مخفية، ولن تُستورد إلا إذا اخترتها.",
        .unknownColumns: "أعمدة لم تُعرف %@، وستُحفظ مع السجل كما هي.",
        .summaryDiffers: "أعداد ورقة الملخص تخالف عدد الصفوف %@. تأكد أن الملف كامل.",
        .sharedKey: "القيمة %@ مشتركة بين شركات كثيرة، فلم تُعتمد دليلا على التكرار.",
    ]

    private static let english: [Code: String] = [
        .missingCompanyName: "The company has no name. Fill in the Arabic or English name and import the row again.",
        .missingPersonName: "The person has no name. Fill in the full name and import the row again.",
        .missingContactValue:
            "The contact value is empty or not valid %@. Fill in the address or number and import the row again.",
        .missingService: "The service has no name. Fill it in and import the row again.",
        .duplicateIDConflict:
            "The id %@ stands in an earlier row with other data; the first row was taken. Correct the id and import the row again.",
        .orphanContactPoint: "No company or person has the id %@. Correct the id or add its owner to the file.",
        .orphanService: "No company has the id %@. Correct the id or add the company to the file.",
        .tooManyValues: "The cell holds more than seven values. Spread them over rows or columns.",
        .rowTooWide: "More than 32 columns are mapped to contact points. Map fewer of them.",
        .invalidEmail: "%@ is not a valid email address and was left out. Correct it in the preview or in the file.",
        .invalidPhone: "%@ is not a valid phone number; it was kept as it is. Please check it.",
        .invalidWebsite: "%@ is not a valid web address; it was kept as it is. Please check it.",
        .invalidScore: "The score %@ is not a number and was left empty. Use a number from 0 to 100.",
        .unknownWord: "%@ is not a known value of this column; “unknown” was stored.",
        .unknownBasis: "%@ is not a known legal basis; “other” was stored.",
        .invalidDate: "%@ is not a date like 2026-11-25 and was left out; the day of the import stands in.",
        .storedConsentKept:
            "Contact was refused or consent withdrawn before; a file does not undo that. If consent was given anew, record it on the contact point's page.",
        .errorCell: "The cell holds a spreadsheet error %@ and counts as empty.",
        .normalizedValueDiffers: "The file's normalised value %@ differs from ours; ours was taken.",
        .personWithoutCompany:
            "This person's company is not known; the person was added without one. Link it on the person's page.",
        .storedValueKept: "The record has another value than %@; the stored one was kept.",
        .nameFromEnglish: "The Arabic name is empty; the English one stands in.",
        .hiddenRows: "The sheet has hidden rows; they are imported with the others.",
        .hiddenSheet: "The sheet is hidden; it is imported only if you choose it.",
        .unknownColumns: "Columns not recognised %@; they are kept with the record as they are.",
        .summaryDiffers: "The summary sheet's counts differ from the rows %@. Check that the file is complete.",
        .sharedKey: "%@ is shared by many companies and was not taken as evidence of a duplicate.",
    ]
}

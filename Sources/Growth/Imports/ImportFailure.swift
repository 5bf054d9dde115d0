import Spreadsheet
import Store

/// Why a file cannot be imported, in words: what is wrong and what to do.
public enum ImportFailure {
    public static func words(for error: any Error, in language: Language) -> String {
        let (arabic, english) = sentences(for: error)
        return language == .arabic ? arabic : english
    }

    private static func sentences(for error: any Error) -> (String, String) {
        switch error {
        case let error as SpreadsheetError: sentences(for: error)
        case let error as ImportError: sentences(for: error)
        case let error as MappingError: sentences(for: error)
        case StoreError.diskFull:
            (
                "امتلأ القرص. فرّغ مساحة ثم استأنف عملية الاستيراد.",
                "The disk is full. Free some space, then resume the import."
            )
        default:
            (
                "تعذّر إكمال الاستيراد. استأنفه، وإن تكرر الخطأ فراجع سجل الخادم.",
                "The import could not be completed. Resume it; if it fails again, see the server's log."
            )
        }
    }

    private static func sentences(for error: ImportError) -> (String, String) {
        switch error {
        case .fileGone:
            (
                "الملف لم يعد موجودا؛ تُحفظ الملفات 24 ساعة. ارفعه مرة أخرى.",
                "The file is no longer here; files are kept for 24 hours. Upload it again."
            )
        case .previewGone:
            (
                "تغيّر الملف أو الربط بعد المعاينة. اعرض المعاينة مرة أخرى ثم نفّذ الاستيراد.",
                "The file or its mapping changed after the preview. Preview it again, then import."
            )
        case .tooManyRows:
            (
                "في الملف أكثر من 16 مليون صف. قسّمه إلى ملفات أصغر.",
                "The file has more than 16 million rows. Split it into smaller files."
            )
        case .nothingToImport:
            (
                "لا توجد صفوف بيانات في الملف. تأكد من الورقة وصف العناوين.",
                "The file has no data rows. Check the sheet and the header row."
            )
        case .notNow(let status):
            (
                "حالة عملية الاستيراد «\(words(for: status).0)» لا تسمح بذلك الآن.",
                "The import is “\(words(for: status).1)”; that cannot be done now."
            )
        case .alreadyUndone: ("تم التراجع عن هذا الاستيراد من قبل.", "This import has been undone already.")
        case .tooManyAtOnce:
            (
                "تعمل الآن عمليتا استيراد. انتظر انتهاء إحداهما ثم أعد المحاولة.",
                "Two imports are running. Wait for one to finish, then try again."
            )
        }
    }

    private static func words(for status: ImportLog.Status) -> (String, String) {
        switch status {
        case .pending: ("في الانتظار", "waiting")
        case .processing: ("قيد التنفيذ", "running")
        case .completed: ("مكتمل", "completed")
        case .failed: ("فشل", "failed")
        case .partiallyCompleted: ("مكتمل جزئيا", "partly completed")
        default: (status.rawValue, status.rawValue)
        }
    }

    private static func sentences(for error: MappingError) -> (String, String) {
        switch error {
        case .notAnObject: ("صيغة الربط غير صحيحة.", "The mapping is not of the right form.")
        case .unknownSheet(let name):
            ("لا توجد في الملف ورقة باسم «\u{2068}\(name)\u{2069}».", "The file has no sheet “\(name)”.")
        case .unknownColumn(let name):
            ("لا يوجد في الورقة عمود باسم «\u{2068}\(name)\u{2069}».", "The sheet has no column “\(name)”.")
        case .unknownField(let name):
            ("الحقل «\u{2068}\(name)\u{2069}» غير معروف.", "“\(name)” is not a field that can be imported.")
        case .fieldTwice(let name):
            (
                "رُبط الحقل «\u{2068}\(name)\u{2069}» بأكثر من عمود. اختر عمودا واحدا.",
                "“\(name)” is mapped to more than one column. Choose one."
            )
        case .noName:
            (
                "لم يُربط أي عمود باسم الشركة ولا باسم الشخص. اختر عمود الاسم.",
                "No column is mapped to a company's or a person's name. Choose the column with the name."
            )
        case .tooManyContactColumns:
            ("رُبط أكثر من 32 عمودا بوسائل التواصل.", "More than 32 columns are mapped to contact points.")
        }
    }

    private static func sentences(for error: SpreadsheetError) -> (String, String) {
        switch error {
        case .encrypted:
            (
                "الملف محمي بكلمة مرور. أزل الحماية في برنامج الجداول ثم ارفعه.",
                "The file is protected by a password. Remove it in your spreadsheet program, then upload the file."
            )
        case .notASpreadsheet:
            (
                "هذا ليس ملف جداول معروفا. ارفع ملفا من نوع xlsx أو xls أو csv.",
                "This is not a spreadsheet we know. Upload an .xlsx, .xls or .csv file."
            )
        case .tooLarge:
            (
                "الملف أكبر من الحد المسموح: 200 ميغابايت للملف، و1,048,576 صفا للورقة، و2 غيغابايت بعد فك الضغط. قسّمه إلى ملفات أصغر.",
                "The file is over a limit: 200 MB a file, 1,048,576 rows a sheet, 2 GB unpacked. Split it into smaller files."
            )
        case .suspiciousCompression, .duplicateEntry, .forbiddenXML, .tooDeep, .tooManyEntries:
            (
                "في الملف محتوى لا يصنعه برنامج جداول، فلم يُفتح. احفظه من جديد في Excel أو LibreOffice ثم ارفعه.",
                "The file holds what no spreadsheet program writes, so it was not opened. Save it again in Excel or LibreOffice, then upload it."
            )
        default:
            (
                "الملف تالف أو غير مكتمل. افتحه في برنامج الجداول واحفظه من جديد ثم ارفعه.",
                "The file is damaged or incomplete. Open it in your spreadsheet program, save it again, then upload it."
            )
        }
    }
}

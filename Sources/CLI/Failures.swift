import ArgumentParser
import Foundation
import Growth
import Store
import StoreSQLite

/// Why a command could not do what it was asked.
enum Failure: Error, Equatable {
    /// The server's own sentence.
    case refused(String)
    case unreachable
    case cannotRead(String)
    case cannotWrite(String)
    case fileMissing(String)

    var sentence: String {
        let isArabic = Output.language == .arabic
        return switch self {
        case .refused(let sentence): sentence
        case .unreachable: isArabic ? "تعذّر الوصول إلى الخادم." : "The server cannot be reached."
        case .cannotRead(let path): (isArabic ? "تعذّرت قراءة الملف: " : "The file cannot be read: ") + path
        case .cannotWrite(let path): (isArabic ? "تعذّرت كتابة الملف: " : "The file cannot be written: ") + path
        case .fileMissing(let path): (isArabic ? "الملف غير موجود: " : "There is no such file: ") + path
        }
    }
}

/// Turns errors into a sentence and an exit code.
enum Failures {
    static func explained(_ body: () async throws -> Void) async throws {
        do {
            try await body()
        } catch let code as ExitCode {
            throw code
        } catch let failure as Failure {
            Output.error(failure.sentence)
            throw failure == .unreachable ? ExitCode.unreachable : ExitCode.failure
        } catch let problem as SettingsProblem {
            Output.error(problem.description)
            throw ExitCode.validationFailure
        } catch let error as StoreError {
            Output.error(sentence(for: error))
            throw ExitCode.unreachable
        } catch is SoleProcess.Occupied {
            Output.error(
                Output.words(
                    "تعمل على قاعدة MongoDB هذه نسخة أخرى من البرنامج، وهي خادم منفرد لا يقبل غيرها. أوقف الأخرى، أو حوّل الخادم إلى replica set.",
                    "Another process works on this MongoDB database, and a standalone server takes one. Stop the other, or make the server a replica set."
                ))
            throw ExitCode.unreachable
        }
    }

    static func sentence(for error: StoreError) -> String {
        let isArabic = Output.language == .arabic
        switch error {
        case .inUse(let folder):
            let owner = SQLiteStore.owner(of: folder).map { " (\($0))" } ?? ""
            return isArabic
                ? "مجلد البيانات \(folder) يستعمله برنامج آخر\(owner). أوقفه أو اختر مجلدا آخر بالخيار ‎--data."
                : "The data folder \(folder) is in use by another process\(owner). Stop it, or choose another folder with --data."
        case .tooNew:
            return isArabic
                ? "كتب إصدار أحدث من البرنامج هذه البيانات. ثبّت ذلك الإصدار أو أحدث منه."
                : "A later version of the program wrote this data. Install that version or a later one."
        case .damaged(let what):
            return isArabic
                ? "ملف قاعدة البيانات تالف (\(what)). لم يُغيَّر شيء. استعد نسخة احتياطية، أو راجع صفحة التشغيل."
                : "The database file is damaged (\(what)). Nothing was changed. Restore a backup, or see the page on operations."
        case .diskFull:
            return isArabic
                ? "امتلأ القرص. فرّغ مساحة ثم أعد المحاولة." : "The disk is full. Free some space and try again."
        case .unavailable(let why):
            return isArabic
                ? "قاعدة البيانات لا تستجيب. تحقق من الخادم ومن MONGODB_URI. (\(why))"
                : "The database does not answer. Check the server and MONGODB_URI. (\(why))"
        case .io(let why) where why.contains("MONGODB_URI"):
            return isArabic
                ? "رفض خادم MongoDB المستخدم أو كلمة المرور في MONGODB_URI."
                : "The MongoDB server refuses the user or password in MONGODB_URI."
        case .unsupported(let why) where why.contains("MongoDB") || why.contains("MONGODB_URI"):
            return isArabic ? "لا يمكن استخدام قاعدة MongoDB: \(why)" : "The MongoDB database cannot be used: \(why)"
        case .duplicate(let collection, _):
            return isArabic
                ? "في الوجهة سجلات أخرى في \(collection). لم يُكتب فوقها شيء. اختر قاعدة فارغة."
                : "The target holds other documents in \(collection). None was overwritten. Choose an empty one."
        default:
            return isArabic ? "تعذّر فتح البيانات: \(error)" : "The data cannot be opened: \(error)"
        }
    }
}

import Matching
import Store

/// The words by which a cell names a value of an enumeration: its token, its English label, its Arabic label.
/// Data from the glossary: extend the lists, nothing else.
enum EnumWords {
    static let entityType: [String: [String]] = [
        "company": ["company", "شركة", "مؤسسة", "منشأة", "establishment"], "factory": ["factory", "مصنع"],
        "government": ["government", "جهة حكومية", "حكومي", "حكومية"],
        "engineering_office": ["engineering office", "مكتب هندسي", "استشارات هندسية"],
        "nonprofit": ["nonprofit", "non-profit", "ngo", "جهة غير ربحية", "غير ربحي", "غير ربحية", "جمعية"],
        "education": ["education", "تعليم", "تعليمي", "مدرسة", "جامعة"],
        "healthcare": ["healthcare", "health", "رعاية صحية", "صحي", "مستشفى"],
        "supplier": ["supplier", "vendor", "مورد"],
        "unknown": unknown,
    ]
    static let grade: [String: [String]] = [
        "very_high": ["very high", "عالية جدا", "عالي جدا"], "high": ["high", "عالية", "عالي", "مرتفعة", "مرتفع"],
        "medium": ["medium", "متوسطة", "متوسط"], "low": ["low", "منخفضة", "منخفض"], "unknown": unknown,
    ]
    static let seniority: [String: [String]] = [
        "owner": ["owner", "مالك", "صاحب"],
        "ceo": ["ceo", "chief executive officer", "رئيس تنفيذي", "الرئيس التنفيذي"],
        "executive": ["executive", "تنفيذي"], "manager": ["manager", "مدير"],
        "specialist": ["specialist", "أخصائي", "مختص", "اخصائي"], "admin": ["admin", "administrative", "إداري"],
        "unknown": unknown,
    ]
    static let yesNo: [String: [String]] = [
        "yes": ["yes", "y", "true", "1", "نعم", "صح", "✓", "✔"], "no": ["no", "n", "false", "0", "لا", "خطأ", "✗"],
        "maybe": ["maybe", "perhaps", "ربما", "محتمل"], "unknown": unknown,
    ]
    static let companyStatus: [String: [String]] = [
        "new": ["new", "جديد", "جديدة"], "active": ["active", "نشط", "نشطة"],
        "archived": ["archived", "مؤرشف", "مؤرشفة"],
        "blacklisted": ["blacklisted", "محظور", "محظورة"],
    ]
    static let contactType: [String: [String]] = [
        "email": ["email", "e-mail", "بريد إلكتروني", "بريد", "ايميل"], "mobile": ["mobile", "cell", "جوال", "موبايل"],
        "phone": ["phone", "telephone", "tel", "landline", "هاتف", "تلفون"], "website": ["website", "web", "موقع"],
        "linkedin": ["linkedin", "لينكدإن", "لينكد ان"], "whatsapp": ["whatsapp", "واتساب"],
        "other": ["other", "أخرى"],
    ]
    static let owner: [String: [String]] = [
        "company": ["company", "entity", "شركة", "منشأة", "جهة"], "person": ["person", "people", "contact", "شخص"],
    ]
    static let consent: [String: [String]] = [
        "given": [
            "given", "yes", "y", "true", "1", "granted", "agreed", "accepted", "consented", "opt in", "opted in",
            "consent given", "نعم", "موافق", "موافقة", "وافق", "وافقت", "تمت الموافقة",
        ],
        "refused": [
            "refused", "no", "n", "false", "0", "denied", "declined", "rejected", "consent refused", "لا", "رفض",
            "رفضت",
            "مرفوضة", "غير موافق", "غير موافقة", "لم يوافق", "رُفضت الموافقة",
        ],
        "withdrawn": [
            "withdrawn", "revoked", "opt out", "opted out", "unsubscribed", "consent withdrawn", "سحب", "مسحوبة",
            "سحب الموافقة", "سُحبت الموافقة", "ألغى الاشتراك",
        ],
        "unknown": unknown + ["consent unknown", "موافقة غير معروفة"],
    ]
    static let consentBasis: [String: [String]] = [
        "consent": ["consent", "explicit consent", "موافقة", "موافقة صريحة"], "contract": ["contract", "عقد"],
        "legitimate_interest": ["legitimate interest", "legitimate interests", "مصلحة مشروعة"],
        "public_source": ["public source", "public", "مصدر عام"], "other": ["other", "غير ذلك", "أخرى"],
    ]
    private static let unknown = ["unknown", "n/a", "غير معروف", "غير محدد"]

    /// Word -> token, for one enumeration.
    struct Lexicon: Sendable {
        private let tokens: [String: String]

        init(_ words: [String: [String]]) {
            var tokens: [String: String] = [:]
            for (token, labels) in words {
                tokens[AliasKey.of(token)] = token
                for label in labels { tokens[AliasKey.of(label)] = token }
            }
            self.tokens = tokens
        }

        /// `nil` for a word that the enumeration does not know.
        func token(_ text: String) -> String? {
            tokens[AliasKey.of(text)] ?? (text == "✓" || text == "✔" ? "yes" : nil)
        }
    }

    static let entityTypes = Lexicon(entityType)
    static let grades = Lexicon(grade)
    static let seniorities = Lexicon(seniority)
    static let answers = Lexicon(yesNo)
    static let companyStatuses = Lexicon(companyStatus)
    static let contactTypes = Lexicon(contactType)
    static let owners = Lexicon(owner)
    static let consents = Lexicon(consent)
    static let consentBases = Lexicon(consentBasis)
}

import Matching

/// Under which headers a column is recognised. Data: extend the lists, nothing else.
///
/// Compared after `FoldedText.sheetKey`, so case, spaces, `_`, `-`, tatweel and diacritics do not matter; hamza and
/// taa marbuta do not either, as both sides are folded.
public enum ColumnAliases {
    static let company: [CompanyField: [String]] = [
        .nameAr: [
            "name_ar", "nameAr", "arabic name", "company name ar", "company", "company name", "name", "entity name",
            "organization", "organisation", "اسم الشركة", "الشركة", "اسم المنشأة", "المنشأة", "اسم المؤسسة", "المؤسسة",
            "اسم الجهة", "الجهة", "الاسم بالعربية", "الاسم العربي", "الاسم بالعربي", "الاسم التجاري", "اسم المصنع",
            "اسم العميل", "اسم المورد", "المورد", "العميل", "اسم الشركة بالعربية", "اسم الشركة بالعربي", "الاسم",
        ],
        .nameEn: [
            "name_en", "nameEn", "english name", "company name en", "company name english", "name english",
            "الاسم بالإنجليزية", "الاسم الإنجليزي", "الاسم بالانجليزي", "اسم الشركة بالإنجليزية",
            "اسم الشركة بالانجليزي",
            "اسم المنشأة بالإنجليزية", "الاسم باللغة الإنجليزية",
        ],
        .entityType: [
            "entity_type", "entityType", "type", "company type", "نوع الجهة", "نوع المنشأة", "نوع الشركة", "النوع",
            "نوع الكيان",
        ],
        .sector: ["sector", "industry", "القطاع", "المجال", "قطاع", "قطاع العمل"],
        .subSector: ["sub_sector", "subSector", "subindustry", "القطاع الفرعي", "التخصص"],
        .activity: [
            "activity", "business activity", "النشاط", "نشاط الشركة", "النشاط التجاري", "نوع النشاط", "نشاط المنشأة",
        ],
        .city: ["city", "town", "المدينة", "مدينة", "المدينه"],
        .region: ["region", "province", "state", "المنطقة", "منطقة", "المنطقة الإدارية"],
        .country: ["country", "الدولة", "البلد", "دولة"],
        .website: [
            "website", "web", "url", "site", "web site", "homepage", "domain", "الموقع الإلكتروني", "الموقع",
            "موقع الويب",
            "الموقع الالكتروني", "رابط الموقع", "موقع الشركة", "الويب",
        ],
        .linkedinUrl: [
            "company linkedin", "company_linkedin", "linkedin company", "لينكدإن الشركة", "حساب الشركة لينكدإن",
        ],
        .address: ["address", "street", "location", "العنوان", "عنوان", "العنوان الوطني", "الموقع الجغرافي"],
        .description: ["description", "about", "الوصف", "نبذة", "وصف", "نبذة عن الشركة", "عن الشركة"],
        .semanticNotes: [
            "semantic_notes", "semanticNotes", "notes", "remarks", "comments", "note", "ملاحظات", "الملاحظات", "ملاحظة",
            "ملاحظات دلالية", "ملاحظات التحليل", "analysis notes",
        ],
        .tags: ["tags", "labels", "keywords", "الوسوم", "وسوم", "التصنيفات", "كلمات مفتاحية"],
        .sourceFile: ["source_file", "sourceFile", "source", "المصدر", "ملف المصدر"],
        .dataConfidence: [
            "data_confidence", "dataConfidence", "confidence", "الثقة", "درجة الثقة", "موثوقية البيانات",
        ],
        .leadScore: [
            "lead_score", "leadScore", "score", "rating", "التقييم", "الدرجة", "درجة العميل", "درجة العميل المحتمل",
            "النقاط",
        ],
        .priority: ["priority", "الأولوية", "الاولوية", "أولوية"],
        .status: ["status", "الحالة", "حالة"],
    ]

    static let person: [PersonField: [String]] = [
        .fullName: [
            "full_name", "fullName", "contact person", "contact name", "person", "person name", "contact",
            "responsible",
            "manager name", "owner name", "اسم المسؤول", "المسؤول", "الشخص المسؤول", "اسم الشخص", "جهة الاتصال",
            "اسم جهة الاتصال",
            "الاسم الكامل", "مسؤول التواصل", "اسم مسؤول التواصل", "اسم الموظف", "اسم المدير", "ممثل الشركة",
            "اسم الممثل", "ضابط الاتصال",
        ],
        .jobTitle: [
            "job_title", "jobTitle", "title", "position", "role", "المسمى الوظيفي", "المسمى", "الوظيفة", "المنصب",
            "الصفة",
        ],
        .department: ["department", "dept", "القسم", "الإدارة", "الادارة"],
        .seniorityLevel: ["seniority_level", "seniorityLevel", "seniority", "المستوى الوظيفي", "الدرجة الوظيفية"],
        .isDecisionMaker: [
            "is_decision_maker", "isDecisionMaker", "decision maker", "صاحب قرار", "صاحب القرار", "متخذ القرار",
        ],
        .decisionMakerReason: [
            "decision_maker_reason", "decisionMakerReason", "سبب القرار", "سبب اعتباره صاحب قرار",
            "why a decision maker",
        ],
        .email: [
            "contact email", "person email", "person's email", "البريد الإلكتروني للشخص", "manager email",
            "بريد المسؤول", "ايميل المسؤول",
            "البريد الإلكتروني للمسؤول",
            "بريد جهة الاتصال", "ايميل جهة الاتصال", "البريد الشخصي", "ايميل الشخص المسؤول", "بريد الشخص المسؤول",
        ],
        .mobile: [
            "contact mobile", "person mobile", "person's mobile", "جوال الشخص", "manager mobile", "جوال المسؤول",
            "جوال جهة الاتصال", "رقم جوال المسؤول",
            "جوال الشخص المسؤول",
            "جوال المدير", "رقم المسؤول", "رقم جوال جهة الاتصال",
        ],
        .phone: [
            "contact phone", "person phone", "person's phone", "هاتف الشخص", "هاتف المسؤول", "هاتف جهة الاتصال",
            "هاتف الشخص المسؤول",
        ],
        .linkedinUrl: [
            "linkedin_url", "linkedinUrl", "linkedin", "linked in", "linkedin profile", "لينكدإن", "لينكد ان",
            "لينكدان", "رابط لينكدإن", "person's linkedin", "لينكدإن الشخص",
            "حساب لينكدإن",
        ],
        .notes: ["person notes", "notes on the person", "ملاحظات المسؤول", "ملاحظات عن الشخص"],
        .companyNameAr: [
            "company_name_ar", "companyNameAr", "name of the person's company", "اسم شركة الشخص",
        ],
        .dataConfidence: ["person's data confidence", "موثوقية بيانات الشخص"],
        .sourceFile: ["person's source file", "ملف المصدر للشخص"],
    ]

    static let companyContact: [ContactPoint.Kind: [String]] = [
        .email: [
            "email", "e-mail", "mail", "email address", "company email", "البريد الإلكتروني", "البريد", "الايميل",
            "ايميل", "الإيميل", "إيميل",
            "بريد الكتروني", "البريد الالكتروني", "بريد الشركة", "ايميل الشركة",
        ],
        .mobile: [
            "mobile", "mobile number", "cell", "cellphone", "الجوال", "جوال", "رقم الجوال", "الموبايل", "موبايل",
            "المحمول", "جوال الشركة",
            "رقم الجوال الهاتف", "رقم التواصل", "رقم الاتصال", "ارقام التواصل", "أرقام الاتصال",
        ],
        .phone: [
            "phone", "telephone", "tel", "phone number", "landline", "phones", "الهاتف", "هاتف", "رقم الهاتف",
            "التلفون", "تلفون", "هاتف الشركة",
            "الهاتف الثابت", "السنترال", "تليفون", "رقم التلفون",
        ],
        .whatsapp: ["whatsapp", "whats app", "واتساب", "الواتساب", "واتس", "رقم الواتساب"],
    ]

    static let contact: [ContactField: [String]] = [
        .ownerType: ["owner_type", "ownerType", "entity_type", "entityType", "نوع المالك", "المالك"],
        .contactType: ["contact_type", "contactType", "type", "نوع الوسيلة", "نوع وسيلة التواصل", "النوع"],
        .contactValue: ["contact_value", "contactValue", "value", "القيمة", "وسيلة التواصل"],
        .normalizedValue: ["normalized_value", "normalizedValue", "القيمة الموحدة"],
        .isPrimary: ["is_primary", "isPrimary", "primary", "أساسي", "رئيسي"],
        .isVerified: ["is_verified", "isVerified", "verified", "موثق", "متحقق"],
        .dataConfidence: ["data_confidence", "dataConfidence", "confidence", "الثقة"],
        .sourceFile: ["source_file", "sourceFile", "source", "المصدر", "ملف المصدر"],
        .notes: ["notes", "ملاحظات"],
        .consentStatus: [
            "consent", "consent_status", "consentStatus", "consent to contact", "opt in", "opted in",
            "marketing consent", "email consent", "gdpr consent", "الموافقة", "موافقة", "حالة الموافقة",
            "الموافقة على المراسلة",
            "الموافقة على التواصل", "الموافقة على التسويق", "موافق على المراسلة",
        ],
        .consentBasis: [
            "consent_basis", "consentBasis", "legal basis", "lawful basis", "legal basis for contact", "أساس الموافقة",
            "الأساس النظامي", "الأساس النظامي للمراسلة",
        ],
        .consentSource: [
            "consent_source", "consentSource", "source of the consent", "opt in source", "مصدر الموافقة",
        ],
        .consentAt: [
            "consent_at", "consentAt", "consent_date", "date of the consent", "opt in date", "تاريخ الموافقة",
        ],
    ]

    static let service: [ServiceField: [String]] = [
        .recommendedService: [
            "recommended_service", "recommendedService", "service", "الخدمة", "الخدمة المقترحة", "الخدمة الموصى بها",
        ],
        .fitScore: ["fit_score", "fitScore", "score", "درجة الملاءمة", "نسبة الملاءمة", "الدرجة"],
        .fitReason: ["fit_reason", "fitReason", "reason", "سبب الملاءمة", "السبب"],
        .priority: ["priority", "الأولوية"],
        .sourceFile: ["source_file", "sourceFile", "source", "المصدر", "ملف المصدر"],
    ]

    static let entityID = [
        "entity_id", "entityId", "company_id", "companyId", "معرف الجهة", "معرف الشركة", "رقم المنشأة المرجعي",
    ]
    static let personID = ["person_id", "personId", "contact_id", "معرف الشخص"]
}

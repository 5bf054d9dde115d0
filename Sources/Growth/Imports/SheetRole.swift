import Matching

/// What a sheet of a workbook holds.
public enum SheetRole: String, CaseIterable, Sendable {
    /// Raw columns, mapped by a person or a guess.
    case simple
    case companies, people, contactPoints, serviceMatches, sources, dataQualityIssues, duplicateReviews, summary
    case ignored

    /// Whether its rows become records.
    public var holdsRecords: Bool {
        switch self {
        case .simple, .companies, .people, .contactPoints, .serviceMatches: true
        default: false
        }
    }

    /// The names under which a sheet is recognised. Data: extend the lists, nothing else.
    static let names: [SheetRole: [String]] = [
        .companies: ["companies", "entities", "company", "الشركات", "الجهات", "المنشآت"],
        .people: ["people", "persons", "contacts", "الأشخاص", "جهات الاتصال"],
        .contactPoints: [
            "contact_points", "contact_info", "channels", "بيانات التواصل", "نقاط الاتصال", "وسائل التواصل",
        ],
        .serviceMatches: ["service_matches", "services", "recommended_services", "مطابقة الخدمات", "الخدمات"],
        .sources: ["sources", "source_files", "المصادر"],
        .dataQualityIssues: ["data_quality_issues", "quality_issues", "ملاحظات الجودة"],
        .duplicateReviews: ["duplicate_reviews", "duplicates", "التكرارات"],
        .summary: ["summary", "readme", "ملخص"],
    ]

    private static let byKey: [String: SheetRole] = {
        var roles: [String: SheetRole] = [:]
        for (role, names) in names { for name in names { roles[AliasKey.of(name)] = role } }
        return roles
    }()

    /// The role that a sheet's name stands for. `contacts` may hold contact points as well: its columns decide.
    public init?(sheetName: String) {
        guard let role = Self.byKey[AliasKey.of(sheetName)] else { return nil }
        self = role
    }
}

/// Names of sheets and columns are compared by this.
enum AliasKey {
    static func of(_ name: String) -> String {
        FoldedText.fold(FoldedText.sheetKey(name)).filter { !$0.isWhitespace }
    }
}

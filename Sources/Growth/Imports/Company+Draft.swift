import Matching
import Store

extension Company {
    /// A field by its name in an import, as text.
    public subscript(field: CompanyField) -> String? {
        get {
            switch field {
            case .nameAr: nameAr.isEmpty ? nil : nameAr
            case .nameEn: nameEn
            case .entityType: entityType?.rawValue
            case .sector: sector
            case .subSector: subSector
            case .activity: activity
            case .city: city
            case .region: region
            case .country: country
            case .website: website
            case .linkedinUrl: linkedinUrl
            case .address: address
            case .description: description
            case .semanticNotes: semanticNotes
            case .tags: tags.isEmpty ? nil : tags.joined(separator: "\n")
            case .sourceFile: sourceFile
            case .dataConfidence: dataConfidence?.rawValue
            case .leadScore: leadScore == 0 ? nil : CellValues.shortest(leadScore)
            case .priority: priority?.rawValue
            case .status: status.rawValue
            }
        }
        set {
            switch field {
            case .nameAr: nameAr = newValue ?? ""
            case .nameEn: nameEn = newValue
            case .entityType: entityType = newValue.map(Kind.init(rawValue:))
            case .sector: sector = newValue
            case .subSector: subSector = newValue
            case .activity: activity = newValue
            case .city: city = newValue
            case .region: region = newValue
            case .country: country = newValue
            case .website: website = newValue
            case .linkedinUrl: linkedinUrl = newValue
            case .address: address = newValue
            case .description: description = newValue
            case .semanticNotes: semanticNotes = newValue
            case .tags: tags = newValue.map { $0.split(separator: "\n").map(String.init) } ?? []
            case .sourceFile: sourceFile = newValue
            case .dataConfidence: dataConfidence = newValue.map(Confidence.init(rawValue:))
            case .leadScore: leadScore = newValue.flatMap(Double.init) ?? 0
            case .priority: priority = newValue.map(Priority.init(rawValue:))
            case .status: status = newValue.map(Status.init(rawValue:)) ?? .new
            }
        }
    }

    /// The folded words that the search finds it by.
    var wordsForSearch: [String] { Self.words(nameAr, nameEn, website: website) }

    static func words(_ nameAr: String, _ nameEn: String?, website: String?) -> [String] {
        SearchKeys.keys(
            for: [nameAr, nameEn ?? "", website.flatMap { WebDomain($0)?.host } ?? ""].filter { !$0.isEmpty })
    }
}

extension Person {
    /// A field by its name in an import, as text.
    public subscript(field: PersonField) -> String? {
        get {
            switch field {
            case .fullName: fullName.isEmpty ? nil : fullName
            case .jobTitle: jobTitle
            case .department: department
            case .seniorityLevel: seniorityLevel?.rawValue
            case .isDecisionMaker: isDecisionMaker?.rawValue
            case .decisionMakerReason: decisionMakerReason
            case .email: email
            case .mobile: mobile
            case .phone: phone
            case .linkedinUrl: linkedinUrl
            case .sourceFile: sourceFile
            case .dataConfidence: dataConfidence?.rawValue
            case .notes: notes
            case .companyNameAr: companyNameAr
            }
        }
        set {
            switch field {
            case .fullName: fullName = newValue ?? ""
            case .jobTitle: jobTitle = newValue
            case .department: department = newValue
            case .seniorityLevel: seniorityLevel = newValue.map(Seniority.init(rawValue:))
            case .isDecisionMaker: isDecisionMaker = newValue.map(DecisionMaker.init(rawValue:))
            case .decisionMakerReason: decisionMakerReason = newValue
            case .email: email = newValue
            case .mobile: mobile = newValue
            case .phone: phone = newValue
            case .linkedinUrl: linkedinUrl = newValue
            case .sourceFile: sourceFile = newValue
            case .dataConfidence: dataConfidence = newValue.map(Confidence.init(rawValue:))
            case .notes: notes = newValue
            case .companyNameAr: companyNameAr = newValue
            }
        }
    }

    var wordsForSearch: [String] { SearchKeys.keys(for: [fullName]) }
}

import Matching
import Store

/// Proposes what columns become, from their headers and from what they hold.
enum ColumnGuess {
    private typealias Table = [String: ColumnTarget]

    static func columns(of rows: [SampleRow], headerRow: Int, role: SheetRole) -> [DetectedColumn] {
        let header = rows.first { $0.number == headerRow }
        let data = rows.filter { $0.number > headerRow }
        let width = rows.map { ($0.cells.keys.max() ?? -1) + 1 }.max() ?? 0
        var columns = (0..<width).map { index in
            column(index, header: header?.cells[index] ?? "", values: data.compactMap { $0.cells[index] }, role: role)
        }
        if role == .simple {
            settleNames(&columns, data: data)
        }
        settleRepeats(&columns)
        return columns
    }

    /// How many cells of a row are known headers of a role.
    static func knownHeaders(_ row: SampleRow, role: SheetRole) -> Int {
        let table = table(for: role)
        return row.cells.values.count { table[AliasKey.of($0)] != nil }
    }

    private static func column(_ index: Int, header: String, values: [String], role: SheetRole) -> DetectedColumn {
        let header = FoldedText.clean(header)
        var samples: [String] = []
        for value in values where samples.count < 5 && !samples.contains(value) {
            samples.append(String(value.prefix(80)))
        }
        var column = DetectedColumn(
            index: index, header: header, samples: samples, isEmpty: values.isEmpty, target: .custom, certainty: 0)
        let table = table(for: role)
        let key = AliasKey.of(header)
        if let target = table[key] {
            (column.target, column.certainty) = (target, 1)
        } else if role == .simple, let target = content(of: values) {
            (column.target, column.certainty) = (target, 0.7)
        } else if role == .simple, let target = contained(in: key, table: table) {
            (column.target, column.certainty) = (target, 0.6)
        } else if values.isEmpty {
            column.target = .ignored
        }
        return column
    }

    /// The longest known header that this one contains: «اسم المنشأة التجارية» holds «اسم المنشأة».
    private static func contained(in key: String, table: Table) -> ColumnTarget? {
        let shortest = 6
        let found = table.keys.filter { $0.count >= shortest && key.contains($0) }
        return found.max { ($0.count, $1) < ($1.count, $0) }.flatMap { table[$0] }
    }

    /// What a column holds, whatever its header: addresses and numbers speak for themselves.
    private static func content(of values: [String]) -> ColumnTarget? {
        let values = values.prefix(200)
        guard values.count >= 3 else { return nil }
        func most(_ test: (String) -> Bool) -> Bool { values.count(where: test) * 10 >= values.count * 7 }
        if most({ $0.contains("@") && !EmailAddress.all(in: $0).valid.isEmpty }) {
            return .contactPoint(owner: .company, type: .email)
        }
        if most({ LinkedInAddress($0) != nil }) { return .person(.linkedinUrl) }
        if most({ PhoneNumber($0).map { $0.isValid && $0.kind != .international } ?? false }) {
            return .contactPoint(owner: .company, type: .phone)
        }
        if most({ $0.contains(".") && !$0.contains(" ") && WebDomain($0) != nil }) { return .company(.website) }
        return nil
    }

    /// Where no header named the company: the column of text with the most and most different words.
    private static func settleNames(_ columns: inout [DetectedColumn], data: [SampleRow]) {
        let named: Set<ColumnTarget> = [.company(.nameAr), .company(.nameEn), .person(.fullName)]
        guard !columns.contains(where: { named.contains($0.target) }) else { return }
        let scores = columns.map { column -> Double in
            guard column.certainty == 0, !column.isEmpty else { return 0 }
            let texts = data.compactMap { $0.cells[column.index] }
            let worded = texts.filter { $0.contains { $0.isLetter } && $0.split(separator: " ").count >= 2 }
            return Double(Set(worded).count) / Double(max(texts.count, 1))
        }
        guard let best = scores.indices.max(by: { (scores[$0], $1) < (scores[$1], $0) }), scores[best] > 0.3 else {
            return
        }
        let isArabic = columns[best].samples.contains {
            $0.unicodeScalars.contains { (0x600...0x6FF).contains($0.value) }
        }
        columns[best].target = .company(isArabic ? .nameAr : .nameEn)
        columns[best].certainty = 0.4
    }

    /// The surest column keeps a field that several claim; a second name is the person's, the rest are kept as they are.
    private static func settleRepeats(_ columns: inout [DetectedColumn]) {
        var holder: [ColumnTarget: Int] = [:]
        for i in columns.indices where !columns[i].target.mayRepeat {
            let target = columns[i].target
            guard let first = holder[target] else {
                holder[target] = i
                continue
            }
            // «الاسم» beside «اسم الشركة» names the person, whichever comes first.
            let loser = isBetter(columns[i], than: columns[first]) ? first : i
            holder[target] = loser == first ? i : first
            let isSpareName = target == .company(.nameAr) && holder[.person(.fullName)] == nil
            columns[loser].target = isSpareName ? .person(.fullName) : .custom
            if isSpareName { holder[.person(.fullName)] = loser } else { columns[loser].certainty = 0 }
        }
    }

    private static func isBetter(_ a: DetectedColumn, than b: DetectedColumn) -> Bool {
        let plain: Set<String> = [AliasKey.of("name"), AliasKey.of("الاسم")]
        if plain.contains(AliasKey.of(b.header)) != plain.contains(AliasKey.of(a.header)) {
            return plain.contains(AliasKey.of(b.header))
        }
        return a.certainty > b.certainty
    }

    private static let tables: [SheetRole: Table] = Dictionary(
        uniqueKeysWithValues: SheetRole.allCases.map { ($0, makeTable(for: $0)) })

    private static func table(for role: SheetRole) -> Table { tables[role] ?? [:] }

    private static func makeTable(for role: SheetRole) -> Table {
        var table: Table = [:]
        // The first to name a header keeps it.
        func add(_ names: [String], _ target: ColumnTarget) {
            for name in names where table[AliasKey.of(name)] == nil { table[AliasKey.of(name)] = target }
        }
        func addCompany() {
            for field in CompanyField.allCases { add(ColumnAliases.company[field] ?? [], .company(field)) }
        }
        func addPerson() {
            for field in PersonField.allCases { add(ColumnAliases.person[field] ?? [], .person(field)) }
        }
        func addConsent() {
            for field in ContactField.consent { add(ColumnAliases.contact[field] ?? [], .contact(field)) }
        }
        func addContacts(of owner: ContactPoint.Owner) {
            for kind in ContactPoint.Kind.known {
                add(ColumnAliases.companyContact[kind] ?? [], .contactPoint(owner: owner, type: kind))
            }
        }
        switch role {
        case .simple:
            addContacts(of: .company)
            addCompany()
            addPerson()
            addConsent()
        case .companies:
            add(ColumnAliases.entityID, .entityID)
            addContacts(of: .company)
            addCompany()
            add(["linkedin_url", "linkedinUrl", "linkedin", "لينكدإن"], .company(.linkedinUrl))
            addConsent()
        case .people:
            add(ColumnAliases.personID, .personID)
            add(ColumnAliases.entityID, .entityID)
            add(ColumnAliases.companyContact[.email] ?? [], .person(.email))
            add(ColumnAliases.companyContact[.mobile] ?? [], .person(.mobile))
            add(ColumnAliases.companyContact[.phone] ?? [], .person(.phone))
            add(ColumnAliases.companyContact[.whatsapp] ?? [], .contactPoint(owner: .person, type: .whatsapp))
            add(["name", "الاسم"], .person(.fullName))
            add(["notes", "ملاحظات"], .person(.notes))
            add(ColumnAliases.company[.sourceFile] ?? [], .person(.sourceFile))
            add(ColumnAliases.company[.dataConfidence] ?? [], .person(.dataConfidence))
            add(ColumnAliases.company[.nameAr] ?? [], .person(.companyNameAr))
            addPerson()
            addConsent()
        case .contactPoints:
            add(ColumnAliases.personID, .personID)
            for field in ContactField.allCases { add(ColumnAliases.contact[field] ?? [], .contact(field)) }
            add(ColumnAliases.entityID, .entityID)
        case .serviceMatches:
            add(ColumnAliases.entityID, .entityID)
            for field in ServiceField.allCases { add(ColumnAliases.service[field] ?? [], .service(field)) }
        default: break
        }
        return table
    }
}

import Matching
import Store

/// Turns the cells of one sheet's rows into drafts of records. Pure: the same row gives the same drafts every time.
struct RowParser: Sendable {
    private let sheet: SheetMapping
    private let columns: [ColumnMapping?]
    /// Column -> position among the contact columns.
    private let contactPositions: [Int: Int]
    private let hasCompanyColumn: Bool
    private let hasPersonColumn: Bool
    private let fallbackSource: String

    init(_ sheet: SheetMapping, fileName: String) {
        self.sheet = sheet
        fallbackSource = fileName
        var columns = [ColumnMapping?](repeating: nil, count: (sheet.columns.map(\.index).max() ?? -1) + 1)
        for column in sheet.columns where column.index >= 0 { columns[column.index] = column }
        self.columns = columns
        contactPositions = Dictionary(
            sheet.contactColumns.enumerated().map { ($1.index, $0) }, uniquingKeysWith: { first, _ in first })
        hasCompanyColumn = sheet.column(for: .company(.nameAr)) != nil || sheet.column(for: .company(.nameEn)) != nil
        hasPersonColumn = sheet.column(for: .person(.fullName)) != nil
    }

    func parse(row number: Int, _ cells: [CellInput]) -> ParsedRow {
        var row = ParsedRow(row: number)
        var company = Draft<CompanyField>()
        var person = Draft<PersonField>()
        var contact = Draft<ContactField>()
        var service = Draft<ServiceField>()
        var custom = Document()
        for cell in cells where cell.column >= 0 && cell.column < columns.count {
            guard let column = columns[cell.column] else { continue }
            if cell.isError {
                row.problems.append(problem(.errorCell, row, column, cell.text))
                continue
            }
            let text = FoldedText.clean(cell.text)
            if text.isEmpty { continue }
            switch column.target {
            case .company(let field): take(CellValues.company(field, text), field, into: &company, &row, column, text)
            case .person(let field): take(field, text, into: &person, &row, column)
            case .contactPoint(let owner, let type): addContacts(text, owner, type, &row, column)
            case .contact(let field): contact.set(field, text, column: column.index)
            case .service(let field): service.set(field, text, column: column.index)
            case .entityID: row.entityKey = FoldedText.latinDigits(text)
            case .personID: row.personKey = FoldedText.latinDigits(text)
            case .custom:
                custom.append(
                    column.header.isEmpty ? CellReference.letters(column.index) : column.header, .string(text))
            case .ignored: break
            }
        }
        row.consent = consent(contact, &row)
        if sheet.role == .companies || sheet.role == .people { row.content = Self.content(cells) }
        switch sheet.role {
        case .simple: settleSimple(&row, &company, &person, custom)
        case .companies: settleCompany(&row, &company, custom)
        case .people: settlePerson(&row, &person, custom)
        case .contactPoints: settleContact(&row, contact)
        case .serviceMatches: settleService(&row, service)
        default: break
        }
        return row
    }

    private static func content(_ cells: [CellInput]) -> UInt64 {
        cells.reduce(0) { StableHash.of($1.text, seed: $0 &+ UInt64(bitPattern: Int64($1.column))) }
    }

    // MARK: Cells

    private func take(
        _ outcome: CellValues.Outcome, _ field: CompanyField, into draft: inout Draft<CompanyField>,
        _ row: inout ParsedRow,
        _ column: ColumnMapping, _ text: String
    ) {
        switch outcome {
        case .value(let value): draft.set(field, value, column: column.index)
        case .doubtful(let value, let code):
            draft.set(field, value, column: column.index)
            row.problems.append(problem(code, row, column, text))
        case .refused(let code): row.problems.append(problem(code, row, column, text))
        }
    }

    private func take(
        _ field: PersonField, _ text: String, into draft: inout Draft<PersonField>, _ row: inout ParsedRow,
        _ column: ColumnMapping
    ) {
        switch field {
        case .email: addContacts(text, .person, .email, &row, column)
        case .mobile: addContacts(text, .person, .mobile, &row, column)
        case .phone: addContacts(text, .person, .phone, &row, column)
        default: break
        }
        switch CellValues.person(field, text) {
        case .value(let value): draft.set(field, value, column: column.index)
        case .doubtful(let value, let code):
            draft.set(field, value, column: column.index)
            // Contact cells have told of it already.
            if contactPositions[column.index] == nil { row.problems.append(problem(code, row, column, text)) }
        case .refused(let code):
            if contactPositions[column.index] == nil { row.problems.append(problem(code, row, column, text)) }
        }
    }

    private func addContacts(
        _ text: String, _ owner: ContactPoint.Owner, _ type: ContactPoint.Kind, _ row: inout ParsedRow,
        _ column: ColumnMapping
    ) {
        guard let position = contactPositions[column.index] else { return }
        let found = ContactValues.read(text, as: type)
        for bad in found.invalid {
            row.problems.append(problem(type == .email ? .invalidEmail : .invalidPhone, row, column, bad))
        }
        var taken = 0
        for value in found.values {
            guard taken < RunIDs.maxValuesInCell else {
                row.problems.append(problem(.tooManyValues, row, column, text))
                break
            }
            if row.contacts.contains(where: {
                $0.owner == owner && $0.type == value.type && $0.normalized == value.normalized
            }) {
                continue
            }
            row.contacts.append(
                ContactDraft(
                    owner: owner, type: value.type, value: value.text, normalized: value.normalized,
                    isValid: value.isValid,
                    contactColumn: position, position: taken))
            taken += 1
            if !value.isValid { row.problems.append(problem(.invalidPhone, row, column, value.text)) }
        }
    }

    // MARK: Rows

    /// A simple row is a company, its contact points and perhaps a person; a list of people alone has no company column.
    private func settleSimple(
        _ row: inout ParsedRow, _ company: inout Draft<CompanyField>, _ person: inout Draft<PersonField>,
        _ custom: Document
    ) {
        if let linkedIn = person[.linkedinUrl], LinkedInAddress(linkedIn)?.isCompany == true {
            let entry = person.entries.first { $0.field == .linkedinUrl }
            company.set(.linkedinUrl, linkedIn, column: entry?.column ?? 0)
            person.entries.removeAll { $0.field == .linkedinUrl }
        }
        if hasCompanyColumn { settleCompany(&row, &company, custom) }
        if person[.fullName] != nil {
            person.custom = hasCompanyColumn ? Document() : custom
            row.person = person
        } else if hasCompanyColumn {
            keepNamelessPerson(person, in: &row)
        } else {
            row.problems.append(missing(.missingPersonName, row, .person(.fullName)))
        }
        let owner: ContactPoint.Owner = hasCompanyColumn ? .company : .person
        if row.person == nil || !hasCompanyColumn {
            for i in row.contacts.indices { row.contacts[i].owner = owner }
        }
    }

    /// What is said of a person without a name is kept with the company, under its header.
    private func keepNamelessPerson(_ person: Draft<PersonField>, in row: inout ParsedRow) {
        for entry in person.entries where ![.email, .mobile, .phone, .sourceFile].contains(entry.field) {
            let header = columns.indices.contains(entry.column) ? columns[entry.column]?.header ?? "" : ""
            row.company?.custom[header.isEmpty ? entry.field.rawValue : header] = .string(entry.text)
        }
    }

    private func settleCompany(_ row: inout ParsedRow, _ company: inout Draft<CompanyField>, _ custom: Document) {
        if company[.nameAr] == nil {
            guard let name = company[.nameEn],
                let column = company.entries.first(where: { $0.field == .nameEn })?.column
            else {
                row.problems.append(missing(.missingCompanyName, row, .company(.nameAr)))
                row.company = nil
                return
            }
            company.set(.nameAr, name, column: column)
            row.problems.append(ImportProblem(.nameFromEnglish, row: row.row, sheet: sheet.name))
        }
        company.custom = custom
        row.company = company
    }

    private func settlePerson(_ row: inout ParsedRow, _ person: inout Draft<PersonField>, _ custom: Document) {
        guard person[.fullName] != nil else {
            row.problems.append(missing(.missingPersonName, row, .person(.fullName)))
            return
        }
        person.custom = custom
        row.person = person
        for i in row.contacts.indices { row.contacts[i].owner = .person }
    }

    private func settleContact(_ row: inout ParsedRow, _ contact: Draft<ContactField>) {
        guard let text = contact[.contactValue], let column = sheet.column(for: .contact(.contactValue)) else {
            row.problems.append(missing(.missingContactValue, row, .contact(.contactValue)))
            return
        }
        let named = contact[.contactType].flatMap { EnumWords.contactTypes.token($0) }.map(
            ContactPoint.Kind.init(rawValue:))
        guard let value = ContactValues.read(text, as: named ?? ContactValues.guess(text)).values.first else {
            row.problems.append(problem(.missingContactValue, row, column, text))
            return
        }
        if !value.isValid { row.problems.append(problem(.invalidPhone, row, column, text)) }
        if let given = contact[.normalizedValue], given != value.normalized,
            ContactValues.read(given, as: value.type).values.first?.normalized != value.normalized
        {
            row.problems.append(problem(.normalizedValueDiffers, row, column, given))
        }
        row.contact = contact
        let owner = contact[.ownerType].flatMap { EnumWords.owners.token($0) }.map(ContactPoint.Owner.init(rawValue:))
        row.contacts = [
            ContactDraft(
                owner: owner ?? (row.personKey == nil ? .company : .person), type: named ?? value.type,
                value: value.text,
                normalized: value.normalized, isValid: value.isValid, contactColumn: 0, position: 0)
        ]
    }

    /// `at` is absent where the row does not say since when.
    private func consent(_ contact: Draft<ContactField>, _ row: inout ParsedRow) -> ContactPoint.Consent? {
        var consent = ContactPoint.Consent()
        for entry in contact.entries {
            var code: ImportProblem.Code?
            switch entry.field {
            case .consentStatus:
                let token = EnumWords.consents.token(entry.text)
                consent.status = token ?? "unknown"
                if token == nil { code = .unknownWord }
            case .consentBasis:
                consent.basis = EnumWords.consentBases.token(entry.text) ?? "other"
                if EnumWords.consentBases.token(entry.text) == nil { code = .unknownBasis }
            case .consentSource: consent.source = String(entry.text.prefix(400))
            case .consentAt:
                consent.at = CalendarDay.date(FoldedText.latinDigits(entry.text))
                if consent.at == nil { code = .invalidDate }
            default: break
            }
            if let code, columns.indices.contains(entry.column), let column = columns[entry.column] {
                row.problems.append(problem(code, row, column, entry.text))
            }
        }
        return consent == ContactPoint.Consent() ? nil : consent
    }

    private func settleService(_ row: inout ParsedRow, _ service: Draft<ServiceField>) {
        guard service[.recommendedService] != nil else {
            row.problems.append(missing(.missingService, row, .service(.recommendedService)))
            return
        }
        var service = service
        if let text = service[.fitScore], let column = sheet.column(for: .service(.fitScore)) {
            if let score = CellValues.fitScore(text) {
                service.set(.fitScore, CellValues.shortest(score), column: column.index)
            } else {
                service.entries.removeAll { $0.field == .fitScore }
                row.problems.append(problem(.invalidScore, row, column, text))
            }
        }
        if let text = service[.priority], let column = sheet.column(for: .service(.priority)) {
            let token = EnumWords.grades.token(text)
            service.set(.priority, token ?? "unknown", column: column.index)
            if token == nil { row.problems.append(problem(.unknownWord, row, column, text)) }
        }
        row.service = service
    }

    // MARK: Problems

    private func problem(_ code: ImportProblem.Code, _ row: ParsedRow, _ column: ColumnMapping, _ value: String)
        -> ImportProblem
    {
        ImportProblem(
            code, row: row.row, sheet: sheet.name, column: column.index, header: column.header,
            value: FoldedText.clean(value))
    }

    private func missing(_ code: ImportProblem.Code, _ row: ParsedRow, _ target: ColumnTarget) -> ImportProblem {
        let column = sheet.column(for: target)
        return ImportProblem(code, row: row.row, sheet: sheet.name, column: column?.index, header: column?.header)
    }
}

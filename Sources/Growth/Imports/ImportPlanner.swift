import Foundation
import Matching
import Spreadsheet
import Store

/// Reads a whole file once and decides what its rows are: new companies, repetitions, or companies stored already.
struct ImportPlanner {
    let store: any DocumentStore
    let settings: SystemSettings
    let request: ImportRequest

    /// Rows whose candidates are fetched from the store together.
    private static let chunk = 2_000

    /// `report` is told the share of the work that is done, 0–1.
    func plan(_ workbook: Workbook, report: (ImportProgress.Phase, Double) async throws -> Void) async throws
        -> ImportPlan
    {
        var plan = ImportPlan()
        var matcher = Matcher(options: await options())
        let knowsCompanies = try await store.count(Company.self, where: .all, upTo: 1) > 0
        let knowsPeople = try await store.count(Person.self, where: .all, upTo: 1) > 0
        let contacts = knowsCompanies ? try contactsByEntity(workbook) : [:]
        // Keys are what stored companies are looked up by; where none is stored they are not made.
        let derivation: RowDerivation = knowsCompanies ? [.profile, .keys] : .profile
        var offset = 0
        let sheets = request.mapping.recordSheets
        for (number, sheet) in sheets.enumerated() {
            plan.offsets.append(offset)
            let needsParsing =
                sheet.role == .simple || sheet.role == .companies && knowsCompanies
                || sheet.role == .people && knowsPeople
            var last = 0
            if needsParsing {
                var rows = try ParsedRows(workbook, sheet, request, deriving: derivation, extra: contacts)
                try await rows.forEach(batch: Self.chunk) { parsed, fraction in
                    last = parsed.last?.row ?? last
                    plan.rowsTotal += parsed.count
                    try await take(parsed, offset, &matcher, &plan, knowsCompanies, knowsPeople)
                    try Task.checkCancellation()
                    if plan.rowsTotal % 10_000 < Self.chunk {
                        try await report(.reading, (Double(number) + fraction) / Double(sheets.count))
                    }
                }
            } else {
                var rows = try SheetRows(workbook, sheet, corrections: request.corrections)
                while try rows.next() {
                    last = rows.number
                    plan.rowsTotal += 1
                }
            }
            offset += last + 1
            guard offset < RunIDs.maxRows else { throw ImportError.tooManyRows }
        }
        try await report(.matching, 0)
        try matcher.resolve(into: &plan)
        if knowsPeople { try await addPeople(of: plan.storedCompanies, to: &plan) }
        return plan
    }

    private func options() async -> MatchOptions {
        let fields = Set(settings.companyMatchFields.compactMap(MatchField.init(rawValue:)))
        // A store that cannot count now will say so at the next call, which matters; this figure only weighs words.
        let population = (try? await store.count(Company.self)) ?? 0
        return MatchOptions(
            threshold: settings.duplicateThreshold, fields: request.matchFields ?? fields,
            fuzzy: settings.autoDuplicateDetection, mergesRows: request.mapping.type == .simple, population: population)
    }

    /// The companies and people of some rows, with the stored ones that could be the same.
    private func take(
        _ parsed: [ParsedRow], _ offset: Int, _ matcher: inout Matcher, _ plan: inout ImportPlan,
        _ knowsCompanies: Bool,
        _ knowsPeople: Bool
    ) async throws {
        if knowsCompanies {
            let keys = Set(parsed.flatMap(\.companyKeys))
            for chunk in Array(keys).chunks(of: 2_000) {
                let found = try await store.find(Query<Company>(.hasAny("matchKeys", chunk.map(Value.string))))
                for company in found { matcher.add(company) }
            }
        }
        for row in parsed { matcher.add(row, as: offset + row.row) }
        if knowsPeople { try await addPeople(parsed.compactMap(\.person), to: &plan) }
    }

    private func addPeople(_ drafts: [Draft<PersonField>], to plan: inout ImportPlan) async throws {
        var keys: Set<String> = []
        for draft in drafts {
            keys.formUnion(ImportMatchKeys.personKeys(Person(draft)))
        }
        for chunk in Array(keys).chunks(of: 2_000) {
            for person in try await store.find(Query<Person>(.hasAny("matchKeys", chunk.map(Value.string)))) {
                add(person, to: &plan)
            }
        }
    }

    /// People of stored companies that rows belong to, who may be met again by their name.
    private func addPeople(of companies: Set<ObjectID>, to plan: inout ImportPlan) async throws {
        for chunk in Array(companies).chunks(of: 2_000) {
            for person in try await store.find(Query<Person>(.isIn("companyId", chunk.map(Value.id)))) {
                add(person, to: &plan)
            }
        }
    }

    private func add(_ person: Person, to plan: inout ImportPlan) {
        guard person.mergedInto == nil else { return }
        for key in ImportMatchKeys.personKeys(person) { plan.people[StableHash.of(key)] = person.id.raw }
    }

    /// Addresses and numbers that a workbook's own contact sheet gives its companies.
    private func contactsByEntity(_ workbook: Workbook) throws -> [String: [ContactDraft]] {
        var contacts: [String: [ContactDraft]] = [:]
        for sheet in request.mapping.recordSheets where sheet.role == .contactPoints {
            let parser = RowParser(sheet, fileName: request.fileName)
            var rows = try SheetRows(workbook, sheet, corrections: request.corrections)
            while try rows.next() {
                let parsed = parser.parse(row: rows.number, rows.cells)
                guard let key = parsed.entityKey, let contact = parsed.contacts.first, contact.owner == .company else {
                    continue
                }
                contacts[key, default: []].append(contact)
            }
        }
        return contacts
    }
}

/// The matcher together with what its numbers stand for.
private struct Matcher {
    private var matcher: CompanyMatcher
    private var rows: [Int] = []
    /// Number in the matcher -> row of the run, or stored company.
    private var meaning: [ImportPlan.Target] = []
    private var known: Set<ObjectID> = []
    private var fingerprints: [UInt64: ObjectID] = [:]

    /// Rows that are a stored company's own, to the letter.
    private var same: [(row: Int, company: ObjectID)] = []

    init(options: MatchOptions) { matcher = CompanyMatcher(options: options) }

    mutating func add(_ company: Company) {
        guard company.mergedInto == nil, known.insert(company.id.raw).inserted else { return }
        for key in company.matchKeys where key.hasPrefix("r:") { fingerprints[StableHash.of(key)] = company.id.raw }
        let number = matcher.addExisting(ImportMatchKeys.profile(company))
        note(.stored(company.id.raw), as: number)
    }

    mutating func add(_ parsed: ParsedRow, as row: Int) {
        guard let profile = parsed.profile else { return }
        if let fingerprint = parsed.companyKeys.last, let company = fingerprints[StableHash.of(fingerprint)] {
            same.append((row, company))
            return
        }
        let number = matcher.add(profile)
        note(.row(row), as: number)
        rows.append(number)
    }

    private mutating func note(_ target: ImportPlan.Target, as number: Int) {
        while meaning.count <= number { meaning.append(.new) }
        meaning[number] = target
    }

    mutating func resolve(into plan: inout ImportPlan) throws {
        for (row, company) in same {
            plan.set(.stored(company), match: .init(score: 1, reasons: [.sameRow]), for: row)
        }
        let resolution = try matcher.resolve { _ in try Task.checkCancellation() }
        for number in rows {
            guard case .row(let row) = meaning[number], let found = resolution.target(of: number) else { continue }
            let match = ImportPlan.Match(score: found.score, reasons: found.reasons.map(\.kind))
            plan.set(meaning[found.other], match: match, for: row)
        }
    }
}

extension Array {
    /// Pieces of at most `size` elements, in order.
    func chunks(of size: Int) -> [ArraySlice<Element>] {
        stride(from: 0, to: count, by: size).map { self[$0..<Swift.min($0 + size, count)] }
    }
}

import Growth
import Store

/// The facts of a company's page, in the order in which people ask for them.
enum CompanyFacts {
    static func facts(_ company: Company, _ sources: [String: ValueSource], _ visit: some Visiting) -> [Fact] {
        let noun = CompanyPages.noun
        func fact(_ field: CompanyField, _ kind: Fact.Kind = .text) -> Fact? {
            guard let value = company[field] else { return nil }
            let isWord = kind == .word
            return Fact(
                field: field.rawValue, label: visit.phrase(noun.field(field.rawValue)), kind: kind,
                value: isWord ? RecordWords.label(visit, noun, field.rawValue, value) : value,
                sign: field == .status
                    ? RecordWords.sign(ofStatus: value) : field == .priority ? RecordWords.sign(ofPriority: value) : "",
                source: sources[field.rawValue])
        }
        var score = fact(.leadScore, .score)
        score?.value = visit.formats.number(company.leadScore)
        var tags = fact(.tags, .tags)
        tags?.items = company.tags
        var country = fact(.country)
        country?.value = CountryName.shown(company.country ?? "", in: visit.language)
        return [
            fact(.nameAr), fact(.nameEn, .latin), fact(.entityType, .word), fact(.sector), fact(.subSector),
            fact(.activity),
            fact(.city), fact(.region), country, fact(.address, .long), fact(.website, .web),
            fact(.linkedinUrl, .web),
            score, fact(.priority, .word), fact(.status, .word), fact(.dataConfidence, .word), tags,
            fact(.description, .long), fact(.semanticNotes, .long), fact(.sourceFile, .latin),
        ].compactMap { $0 }
    }

    static func custom(_ fields: Document, _ sources: [String: ValueSource], _ visit: some Visiting) -> [Fact] {
        fields.pairs.map { pair in
            Fact(
                field: pair.key, label: pair.key, kind: .long, value: pair.value.string ?? pair.value.json,
                source: sources["customFields." + pair.key], isCustom: true)
        }
    }
}

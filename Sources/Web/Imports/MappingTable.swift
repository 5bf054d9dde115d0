import Growth
import Store

/// The table of step 2 for one sheet: its columns with samples, and what each can become.
struct MappingTable {
    let sheet: DetectedSheet
    /// `nil`: as guessed.
    let mapping: ImportMapping?

    func data(_ visit: some Visiting) -> PageData {
        let settled = mapping?.sheets.first { $0.index == sheet.index }
        let groups = groups(visit)
        let shown = sheet.columns.filter { !$0.isEmpty || !$0.header.isEmpty }
        let unsure = shown.filter { column in
            let target = settled?.columns.first { $0.index == column.index }?.target ?? column.target
            return ["likely", "unknown"].contains(sureness(column, target).words)
        }.count
        return [
            "isOpen": sheet.role == .simple || unsure > 0,
            "toCheck": unsure == 0
                ? visit.phrase("imports.allSure") : visit.plural("imports.columnsToCheck", unsure),
            "index": sheet.index, "name": sheet.name, "role": visit.phrase("imports.roles.\(sheet.role.rawValue)"),
            "rows": visit.plural("imports.rows", sheet.rowCount), "isHidden": sheet.isHidden,
            "isUsed": settled != nil || (mapping == nil && !sheet.isHidden),
            "columns": shown.map { column in
                let target = settled?.columns.first { $0.index == column.index }?.target ?? column.target
                return self.column(column, target, groups, visit)
            },
        ]
    }

    private func column(
        _ column: DetectedColumn, _ target: ColumnTarget, _ groups: [(label: String, targets: [ColumnTarget])],
        _ visit: some Visiting
    ) -> PageData {
        let letters = CellReference.letters(column.index)
        let (sign, words) = sureness(column, target)
        return [
            "letters": letters, "header": column.header, "hasHeader": !column.header.isEmpty,
            "samples": column.samples.prefix(3).map { String($0.prefix(60)) }, "hasSamples": !column.samples.isEmpty,
            "field": "target.\(sheet.index).\(column.index)", "sign": sign,
            "sureness": visit.phrase("imports.sureness.\(words)"),
            "label": visit.phrase("imports.becomesOf", ["column": column.header.isEmpty ? letters : column.header]),
            "groups": groups.map { group in
                [
                    "group": group.label,
                    "options": group.targets.map { option in
                        [
                            "code": option.name, "option": visit.phrase("imports.targets.\(option.name)"),
                            "isChosen": option == target,
                        ]
                            as PageData
                    },
                ] as PageData
            },
        ]
    }

    /// A choice that differs from the guess is the person's own.
    private func sureness(_ column: DetectedColumn, _ target: ColumnTarget) -> (sign: String, words: String) {
        if column.isEmpty { return ("", "empty") }
        if target != column.target { return ("brand", "chosen") }
        if target == .custom || column.certainty == 0 { return ("", "unknown") }
        return column.certainty >= 1 ? ("ok", "sure") : ("warn", "likely")
    }

    private func groups(_ visit: some Visiting) -> [(label: String, targets: [ColumnTarget])] {
        let company: [ColumnTarget] = CompanyField.allCases.map { .company($0) }
        let person: [ColumnTarget] = PersonField.allCases.map { .person($0) }
        func points(_ owner: ContactPoint.Owner) -> [ColumnTarget] {
            ContactPoint.Kind.known.map { .contactPoint(owner: owner, type: $0) }
        }
        let plain = (label: visit.phrase("imports.groups.other"), targets: [ColumnTarget.custom, .ignored])
        func group(_ name: String, _ targets: [ColumnTarget]) -> (label: String, targets: [ColumnTarget]) {
            (visit.phrase("imports.groups.\(name)"), targets)
        }
        let consent = group("consent", ContactField.consent.map { .contact($0) })
        switch sheet.role {
        case .companies:
            return [
                group("ids", [.entityID]), group("company", company), group("companyContacts", points(.company)),
                consent, plain,
            ]
        case .people: return [group("ids", [.personID, .entityID]), group("person", person), consent, plain]
        case .contactPoints:
            return [
                group("ids", [.entityID, .personID]), group("contact", ContactField.allCases.map { .contact($0) }),
                plain,
            ]
        case .serviceMatches:
            return [group("ids", [.entityID]), group("service", ServiceField.allCases.map { .service($0) }), plain]
        default:
            return [
                group("company", company), group("companyContacts", points(.company)), group("person", person),
                group("personContacts", points(.person)), consent, plain,
            ]
        }
    }
}

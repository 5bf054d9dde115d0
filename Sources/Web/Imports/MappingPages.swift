import Foundation
import Growth
import Hummingbird
import Store

/// Step 2: what each column of the file becomes.
enum MappingPages {
    static func show(_ visit: MemberVisit) async throws -> Response {
        let file = try ImportFiles.file(try visit.parameter("file"), visit)
        return try await ImportRefusal.explained {
            let imports = visit.platform.imports
            let found = try await imports.detect(file)
            if let choice = try MappingChoice(query: visit, found.file) {
                return try page(visit, file, try choice.applied(to: found.file), nil, isRemembered: false)
            }
            if let draft = imports.drafts.draft(of: file) {
                let seen = try MappingChoice(of: draft.mapping).applied(to: found.file)
                return try page(visit, file, seen, draft, isRemembered: false)
            }
            let seen = try MappingChoice(of: found.proposal).applied(to: found.file)
            let request = ImportRequest(fileName: file.name, mapping: found.proposal)
            return try page(visit, file, seen, request, isRemembered: found.isRemembered)
        }
    }

    static func settle(_ visit: MemberVisit) async throws -> Response {
        let file = try ImportFiles.file(try visit.parameter("file"), visit)
        return try await ImportRefusal.explained {
            let imports = visit.platform.imports
            let form = try MappingForm(visit.input, try await imports.detect(file).file)
            let request = ImportRequest(fileName: file.name, mapping: form.mapping, policy: form.policy)
            do {
                try form.mapping.check()
            } catch let error as MappingError {
                return try page(visit, file, form.file, request, isRemembered: false, problem: error)
            }
            if let before = imports.drafts.draft(of: file) {
                imports.discardPreview(imports.previewToken(before, of: file), of: file)
            }
            _ = try imports.drafts.settle(request, of: file)
            return visit.redirect(to: "/imports/files/\(file.id)/preview")
        }
    }

    /// - Parameter request: `nil` shows the guesses of `detected`.
    private static func page(
        _ visit: MemberVisit, _ file: Uploads.File, _ detected: DetectedFile, _ request: ImportRequest?,
        isRemembered: Bool,
        problem: MappingError? = nil
    ) throws -> Response {
        let isSimple = detected.type == .simple
        let chosen = request?.mapping.recordSheets.first?.index ?? detected.mainSheet?.index
        // In the order in which records rest on each other, not in the workbook's.
        let shown =
            isSimple
            ? detected.sheets.filter { $0.index == chosen }
            : SheetRole.allCases.filter(\.holdsRecords).flatMap { role in detected.sheets.filter { $0.role == role } }
        var data: PageData = [
            "steps": WizardSteps.data(at: .columns, file: file.id, visit), "fileId": file.id, "fileName": file.name,
            "isSimple": isSimple, "isRemembered": isRemembered, "hasProblem": problem != nil,
            "types": ImportType.known.map { type in
                [
                    "code": type.rawValue, "label": visit.phrase("imports.types.\(type.rawValue)"),
                    "isChosen": type == detected.type,
                ]
            },
            "type": detected.type.rawValue, "sheet": chosen ?? 0, "headerRow": shown.first?.headerRow ?? 0,
            "sheetChoices": detected.sheets.map { sheetChoice($0, chosen, visit) },
            "hasSheets": isSimple && detected.sheets.count > 1,
            "warnings": detected.warnings.map { $0.sentence(in: visit.language) },
            "hasWarnings": !detected.warnings.isEmpty,
            "tables": shown.map { MappingTable(sheet: $0, mapping: request?.mapping).data(visit) },
            "others": isSimple ? [] : others(detected, visit),
            "hasOthers": !isSimple && !others(detected, visit).isEmpty,
            "policies": ImportPolicy.allCases.map { policy(of: $0, chosen: request?.policy ?? .fillBlanks, visit) },
            "country": request?.mapping.defaultCountry ?? "",
            "tags": request?.mapping.defaultTags.joined(separator: visit.phrase("shell.listSeparator")) ?? "",
        ]
        if isSimple, let sheet = shown.first { data.merge(headerChoice(sheet, visit)) { $1 } }
        if let problem { data["problem"] = ImportFailure.words(for: problem, in: visit.language) }
        return try visit.page(
            "imports/mapping", title: visit.phrase("imports.mappingTitle"), data, trail: [RunPages.crumb(visit)],
            status: problem == nil ? .ok : .unprocessableContent)
    }

    private static func sheetChoice(_ sheet: DetectedSheet, _ chosen: Int?, _ visit: MemberVisit) -> PageData {
        let rows = visit.plural("imports.rows", sheet.rowCount)
        let hidden = sheet.isHidden ? visit.phrase("imports.hidden") : ""
        return [
            "code": sheet.index, "label": "\u{2068}\(sheet.name)\u{2069} · \(rows) \(hidden)",
            "isChosen": sheet.index == chosen,
        ]
    }

    /// The first rows, so that a person can say which of them is the header.
    private static func headerChoice(_ sheet: DetectedSheet, _ visit: MemberVisit) -> PageData {
        let top = sheet.head.prefix(10)
        let width = min(top.map { ($0.cells.keys.max() ?? -1) + 1 }.max() ?? 0, 30)
        let none: PageData = ["code": 0, "label": visit.phrase("imports.noHeader"), "isChosen": sheet.headerRow == 0]
        var numbers = top.map(\.number)
        if sheet.headerRow > 0, !numbers.contains(sheet.headerRow) { numbers.append(sheet.headerRow) }
        return [
            "headerChoices": [none]
                + numbers.map { number in
                    [
                        "code": number, "label": visit.phrase("imports.rowNumber", ["row": "\(number)"]),
                        "isChosen": number == sheet.headerRow,
                    ]
                },
            "headLetters": (0..<width).map(CellReference.letters),
            "head": top.prefix(6).map { row in
                [
                    "number": row.number, "isHeader": row.number == sheet.headerRow,
                    "cells": (0..<width).map { row.cells[$0].map { String($0.prefix(40)) } ?? "" },
                ] as PageData
            },
        ]
    }

    /// Sheets of a workbook whose rows do not become records.
    private static func others(_ file: DetectedFile, _ visit: MemberVisit) -> [PageData] {
        file.sheets.filter { !$0.role.holdsRecords }.map {
            ["name": $0.name, "role": visit.phrase("imports.roles.\($0.role.rawValue)")]
        }
    }

    private static func policy(of policy: ImportPolicy, chosen: ImportPolicy, _ visit: MemberVisit) -> PageData {
        [
            "code": policy.rawValue, "label": visit.phrase("imports.policies.\(policy.rawValue).label"),
            "note": visit.phrase("imports.policies.\(policy.rawValue).note"), "isChosen": policy == chosen,
        ]
    }
}

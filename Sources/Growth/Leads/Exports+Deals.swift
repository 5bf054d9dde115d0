import Foundation
import Spreadsheet
import Store

/// Leads, opportunities and figures as spreadsheets.
extension Exports {
    public func leads(
        _ filter: Filter, sort: [Sort], format: String, _ words: Words, by principal: Principal
    ) async throws -> File {
        let fields = [
            "companyId", "personId", "status", "temperature", "leadScore", "priority", "source", "serviceInterest",
            "assignedTo", "notes", "createdAt", "convertedAt",
        ]
        return try await write(
            Lead.self, filter, sort, format, words, principal, fields: fields, custom: nil
        ) { leads in
            let names = try await self.names(leads.map(\.companyId), leads.map(\.personId), leads.map(\.assignedTo))
            func label(_ field: String, _ token: String?) -> OutCell { Self.cell(token.map { words.label(field, $0) }) }
            return leads.map { lead in
                [
                    Self.cell(lead.companyId.flatMap { names[$0.raw] }),
                    Self.cell(lead.personId.flatMap { names[$0.raw] }), label("status", lead.status.rawValue),
                    label("temperature", lead.temperature?.rawValue), Self.cell(lead.leadScore),
                    label("priority", lead.priority?.rawValue), label("source", lead.source?.rawValue),
                    Self.cell(lead.serviceInterest), Self.cell(lead.assignedTo.flatMap { names[$0.raw] }),
                    Self.cell(lead.notes), Self.cell(lead.createdAt), Self.cell(lead.convertedAt),
                ]
            }
        }
    }

    public func opportunities(
        _ filter: Filter, sort: [Sort], format: String, _ words: Words, by principal: Principal
    ) async throws -> File {
        let fields = [
            "title", "companyId", "personId", "stage", "valueEstimate", "probability", "expectedCloseDate",
            "assignedTo", "lostReason", "wonAt", "lostAt", "createdAt",
        ]
        return try await write(
            Opportunity.self, filter, sort, format, words, principal, fields: fields, custom: nil
        ) { all in
            let names = try await self.names(all.map(\.companyId), all.map(\.personId), all.map(\.assignedTo))
            return all.map { one in
                [
                    .text(one.title), Self.cell(one.companyId.flatMap { names[$0.raw] }),
                    Self.cell(one.personId.flatMap { names[$0.raw] }),
                    .text(words.label("stage", one.stage.rawValue)), Self.cell(one.valueEstimate),
                    Self.cell(one.probability), Self.cell(one.expectedCloseDate.map(CalendarDay.text)),
                    Self.cell(one.assignedTo.flatMap { names[$0.raw] }),
                    Self.cell(one.lostReason.map { words.label("lostReason", $0) }), Self.cell(one.wonAt),
                    Self.cell(one.lostAt), Self.cell(one.createdAt),
                ]
            }
        }
    }

    /// A cell of a table that is no list of records.
    public enum Cell: Sendable {
        case text(String)
        case number(Double)
    }

    /// A finished table. Throws `RecordError.exportNotAllowed` for a role that may take nothing along.
    public func table(
        _ rows: [[Cell]], header: [String], name: String, format: String, _ words: Words, by principal: Principal
    ) async throws -> File {
        guard let format = ExportFile.Format(rawValue: format) else { throw InvalidFields(["format": .notInList]) }
        if ExportLimit.rows(for: principal.user.role) == 0 || !principal.may(.exportRecords) {
            throw RecordError.exportNotAllowed
        }
        return try await make(format, words.sheet, words.isRightToLeft, name, by: principal) { file in
            try file.append(header: header)
            for row in rows { try file.append(row: row.map(Self.cell)) }
        }
    }

    private func names(
        _ companies: [EntityID<Company>?], _ people: [EntityID<Person>?], _ users: [EntityID<User>?]
    ) async throws -> [ObjectID: String] {
        var names: [ObjectID: String] = [:]
        for (id, one) in try await store.get(Array(Set(companies.compactMap { $0 }))) {
            names[id.raw] = one.displayName
        }
        for (id, one) in try await store.get(Array(Set(people.compactMap { $0 }))) { names[id.raw] = one.fullName }
        for (id, one) in try await store.get(Array(Set(users.compactMap { $0 }))) { names[id.raw] = one.name }
        return names
    }

    static func cell(_ text: String?) -> OutCell { text.map(OutCell.text) ?? .empty }
    private static func cell(_ number: Double?) -> OutCell { number.map(OutCell.number) ?? .empty }
    static func cell(_ date: Date?) -> OutCell { cell(date?.iso8601) }

    private static func cell(_ cell: Cell) -> OutCell {
        switch cell {
        case .text(let text): .text(text)
        case .number(let number): .number(number)
        }
    }
}

import Foundation
import Spreadsheet
import Store

/// The ledger of campaigns as a spreadsheet.
extension Exports {
    public func campaignRecipients(
        _ filter: Filter, sort: [Sort], format: String, _ words: Words, by principal: Principal
    ) async throws -> File {
        let fields = [
            "email", "status", "skipReason", "companyName", "personName", "jobTitle", "sector", "city", "variant",
            "sentAt",
            "openedAt", "clickedAt", "repliedAt", "bouncedAt", "errorMessage", "internetMessageId",
        ]
        return try await write(
            CampaignRecipient.self, filter, sort, format, words, principal, fields: fields, custom: nil
        ) { rows in
            rows.map { row in
                [
                    Self.cell(row.email), .text(words.label("status", row.status.rawValue)),
                    Self.cell(row.skipReason.map { words.label("skipReason", $0.rawValue) }),
                    Self.cell(row.companyName),
                    Self.cell(row.personName), Self.cell(row.jobTitle), Self.cell(row.sector), Self.cell(row.city),
                    Self.cell(row.variant), Self.cell(row.sentAt), Self.cell(row.openedAt), Self.cell(row.clickedAt),
                    Self.cell(row.repliedAt), Self.cell(row.bouncedAt), Self.cell(row.errorMessage),
                    Self.cell(row.internetMessageId),
                ]
            }
        }
    }
}

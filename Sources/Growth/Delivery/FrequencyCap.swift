import Foundation
import Store

/// How often one address may be written to, over all campaigns: `{mails, days}` in the settings; absent: no bound.
struct FrequencyCap: Sendable {
    let store: any DocumentStore
    let settings: Settings
    let now: @Sendable () -> Date

    /// Of these addresses, those that got as many mails within the days as one may.
    func reached(_ emails: [String]) async throws -> Set<String> {
        guard let cap = try await settings.current().frequencyCap, cap.mails > 0, cap.days > 0, !emails.isEmpty else {
            return []
        }
        let since = now().addingTimeInterval(-Double(cap.days) * 86_400)
        var query = Query<EmailMessage>(
            .isIn("toEmail", emails.map(Value.string)) && .range("sentAt", from: .including(.date(since)), to: nil))
        query.fields = ["toEmail"]
        let counts = try await store.find(query).reduce(into: [String: Int]()) { $0[$1.toEmail, default: 0] += 1 }
        return Set(counts.filter { $0.value >= cap.mails }.keys)
    }

    struct Limit: Part {
        var mails = 0
        var days = 0

        init() {}

        mutating func visit(_ fields: inout some FieldVisitor) throws {
            try fields("mails", &mails)
            try fields("days", &days)
        }
    }
}

import Foundation
import Growth
import Store

/// How the documents of subject access are called and read in one's language.
struct PrivacyWords {
    let visit: MemberVisit

    init(_ visit: MemberVisit) { self.visit = visit }

    func section(_ trace: Trace) -> String { visit.phrase("privacy.sections.\(trace.name)") }

    func name(of entity: any Entity) -> String {
        switch entity {
        case let person as Person: person.fullName
        case let company as Company: company.displayName
        case let point as ContactPoint: point.contactValue
        case let opportunity as Opportunity: opportunity.title
        case let task as WorkTask: task.title
        case let activity as Activity: word("activities.types.\(activity.type.rawValue)") ?? activity.title
        case let reply as EmailReply: reply.subject ?? reply.fromEmail
        case let thread as EmailThread: thread.subject ?? ""
        case let log as ImportLog: log.fileName
        default: entity.createdAt.map(visit.formats.dateTime) ?? ""
        }
    }

    /// The values of a document that a person can read: without ids and what only the program needs.
    func facts(of entity: any Entity, _ trace: Trace) throws -> [(label: String, value: String)] {
        let document = try EntityJSON.value(entity).object ?? Document()
        return flat(document, path: "").compactMap { path, value in
            // The sentence of the title says it.
            if path == "metadata.action" { return nil }
            guard let text = path == "title" ? title(of: entity) ?? text(value, path, trace) : text(value, path, trace)
            else { return nil }
            return (label(path, trace), text)
        }
    }

    /// What we stored a title for in English, in the reader's language.
    private func title(of entity: any Entity) -> String? {
        switch entity {
        case let activity as Activity: TimelineView.title(activity, activity.metadata?.object, visit)
        case let row as UserNotification: NotificationWords(visit: visit).sentence(row)
        default: nil
        }
    }

    private func flat(_ document: Document, path: String) -> [(String, Value)] {
        document.pairs.flatMap { pair -> [(String, Value)] in
            let name = path.isEmpty ? pair.key : "\(path).\(pair.key)"
            switch pair.value {
            case .object(let inner): return flat(inner, path: name)
            case .array(let items):
                let texts = items.compactMap(\.string)
                if texts.count == items.count { return [(name, .string(texts.joined(separator: "\n")))] }
                return items.enumerated().flatMap { index, item in
                    item.object.map { flat($0, path: "\(name).\(index + 1)") } ?? [("\(name).\(index + 1)", item)]
                }
            default: return [(name, pair.value)]
            }
        }
    }

    private func text(_ value: Value, _ path: String, _ trace: Trace) -> String? {
        switch value {
        case .null, .id: nil
        case .string(let text):
            text.isEmpty ? nil : word(for: text, path, trace) ?? text
        case .bool(let flag): visit.phrase(flag ? "records.yes" : "records.no")
        // Kept as a position from 0.
        case .int(let number) where path == "sheet" || path.hasSuffix(".sheet"): visit.formats.number(number + 1)
        case .int(let number): visit.formats.number(number)
        case .double(let number): visit.formats.number(number)
        case .date(let date): visit.formats.dateTime(date)
        default: value.json
        }
    }

    /// What a stored code is called, where it is one.
    private func word(for text: String, _ path: String, _ trace: Trace) -> String? {
        let names = path.split(separator: ".").map(String.init)
        let last = names.last ?? path
        switch (trace.entity.collection, last) {
        case (AuditLog.collection, "action"): return word("audit.actions.\(text)")
        case (AuditLog.collection, "entityType"), (ImportChange.collection, "recordType"):
            return word("audit.subjects.\(text)")
        case (UserNotification.collection, "type"): return word("notifications.kinds.\(text)")
        case (UserNotification.collection, "entityType"): return word("activities.records.\(text)")
        case (Suppression.collection, "reason"): return word("suppressions.reasons.\(text)")
        case (TrackingEvent.collection, "kind"): return word("campaignRecipients.events.\(text)")
        case (TrackingEvent.collection, "userAgentClass"): return word("campaignRecipients.agents.\(text)")
        case (EmailMessage.collection, _), (CampaignRecipient.collection, _), (SequenceRecipient.collection, _):
            return word(RecordNoun.campaignRecipients.value(last, text))
        case (Activity.collection, "before"), (Activity.collection, "after"):
            return names.dropLast().last.flatMap { field in
                Self.nouns.lazy.compactMap { self.word($0.value(field, text)) }.first
            }
        case (ImportChange.collection, "before"), (ImportChange.collection, "after"):
            return names.contains("consent") ? consent(journalled: text) : nil
        case (Activity.collection, "type"): return word("activities.types.\(text)")
        case (Activity.collection, "entityType"): return word("activities.records.\(text)")
        case (Opportunity.collection, "from"), (Opportunity.collection, "to"):
            return RecordWords.label(visit, .opportunities, "stage", text)
        default: return noun(trace).map { RecordWords.label(visit, $0, path, text) }
        }
    }

    private func consent(journalled text: String) -> String? {
        // A journal that does not read as one is shown as it is.
        guard let consent = ContactPoint.Consent(journalled: text) else { return nil }
        let status = consent.status.map { RecordWords.label(visit, .contactPoints, "consentStatus", $0) }
        return [status, consent.source, consent.at.map(visit.formats.dateTime)].compactMap { $0 }
            .map(TimelineView.isolated).joined(separator: " · ")
    }

    /// Whose fields a change may be of.
    private static let nouns: [RecordNoun] = [.people, .companies, .contactPoints, .leads, .opportunities, .tasks]

    /// The names along a path one by one; `metadata` and `fields` only say that there is more.
    private func label(_ path: String, _ trace: Trace) -> String {
        let names = path.split(separator: ".").map(String.init).filter { !["metadata", "fields"].contains($0) }
        return names.map { name in
            noun(trace).flatMap { word($0.field(name)) } ?? word("privacy.fields.\(name)")
                ?? Self.nouns.lazy.compactMap { word($0.field(name)) }.first ?? name
        }.joined(separator: " · ")
    }

    private func word(_ key: String) -> String? {
        visit.visit.resources.phrases.has(key) ? visit.phrase(key) : nil
    }

    private func noun(_ trace: Trace) -> RecordNoun? {
        switch trace.entity.collection {
        case Person.collection: .people
        case Company.collection: .companies
        case ContactPoint.collection: .contactPoints
        case Lead.collection: .leads
        case Opportunity.collection: .opportunities
        case WorkTask.collection: .tasks
        default: nil
        }
    }
}

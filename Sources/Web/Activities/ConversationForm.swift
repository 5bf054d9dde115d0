import Foundation
import Growth
import Hummingbird
import Store

/// The forms in which calls, meetings and notes are logged and changed.
enum ConversationForm {
    /// What the card of a record's timeline needs to log on it.
    static func card(_ visit: MemberVisit, _ subject: Timeline.Subject, back: String) -> PageData {
        [
            "entityType": subject.type, "entityId": subject.id.description, "back": back,
            "call": fields(.call, visit), "meeting": fields(.meeting, visit),
        ]
    }

    /// - Parameter entry: what is changed; `nil`: a new one, whose defaults do.
    static func fields(
        _ kind: Activity.Kind, _ visit: MemberVisit, _ entry: Activity? = nil, _ problems: [String: FieldProblem] = [:]
    ) -> PageData {
        let stored = entry.map(Conversation.init)
        let outcome = visit.input.text("outcome") ?? stored?.outcome ?? ""
        let work = WorkCalendar(visit.settings)
        let now = kind == .meeting && entry == nil ? visit.platform.now() : nil
        return [
            "kind": kind.rawValue, "isMeeting": kind == .meeting, "isNew": entry == nil,
            "outcomes": Conversation.outcomes(kind).map { word in
                [
                    "code": word, "label": visit.phrase("activities.outcomes.\(word)"), "isChosen": word == outcome,
                ] as PageData
            },
            "minutes": visit.input.text("minutes") ?? stored?.minutes.map(String.init) ?? "",
            "at": visit.input.text("at") ?? (stored?.at ?? now).map { DateFields.local($0, work) } ?? "",
            "with": visit.input.text("with") ?? stored?.with ?? "",
            "text": visit.input.text("text") ?? stored?.text ?? "",
            "followUp": visit.input.text("followUp") ?? "",
            "followUpDue": visit.input.text("followUpDue") ?? "",
            "errors": visit.sentences(problems),
        ]
    }

    /// `مكالمة: لم يُجب · 4 دقائق`.
    static func sentence(_ conversation: Conversation, _ visit: MemberVisit) -> String {
        let kind = visit.phrase("activities.types.\(conversation.kind.rawValue)")
        var parts: [String] = []
        if let outcome = conversation.outcome {
            let key = "activities.outcomes.\(outcome)"
            parts.append(visit.visit.resources.phrases.has(key) ? visit.phrase(key) : outcome)
        }
        if let minutes = conversation.minutes { parts.append(visit.plural("activities.minutes", minutes)) }
        if let at = conversation.at { parts.append(visit.formats.dateTime(at)) }
        if let with = conversation.with { parts.append(visit.phrase("activities.withWhom", ["name": with])) }
        return parts.isEmpty ? kind : kind + ": " + parts.joined(separator: " · ")
    }
}

/// Dates as the inputs of forms have them, in the team's time.
enum DateFields {
    /// For `datetime-local`.
    static func local(_ date: Date, _ work: WorkCalendar) -> String {
        let parts = work.calendar.dateComponents([.hour, .minute], from: date)
        return "\(day(date, work))T\(padded(parts.hour ?? 0)):\(padded(parts.minute ?? 0))"
    }

    /// For `date`.
    static func day(_ date: Date, _ work: WorkCalendar) -> String {
        let parts = work.calendar.dateComponents([.year, .month, .day], from: date)
        return "\(parts.year ?? 0)-\(padded(parts.month ?? 0))-\(padded(parts.day ?? 0))"
    }

    static func padded(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
}

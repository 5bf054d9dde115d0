import Foundation
import Store

extension WorkTask {
    /// The fields that a person may write. The status has verbs of its own.
    public static let writableFields = [
        "title", "description", "priority", "assignedTo", "dueAt", "remindAt", "recurrence", "relatedEntityType",
        "relatedEntityId",
    ]

    /// The statuses in which a task is still to be done.
    public static let openStatuses: [Status] = [.open, .inProgress]
    static let isToBeDone = Filter.isIn("status", openStatuses.map { Value($0) })

    public var isOpen: Bool { Self.openStatuses.contains(status) }

    /// What it is about.
    public var subject: Timeline.Subject? {
        guard let type = relatedEntityType, let id = relatedEntityId else { return nil }
        return Timeline.Subject(type: type, id: id)
    }

    /// The rule, where we can follow it.
    public var rule: Recurrence? { recurrence.flatMap { try? Recurrence($0) } }  // A rule that is none does not recur.

    /// Takes over what `edit` says; throws `InvalidFields` for what it may not say. A field that stays what it was is
    /// not checked, so that an odd value from elsewhere survives.
    mutating func apply(_ edit: RecordEdit, _ work: WorkCalendar) throws {
        var reader = FieldReader()
        for (name, text) in edit.fields {
            switch name {
            case "title": title = reader.line(text, name, required: true) ?? ""
            case "description": description = reader.text(text, name)
            case "priority":
                if text != priority.rawValue {
                    priority = (text ?? "").isEmpty ? .medium : reader.choice(text, name) ?? .medium
                }
            case "assignedTo": assignedTo = reader.id(text, name)
            case "dueAt": dueAt = Self.date(text, name, dueAt, work, &reader)
            case "remindAt": remindAt = Self.date(text, name, remindAt, work, &reader)
            case "recurrence": recurrence = Self.rule(text, recurrence, &reader)
            case "relatedEntityType":
                if text ?? "" != relatedEntityType ?? "" {
                    relatedEntityType = Self.kind(text, name, &reader)
                }
            case "relatedEntityId":
                let id: EntityID<WorkTask>? = reader.id(text, name)
                relatedEntityId = id?.raw
            default:
                reader.refuse(name, Schema(of: WorkTask.self).type(of: name) == nil ? .unknownField : .notWritable)
            }
        }
        if !edit.custom.isEmpty { reader.refuse("customFields", .unknownField) }
        if (relatedEntityType == nil) != (relatedEntityId == nil) { reader.refuse("relatedEntityId", .required) }
        try reader.throwIfAny()
    }

    /// A date that was sent as it is stored, or as forms show it, keeps its seconds.
    private static func date(
        _ text: String?, _ field: String, _ stored: Date?, _ work: WorkCalendar, _ reader: inout FieldReader
    ) -> Date? {
        let typed = (text ?? "").trimmingCharacters(in: .whitespaces)
        if typed.isEmpty { return nil }
        guard let date = work.read(typed) else {
            reader.refuse(field, .notADay)
            return stored
        }
        if let stored, abs(stored.timeIntervalSince(date)) < 60, !work.isWholeDay(date) { return stored }
        return date
    }

    private static func rule(_ text: String?, _ stored: String?, _ reader: inout FieldReader) -> String? {
        let typed = (text ?? "").trimmingCharacters(in: .whitespacesAndNewlines)
        if typed.isEmpty { return nil }
        if typed == stored { return stored }
        do {
            return try Recurrence(typed).text
        } catch {
            reader.refuse("recurrence", error == .unsupported ? .unsupportedRule : .notARule)
            return stored
        }
    }

    private static func kind(_ text: String?, _ field: String, _ reader: inout FieldReader) -> String? {
        let word = (text ?? "").trimmingCharacters(in: .whitespaces)
        if word.isEmpty { return nil }
        if !Timeline.Subject.related.contains(word) { reader.refuse(field, .notInList) }
        return word
    }
}

extension WorkTask {
    /// The task as it comes again after this one was completed at `now`; `nil` when it does not.
    ///
    /// Its id follows from this one's and its date, so that two who complete the same task make one. A reminder keeps
    /// its distance in days and its time of day.
    func successor(completedAt now: Date, _ work: WorkCalendar) -> WorkTask? {
        let anchor = dueAt ?? work.startOfDay(now)
        guard let rule, let (due, left) = rule.next(after: anchor, notBefore: now, in: work) else { return nil }
        var next = WorkTask()
        next.id = EntityID(Self.stableID(id.raw, "next", due))
        next.title = title
        next.priority = priority
        next.relatedEntityType = relatedEntityType
        next.relatedEntityId = relatedEntityId
        next.description = description
        next.assignedTo = assignedTo
        next.createdBy = createdBy
        next.dueAt = due
        next.recurrence = left.text
        if let remindAt {
            let day = work.day(work.days(from: anchor, to: remindAt), after: due)
            next.remindAt = work.date(on: day, at: remindAt)
        }
        // The same stamp twice says that nobody has touched it.
        next.createdAt = now
        next.updatedAt = now
        return next
    }

    /// The same for the same task, purpose and moment, in every process.
    static func stableID(_ id: ObjectID, _ purpose: String, _ date: Date) -> ObjectID {
        StableHash.id(at: date, id, purpose, String(date.milliseconds))
    }

    /// From when on it is overdue: its moment, or the end of its day when it has no time.
    func overdueAt(_ work: WorkCalendar) -> Date? {
        dueAt.map { work.isWholeDay($0) ? work.day(1, after: $0) : $0 }
    }
}

extension FieldProblem {
    public static let notADay = FieldProblem("not_a_day")
    public static let notARule = FieldProblem("not_a_rule")
    public static let unsupportedRule = FieldProblem("unsupported_rule")
}

import Foundation
import Growth
import Store

/// What a notification says, in the reader's language.
struct NotificationWords {
    let visit: MemberVisit

    /// The sentence of its kind with the values of its metadata; where they do not suffice, the title that it was
    /// written with.
    func sentence(_ row: UserNotification) -> String {
        let metadata = row.metadata?.object
        if let count = metadata?["count"]?.int, row.type == .leadAssigned {
            return visit.plural("notifications.leadsAssigned", count)
        }
        let key = "notifications.sentences.\(row.type.rawValue)"
        let keys = (metadata?["reason"]?.string.map { ["\(key)_\($0)"] } ?? []) + [key]
        return MetadataSentence.text(visit, keys, metadata) ?? (row.title.isEmpty ? label(row.type) : row.title)
    }

    func label(_ kind: UserNotification.Kind) -> String {
        let key = "notifications.kinds.\(kind.rawValue)"
        return visit.visit.resources.phrases.has(key) ? visit.phrase(key) : kind.rawValue
    }

    private static let icons: [String: String] = [
        "email_reply_received": "inbox", "lead_created": "lead", "lead_assigned": "lead",
        "opportunity_stage_changed": "board", "task_due": "clock", "task_assigned": "task", "mention": "note",
        "import_finished": "import", "import_failed": "warning", "campaign_finished": "campaign",
        "campaign_paused": "pause", "mailbox_error": "warning",
    ]

    func data(_ row: UserNotification) -> PageData {
        var data: PageData = [
            "id": row.id.description, "icon": Self.icons[row.type.rawValue] ?? "bell", "sentence": sentence(row),
            "isUnread": row.status != .read, "hasMessage": false, "hasDate": false, "leads": path(row) != nil,
        ]
        if let message = row.message, !message.isEmpty {
            data["hasMessage"] = true
            data["message"] = message
        }
        if let at = row.createdAt {
            data["hasDate"] = true
            data["at"] = visit.formats.dateTime(at)
            data["machineAt"] = visit.formats.machine(at)
        }
        return data
    }

    /// A page of ours, whatever was stored; `nil` when it leads nowhere.
    func path(_ row: UserNotification) -> String? {
        if let path = row.actionUrl.flatMap(OwnPath.checked) { return path }
        guard let type = row.entityType, let id = row.entityId else { return nil }
        return Timeline.Subject(type: type, id: id).path
    }
}

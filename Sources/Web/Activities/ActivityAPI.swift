import Growth
import HTTPTypes
import Hummingbird
import Store

/// Activities for other programs.
enum ActivityAPI {
    private static let item = JSONSchema.entity(Activity.self)
    private static let outcomes = JSONSchema.word(Conversation.outcomes(.call) + Conversation.outcomes(.meeting))

    private static let fields: [JSONSchema.Property] = [
        .may("text", .nullable(.string)), .may("outcome", outcomes), .may("minutes", .nullable(.integer)),
        .may("at", .nullable(.string)), .may("with", .nullable(.string)),
    ]

    static let all: [Endpoint] = [
        Endpoint(
            .get, "/api/activities", for: .may(.readRecords), "Everything that happened, the latest first",
            query: ActivityRequest.parameters,
            gives: .json(.object(.must("items", .array(item)), .must("next", .nullable(.string))))
        ) { visit in
            let request = try ActivityRequest(visit)
            let part = try await visit.platform.activities.feed(
                request.selection, by: visit.principal, limit: request.limit, page: request.page)
            let last = part.goesOn ? part.rows.last : nil
            let next = try last.map { try PageKey.text(at: $0, sort: Timeline.order) }
            return visit.json([
                "items": .array(try part.rows.map { try EntityJSON.value($0) }),
                "next": next.map(Value.string) ?? .null,
            ])
        },
        Endpoint(
            .post, "/api/activities", for: .may(.editRecords),
            "Logs a note, a call or a meeting, with a follow-up task where one is asked for",
            takes: .json(
                .object(
                    [
                        .must("type", .word(Activities.written.map(\.rawValue))),
                        .must("entityType", .word(["company", "person", "lead", "opportunity", "task"])),
                        .must("entityId", .id), .may("followUp", .string), .may("followUpDue", .nullable(.string)),
                    ] + fields, isOpen: false)),
            gives: .json(item, status: .created)
        ) { visit in try visit.json(try await log(visit), status: .created) },
        Endpoint(.get, "/api/activities/{id}", for: .may(.readRecords), "One entry", gives: .json(item)) { visit in
            try visit.json(try await visit.platform.activities.get(try visit.id(), by: visit.principal).published)
        },
        Endpoint(
            .patch, "/api/activities/{id}", for: .may(.editRecords),
            "Changes an entry of one's own; with `updatedAt`, only if it has not changed since",
            takes: .json(.object(fields + [.may("updatedAt", .formatted("date-time"))], isOpen: false)),
            gives: .json(item)
        ) { visit in
            try visit.json(
                try await visit.platform.activities.edit(
                    try visit.id(), try RecordInput.edit(visit.input), by: visit.principal))
        },
        Endpoint(
            .delete, "/api/activities/{id}", for: .may(.editRecords), "Removes the words of an entry of one's own",
            gives: .json(item)
        ) { visit in
            try visit.json(try await visit.platform.activities.remove(try visit.id(), by: visit.principal).published)
        },
        Endpoint(
            .post, "/api/activities/{id}/bring-back", for: .may(.editRecords),
            "Brings back an entry of one's own that was removed", gives: .json(item)
        ) { visit in
            try visit.json(try await visit.platform.activities.bringBack(try visit.id(), by: visit.principal))
        },
        Endpoint(
            .get, "/api/mentions", for: .may(.readRecords), "Colleagues who can be named in a note with an @",
            query: [QueryParameter("q", .string, "How the name or the address begins")],
            gives: .json(
                .object(
                    .must(
                        "items",
                        .array(.object(.must("id", .id), .must("name", .string), .must("spelling", .string))))))
        ) { visit in
            let text = visit.query("q") ?? ""
            guard text.utf8.count <= 200 else { throw WebError.badParameter("q") }
            let found = try await visit.platform.timeline.mentions().suggestions(text)
            return visit.json([
                "items": .array(
                    found.map {
                        [
                            "id": Value($0.user.id), "name": .string($0.user.name), "spelling": .string($0.spelling),
                        ]
                    })
            ])
        },
    ]

    private static func log(_ visit: MemberVisit) async throws -> Activity {
        guard let kind = Activity.Kind(known: visit.input.text("type") ?? ""), Activities.written.contains(kind) else {
            throw InvalidFields(["type": .notInList])
        }
        guard let id = ObjectID(visit.input.text("entityId") ?? "") else {
            throw InvalidFields(["entityId": .notInList])
        }
        let subject = Timeline.Subject(type: visit.input.text("entityType") ?? "", id: id)
        guard kind == .note else {
            let edit = try RecordInput.edit(visit.input, ignoring: ["type", "entityType", "entityId"])
            return try await visit.platform.activities.log(kind, edit, on: subject, by: visit.principal)
        }
        try visit.input.allow("type", "entityType", "entityId", "text")
        return try await visit.platform.activities.addNote(visit.input.text("text"), to: subject, by: visit.principal)
    }
}

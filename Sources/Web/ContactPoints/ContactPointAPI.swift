import Growth
import HTTPTypes
import Hummingbird
import Store

/// Contact points for other programs.
enum ContactPointAPI {
    private static let item = JSONSchema.entity(ContactPoint.self)
    private static let reason = JSONSchema.object([.may("reason", .word(ContactPoints.invalidReasons))], isOpen: false)

    static let all: [Endpoint] = [
        Endpoint(
            .get, "/api/contact_points", for: .may(.readRecords), "Lists contact points",
            query: ContactPointList.definition.parameters, gives: .json(.list(of: item))
        ) { visit in try await ContactPointList.definition.json(visit) },
        Endpoint(
            .post, "/api/contact_points/search", for: .may(.readRecords),
            "Lists contact points by a tree of conditions",
            takes: .json(ContactPointList.definition.searchBody), gives: .json(.list(of: item))
        ) { visit in try await ContactPointList.definition.search(visit) },
        Endpoint(
            .get, "/api/contact_points/export", for: .may(.exportRecords), "The list as a spreadsheet",
            query: ContactPointList.definition.parameters + ExportAnswer.parameters, gives: .file("*/*")
        ) { try await ContactPointRoutes.export($0) },
        Endpoint(
            .post, "/api/contact_points", for: .may(.editRecords), "Adds a contact point to a company or a person",
            takes: .json(
                RecordSchemas.contactPoint(
                    required: ["contactType", "contactValue"],
                    extra: [.must("entityType", .words(of: ContactPoint.Owner.self)), .must("entityId", .id)])),
            gives: .json(item, status: .created)
        ) { visit in
            let point = try await visit.platform.contactPoints.add(
                to: try owner(visit.input), try RecordInput.edit(visit.input, ignoring: ["entityType", "entityId"]),
                by: visit.principal)
            return try visit.json(point, status: .created)
        },
        Endpoint(.get, "/api/contact_points/{id}", for: .may(.readRecords), "One contact point", gives: .json(item)) {
            visit in
            try visit.json(try await visit.platform.contactPoints.get(try visit.id()))
        },
        Endpoint(
            .patch, "/api/contact_points/{id}", for: .may(.editRecords),
            "Changes the named fields; with `updatedAt`, only if nobody has since",
            takes: .json(RecordSchemas.contactPoint()),
            gives: .json(item)
        ) { visit in
            try visit.json(
                try await visit.platform.contactPoints.edit(
                    try visit.id(), try RecordInput.edit(visit.input), by: visit.principal))
        },
        Endpoint(
            .delete, "/api/contact_points/{id}", for: .may(.editRecords), "Removes a contact point", gives: .nothing
        ) { visit in
            try await visit.platform.contactPoints.remove(try visit.id(), by: visit.principal)
            return visit.noContent()
        },
        Endpoint(
            .post, "/api/contact_points/{id}/invalid", for: .may(.editRecords), "Marks it as invalid",
            takes: .json(reason),
            gives: .json(item)
        ) { visit in
            try visit.input.allow("reason")
            return try visit.json(
                try await visit.platform.contactPoints.markInvalid(
                    try visit.id(), reason: visit.input.text("reason"), by: visit.principal))
        },
        Endpoint(
            .delete, "/api/contact_points/{id}/invalid", for: .may(.editRecords), "Marks it as valid again",
            gives: .json(item)
        ) { visit in
            try visit.json(try await visit.platform.contactPoints.markValid(try visit.id(), by: visit.principal))
        },
        Endpoint(
            .post, "/api/contact_points/bring-back", for: .may(.editRecords),
            "Brings back a contact point that was removed: `entry` is the removal in its owner's timeline",
            takes: .json(.object(.must("entry", .id))), gives: .json(item)
        ) { visit in
            try visit.input.allow("entry")
            return try visit.json(
                try await visit.platform.contactPoints.bringBack(
                    try ContactPointRoutes.removal(visit.input), by: visit.principal))
        },
        Endpoint(
            .get, "/api/contact_points/{id}/provenance", for: .may(.readRecords), "Where the value came from",
            gives: .json(RecordSchemas.provenance)
        ) { visit in
            let point = try await visit.platform.contactPoints.get(try visit.id())
            let source = try await visit.platform.contactPoints.source(of: point)
            return visit.json(RecordSchemas.provenance(source.map { ["contactValue": $0] } ?? [:]))
        },
    ]

    private static func owner(_ input: Input) throws -> Timeline.Subject {
        guard let type = ContactPoint.Owner(known: input.text("entityType") ?? "") else {
            throw InvalidFields(["entityType": .notInList])
        }
        guard let id = ObjectID(input.text("entityId") ?? "") else { throw InvalidFields(["entityId": .notInList]) }
        return Timeline.Subject(type: type.rawValue, id: id)
    }
}

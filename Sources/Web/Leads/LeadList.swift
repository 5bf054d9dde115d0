import Foundation
import Growth
import Hummingbird
import Store

/// The list of leads: what it can be asked, in pages, in the API and for an export.
enum LeadList {
    static let definition = ListDefinition<Lead>(
        path: "/leads",
        filters: [
            "status", "temperature", "leadScore", "priority", "source", "assignedTo", "companyId", "personId",
            "campaignId", "emailReplyId", "serviceInterest", "opportunityId", "convertedAt", "createdAt", "updatedAt",
        ],
        sorts: ["_id", "createdAt", "leadScore", "status", "assignedTo"],
        defaultSort: [.descending("createdAt")],
        search: { _ in .all },
        flags: ["open": Leads.open, "free": Leads.free])

    /// One's own, or everybody's, that the text finds; the free ones for whoever asks for them by name.
    static func scope(_ request: ListRequest<Lead>, _ visit: MemberVisit) async throws -> Filter {
        let principal = visit.principal
        let isAboutFree = request.filter.names("assignedTo")
        let seen = isAboutFree ? Leads.visible(to: principal) : principal.ownRecords
        return seen && (try await visit.platform.leads.matching(request.text))
    }

    static let list = RecordList<Lead>(
        .leads, definition,
        words: ListWords(
            title: "leads.title", search: "leads.search", hint: "leads.searchHint", none: "leads.none",
            noneHint: "leads.noneHint", new: "leads.new"),
        columns: [
            ListColumn("name", "leads.name", fields: ["companyId", "personId"], isHead: true),
            ListColumn("status", "leads.fields.status", sort: "status", edit: "status"),
            ListColumn("temperature", "leads.fields.temperature", edit: "temperature"),
            ListColumn("score", "leads.fields.leadScore", sort: "leadScore", isNumber: true),
            ListColumn("owner", "leads.fields.assignedTo", sort: "assignedTo", edit: "assignedTo"),
            ListColumn("serviceInterest", "leads.fields.serviceInterest", edit: "serviceInterest"),
            ListColumn("source", "leads.fields.source", isExtra: true, edit: "source"),
            ListColumn("priority", "leads.fields.priority", isExtra: true, edit: "priority"),
            ListColumn("createdAt", "leads.fields.createdAt", sort: "createdAt"),
        ],
        tokens: [
            "status": Lead.Status.known.map(\.rawValue), "temperature": Temperature.known.map(\.rawValue),
            "priority": Priority.known.map(\.rawValue), "source": Lead.Origin.known.map(\.rawValue),
        ],
        controls: [
            .choice("status", all: "leads.allStatuses"), .choice("temperature", all: "leads.allTemperatures"),
            .owner("assignedTo"), .flag("open"),
        ],
        moreControls: [.choice("source", all: "leads.allSources"), .choice("priority", all: "leads.allPriorities")],
        flagLabel: { "leads.flags.\($0).\($1)" }, newPath: "/leads/new", scene: "scene-companies",
        views: views, isBulk: true,
        exporter: { try await $0.platform.exports.leads($1, sort: $2, format: $3, $4, by: $0.principal) },
        editor: editor, scope: { try await scope($0, $1) }, rows: rows)

    /// A status that asks why, and the conversion, have forms of their own.
    static let editor = ListEditor<Lead>(
        fields: ["status", "temperature", "priority", "source", "serviceInterest", "assignedTo"],
        get: { try await $1.platform.leads.get($0, by: $1.principal) },
        stored: { lead, field, _ in
            switch field {
            case "status": lead.status.rawValue
            case "assignedTo": lead.assignedTo?.description ?? ""
            default: lead.value(of: field)
            }
        },
        save: { id, edit, visit in
            let leads = visit.platform.leads
            if let status = edit.fields["status"] {
                return try await leads.move(
                    id, to: Lead.Status(rawValue: status ?? ""), expected: edit.expected, by: visit.principal)
            }
            if let owner = edit.fields["assignedTo"] {
                return try await leads.assign(
                    id, to: try OwnerInput.user(owner).map { .user($0) } ?? .nobody, expected: edit.expected,
                    by: visit.principal)
            }
            return try await leads.edit(id, edit, by: visit.principal)
        },
        words: { lead, field in
            field == "status"
                ? [lead.status.rawValue] + lead.status.next.filter { !$0.needsReason }.map(\.rawValue) : nil
        },
        mayEdit: { lead, visit in visit.principal.ownRecordsOf.map { $0 == lead.assignedTo } ?? true })

    private static func views(_ visit: MemberVisit) -> [PageData] {
        let isFree = visit.query("free") == "true"
        var views: [PageData] = [
            [
                "path": "/leads", "isCurrent": !isFree,
                "label": visit.phrase(visit.principal.ownRecordsOf == nil ? "leads.views.all" : "leads.views.own"),
            ],
            ["path": "/leads?free=true", "label": visit.phrase("leads.views.free"), "isCurrent": isFree],
        ]
        if visit.may(.manageSales) {
            views.append([
                "path": "/settings/leads", "label": visit.phrase("leads.views.settings"), "isCurrent": false,
            ])
        }
        return views
    }

    private static func rows(_ leads: [Lead], _ visit: MemberVisit) async throws -> [ListRow] {
        let subjects = try await visit.platform.leads.subjects(of: leads)
        let users = try await visit.platform.store.get(Array(Set(leads.compactMap(\.assignedTo))))
        func word(_ field: String, _ token: String?) -> String? {
            token.map { RecordWords.label(visit, .leads, field, $0) }
        }
        return leads.map { lead in
            let subject = subjects[lead.id], person = subject?.company == nil ? nil : subject?.person?.fullName
            let cells: [String: ListCell?] = [
                "name": .title(
                    subject?.name ?? visit.phrase("leads.nobodyKnown"), href: "/leads/\(lead.id)", below: person),
                "status": .badge(word("status", lead.status.rawValue), sign: LeadPages.sign(lead.status)),
                "temperature": .badge(
                    word("temperature", lead.temperature?.rawValue), sign: LeadPages.sign(lead.temperature)),
                "score": .plain(lead.leadScore.map { visit.formats.number($0) }),
                "owner": .text(lead.assignedTo.flatMap { users[$0]?.name }),
                "serviceInterest": .text(lead.serviceInterest), "source": .plain(word("source", lead.source?.rawValue)),
                "priority": .badge(
                    word("priority", lead.priority?.rawValue),
                    sign: RecordWords.sign(ofPriority: lead.priority?.rawValue ?? "")),
                "createdAt": .time(lead.createdAt, visit),
            ]
            return ListRow(lead, cells.compactMapValues { $0 })
        }
    }
}

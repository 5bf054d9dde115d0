import Foundation
import Growth
import Store

/// What a filter can point at, by name: colleagues, campaigns, files, other segments. Read once for a page.
struct FilterNames {
    let colleagues: Colleagues
    let campaigns: [(id: String, name: String)]
    let runs: [(id: String, name: String)]
    let segments: [(id: String, name: String)]
    /// Columns kept from imports, by kind.
    let custom: [FilterVocabulary.Kind: [String]]

    private static let most = 200

    /// - Parameter without: the segment itself, which cannot name itself.
    init(_ visit: MemberVisit, _ target: Segment.Target, without: EntityID<Segment>? = nil) async throws {
        let store = visit.platform.store
        colleagues = try await Colleagues(visit)
        campaigns = try await store.find(Query<Campaign>(sort: [.descending("_id")], limit: Self.most)).map {
            ($0.id.description, $0.name)
        }
        runs = try await store.find(Query<ImportLog>(sort: [.descending("_id")], limit: Self.most)).map {
            ($0.id.description, $0.fileName)
        }
        let others = Filter.equals("targetType", Value(target))
        segments = try await store.find(Query<Segment>(others, sort: [.descending("_id")], limit: Self.most)).filter {
            $0.id != without
        }.map { ($0.id.description, $0.name) }
        custom = [
            .companies: try await CompanyPages.list.knownCustom(visit),
            .people: try await PersonPages.list.knownCustom(visit),
        ]
    }

    func name(of id: String, _ input: FilterVocabulary.Input, _ visit: some Visiting) -> String {
        switch input {
        case .run: runs.first { $0.id == id }?.name ?? id
        case .campaign: campaigns.first { $0.id == id }?.name ?? id
        case .field(.user):
            switch id {
            case FilterReader.me: visit.phrase("lists.owner.me")
            case FilterReader.nobody: visit.phrase("lists.owner.none")
            default: colleagues.name(id) ?? id
            }
        default: id
        }
    }

    func segment(_ id: ObjectID) -> String? { segments.first { $0.id == id.description }?.name }
}

import Growth
import Store

/// A filter that stands in the bar above a list, or behind "more filters".
enum ListControl: Sendable {
    /// One of the field's words; `all` is the path of what no choice is called.
    case choice(String, all: String)
    /// Text with suggestions.
    case suggested(String)
    /// A flag of the definition.
    case flag(String)
    /// A box that sets a parameter.
    case box(parameter: String, value: String, label: String)
    /// A choice that sets a parameter: its values with the paths of their labels.
    case select(parameter: String, label: String, all: String, options: [(value: String, label: String)])
    /// Mine, nobody's or a colleague's.
    case owner(String)
}

/// The people that records can belong to.
struct Colleagues: Sendable {
    let people: [User]

    /// Those who are active, by name.
    init(_ visit: some Visiting) async throws {
        people = try await visit.platform.store.find(
            Query<User>(.equals("status", Value(User.Status.active)), sort: [], limit: Self.limit)
        )
        .sorted { $0.name < $1.name }
    }

    private static let limit = 500

    func name(_ id: String) -> String? { people.first { $0.id.description == id }?.name }

    /// For a choice: me, nobody, then the others.
    func options(_ visit: MemberVisit, chosen: String) -> [PageData] {
        let me = visit.user.id.description
        let others = people.filter { $0.id.description != me }.map { ($0.id.description, $0.name) }
        let own = [
            (FilterReader.me, visit.phrase("lists.owner.me")), (FilterReader.nobody, visit.phrase("lists.owner.none")),
        ]
        return (own + others).map { ["code": $0.0, "label": $0.1, "isChosen": $0.0 == chosen] }
    }
}

extension RecordList {
    /// For the partial `lists/control`.
    func data(
        of control: ListControl, _ page: ListPage<E>, _ colleagues: Colleagues?, _ visit: MemberVisit
    ) -> PageData {
        func select(_ parameter: String, _ label: String, _ all: String, _ options: [PageData]) -> PageData {
            [
                "part": "lists/controls/select", "id": parameter, "parameter": parameter, "label": label, "all": all,
                "options": options,
            ]
        }
        func box(_ parameter: String, _ value: String, _ label: String) -> PageData {
            [
                "part": "lists/controls/box", "parameter": parameter, "value": value, "label": label,
                "isChosen": page.chosen(parameter) == value,
            ]
        }
        switch control {
        case .choice(let field, let all):
            let parameter = "filter[\(field)]"
            let options = RecordWords.options(
                visit, noun, field, tokens[field] ?? [], chosen: page.chosen(parameter))
            return select(parameter, label(field, visit), visit.phrase(all), options)
        case .suggested(let field):
            let parameter = "filter[\(field)]"
            return [
                "part": "lists/controls/suggested", "parameter": parameter, "label": label(field, visit),
                "value": page.chosen(parameter), "values": "\(path)/values?field=\(field)", "list": "values-\(field)",
            ]
        case .flag(let name): return box(name, "true", visit.phrase(flagLabel(name, "true")))
        case .box(let parameter, let value, let label): return box(parameter, value, visit.phrase(label))
        case .select(let parameter, let label, let all, let options):
            let chosen = page.chosen(parameter)
            return select(
                parameter, visit.phrase(label), visit.phrase(all),
                options.map { ["code": $0.value, "label": visit.phrase($0.label), "isChosen": $0.value == chosen] })
        case .owner(let field):
            let parameter = "filter[\(field)]"
            return select(
                parameter, label(field, visit), visit.phrase("lists.owner.all"),
                colleagues?.options(visit, chosen: page.chosen(parameter)) ?? [])
        }
    }

    /// Parameters that the bar shows. The others in force travel as hidden fields, so that using the bar keeps them.
    var shownParameters: Set<String> {
        Set(
            (controls + moreControls).map { control in
                switch control {
                case .choice(let field, _), .suggested(let field), .owner(let field): "filter[\(field)]"
                case .flag(let name): name
                case .box(let parameter, _, _), .select(let parameter, _, _, _): parameter
                }
            } + ["q", "after", "before"])
    }

    var hasOwners: Bool {
        (controls + moreControls).contains { if case .owner = $0 { true } else { false } }
    }
}

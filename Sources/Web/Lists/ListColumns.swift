/// The columns of a list's table that a person may hide, for the partial `records/columns`.
enum ListColumns {
    /// Each by its name in `data-col` and the path of its label.
    static func data(_ visit: some Visiting, _ columns: [(name: String, label: String)]) -> [PageData] {
        columns.map { ["name": $0.name, "label": visit.phrase($0.label)] }
    }
}

import Store

extension Value {
    /// JSON for people to read: what fits on a line stands on one.
    var indentedJSON: String { indented(0) }

    private static let width = 76

    private func indented(_ depth: Int) -> String {
        let flat = json
        let isBranch = array?.isEmpty == false || object?.isEmpty == false
        if !isBranch || flat.count + depth * 2 <= Self.width { return flat }
        let (own, inner) = (String(repeating: "  ", count: depth), String(repeating: "  ", count: depth + 1))
        func lines(_ items: [String], _ open: String, _ close: String) -> String {
            "\(open)\n" + items.map { inner + $0 }.joined(separator: ",\n") + "\n\(own)\(close)"
        }
        if let array { return lines(array.map { $0.indented(depth + 1) }, "[", "]") }
        let pairs = object?.pairs ?? []
        return lines(pairs.map { "\(Value.string($0.key).json): \($0.value.indented(depth + 1))" }, "{", "}")
    }
}

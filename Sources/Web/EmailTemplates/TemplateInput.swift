import Growth
import Store

/// What somebody sent of a template, and of whom it is shown for.
enum TemplateInput {
    static let fields = [
        "name", "subject", "description", "category", "htmlContent", "textContent", "language", "status",
    ]

    static func draft(_ input: Input) throws -> Templates.Draft {
        func text(_ name: String) throws -> String? {
            switch input[name] {
            case nil: nil
            case .null?: ""
            case .string(let text)?: text
            default: throw InvalidFields([name: .notText])
            }
        }
        var draft = Templates.Draft()
        draft.name = try text("name")
        draft.subject = try text("subject")
        draft.description = try text("description")
        draft.category = try text("category")
        draft.htmlContent = try text("htmlContent")
        draft.textContent = try text("textContent")
        draft.language = try text("language")
        draft.status = try text("status")
        return draft
    }

    /// `full`, `empty`, or a record: `companies:<id>`. Throws `WebError.badParameter`.
    static func recipient(_ text: String?) throws -> PreviewRecipient {
        switch text ?? "" {
        case "", "full": return .full
        case "empty": return .empty
        case let other:
            let parts = other.split(separator: ":").map(String.init)
            guard parts.count == 2, let id = ObjectID(parts[1]),
                let target = Segment.Target.known.first(where: { $0.rawValue == parts[0] })
            else { throw WebError.badParameter("as") }
            return .record(target, id)
        }
    }
}

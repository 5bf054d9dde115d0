import Foundation
import MailMIME

/// The template of the peers: the same page, the same fields, the same headers.
enum Rendering {
    /// The fields of one recipient, in the order of `Field`.
    private struct Subscriber {
        var values: [String]
        var email: String

        init(_ index: Int) {
            let digits = String(index)
            let track = Data(("track" + String(repeating: "0", count: max(0, 9 - digits.count)) + digits).utf8)
                .base64EncodedString()
            email = "to\(index)@example.com"
            values = [
                "أحمد العتيبي", "شركة الأفق " + digits, "الرياض", "الصناعة", "التدريب", track,
                "https://t.example.com/u/" + track,
            ]
        }
    }

    private enum Field: Int { case name, company, city, sector, service, track, unsubscribe }

    /// A template as it is compiled: constants by number, and fields.
    private enum Node {
        case constant(Int)
        case html(Field)
        case url(Field)
        case present(Field, [Node])
    }

    private struct Template {
        var constants: [String] = []
        var nodes: [Node] = []

        mutating func text(_ text: String) -> Node {
            constants.append(text)
            return .constant(constants.count - 1)
        }

        init() {
            nodes = [
                text(
                    "<!doctype html><html dir=\"rtl\" lang=\"ar\"><head><meta charset=\"utf-8\"><style>p{font-family:Tahoma;margin:0 0 12px}</style></head><body>"
                        + "<h1>السيد/ "), .html(.name), text(" المحترم — "), .html(.company), text("</h1>"),
            ]
            for _ in 0..<3 {
                nodes.append(text("<p>"))
                for _ in 0..<4 {
                    nodes += [
                        text("يسرنا في شركة أنوال أن نقدم لكم خدمات التوظيف والتدريب لقطاع "), .html(.sector),
                        text(" في مدينة "), .html(.city),
                        text(" وفق أعلى المعايير المهنية. "),
                    ]
                }
                nodes.append(text("</p>\n"))
            }
            nodes.append(.present(.service, [text("<p>نقترح لكم خدمة <b>"), .html(.service), text("</b></p>")]))
            for link in 0..<4 {
                nodes += [
                    text("<p><a href=\"https://t.example.com/c/"), .url(.track),
                    text("/\(link)\">رابط \(link)</a></p>\n"),
                ]
            }
            nodes += [
                text("<p><a href=\""), .html(.unsubscribe),
                text("\">إلغاء الاشتراك</a></p><img src=\"https://t.example.com/o/"), .url(.track),
                text(".gif\" width=\"1\" height=\"1\"></body></html>"),
            ]
        }
    }

    private static func write(_ nodes: [Node], _ values: [String], _ body: inout BodyWriter) {
        for node in nodes {
            switch node {
            case .constant(let index): body.constant(index)
            case .html(let field): body.html(values[field.rawValue])
            case .url(let field): body.url(values[field.rawValue])
            case .present(let field, let inner): if !values[field.rawValue].isEmpty { write(inner, values, &body) }
            }
        }
    }

    static func run(messages: Int) throws {
        let template = Template()
        let pattern = OutgoingMessage(
            from: NamedAddress("Growth", try MailAddress("from@example.com")),
            messageID: try MessageID("x@example.com"),
            date: Date(timeIntervalSince1970: 1_741_000_000))
        let prepared = try PreparedMessage(pattern, text: nil, html: PreparedText(constants: template.constants))
        var bytes = 0
        let clock = ContinuousClock()
        let start = clock.now
        for index in 0..<messages {
            let subscriber = Subscriber(index)
            let recipient = PreparedMessage.Recipient(
                to: NamedAddress(nil, try MailAddress(subscriber.email)),
                subject: "عرض خاص لشركة " + subscriber.values[Field.company.rawValue],
                messageID: try MessageID(subscriber.values[Field.track.rawValue] + "@example.com"), date: pattern.date,
                unsubscribe: .init(url: subscriber.values[Field.unsubscribe.rawValue]))
            let mail = try prepared.encoded(for: recipient, html: { write(template.nodes, subscriber.values, &$0) })
            bytes += mail.bytes.count
        }
        let seconds = (clock.now - start) / .seconds(1)
        print(
            "ours render+mime messages \(messages) mean bytes \(bytes / max(1, messages)) seconds \(String(format: "%.3f", seconds)) per_s \(Int(Double(messages) / seconds))"
        )
    }
}

import Foundation
import Matching
import Store

/// A call or a meeting with somebody, as an entry of a timeline keeps it.
public struct Conversation: Sendable {
    public let kind: Activity.Kind
    public var outcome: String?
    public var minutes: Int?
    /// When it was, or will be; `nil`: when it was logged.
    public var at: Date?
    /// Who took part.
    public var with: String?
    public var text: String?

    static let fields = ["outcome", "minutes", "at", "with", "text"]
    public static let followUpFields = ["followUp", "followUpDue"]
    public static let maxMinutes = 1_440

    /// What can come of it; the first is meant where nothing is said.
    public static func outcomes(_ kind: Activity.Kind) -> [String] {
        kind == .call
            ? ["answered", "no_answer", "busy", "left_message", "wrong_number"]
            : ["held", "planned", "cancelled", "absent"]
    }

    public init(kind: Activity.Kind) { self.kind = kind }

    /// What an entry says.
    public init(_ entry: Activity) {
        kind = entry.type
        let metadata = entry.metadata?.object
        outcome = metadata?["outcome"]?.string
        minutes = metadata?["minutes"]?.int
        at = metadata?["at"]?.date
        with = metadata?["with"]?.string
        text = metadata?["text"]?.string
    }

    /// Takes over what `edit` says; throws `InvalidFields` for what it may not say.
    mutating func apply(_ edit: RecordEdit, _ work: WorkCalendar) throws {
        var reader = FieldReader()
        for (name, sent) in edit.fields {
            switch name {
            case "outcome": outcome = self.outcome(sent, &reader)
            case "minutes": minutes = self.minutes(sent, &reader)
            case "at":
                let typed = (sent ?? "").trimmingCharacters(in: .whitespaces)
                if !typed.isEmpty && work.read(typed) == nil { reader.refuse(name, .notADay) }
                at = work.read(typed)
            case "with": with = reader.line(sent, name)
            case "text": text = reader.text(sent, name)
            default: reader.refuse(name, .unknownField)
            }
        }
        try reader.throwIfAny()
        if outcome == nil { outcome = Self.outcomes(kind).first }
    }

    private func outcome(_ sent: String?, _ reader: inout FieldReader) -> String? {
        guard let sent, !sent.isEmpty, sent != outcome else { return outcome }
        if !Self.outcomes(kind).contains(sent) { reader.refuse("outcome", .notInList) }
        return sent
    }

    private func minutes(_ sent: String?, _ reader: inout FieldReader) -> Int? {
        guard let line = reader.line(sent, "minutes", limit: 10) else { return nil }
        guard let number = Int(FoldedText.latinDigits(line)) else {
            reader.refuse("minutes", .notANumber)
            return nil
        }
        if !(0...Self.maxMinutes).contains(number) {
            reader.refuse("minutes", .outOfRange("0", String(Self.maxMinutes)))
        }
        return number
    }

    var metadata: Document {
        var metadata = Document()
        metadata["outcome"] = outcome.map(Value.string)
        metadata["minutes"] = minutes.map(Value.int)
        metadata["at"] = at.map(Value.date)
        metadata["with"] = with.map(Value.string)
        metadata["text"] = text.map(Value.string)
        return metadata
    }

    /// In English, for programs that read it.
    var title: String {
        let first = text.map(Timeline.title) ?? ""
        return first.isEmpty ? (kind == .call ? "Call" : "Meeting") : first
    }
}

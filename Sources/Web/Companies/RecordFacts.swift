import Foundation
import Growth
import Store

/// One value of a record as a page shows it, with where it came from.
struct Fact {
    enum Kind { case text, long, latin, web, email, phone, score, word, tags }

    let field: String
    let label: String
    var kind = Kind.text
    var value = ""
    var items: [String] = []
    var sign = ""
    var source: ValueSource?
    /// Kept from an import, under its header.
    var isCustom = false

    func data(_ visit: some Visiting) -> PageData {
        var data: PageData = [
            "field": field, "label": label, "shown": shown, "isText": kind == .text, "isLong": kind == .long,
            "isLatin": kind == .latin, "isLink": false, "isScore": kind == .score, "isWord": kind == .word,
            "isTags": kind == .tags, "items": items, "sign": sign, "hasSource": source != nil,
        ]
        if let link { data["href"] = link }
        switch (kind, link) {
        case (.web, nil), (.email, nil), (.phone, nil): data["isLatin"] = true
        case (_, _?): data["isLink"] = true
        default: break
        }
        data["isOutside"] = kind == .web && link != nil
        if let source { data["source"] = Self.data(source, visit) }
        return data
    }

    /// Only what the browser may open: stored text from elsewhere can hold anything.
    private var link: String? {
        switch kind {
        case .web: SafeLink.isWeb(value) ? value : nil
        case .email: Self.mail(value)
        case .phone: Self.call(value)
        default: nil
        }
    }

    private var shown: String {
        guard kind == .web, SafeLink.isWeb(value) else { return value }
        return value.replacing(/^https?:\/\//, with: "")
    }

    static func mail(_ address: String) -> String? {
        guard address.contains("@"), let safe = address.addingPercentEncoding(withAllowedCharacters: mailCharacters)
        else { return nil }
        return "mailto:" + safe
    }

    static func call(_ number: String) -> String? {
        let kept = number.filter { $0.isASCII && ($0.isNumber || $0 == "+") }
        return kept.count >= 5 ? "tel:" + kept : nil
    }

    private static let mailCharacters = CharacterSet(
        charactersIn: "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789@.-_+~!$'*")

    static func data(_ source: ValueSource, _ visit: some Visiting) -> PageData {
        // A text file has no sheets.
        let row = source.sheet.isEmpty ? "imports.rowNumber" : "records.source.row"
        var place = visit.phrase(row, ["sheet": source.sheet, "row": String(source.row)])
        if let column = source.column {
            place += visit.phrase("shell.listSeparator") + visit.phrase("records.source.column", ["column": column])
        }
        var data: PageData = [
            "file": source.fileName, "place": place, "run": "/imports/\(source.importLogId)", "hasHeader": false,
            "hasDate": false,
        ]
        if let header = source.header {
            data["hasHeader"] = true
            data["header"] = header
        }
        if let at = source.at {
            data["hasDate"] = true
            data["date"] = visit.formats.dateTime(at)
            data["machine"] = visit.formats.machine(at)
        }
        return data
    }
}

extension ValueSource {
    var value: Value { .object(document) }
}

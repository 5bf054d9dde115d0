/// What the first bytes of a file say it is.
enum FileKind {
    case zip
    /// An OLE compound file: .xls, or an encrypted workbook of any kind.
    case compound
    case text
    case other

    static let neededBytes = 4096

    private static let foreign: [[UInt8]] = [
        Array("%PDF".utf8), [0x89, 0x50, 0x4E, 0x47], [0xFF, 0xD8, 0xFF], Array("GIF8".utf8), [0x1F, 0x8B],
        Array("Rar!".utf8), [0x37, 0x7A, 0xBC, 0xAF], Array("{\\rtf".utf8), [0x7F, 0x45, 0x4C, 0x46],
        Array("BZh".utf8), [0xFD, 0x37, 0x7A, 0x58, 0x5A], Array("SQLite format 3".utf8), Array("MZ\u{90}".utf8),
    ]
    private static let markup = ["<?xml", "<html", "<!doctype", "<table", "<meta", "<head"]

    init(start: [UInt8]) {
        if start.starts(with: [0x50, 0x4B, 0x03, 0x04]) || start.starts(with: [0x50, 0x4B, 0x05, 0x06]) {
            self = .zip
        } else if start.starts(with: [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1]) {
            self = .compound
        } else if Self.foreign.contains(where: { start.starts(with: $0) }) || Self.isMarkup(start) {
            self = .other
        } else if start.contains(0), EncodingFinder.utf16(start: start) == nil {
            self = .other
        } else {
            self = .text
        }
    }

    /// Web pages and XML saved with a spreadsheet's name, which some portals offer as "Excel".
    private static func isMarkup(_ start: [UInt8]) -> Bool {
        let text = start.prefix(256).drop { $0 <= 0x20 || [0xEF, 0xBB, 0xBF].contains($0) }
        let head = String(decoding: text.prefix(16), as: UTF8.self).lowercased()
        return markup.contains { head.hasPrefix($0) }
    }
}

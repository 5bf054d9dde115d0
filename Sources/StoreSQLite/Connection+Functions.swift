import Foundation
import GRDBSQLite
import Store

extension Connection {
    /// The functions that filters and the building of side tables use. Innocuous: they read their arguments only.
    func addFunctions() {
        let flags = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS
        // The connection outlives its functions: they go when it is closed.
        let this = Unmanaged.passUnretained(self).toOpaque()
        sqlite3_create_function_v2(
            database, "anwal_match", 2, flags, this,
            { context, _, arguments in
                guard let context, let arguments, let user = sqlite3_user_data(context) else { return }
                let connection = Unmanaged<Connection>.fromOpaque(user).takeUnretainedValue()
                let number = Int(sqlite3_value_int64(arguments[1]))
                guard connection.predicates.indices.contains(number) else { return }
                let value = storedBytes(arguments[0]).flatMap(Value.init(stored:))
                sqlite3_result_int(context, connection.predicates[number].holds(for: value) ? 1 : 0)
            }, nil, nil, nil)
        sqlite3_create_function_v2(
            database, "anwal_contains", 2, flags, nil,
            { context, _, arguments in
                guard let context, let arguments, let text = storedBytes(arguments[0]) else { return }
                guard let start = sqlite3_value_blob(arguments[1]) else { return }
                let needle = UnsafeRawBufferPointer(start: start, count: Int(sqlite3_value_bytes(arguments[1])))
                sqlite3_result_int(context, Lowered.contains(needle, in: text) ? 1 : 0)
            }, nil, nil, nil)
        sqlite3_create_function_v2(
            database, "anwal_words", 1, flags, nil,
            { context, _, arguments in
                guard let context, let arguments, let value = storedBytes(arguments[0]).flatMap(Value.init(stored:))
                else {
                    return
                }
                let words = Array((value.array ?? [value]).compactMap(\.string).joined(separator: " ").utf8)
                words.withUnsafeBytes {
                    sqlite3_result_text64(
                        context, $0.bindMemory(to: CChar.self).baseAddress, UInt64($0.count),
                        unsafeBitCast(-1, to: sqlite3_destructor_type.self), UInt8(SQLITE_UTF8))
                }
            }, nil, nil, nil)
    }
}

private func storedBytes(_ value: OpaquePointer?) -> UnsafeBufferPointer<UInt8>? {
    guard sqlite3_value_type(value) == SQLITE_TEXT, let start = sqlite3_value_text(value) else { return nil }
    return UnsafeBufferPointer(start: start, count: Int(sqlite3_value_bytes(value)))
}

/// Search in a text whatever the case of its letters.
enum Lowered {
    /// `needle` is lower-cased already.
    static func contains(_ needle: UnsafeRawBufferPointer, in text: UnsafeBufferPointer<UInt8>) -> Bool {
        withUnsafeTemporaryAllocation(byteCount: max(text.count, 1), alignment: 1) { room in
            if let count = lower(text, into: room) {
                return find(needle, in: UnsafeRawBufferPointer(rebasing: room[..<count]))
            }
            return Array(String(decoding: text, as: UTF8.self).lowercased().utf8).withUnsafeBytes {
                find(needle, in: $0)
            }
        }
    }

    static func find(_ needle: UnsafeRawBufferPointer, in text: UnsafeRawBufferPointer) -> Bool {
        guard let first = needle.first, let start = needle.baseAddress else { return true }
        guard let whole = text.baseAddress else { return false }
        var offset = 0
        while text.count - offset >= needle.count {
            guard let hit = memchr(whole + offset, Int32(first), text.count - offset - needle.count + 1) else {
                return false
            }
            if memcmp(hit, start, needle.count) == 0 { return true }
            offset = UnsafeRawPointer(hit) - whole + 1
        }
        return false
    }

    /// `nil` for text beyond ASCII and Arabic, which Unicode's tables must lower-case.
    private static func lower(
        _ text: UnsafeBufferPointer<UInt8>, into room: UnsafeMutableRawBufferPointer
    ) -> Int? {
        var i = 0
        while i < text.count {
            let byte = text[i]
            if byte < 0x80 {
                room[i] = byte &- 0x41 < 26 ? byte | 0x20 : byte
                i += 1
            } else if byte >= 0xD8, byte <= 0xDB, i + 1 < text.count, text[i + 1] & 0xC0 == 0x80 {
                // U+0600–U+06FF have no case.
                room[i] = byte
                room[i + 1] = text[i + 1]
                i += 2
            } else {
                return nil
            }
        }
        return i
    }
}

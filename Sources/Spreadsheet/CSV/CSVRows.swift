/// The records of delimited text (RFC 4180), and of the texts that break it: lines may end in CR, LF or both, records
/// may be ragged, and a quote that does not begin a field stands for itself.
final class CSVRows: RowSource {
    typealias Bytes = UnsafePointer<UInt8>

    let storage = RowStorage()
    let mergedRanges: [MergedRange] = []
    private let window: ByteWindow
    private let delimiter: UInt8
    private let pattern: UInt64
    private let fileBytes: Int
    private var position: Bytes
    private var number = 0
    private var skipsFirst: Bool

    private enum Fault: Error {
        case needsMore
        case tooManyColumns
    }

    init(window: ByteWindow, delimiter: UInt8, fileBytes: Int, skipsFirst: Bool) {
        self.window = window
        self.delimiter = delimiter
        self.fileBytes = fileBytes
        self.skipsFirst = skipsFirst
        pattern = UInt64(delimiter) &* 0x0101_0101_0101_0101
        position = window.start
    }

    var fractionProgress: Double { fileBytes == 0 ? 1 : Double(window.consumed) / Double(fileBytes) }

    func advance() throws(SpreadsheetError) -> Bool {
        if skipsFirst {
            skipsFirst = false
            guard try advance() else { return false }
        }
        while true {
            if position < window.end || window.isFinal {
                var isRecord: Bool?
                do throws(Fault) {
                    isRecord = try scanRecord()
                } catch {
                    guard case .needsMore = error else { throw .tooLarge(limit: .columns) }
                }
                if let isRecord {
                    number += 1
                    guard number <= SpreadsheetLimits.maxRows || !isRecord else { throw .tooLarge(limit: .rows) }
                    return isRecord
                }
            }
            try window.extend(from: position)
            position = window.start
        }
    }

    /// Fills the storage with the next record; false at the end of the text.
    private func scanRecord() throws(Fault) -> Bool {
        let end = window.end
        if position == end { return false }
        storage.reset(number: number + 1)
        var at = position
        var column = 0
        while true {
            let stop: Bytes
            if at < end, at[0] == UInt8(ascii: "\"") {
                stop = try quotedField(at, column: column)
            } else {
                stop = try plainEnd(at)
                try store(column, at, stop - at)
            }
            if stop == end {
                position = end
                return true
            }
            if stop[0] == delimiter {
                at = stop + 1
                column += 1
                // A delimiter at the very end of the text is followed by an empty field.
                if at == end, !window.isFinal { throw .needsMore }
                continue
            }
            position = try nextLine(stop)
            return true
        }
    }

    /// The start of the line after the CR or LF at `stop`.
    private func nextLine(_ stop: Bytes) throws(Fault) -> Bytes {
        if stop[0] == 0x0A { return stop + 1 }
        if stop + 1 == window.end {
            guard window.isFinal else { throw .needsMore }
            return stop + 1
        }
        return stop[1] == 0x0A ? stop + 2 : stop + 1
    }

    @inline(__always)
    private func store(_ column: Int, _ text: Bytes, _ count: Int) throws(Fault) {
        guard storage.append(column: column, kind: .text, text: text, count: count) else { throw .tooManyColumns }
    }

    /// The delimiter, the line end or the end of the text behind `start`.
    @inline(__always)
    private func plainEnd(_ start: Bytes) throws(Fault) -> Bytes {
        let end = window.end
        var at = start
        while at < end {
            let word = Words.load(at)
            let marks =
                Words.matches(word, pattern) | Words.matches(word, 0x0A0A_0A0A_0A0A_0A0A)
                | Words.matches(word, 0x0D0D_0D0D_0D0D_0D0D)
            if marks == 0 {
                at += 8
                continue
            }
            let found = at + marks.trailingZeroBitCount / 8
            if found < end { return found }
            break
        }
        guard window.isFinal else { throw .needsMore }
        return end
    }

    /// Stores a field that begins with a quote; gives back where it ends.
    private func quotedField(_ start: Bytes, column: Int) throws(Fault) -> Bytes {
        var copy: UnsafeMutablePointer<UInt8>?
        var count = 0
        var from = start + 1
        while true {
            let close = try quote(after: from)
            let after = close == window.end ? close : close + 1
            if after == window.end, !window.isFinal { throw .needsMore }
            let isDoubled = after < window.end && after[0] == UInt8(ascii: "\"")
            if !isDoubled, copy == nil {
                let stop = try plainEnd(after)
                if stop == after {
                    try store(column, from, close - from)
                    return stop
                }
            }
            let target: UnsafeMutablePointer<UInt8>
            if let copy { target = copy } else { target = storage.scratch.allocate(try fieldRoom(start)) }
            copy = target
            // What follows a doubled quote, or the text after a closing one, is appended.
            (target + count).update(from: from, count: close - from)
            count += close - from
            if isDoubled {
                target[count] = UInt8(ascii: "\"")
                count += 1
                from = after + 1
                continue
            }
            let stop = try plainEnd(after)
            (target + count).update(from: after, count: stop - after)
            count += stop - after
            try store(column, UnsafePointer(target), count)
            return stop
        }
    }

    /// The next quote, or the end of the text when a field is never closed.
    private func quote(after start: Bytes) throws(Fault) -> Bytes {
        var at = start
        let end = window.end
        while at < end {
            let marks = Words.matches(Words.load(at), 0x2222_2222_2222_2222)
            if marks == 0 {
                at += 8
                continue
            }
            let found = at + marks.trailingZeroBitCount / 8
            if found < end { return found }
            break
        }
        guard window.isFinal else { throw .needsMore }
        return end
    }

    /// Bytes that the decoded field can need: no more than the field itself has.
    private func fieldRoom(_ start: Bytes) throws(Fault) -> Int {
        var at = start + 1
        while true {
            let close = try quote(after: at)
            if close == window.end { return close - start }
            guard close + 1 < window.end, close[1] == UInt8(ascii: "\"") else { return try plainEnd(close + 1) - start }
            at = close + 2
        }
    }
}

/// How the program that reads .xls files tells what it read: frames of a tag, the payload's length and the payload.
///
/// Numbers are little-endian. Sheets: hidden (0, 1, 2 for unknown), name. Merged range: first and last row, first and
/// last column. Row: number, hidden, then for each cell column (2 bytes), kind, length (4 bytes), UTF-8.
package enum RowWire {
    package enum Tag: UInt8 {
        case sheet = 0x53
        case merged = 0x4D
        case row = 0x52
        case failure = 0x45
        case end = 0x5A
    }

    /// Errors that the child can tell; everything else is the child's own failure.
    package enum Failure: UInt8, Sendable {
        case notASpreadsheet = 1
        case encrypted
        case damaged
        case tooLarge
        case noSuchSheet
        case unreadable
    }

    package static let headBytes = 5
    /// A row of 256 cells of 32,767 characters of up to three bytes.
    package static let maxPayload = 32 << 20
}

/// Collects frames for the child's output.
package struct RowWireWriter {
    package private(set) var bytes: [UInt8] = []

    package init() {}

    package mutating func removeAll() { bytes.removeAll(keepingCapacity: true) }

    package mutating func sheet(name: String, isHidden: Bool?) {
        frame(.sheet) { out in
            out.append(isHidden.map { $0 ? 1 : 0 } ?? 2)
            out += name.utf8
        }
    }

    package mutating func merged(_ range: MergedRange) {
        frame(.merged) { out in
            for value in [
                range.rows.lowerBound, range.rows.upperBound, range.columns.lowerBound, range.columns.upperBound,
            ] {
                Self.append(UInt32(truncatingIfNeeded: value), to: &out)
            }
        }
    }

    package mutating func row(number: Int, isHidden: Bool, cells: [(column: Int, kind: CellKind, text: String)]) {
        frame(.row) { out in
            Self.append(UInt32(truncatingIfNeeded: number), to: &out)
            out.append(isHidden ? 1 : 0)
            for cell in cells {
                let text = cell.text.utf8
                out.append(UInt8(truncatingIfNeeded: cell.column))
                out.append(UInt8(truncatingIfNeeded: cell.column >> 8))
                out.append(cell.kind.rawValue)
                Self.append(UInt32(truncatingIfNeeded: text.count), to: &out)
                out += text
            }
        }
    }

    package mutating func failure(_ failure: RowWire.Failure) { frame(.failure) { $0.append(failure.rawValue) } }
    package mutating func end() { frame(.end) { _ in } }

    private mutating func frame(_ tag: RowWire.Tag, _ body: (inout [UInt8]) -> Void) {
        bytes.append(tag.rawValue)
        let start = bytes.count
        bytes += [0, 0, 0, 0]
        body(&bytes)
        let count = bytes.count - start - 4
        for index in 0..<4 { bytes[start + index] = UInt8(truncatingIfNeeded: count >> (8 * index)) }
    }

    private static func append(_ value: UInt32, to out: inout [UInt8]) {
        for shift in stride(from: UInt32(0), to: 32, by: 8) { out.append(UInt8(truncatingIfNeeded: value >> shift)) }
    }
}

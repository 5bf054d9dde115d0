/// A cell as the scanners leave it: the text lies in the window, the shared strings or the scratch memory.
struct CellRecord {
    var text: UnsafePointer<UInt8>
    var count: UInt32
    var column: UInt16
    var kind: CellKind
}

/// The row that a reader stands on. Filled by one scanner, read through `Row`.
final class RowStorage {
    var number = 0
    var isHidden = false
    private(set) var count = 0
    /// Room for every column; untouched pages of it cost nothing.
    let cells: UnsafeMutablePointer<CellRecord>
    let scratch = ScratchMemory()
    private var isOrdered = true

    init() {
        cells = .allocate(capacity: SpreadsheetLimits.maxColumns)
    }

    deinit {
        cells.deallocate()
    }

    func reset(number: Int) {
        self.number = number
        isHidden = false
        count = 0
        isOrdered = true
        scratch.reset()
    }

    /// False when the row has more cells than columns exist. An empty text leaves no cell.
    @inline(__always)
    func append(column: Int, kind: CellKind, text: UnsafePointer<UInt8>, count length: Int) -> Bool {
        var writer = writer
        let isDone = writer.append(column: column, kind: kind, text: text, count: length)
        take(writer)
        return isDone
    }

    /// Where the next cells go, for a scanner that appends many at a time and gives the writer back with `take`.
    var writer: Writer { Writer(cells: cells, count: count, isOrdered: isOrdered) }

    func take(_ writer: Writer) {
        count = writer.count
        isOrdered = writer.isOrdered
    }

    struct Writer {
        fileprivate let cells: UnsafeMutablePointer<CellRecord>
        fileprivate var count: Int
        fileprivate var isOrdered: Bool

        /// As `RowStorage.append`.
        @inline(__always)
        mutating func append(column: Int, kind: CellKind, text: UnsafePointer<UInt8>, count length: Int) -> Bool {
            if length == 0 { return true }
            guard count < SpreadsheetLimits.maxColumns, column >= 0, column < SpreadsheetLimits.maxColumns,
                length <= Int(UInt32.max)
            else { return false }
            if count > 0, Int(cells[count - 1].column) >= column { isOrdered = false }
            (cells + count).initialize(
                to: CellRecord(
                    text: text, count: UInt32(truncatingIfNeeded: length), column: UInt16(truncatingIfNeeded: column),
                    kind: kind))
            count += 1
            return true
        }
    }

    /// Brings cells that the file lists out of order into column order; of two for one column the later stays.
    func finish() {
        if isOrdered { return }
        let sorted = (0..<count).sorted { (cells[$0].column, $0) < (cells[$1].column, $1) }.map { cells[$0] }
        count = 0
        for record in sorted {
            if count > 0, cells[count - 1].column == record.column { count -= 1 }
            cells[count] = record
            count += 1
        }
        isOrdered = true
    }
}

/// Memory for texts that had to be decoded; addresses stay valid until `reset()`.
final class ScratchMemory {
    private var blocks: [UnsafeMutableBufferPointer<UInt8>] = []
    private var used = 0
    private static let blockBytes = 65_536

    deinit {
        for block in blocks { block.deallocate() }
    }

    func reset() {
        used = 0
        while blocks.count > 1 { blocks.removeLast().deallocate() }
        if let only = blocks.first, only.count > Self.blockBytes {
            only.deallocate()
            blocks.removeAll()
        }
    }

    /// Uninitialised memory of `count` bytes; give back what is not needed with `keep`.
    func allocate(_ count: Int) -> UnsafeMutablePointer<UInt8> {
        if let last = blocks.last, let base = last.baseAddress, last.count - used >= count {
            defer { used += count }
            return base + used
        }
        let block = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: max(Self.blockBytes, count))
        blocks.append(block)
        used = count
        // An allocated buffer of at least one block always has an address.
        return block.baseAddress.unsafelyUnwrapped
    }

    /// Gives back the last `unused` bytes of the latest allocation.
    func giveBack(_ unused: Int) {
        used = max(0, used - unused)
    }
}

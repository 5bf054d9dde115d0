/// The part of a stream that lies in memory, in one piece.
///
/// Scanners work between `start` and `end`. What does not fit is asked for with `extend`, which keeps the bytes from
/// an anchor on (the unfinished row) and moves them. A `<` and zeros follow the end, so that a scan for `<` and reads
/// of whole words need no bounds.
final class ByteWindow {
    private let source: any ChunkSource
    private var chunk: Chunk?
    private var overflow: UnsafeMutablePointer<UInt8>?
    private(set) var start: UnsafePointer<UInt8>
    private(set) var end: UnsafePointer<UInt8>
    /// True when nothing follows `end`.
    private(set) var isFinal = false
    /// Compressed bytes that lead up to `end`.
    private(set) var consumed = 0
    private let empty: UnsafeMutablePointer<UInt8>

    init(source: any ChunkSource) {
        self.source = source
        empty = .allocate(capacity: Chunk.padding)
        empty.initialize(repeating: 0, count: Chunk.padding)
        empty[0] = 0x3C
        start = UnsafePointer(empty)
        end = start
    }

    deinit {
        empty.deallocate()
        overflow?.deallocate()
    }

    /// Drops what lies before `anchor` and reads on. Afterwards the bytes of the anchor are at `start`.
    func extend(from anchor: UnsafePointer<UInt8>) throws(SpreadsheetError) {
        let tail = end - anchor
        if tail > Chunk.headroom {
            try extendLong(from: anchor, tail: tail)
            return
        }
        // The tail is saved before its chunk is given back.
        let saved = UnsafeMutablePointer<UInt8>.allocate(capacity: max(1, tail))
        defer { saved.deallocate() }
        saved.update(from: anchor, count: tail)
        let old = chunk
        chunk = nil
        let next = try source.next(reusing: old)
        overflow?.deallocate()
        overflow = nil
        guard let next else {
            isFinal = true
            let rest = UnsafeMutablePointer<UInt8>.allocate(capacity: tail + Chunk.padding)
            rest.update(from: saved, count: tail)
            overflow = rest
            set(rest, count: tail)
            return
        }
        chunk = next
        consumed = next.consumed
        let first = next.start - tail
        first.update(from: saved, count: tail)
        set(first, count: tail + next.count)
    }

    /// A row longer than the headroom: doubles what is held, so that parsing it anew each time stays linear.
    private func extendLong(from anchor: UnsafePointer<UInt8>, tail: Int) throws(SpreadsheetError) {
        guard tail <= SpreadsheetLimits.maxRowBytes else { throw .tooLarge(limit: .rowBytes) }
        let capacity = 2 * tail + Chunk.capacity
        let memory = UnsafeMutablePointer<UInt8>.allocate(capacity: capacity + Chunk.padding)
        memory.update(from: anchor, count: tail)
        var filled = tail
        do throws(SpreadsheetError) {
            while filled < 2 * tail, !isFinal {
                let old = chunk
                chunk = nil
                guard let next = try source.next(reusing: old) else {
                    isFinal = true
                    break
                }
                chunk = next
                consumed = next.consumed
                (memory + filled).update(from: next.start, count: next.count)
                filled += next.count
            }
        } catch {
            memory.deallocate()
            throw error
        }
        overflow?.deallocate()
        overflow = memory
        set(memory, count: filled)
    }

    private func set(_ first: UnsafeMutablePointer<UInt8>, count: Int) {
        let last = first + count
        last.initialize(repeating: 0, count: Chunk.padding)
        last[0] = 0x3C
        start = UnsafePointer(first)
        end = UnsafePointer(last)
    }
}

/// A piece of a stream, in memory with room before it for the unfinished row of the piece before, and after it for
/// reads of whole words.
///
/// `@unchecked Sendable`: the lock of `ReadAhead` hands it from one thread to the other; only one has it at a time.
final class Chunk: @unchecked Sendable {
    static let headroom = 65_536
    static let capacity = 393_216
    static let padding = 64

    private let memory: UnsafeMutablePointer<UInt8>
    var count = 0
    /// Bytes of the file that lead up to the end of this piece.
    var consumed = 0

    init() {
        memory = .allocate(capacity: Self.headroom + Self.capacity + Self.padding)
    }

    deinit {
        memory.deallocate()
    }

    /// Where the piece begins; `headroom` bytes before it are writable too.
    var start: UnsafeMutablePointer<UInt8> { memory + Self.headroom }
}

/// Bytes in order, each piece checked before it is given.
protocol ByteStream: AnyObject {
    /// Fills the chunk; leaves it empty at the end, where the whole has been verified.
    func fill(_ chunk: Chunk) throws(SpreadsheetError)
}

/// Pieces of a stream in order. A piece is given back for use again when the next one is asked for.
protocol ChunkSource: AnyObject {
    /// `nil` at the end.
    func next(reusing old: Chunk?) throws(SpreadsheetError) -> Chunk?
}

/// Fills on the caller's thread: for streams too small to be worth a thread.
final class DirectChunks: ChunkSource {
    private let stream: any ByteStream

    init(stream: any ByteStream) {
        self.stream = stream
    }

    func next(reusing old: Chunk?) throws(SpreadsheetError) -> Chunk? {
        let chunk = old ?? Chunk()
        try stream.fill(chunk)
        return chunk.count == 0 ? nil : chunk
    }
}

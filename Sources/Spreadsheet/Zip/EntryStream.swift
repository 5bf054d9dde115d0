import CISAL

/// The bytes of one entry in order, inflated, and checked as they pass: size, ratio, checksum and UTF-8.
///
/// Belongs to one thread at a time.
final class EntryStream: ByteStream {
    let entry: ZipEntry
    private let file: RandomAccessFile
    private let state: UnsafeMutablePointer<inflate_state>
    private let input: UnsafeMutablePointer<UInt8>
    private var validator = UTF8Validator()
    private var taken = 0
    private var produced = 0
    private var checksum: UInt32 = 0
    private var isFinished = false

    private static let inputBytes = 131_072

    init(file: RandomAccessFile, entry: ZipEntry) {
        self.file = file
        self.entry = entry
        state = .allocate(capacity: 1)
        input = .allocate(capacity: Self.inputBytes)
        isal_inflate_init(state)
        state.pointee.avail_in = 0
    }

    deinit {
        state.deallocate()
        input.deallocate()
    }

    func fill(_ chunk: Chunk) throws(SpreadsheetError) {
        chunk.count = try read(into: chunk.start, capacity: Chunk.capacity)
        chunk.consumed = taken
    }

    private var damaged: SpreadsheetError { .damaged(part: entry.name) }

    /// Fills `memory` as far as the entry goes; 0 at the end, where the size and the checksum have been verified.
    func read(into memory: UnsafeMutablePointer<UInt8>, capacity: Int) throws(SpreadsheetError) -> Int {
        if isFinished { return 0 }
        let room = min(capacity, Int(Int32.max))
        let count =
            entry.isDeflated ? try inflate(into: memory, capacity: room) : try copy(into: memory, capacity: room)
        produced += count
        guard produced <= entry.inflatedSize else { throw damaged }
        guard !ZipEntry.isSuspicious(inflated: produced, compressed: taken) else {
            throw .suspiciousCompression(part: entry.name)
        }
        guard validator.accept(memory, count: count) else { throw damaged }
        checksum = crc32_gzip_refl(checksum, memory, UInt64(count))
        if count == 0 || isFinished {
            isFinished = true
            guard produced == entry.inflatedSize, checksum == entry.checksum, validator.isComplete else {
                throw damaged
            }
        }
        return count
    }

    private func copy(into memory: UnsafeMutablePointer<UInt8>, capacity: Int) throws(SpreadsheetError) -> Int {
        let want = min(capacity, entry.compressedSize - taken)
        let got = try file.read(at: entry.dataOffset + taken, into: memory, capacity: want)
        guard got == want else { throw damaged }
        taken += got
        return got
    }

    private func inflate(into memory: UnsafeMutablePointer<UInt8>, capacity: Int) throws(SpreadsheetError) -> Int {
        state.pointee.next_out = memory
        state.pointee.avail_out = UInt32(capacity)
        while state.pointee.avail_out > 0 {
            if state.pointee.avail_in == 0, taken < entry.compressedSize {
                let want = min(Self.inputBytes, entry.compressedSize - taken)
                let got = try file.read(at: entry.dataOffset + taken, into: input, capacity: want)
                guard got == want else { throw damaged }
                taken += got
                state.pointee.next_in = input
                state.pointee.avail_in = UInt32(got)
            }
            let roomBefore = state.pointee.avail_out
            let inputBefore = state.pointee.avail_in
            guard isal_inflate(state) == ISAL_DECOMP_OK else { throw damaged }
            if state.pointee.block_state == ISAL_BLOCK_FINISH {
                isFinished = true
                break
            }
            let isStuck = state.pointee.avail_out == roomBefore && state.pointee.avail_in == inputBefore
            // All input is given and the last block has not ended.
            if isStuck, state.pointee.avail_in > 0 || taken >= entry.compressedSize { throw damaged }
        }
        return capacity - Int(state.pointee.avail_out)
    }
}

/// The frames of a running child, one after the other. The child is not trusted either: it read a hostile file.
final class XLSFrames {
    private let child: ChildProcess
    private var buffer: [UInt8] = []
    private var position = 0

    private static let step = 65_536

    init(path: String, command: [String], options: ReadOptions) throws(SpreadsheetError) {
        child = try ChildProcess(
            path: try XLSProgram.path(options), arguments: command + [path], timeLimit: options.xlsTimeLimit)
    }

    /// The next frame; `nil` once the child has said that it is done.
    func next() throws(SpreadsheetError) -> (tag: RowWire.Tag, payload: LittleEndian)? {
        try fill(RowWire.headBytes)
        let head = LittleEndian(buffer[position...])
        guard let tag = head.u8(0).flatMap(RowWire.Tag.init(rawValue:)), let count = head.u32(1),
            count <= RowWire.maxPayload
        else { throw .childFailed }
        try fill(RowWire.headBytes + count)
        let start = position + RowWire.headBytes
        let payload = LittleEndian(buffer[start..<start + count])
        position = start + count
        switch tag {
        case .end: return nil
        case .failure: throw Self.error(payload)
        case .sheet, .merged, .row: return (tag, payload)
        }
    }

    private static func error(_ payload: LittleEndian) -> SpreadsheetError {
        switch payload.u8(0).flatMap(RowWire.Failure.init(rawValue:)) {
        case .notASpreadsheet: .notASpreadsheet
        case .encrypted: .encrypted
        case .damaged: .damaged(part: "Workbook")
        case .tooLarge: .tooLarge(limit: .partBytes)
        case .noSuchSheet: .noSuchSheet
        case .unreadable: .unreadable(errno: 0)
        case nil: .childFailed
        }
    }

    /// Sees to it that `count` bytes lie behind `position`.
    private func fill(_ count: Int) throws(SpreadsheetError) {
        if buffer.count - position >= count { return }
        buffer.removeFirst(position)
        position = 0
        let memory = UnsafeMutablePointer<UInt8>.allocate(capacity: Self.step)
        defer { memory.deallocate() }
        while buffer.count < count {
            let got = try child.read(into: memory, capacity: Self.step)
            // Without its last frame the child was killed, by its limits or by a fault.
            guard got > 0 else { throw .childFailed }
            buffer.append(contentsOf: UnsafeBufferPointer(start: memory, count: got))
        }
    }
}

extension MergedRange {
    /// From a frame of the child.
    init?(_ payload: LittleEndian) {
        guard let first = payload.u32(0), let last = payload.u32(4), let left = payload.u32(8),
            let right = payload.u32(12),
            first <= last, left <= right
        else { return nil }
        self.init(rows: first...last, columns: left...right)
    }
}

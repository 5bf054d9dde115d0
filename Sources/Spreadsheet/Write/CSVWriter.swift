import Glibc

/// Writes delimited text: RFC 4180, UTF-8, CRLF.
///
/// A cell that a spreadsheet program would take for a formula gets a `'` in front; `unguarded` takes it off again.
public final class CSVWriter {
    private let descriptor: Int32
    private var buffer: [UInt8] = []
    private var isClosed = false

    private static let bufferBytes = 65_536
    private static let mark: [UInt8] = [0xEF, 0xBB, 0xBF]

    /// Replaces the file at `path`.
    ///
    /// - Parameter byteOrderMark: Excel takes UTF-8 for the system's encoding without it.
    public init(path: String, byteOrderMark: Bool = true) throws(SpreadsheetError) {
        descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .unwritable(code: errno) }
        buffer.reserveCapacity(Self.bufferBytes + 4096)
        if byteOrderMark { buffer += Self.mark }
    }

    deinit {
        if !isClosed { Glibc.close(descriptor) }
    }

    /// Appends one record.
    public func append(row: [String]) throws(SpreadsheetError) {
        for (index, cell) in row.enumerated() {
            if index > 0 { buffer.append(UInt8(ascii: ",")) }
            Self.append(Self.guarded(cell), to: &buffer)
        }
        buffer += [0x0D, 0x0A]
        if buffer.count >= Self.bufferBytes { try flush() }
    }

    /// Writes what is left. The file is whole only after this.
    public func close() throws(SpreadsheetError) {
        guard !isClosed else { return }
        try flush()
        isClosed = true
        guard Glibc.close(descriptor) == 0 else { throw .unwritable(code: errno) }
    }

    /// The text with a `'` in front when it begins with `=`, `+`, `-`, `@`, TAB, CR or NUL, or with such quotes before
    /// one of them that taking one off would change it.
    public static func guarded(_ text: String) -> String {
        needsGuard(text) ? "'" + text : text
    }

    /// What `guarded` was given.
    public static func unguarded(_ text: String) -> String {
        text.utf8.first == UInt8(ascii: "'") && needsGuard(text.dropFirst()) ? String(text.dropFirst()) : text
    }

    private static func needsGuard(_ text: some StringProtocol) -> Bool {
        let first = text.utf8.first { $0 != UInt8(ascii: "'") }
        guard let first else { return false }
        return [0x3D, 0x2B, 0x2D, 0x40, 0x09, 0x0D, 0x00].contains(first)
    }

    /// One field by RFC 4180, for text that goes elsewhere than into a file.
    static func append(_ field: String, to buffer: inout [UInt8]) {
        let needsQuotes = field.utf8.contains { [0x22, 0x2C, 0x0D, 0x0A].contains($0) }
        if !needsQuotes {
            buffer += field.utf8
            return
        }
        buffer.append(0x22)
        for byte in field.utf8 {
            if byte == 0x22 { buffer.append(0x22) }
            buffer.append(byte)
        }
        buffer.append(0x22)
    }

    private func flush() throws(SpreadsheetError) {
        var failure: Int32 = 0
        buffer.withUnsafeBytes { bytes in
            var done = 0
            while done < bytes.count, let base = bytes.baseAddress {
                let wrote = write(descriptor, base + done, bytes.count - done)
                if wrote < 0 {
                    if errno == EINTR { continue }
                    failure = errno
                    return
                }
                done += wrote
            }
        }
        buffer.removeAll(keepingCapacity: true)
        guard failure == 0 else { throw .unwritable(code: failure) }
    }
}

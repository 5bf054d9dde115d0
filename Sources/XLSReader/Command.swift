import Glibc
import Spreadsheet

/// Why a file was not read; the parent hears no more than this.
enum BIFFError: Error {
    case notASpreadsheet
    case encrypted
    case damaged
    case tooLarge
    case noSuchSheet
    case unreadable

    var wire: RowWire.Failure {
        switch self {
        case .notASpreadsheet: .notASpreadsheet
        case .encrypted: .encrypted
        case .damaged: .damaged
        case .tooLarge: .tooLarge
        case .noSuchSheet: .noSuchSheet
        case .unreadable: .unreadable
        }
    }
}

/// `sheets FILE` or `rows INDEX FILE`.
struct Command {
    private let path: String
    /// The sheet whose rows are asked for; `nil` for the list of sheets.
    private let sheet: Int?

    init(arguments: [String]) throws(BIFFError) {
        switch arguments.dropFirst().first {
        case "sheets" where arguments.count == 3: (path, sheet) = (arguments[2], nil)
        case "rows" where arguments.count == 4: (path, sheet) = (arguments[3], Int(arguments[2]) ?? -1)
        default: throw .unreadable
        }
    }

    func run(into output: inout Output) throws(BIFFError) {
        let file = try CompoundFile(try Self.contents(of: path))
        guard !file.isEncrypted else { throw .encrypted }
        guard let stream = file.stream(named: "Workbook") ?? file.stream(named: "Book") else { throw .notASpreadsheet }
        let workbook = try BIFFWorkbook(stream)
        guard let sheet else {
            for listed in workbook.sheets { output.frames.sheet(name: listed.name, isHidden: listed.isHidden) }
            return
        }
        guard workbook.sheets.indices.contains(sheet) else { throw .noSuchSheet }
        try BIFFSheet(workbook, at: workbook.sheets[sheet].offset).write(to: &output)
    }

    private static func contents(of path: String) throws(BIFFError) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .unreadable }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw .unreadable }
        guard Int(status.st_size) <= SpreadsheetLimits.maxFileBytes else { throw .tooLarge }
        return [UInt8](unsafeUninitializedCapacity: Int(status.st_size)) { buffer, filled in
            while filled < buffer.count, let base = buffer.baseAddress {
                let got = read(descriptor, base + filled, buffer.count - filled)
                if got < 0, errno == EINTR { continue }
                // What a shrinking or failing file lacks, the format's own checks will miss.
                if got <= 0 { break }
                filled += got
            }
        }
    }
}

/// Frames on their way to standard output.
struct Output {
    var frames = RowWireWriter()
    private static let step = 65_536

    mutating func flushIfLarge() {
        if frames.bytes.count >= Self.step { flush() }
    }

    /// A parent that no longer listens ends this process through SIGPIPE.
    mutating func flush() {
        frames.bytes.withUnsafeBytes { bytes in
            var done = 0
            while done < bytes.count, let base = bytes.baseAddress {
                let wrote = write(1, base + done, bytes.count - done)
                if wrote < 0, errno == EINTR { continue }
                if wrote <= 0 { exit(1) }
                done += wrote
            }
        }
        frames.removeAll()
    }
}

import Foundation
import Store

/// A file that is whole or absent, whenever the machine stops.
enum DurableFile {
    /// Puts `draft` in the place of `path`, durably: both name and content survive a power cut once this returns.
    static func move(_ draft: URL, to path: URL) throws {
        try synchronize(draft)
        guard rename(draft.path, path.path) == 0 else { throw StoreError.io("rename: errno \(errno)") }
        try synchronize(path.deletingLastPathComponent())
    }

    static func write(_ data: Data, to path: URL) throws {
        let draft = path.appendingPathExtension("new")
        try data.write(to: draft)
        try move(draft, to: path)
    }

    /// Makes the bytes of a file, or the names in a folder, durable.
    static func synchronize(_ path: URL) throws {
        let descriptor = open(path.path, O_RDONLY)
        guard descriptor >= 0 else { throw StoreError.io("open: errno \(errno)") }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw StoreError.io("fsync: errno \(errno)") }
    }
}

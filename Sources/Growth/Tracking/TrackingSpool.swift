import Foundation
import Store
import Synchronization

/// Keeps hits safe on the way to the store: collected in memory, written to a file of their own some times a second, and forgotten when the
/// store has them. A hit costs its sender no look into the store, and a rush costs the store nothing but time.
public final class TrackingSpool: Sendable {
    private let folder: URL
    private let buffer = Mutex<[UInt8]>([])

    /// Hits beyond this are not taken: nobody reads mail that fast.
    static let maxBytes = 64 << 20

    init(folder: URL) { self.folder = folder }

    /// Kept in memory until the next `flush`.
    public func note(_ hit: TrackingHit) {
        buffer.withLock { buffer in
            guard buffer.count < Self.maxBytes else { return }
            hit.write(to: &buffer)
        }
    }

    /// Returns when what was noted before is on the disk, and how many hits that were. On failure it stays in memory.
    @discardableResult
    func flush() throws -> Int {
        let bytes = buffer.withLock { buffer in
            defer { buffer = [] }
            return buffer
        }
        guard !bytes.isEmpty else { return 0 }
        let path = folder.appending(path: "\(ObjectID()).hits")
        // One name for all drafts, so that a full disk is not filled with them.
        let draft = folder.appending(path: "draft.new")
        do {
            try FileManager.default.createDirectory(
                at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
            try Data(bytes).write(to: draft)
            try DurableFile.move(draft, to: path)
            return bytes.count / TrackingHit.bytes
        } catch {
            // Either may be there or not: the hits are in memory.
            try? FileManager.default.removeItem(at: draft)
            try? FileManager.default.removeItem(at: path)
            buffer.withLock { $0 = bytes + $0 }
            throw error
        }
    }

    /// The files that are on the disk, the oldest first.
    func files() throws -> [URL] {
        guard FileManager.default.fileExists(atPath: folder.path) else { return [] }
        return try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
            .filter { $0.pathExtension == "hits" }.sorted { $0.lastPathComponent < $1.lastPathComponent }
    }

    /// What a file holds, each with an id that is the same whenever it is read.
    func hits(in file: URL) throws -> [(id: ObjectID, hit: TrackingHit)] {
        let bytes = Array(try Data(contentsOf: file))
        guard let name = ObjectID(file.deletingPathExtension().lastPathComponent) else { return [] }
        let run = UInt32(truncatingIfNeeded: StableHash.of(name, "tracking", ""))
        return stride(from: 0, to: bytes.count, by: TrackingHit.bytes).enumerated().compactMap { number, begin in
            let end = min(begin + TrackingHit.bytes, bytes.count)
            guard let hit = TrackingHit(bytes[begin..<end]) else { return nil }
            return (ObjectID(at: hit.at, run: run, sequence: UInt32(number)), hit)
        }
    }

    func remove(_ file: URL) throws { try FileManager.default.removeItem(at: file) }
}

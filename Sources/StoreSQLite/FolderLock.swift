import Foundation
import Store
import Synchronization

/// The claim of one process on a data folder. Ends with the process, however it ends.
final class FolderLock: Sendable {
    private let descriptor: Mutex<Int32?>
    /// Whether the last owner closed the folder in good order.
    let wasClosed: Bool

    /// Throws `StoreError.inUse` while another process, or another store of this one, holds the folder.
    init(folder: String) throws(StoreError) {
        let path = folder + "/lock"
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .io("the lock file cannot be opened: error \(errno)") }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let error = errno
            Foundation.close(descriptor)
            throw error == EWOULDBLOCK ? .inUse(folder: folder) : .io("the folder cannot be locked: error \(error)")
        }
        self.descriptor = Mutex(descriptor)
        let text = Self.read(path)
        wasClosed = text == nil || text == Self.closed
        write("\(getpid())")
    }

    deinit { release() }

    /// Gives the folder up; the next owner checks the database unless it is in order.
    func release(isInOrder: Bool) {
        if isInOrder { write(Self.closed) }
        release()
    }

    private func release() {
        descriptor.withLock { descriptor in
            if let descriptor { Foundation.close(descriptor) }
            descriptor = nil
        }
    }

    private static let closed = "closed"

    private func write(_ text: String) {
        // Only a message and a hint: a text that could not be written costs one check at the next start.
        descriptor.withLock { descriptor in
            guard let descriptor else { return }
            _ = ftruncate(descriptor, 0)
            _ = pwrite(descriptor, text, text.utf8.count, 0)
        }
    }

    private static func read(_ path: String) -> String? {
        // Not `FileManager.contents`, which leaks a page for every empty file.
        guard let handle = FileHandle(forReadingAtPath: path) else { return nil }
        defer { try? handle.close() }  // Only read from: nothing can be lost.
        // A lock that cannot be read names nobody.
        guard let data = try? handle.read(upToCount: 20), !data.isEmpty else { return nil }
        return String(decoding: data, as: UTF8.self)
    }

    /// The process that holds the folder, as its lock file says.
    static func owner(of folder: String) -> Int? { read(folder + "/lock").flatMap { Int($0) } }
}

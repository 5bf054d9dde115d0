import Foundation
import Store

/// The file of the database, looked at before SQLite opens it: SQLite takes an empty file for a new database.
struct DatabaseFile {
    let folder: String

    var path: String { folder + "/anwal.sqlite" }
    private var marker: String { folder + "/anwal.sqlite.made" }

    /// Throws `StoreError.damaged` when a database was made here and its file is gone, empty or something else.
    func check() throws(StoreError) {
        let size = Self.size(of: path)
        guard FileManager.default.fileExists(atPath: marker) || (size ?? 0) > 0 else { return }
        guard let size else {
            throw .damaged("anwal.sqlite is missing, though a database was made here; restore a backup")
        }
        guard size >= 512, beginsAsDatabase() else {
            throw .damaged("anwal.sqlite is empty, short or no database; restore a backup")
        }
    }

    private func beginsAsDatabase() -> Bool {
        guard let file = FileHandle(forReadingAtPath: path) else { return false }
        defer { try? file.close() }
        // A file that cannot be read is no database for us either.
        return (try? file.read(upToCount: 16)) == Data("SQLite format 3\0".utf8)
    }

    /// Remembers, durably, that a database is here. To be called once it is.
    func remember() throws(StoreError) {
        chmod(path, 0o600)
        if FileManager.default.fileExists(atPath: marker) { return }
        guard FileManager.default.createFile(atPath: marker, contents: Data("A database was made here.\n".utf8)) else {
            throw .io("the marker beside the database cannot be written")
        }
        try Self.sync(marker)
        try Self.sync(folder)
    }

    private static func sync(_ path: String) throws(StoreError) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .io("\(path) cannot be opened: error \(errno)") }
        defer { close(descriptor) }
        if fsync(descriptor) != 0 { throw .io("\(path) cannot be synced: error \(errno)") }
    }

    static func size(of path: String) -> Int? {
        var status = stat()
        return stat(path, &status) == 0 ? Int(status.st_size) : nil
    }
}

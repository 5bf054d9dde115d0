import Foundation
import Store

/// Files of the data folder that every process must reach: kept in the store too where several processes share one.
///
/// A name is written by one process, once; to write another content, another name is taken.
struct SharedFiles: Sendable {
    let store: any DocumentStore
    /// The data folder.
    let folder: URL

    /// Bytes of a piece: with base64 and the field names well below the 16 MiB of a MongoDB document, and small enough
    /// not to hold the other writers up.
    private static let pieceSize = 768 * 1024

    /// Makes the local file one that every process reaches. Nothing to do where the folder has one process.
    func share(_ file: URL) async throws {
        guard store.isShared else { return }
        let handle = try FileHandle(forReadingFrom: file)
        defer { try? handle.close() }  // Only read from: nothing can be lost.
        let size = Int(try handle.seekToEnd())
        try handle.seek(toOffset: 0)
        let count = max(1, (size + Self.pieceSize - 1) / Self.pieceSize)
        for number in 0..<count {
            var piece = FilePiece()
            piece.name = name(of: file)
            piece.number = number
            piece.count = count
            piece.content = try (handle.read(upToCount: Self.pieceSize) ?? Data()).base64EncodedString()
            var writes = Writes()
            writes.insertIfAbsent([piece])
            try await store.commit(writes)
        }
    }

    /// Whether the file is here, or could be.
    func holds(_ file: URL) async throws -> Bool {
        if FileManager.default.fileExists(atPath: file.path) { return true }
        return try await store.count(FilePiece.self, where: .equals("name", .string(name(of: file))), upTo: 1) > 0
    }

    /// Brings the file here if it is elsewhere. Returns whether it is here, whole.
    func fetch(_ file: URL) async throws -> Bool {
        if FileManager.default.fileExists(atPath: file.path) { return true }
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(), withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700])
        // A name of its own: another process on the same folder may be at it too.
        let draft = file.appendingPathExtension(ObjectID().description)
        try Data().write(to: draft)
        // Gone already when all went well; else it costs space and nothing more.
        defer { try? FileManager.default.removeItem(at: draft) }
        let handle = try FileHandle(forWritingTo: draft)
        defer { try? handle.close() }  // Closed below, where an error counts.
        var number = 0
        while let piece = try await piece(number, of: file) {
            guard let data = Data(base64Encoded: piece.content) else { return false }
            try handle.write(contentsOf: data)
            number += 1
            guard number == piece.count else { continue }
            try handle.close()
            try DurableFile.move(draft, to: file)
            return true
        }
        return false
    }

    /// The names of folders right below a folder of which the store keeps files, other than those named `kept`.
    func folders(below path: URL, besides kept: String) async throws -> Set<String> {
        let prefix = name(of: path) + "/"
        let firsts = Filter.startsWith("name", prefix) && .equals("number", 0)
        let names = try await store.group(FilePiece.self, by: "name", sum: nil, where: firsts, limit: 10_000)
        let paths = names.compactMap { $0.value.string?.dropFirst(prefix.count).split(separator: "/") }
        return Set(paths.filter { $0.last.map(String.init) != kept }.compactMap { $0.first.map(String.init) })
    }

    /// Deletes what the store keeps of files below a folder.
    func forget(below path: URL, except kept: URL? = nil) async throws {
        var filter = Filter.startsWith("name", name(of: path) + "/")
        if let kept { filter = filter && .not(.equals("name", .string(name(of: kept)))) }
        _ = try await store.delete(FilePiece.self, where: filter)
    }

    private func piece(_ number: Int, of file: URL) async throws -> FilePiece? {
        try await store.first(
            FilePiece.self, where: .equals("name", .string(name(of: file))) && .equals("number", .int(number)))
    }

    /// The part of a path below the data folder.
    private func name(of file: URL) -> String {
        file.standardizedFileURL.pathComponents.dropFirst(folder.standardizedFileURL.pathComponents.count).joined(
            separator: "/")
    }
}

import Crypto
import Foundation
import Store

/// Files that people sent and that wait for their import. Names from outside never reach the file system.
public struct Uploads: Sendable {
    /// How long a file waits for its run.
    public static let lifetime: TimeInterval = 24 * 3600

    public let folder: URL
    let now: @Sendable () -> Date

    public init(folder: URL, now: @escaping @Sendable () -> Date) {
        self.folder = folder
        self.now = now
    }

    /// An uploaded file: its bytes are at `path`.
    public struct File: Sendable {
        public var id: String
        public var name: String
        public var path: URL
        public var size: Int
        /// SHA-256, in hexadecimal.
        public var hash: String
        public var owner: EntityID<User>?
        public var at: Date
    }

    /// Where the bytes of a new upload are to be written before `keep`.
    public func newFile() throws -> (id: String, path: URL) {
        let id = ObjectID().description + String(UInt64.random(in: .min ... .max), radix: 36)
        let folder = folder.appending(path: id)
        try FileManager.default.createDirectory(
            at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        return (id, folder.appending(path: "file"))
    }

    /// Takes a written file in.
    public func keep(_ id: String, name: String, owner: EntityID<User>?) throws -> File {
        let path = folder.appending(path: id).appending(path: "file")
        let (hash, size) = try Self.digest(of: path)
        let file = File(id: id, name: Self.display(name), path: path, size: size, hash: hash, owner: owner, at: now())
        var info: Document = [
            "name": .string(file.name), "size": .int(size), "hash": .string(hash), "at": .date(file.at),
        ]
        if let owner { info["owner"] = Value(owner) }
        try write(.object(info), as: "info.json", of: id)
        return file
    }

    /// `nil` when there is no such file, or it is older than `lifetime`.
    public func file(_ id: String) -> File? {
        guard let info = read("info.json", of: id)?.object, let name = info["name"]?.string, let at = info["at"]?.date,
            now().timeIntervalSince(at) < Self.lifetime
        else { return nil }
        return File(
            id: id, name: name, path: folder.appending(path: id).appending(path: "file"), size: info["size"]?.int ?? 0,
            hash: info["hash"]?.string ?? "", owner: info["owner"]?.id.map(EntityID.init), at: at)
    }

    /// Keeps a value beside the file.
    func write(_ value: Value, as name: String, of id: String) throws {
        guard Self.isID(id) else { throw ImportError.fileGone }
        let path = folder.appending(path: id).appending(path: name)
        try Data(value.json(.extended).utf8).write(to: path, options: .atomic)
    }

    func read(_ name: String, of id: String) -> Value? {
        guard Self.isID(id), let data = try? Data(contentsOf: folder.appending(path: id).appending(path: name)) else {
            // A file that cannot be read is one that the person has to send again.
            return nil
        }
        return try? Value(json: String(decoding: data, as: UTF8.self), form: .extended)
    }

    /// Takes the file for one run; false when another has it already.
    func claim(_ id: String) throws -> Bool {
        guard Self.isID(id) else { throw ImportError.fileGone }
        let path = folder.appending(path: id).appending(path: "claimed").path
        let descriptor = open(path, O_CREAT | O_EXCL | O_WRONLY, 0o600)
        guard descriptor < 0 else {
            close(descriptor)
            return true
        }
        guard errno == EEXIST else { throw ImportError.fileGone }
        return false
    }

    /// Gives a file back whose run did not come about.
    func release(_ id: String) {
        guard Self.isID(id) else { return }
        unlink(folder.appending(path: id).appending(path: "claimed").path)
    }

    public func remove(_ id: String) {
        guard Self.isID(id) else { return }
        // What stays behind is swept when it is old.
        try? FileManager.default.removeItem(at: folder.appending(path: id))
    }

    /// Removes what has waited too long.
    public func sweep() {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        for id in names where Self.isID(id) {
            let path = folder.appending(path: id)
            let made = (try? FileManager.default.attributesOfItem(atPath: path.path)[.modificationDate] as? Date) ?? nil
            if let made, now().timeIntervalSince(made) > Self.lifetime { remove(id) }
        }
    }

    /// Ids are ours: letters and digits.
    private static func isID(_ id: String) -> Bool {
        (24...64).contains(id.utf8.count)
            && id.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x7A).contains($0) }
    }

    /// The last part of a name, without control characters and direction marks, as people see it.
    static func display(_ name: String) -> String {
        let last = name.split { "/\\".contains($0) }.last.map(String.init) ?? name
        let visible = last.unicodeScalars.filter { scalar in
            ![.control, .format, .surrogate, .privateUse].contains(scalar.properties.generalCategory)
        }
        let shown = String(String.UnicodeScalarView(visible)).precomposedStringWithCanonicalMapping
        return shown.isEmpty ? "file" : String(shown.prefix(200))
    }

    static func digest(of path: URL) throws -> (String, Int) {
        let handle = try FileHandle(forReadingFrom: path)
        defer { try? handle.close() }  // Only read from: nothing can be lost.
        var hash = SHA256()
        var size = 0
        while let piece = try handle.read(upToCount: 1 << 20), !piece.isEmpty {
            hash.update(data: piece)
            size += piece.count
        }
        return (hash.finalize().map { String(format: "%02x", $0) }.joined(), size)
    }
}

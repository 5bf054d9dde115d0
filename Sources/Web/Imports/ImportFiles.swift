import Foundation
import Growth
import Hummingbird
import NIOCore
import Store

/// Uploaded files: taken in piece by piece, and given out only to whoever sent them.
enum ImportFiles {
    /// What stands around the file in a form, and the form's other fields.
    private static let formBytes = 65_536

    /// An upload of the person who asks; administrators use all. Another's is as good as not there.
    static func file(_ id: String, _ visit: MemberVisit) throws -> Uploads.File {
        guard let file = visit.platform.imports.uploads.file(id),
            file.owner == visit.principal.userId || visit.user.role == .admin
        else { throw ImportRefusal(ImportError.fileGone) ?? WebError.notFound }
        return file
    }

    /// Takes an upload in and looks whether it can be imported at all. Nothing stays of one that cannot.
    static func receive(_ visit: MemberVisit) async throws -> Uploads.File {
        try await take(visit) { path in
            let writer = try FileWriter(path: path)
            do {
                let upload = try await visit.upload(upTo: WebLimits.uploadBytes + formBytes) {
                    try await writer.write($0)
                }
                try await writer.close()
                guard upload.bytes <= WebLimits.uploadBytes else { throw WebError.tooLarge }
                return upload.fileName ?? ""
            } catch {
                // The file is removed anyway.
                try? await writer.close()
                throw error
            }
        }
    }

    /// The sample workbook, by the same way as every other file.
    static func demo(_ visit: MemberVisit) async throws -> Uploads.File {
        try await take(visit) { path in
            try DemoWorkbook.write(to: path)
            return DemoWorkbook.fileName
        }
    }

    private static func take(
        _ visit: MemberVisit, _ write: (_ path: URL) async throws -> String
    ) async throws -> Uploads.File {
        let imports = visit.platform.imports
        let (id, path) = try imports.uploads.newFile()
        do {
            let name = try await write(path)
            let file = try await Waiting.run { try imports.uploads.keep(id, name: name, owner: visit.principal.userId) }
            _ = try await ImportRefusal.explained { try await imports.detect(file) }
            try await visit.platform.audit.record(
                "file_uploaded", by: visit.principal,
                metadata: ["fileName": .string(file.name), "size": .int(file.size)])
            return file
        } catch {
            imports.uploads.remove(id)
            throw error
        }
    }
}

/// Work that blocks, on a thread that may wait.
enum Waiting {
    static func run<Result: Sendable>(_ work: @escaping @Sendable () throws -> Result) async throws -> Result {
        try await withCheckedThrowingContinuation { continuation in
            DispatchQueue.global().async { continuation.resume(with: Swift.Result { try work() }) }
        }
    }
}

/// Appends to a new file, one piece after the other.
private struct FileWriter {
    private let handle: FileHandle

    init(path: URL) throws {
        try Data().write(to: path)
        handle = try FileHandle(forWritingTo: path)
    }

    func write(_ piece: ByteBuffer) async throws {
        let data = Data(piece.readableBytesView)
        try await Waiting.run { [handle] in try handle.write(contentsOf: data) }
    }

    func close() async throws { try await Waiting.run { [handle] in try handle.close() } }
}

import AsyncHTTPClient
import Foundation
import Growth
import Hummingbird
import NIOCore
import NIOHTTP1
import Store
import StoreSQLite

/// The way of a command to the product: the API of the server that owns the folder, through its socket.
///
/// Where no server runs, one runs within the command for as long as it takes, on the socket alone. So there is one
/// path to every rule, and the folder has one owner.
struct Connection: Sendable {
    private let client: HTTPClient
    private let socket: String

    /// Connects, runs `body` and disconnects.
    static func with(_ settings: ServerSettings, _ body: @escaping @Sendable (Connection) async throws -> Void)
        async throws
    {
        let connection = Connection(client: HTTPClient.shared, socket: SocketPath.path(in: settings.folder))
        if try await connection.answers() { return try await body(connection) }
        var server = Server(settings: settings)
        server.isPublic = false
        server.companion = { _ in
            try await connection.waitUntilReady()
            try await body(connection)
        }
        try await server.run()
    }

    private func answers() async throws -> Bool {
        // A server that was killed leaves its socket behind, and the client would try that one again for half an hour.
        guard SocketPath.isListenedOn(socket) else { return false }
        do {
            return try await send(.GET, "/healthz", nil).status.code == 200
        } catch {
            // It ended meanwhile.
            return false
        }
    }

    private func waitUntilReady() async throws {
        for _ in 0..<200 {
            if try await answers() { return }
            try await Task.sleep(for: .milliseconds(25))
        }
        throw Failure.unreachable
    }

    // MARK: Requests

    func get(_ path: String) async throws -> Value { try await answer(.GET, path, nil) }
    /// Asks for `path` again and again and shows how far the work behind it is, until it is over.
    ///
    /// - Parameter progress: the phase and how much of it is done, 0 to 1; `nil` when there is nothing to wait for any more.
    func follow(
        _ path: String, isQuiet: Bool, _ progress: (Document) -> (phase: String, fraction: Double)?
    ) async throws -> Document {
        var line = ProgressLine(isQuiet: isQuiet)
        defer { line.end() }
        while true {
            let state = try await get(path).object ?? Document()
            guard let now = progress(state) else { return state }
            line.show(now.phase, now.fraction)
            try await Task.sleep(for: .milliseconds(150))
        }
    }

    func post(_ path: String, _ body: Value = .object([:])) async throws -> Value {
        try await answer(.POST, path, body)
    }

    func put(_ path: String, _ body: Value) async throws -> Value { try await answer(.PUT, path, body) }
    func patch(_ path: String, _ body: Value) async throws -> Value { try await answer(.PATCH, path, body) }
    @discardableResult
    func delete(_ path: String) async throws -> Value { try await answer(.DELETE, path, .object([:])) }

    private func answer(_ method: HTTPMethod, _ path: String, _ body: Value?) async throws -> Value {
        let response = try await send(method, path, body)
        let bytes = try await response.body.collect(upTo: 64 << 20)
        return try Self.value(response, String(buffer: bytes))
    }

    /// Writes the answer's body to `file`.
    func download(_ path: String, to file: URL) async throws {
        let response = try await send(.GET, path, nil)
        guard response.status.code == 200 else {
            _ = try Self.value(response, String(buffer: try await response.body.collect(upTo: 1 << 20)))
            return
        }
        let draft = file.appendingPathExtension("part")
        guard FileManager.default.createFile(atPath: draft.path, contents: nil) else {
            throw Failure.cannotWrite(file.path)
        }
        let handle = try FileHandle(forWritingTo: draft)
        for try await piece in response.body { try handle.write(contentsOf: Data(piece.readableBytesView)) }
        try handle.close()
        guard rename(draft.path, file.path) == 0 else { throw Failure.cannotWrite(file.path) }
    }

    /// Sends a file as multipart/form-data (RFC 7578), piece by piece.
    func upload(_ file: URL, to path: String) async throws -> Value {
        let boundary = "anwal-\(ObjectID())"
        let name = file.lastPathComponent.replacing("\"", with: "%22")
        let head =
            "--\(boundary)\r\nContent-Disposition: form-data; name=\"file\"; filename=\"\(name)\"\r\n"
            + "Content-Type: application/octet-stream\r\n\r\n"
        let tail = "\r\n--\(boundary)--\r\n"
        guard let size = try FileManager.default.attributesOfItem(atPath: file.path)[.size] as? Int else {
            throw Failure.cannotRead(file.path)
        }
        var request = HTTPClientRequest(url: url(path))
        request.method = .POST
        request.headers.add(name: "Content-Type", value: "multipart/form-data; boundary=\(boundary)")
        let pieces = FilePieces(file: file, head: head, tail: tail)
        request.body = .stream(pieces, length: .known(Int64(head.utf8.count + size + tail.utf8.count)))
        let response = try await client.execute(request, timeout: .minutes(30))
        return try Self.value(response, String(buffer: try await response.body.collect(upTo: 64 << 20)))
    }

    private func send(_ method: HTTPMethod, _ path: String, _ body: Value?) async throws -> HTTPClientResponse {
        var request = HTTPClientRequest(url: url(path))
        request.method = method
        request.headers.add(name: "Accept", value: "application/json")
        request.headers.add(name: "Accept-Language", value: Output.language.rawValue)
        if let body {
            request.headers.add(name: "Content-Type", value: "application/json")
            request.body = .bytes(ByteBuffer(string: body.json))
        }
        return try await client.execute(request, timeout: .minutes(30))
    }

    private func url(_ path: String) -> String {
        let encoded = socket.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
        return "http+unix://\(encoded)\(path)"
    }

    /// The document of an answer, or the sentence of its error.
    private static func value(_ response: HTTPClientResponse, _ text: String) throws -> Value {
        let value = text.isEmpty ? Value.null : try Value(json: text)
        guard response.status.code < 400 else {
            let error = value.object?["error"]?.object
            var sentence = error?["message"]?.string ?? "HTTP \(response.status.code)"
            for pair in error?["fields"]?.object?.pairs ?? [] {
                sentence += "\n  \(pair.key): \(pair.value.string ?? pair.value.json)"
            }
            throw Failure.refused(sentence)
        }
        return value
    }
}

/// The bytes of a multipart body around a file, read as they are sent.
private struct FilePieces: AsyncSequence, Sendable {
    typealias Element = ByteBuffer
    let file: URL
    let head: String
    let tail: String

    func makeAsyncIterator() -> Iterator { Iterator(pieces: self) }

    struct Iterator: AsyncIteratorProtocol {
        private enum Place { case head, file(FileHandle), end }
        private let pieces: FilePieces
        private var place = Place.head

        init(pieces: FilePieces) { self.pieces = pieces }

        mutating func next() async throws -> ByteBuffer? {
            switch place {
            case .head:
                place = .file(try FileHandle(forReadingFrom: pieces.file))
                return ByteBuffer(string: pieces.head)
            case .file(let handle):
                if let data = try handle.read(upToCount: 256 << 10), !data.isEmpty { return ByteBuffer(bytes: data) }
                try handle.close()
                place = .end
                return ByteBuffer(string: pieces.tail)
            case .end: return nil
            }
        }
    }
}

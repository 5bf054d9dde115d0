import Foundation
import HTTPTypes
import Hummingbird
import Mustache

/// The files that browsers load: styles, scripts, pictures. Their address carries a hash of their content, so that they
/// are kept for ever and still change at once.
struct Assets: Sendable, MustacheParent {
    struct File: Sendable {
        let bytes: ByteBuffer
        let hash: String
        let type: String
    }

    private let files: [String: File]
    /// By the path with every sign as an underscore, as templates name them: `{{assets.app_css}}`.
    private let links: [String: String]

    init(folder: URL) throws {
        var files: [String: File] = [:]
        var links: [String: String] = [:]
        for (path, url) in Resources.files(below: folder) {
            guard let type = Self.types[url.pathExtension] else { continue }
            let data = try Data(contentsOf: url)
            let hash = ShortHash.of(data)
            files[path] = File(bytes: ByteBuffer(bytes: data), hash: hash, type: type)
            links[String(path.map { $0.isLetter || $0.isNumber ? $0 : "_" })] = "/assets/\(path)?v=\(hash)"
        }
        self.files = files
        self.links = links
    }

    func child(named name: String) -> Any? { links[name] }

    func response(for path: String, _ request: Request) throws -> Response {
        guard let file = files[path] else { throw WebError.notFound }
        let isCurrent = request.uri.queryParameters["v"].map { $0 == file.hash } ?? false
        let tag = "\"\(file.hash)\""
        let headers: HTTPFields = [
            .contentType: file.type, .eTag: tag,
            .cacheControl: isCurrent ? "public, max-age=31536000, immutable" : "no-cache",
        ]
        if request.headers[.ifNoneMatch] == tag { return Response(status: .notModified, headers: headers) }
        return Response(status: .ok, headers: headers, body: .init(byteBuffer: file.bytes))
    }

    private static let types = [
        "css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8", "svg": "image/svg+xml",
        "png": "image/png", "ico": "image/x-icon", "woff2": "font/woff2", "webp": "image/webp",
        "webmanifest": "application/manifest+json",
    ]
}

import Foundation
import Growth
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import NIOCore
import NIOEmbedded

@testable import Web

enum LocaleFolder {
    static let url = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("Sources/Web/Locales")
}

extension Visit {
    /// A request for nothing in particular.
    static func probe(_ shell: Shell) async throws -> Visit {
        let head = HTTPRequest(method: .get, scheme: "http", authority: "localhost", path: "/probe")
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        let context = WebContext(source: .init(channel: EmbeddedChannel(), logger: logger))
        return try await Gate(shell: shell).stray(Request(head: head, body: .init(buffer: ByteBuffer())), context)
    }
}

extension Site {
    func text(of response: Response) async throws -> String {
        let app = Application(router: Self.answering(response))
        let buffer = try await app.test(.router) { client in
            try await client.execute(uri: "/", method: .get) { $0.body }
        }
        return String(buffer: buffer)
    }

    private static func answering(_ response: Response) -> Hummingbird.Router<BasicRequestContext> {
        let router = Hummingbird.Router()
        router.get("/") { _, _ in response }
        return router
    }
}

import Foundation
import Growth
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import NIOCore
import StoreSQLite
import Testing

@testable import Web

/// Over real sockets: how long a connection may keep the server waiting.
@Suite struct SlowConnectionTests {
    @Test(arguments: [
        "", "GET /sign-in HTTP/1.1\r\nHost: localhost\r\nX-Slow: a",
        "POST /api/sign-in HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 900\r\n\r\n{",
        "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n",
    ])
    func `a connection that asks nothing whole is closed`(_ sent: String) async throws {
        try await withServer { port in
            let answer = try await Self.said(after: sent, to: port)
            #expect(answer.hasPrefix("HTTP/1.1 200 OK") == sent.hasPrefix("GET /healthz"))
        }
    }

    @Test func `a body that is no chunk gets 400`() async throws {
        try await withServer(patience: .seconds(20)) { port in
            let answer = try await Self.said(
                after: "POST /api/sign-in HTTP/1.1\r\nHost: localhost\r\nOrigin: http://localhost\r\n"
                    + "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", to: port)
            #expect(answer.hasPrefix("HTTP/1.1 400"), "\(answer)")
        }
    }

    @Test func `while all connections are taken the next one waits for its turn`() async throws {
        try await withServer(maxConnections: 1) { port in
            async let silent = Self.said(after: "", to: port)
            let answer = try await Self.said(
                after: "GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", to: port)
            #expect(answer.hasPrefix("HTTP/1.1 200 OK"))
            #expect(try await silent.isEmpty)
        }
    }

    private func withServer(
        maxConnections: Int? = nil, patience: TimeAmount = .milliseconds(300),
        _ body: @Sendable (Int) async throws -> Void
    ) async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "anwal-slow-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let store = try SQLiteStore(folder: folder)
        let platform = try await Platform(store: store, folder: folder, passwords: Passwords())
        var configuration = WebConfiguration(
            listener: .address(host: "127.0.0.1", port: 0), baseURL: URL(string: "http://localhost"),
            maxConnections: maxConnections)
        configuration.patience.idle = patience
        configuration.patience.body = patience
        let app = try makeApplication(platform: platform, configuration: configuration)
        try await app.test(.live) { client in try await body(try #require(client.port)) }
        await store.close()
    }

    /// What the server says until it closes the connection.
    private static func said(after text: String, to port: Int) async throws -> String {
        try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread { continuation.resume(with: Result { try exchange(text, port) }) }
        }
    }

    private static func exchange(_ text: String, _ port: Int) throws -> String {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        let connected = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        try #require(connected == 0)
        // A server that never closes fails the test instead of stopping it.
        var patience = timeval(tv_sec: 120, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        try #require(send(descriptor, text, text.utf8.count, Int32(MSG_NOSIGNAL)) == text.utf8.count)
        var (answer, piece) = ([UInt8](), [UInt8](repeating: 0, count: 4_096))
        while true {
            let count = recv(descriptor, &piece, piece.count, 0)
            if count < 0, errno == ECONNRESET { break }
            try #require(count >= 0, "still open after two minutes")
            if count == 0 { break }
            answer += piece[..<count]
        }
        return String(decoding: answer, as: UTF8.self)
    }
}

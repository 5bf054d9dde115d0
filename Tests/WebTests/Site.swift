import Foundation
import Growth
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import NIOCore
import Store
import StoreTesting
import Synchronization
import Testing

@testable import Web

/// The whole program over a real store in a folder of its own, without a network.
struct Site: Sendable {
    let platform: Platform
    let configuration: WebConfiguration
    let clock: TestClock
    let client: any TestClientProtocol
    let tracking: Tracking

    static func with(
        baseURL: String = "http://localhost",
        listener: WebConfiguration.Listener = .address(host: "127.0.0.1", port: 8080),
        trustsProxy: Bool = false, oauth: [OAuthProvider] = [], _ body: @Sendable (Site) async throws -> Void
    ) async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("anwal-web-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let clock = TestClock()
        try await Engine.ofProduct.withStore(in: folder, now: { clock.now }) { store in
            let platform = try await Platform(
                store: store, folder: folder, now: { clock.now }, oauth: oauth, passwords: Passwords())
            let configuration = WebConfiguration(
                listener: listener, baseURL: URL(string: baseURL), trustsProxy: trustsProxy)
            var logger = Logger(label: "test")
            logger.logLevel = .critical
            let shell = try Shell(platform: platform, configuration: configuration, logger: logger)
            let app = Application(router: Web.Router.make(shell), logger: logger)
            try await app.test(.router) { client in
                try await body(
                    Site(
                        platform: platform, configuration: configuration, clock: clock, client: client,
                        tracking: shell.tracking))
            }
        }
    }

    /// Somebody with an account and, where a test signs in through the form, the password.
    func person(_ role: User.Role, _ name: String = "Noura", password: String? = nil) async throws -> User {
        var user = User()
        user.name = name
        user.email = "\(name.lowercased()).\(user.id)@example.sa"
        user.role = role
        user.status = .active
        if let password { user.passwordHash = try await Passwords().hash(password) }
        try await platform.store.insert(user)
        return user
    }

    /// A browser in which `user` is signed in.
    func browser(_ user: User) async throws -> Browsing {
        let (token, session) = try await platform.sessions.begin(for: user.id, userAgent: nil, address: nil)
        return Browsing(site: self, token: token, csrf: session.csrfToken)
    }

    func browser(_ role: User.Role) async throws -> Browsing { try await browser(try await person(role)) }

    /// A browser that has never been here.
    var stranger: Browsing { Browsing(site: self, token: nil, csrf: nil) }

    /// Every stored document of every collection.
    func everything() async throws -> String {
        var lines: [String] = []
        for type in GrowthSchema.entities { lines += try await Self.dump(type, platform.store) }
        return lines.joined(separator: "\n")
    }

    /// The same without sessions, which are seen whenever somebody asks for something.
    func records() async throws -> Set<String> {
        let lines = try await everything().split(separator: "\n").map(String.init)
        return Set(lines.filter { !$0.hasPrefix(Session.collection + " ") })
    }

    private static func dump<E: Entity>(_ type: E.Type, _ store: any DocumentStore) async throws -> [String] {
        try await store.find(Query<E>()).map { "\(E.collection) \(Value.object(try Document($0)).json)" }
    }
}

final class TestClock: Sendable {
    private let time = Mutex(Date(timeIntervalSince1970: 1_795_000_000))
    var now: Date { time.withLock { $0 } }
    func advance(by seconds: TimeInterval) { time.withLock { $0 += seconds } }
}

/// What a browser of one person does.
struct Browsing: Sendable {
    let site: Site
    let token: String?
    let csrf: String?

    func get(_ path: String, _ headers: HTTPFields = [:]) async throws -> TestResponse {
        try await send(.get, path, headers, nil)
    }

    /// Sends a form of one of our own pages.
    func post(_ path: String, _ fields: [(String, String)] = []) async throws -> TestResponse {
        let all = fields + (csrf.map { [("_csrf", $0)] } ?? [])
        let body = all.map { "\(Self.encoded($0.0))=\(Self.encoded($0.1))" }.joined(separator: "&")
        return try await send(
            .post, path, [.contentType: "application/x-www-form-urlencoded", .origin: "http://localhost"], body)
    }

    func json(_ method: HTTPRequest.Method, _ path: String, _ body: Value = .object(Document())) async throws
        -> TestResponse
    {
        try await send(method, path, [.contentType: "application/json", .origin: "http://localhost"], body.json)
    }

    func send(
        _ method: HTTPRequest.Method, _ path: String, _ headers: HTTPFields, _ body: String?
    ) async throws -> TestResponse {
        var headers = headers
        if let token { headers[.cookie] = "\(SessionCookie.name(site.configuration))=\(token)" }
        return try await site.client.execute(
            uri: path, method: method, headers: headers, body: body.map { ByteBuffer(string: $0) }
        ) { $0 }
    }

    static func encoded(_ text: String) -> String {
        text.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
    }
}

extension TestResponse {
    var text: String { String(buffer: body) }

    func value() throws -> Value { try Value(json: text) }

    /// The value of our session cookie, when this answer sets one.
    var sessionToken: String? {
        headers[values: .setCookie].compactMap { line in
            let pair = line.prefix { $0 != ";" }.split(separator: "=", maxSplits: 1)
            return pair.count == 2 && pair[0].hasSuffix("anwal") ? String(pair[1]) : nil
        }.first
    }
}

import Foundation
import Store
import StoreMongo
import StoreSQLite

/// The engines that every test of the conformance suite runs on: MongoDB where `ANWAL_TEST_MONGODB` names a server.
public enum Engine: String, CaseIterable, Sendable {
    case sqlite, mongoDB

    static let server = ProcessInfo.processInfo.environment["ANWAL_TEST_MONGODB"]
    public static var allCases: [Engine] { server == nil ? [.sqlite] : [.sqlite, .mongoDB] }

    /// What the tests above the store run on: `ANWAL_TEST_ENGINE`, else the embedded engine.
    public static let ofProduct: Engine =
        ProcessInfo.processInfo.environment["ANWAL_TEST_ENGINE"].flatMap(Engine.init(rawValue:)) ?? .sqlite

    /// A store of its own, gone afterwards. The embedded one lies in `folder`.
    public func withStore<T>(
        in folder: URL, now: @escaping @Sendable () -> Date = { Date() }, _ body: (any DocumentStore) async throws -> T
    ) async throws -> T {
        switch self {
        case .sqlite: try await Self.using(try SQLiteStore(folder: folder, now: now), body)
        case .mongoDB: try await withMongo(now: now) { try await Self.using($0, body) }
        }
    }

    private static func using<T>(
        _ store: any DocumentStore, _ body: (any DocumentStore) async throws -> T
    ) async throws -> T {
        do {
            let result = try await body(store)
            await store.close()
            return result
        } catch {
            await store.close()
            throw error
        }
    }
}

/// A store in a database of its own on the test server, gone afterwards.
public func withMongo<T>(
    now: @escaping @Sendable () -> Date = { Date() }, _ body: (MongoStore) async throws -> T
) async throws -> T {
    guard let server = Engine.server, var parts = URLComponents(string: server) else { throw NoServer() }
    parts.path = "/anwal_test_" + UUID().uuidString.prefix(8)
    guard let uri = parts.string else { throw NoServer() }
    // The server in memory takes transactions that run beside each other for conflicts, whatever they touch.
    await turns.take()
    defer { turns.give() }
    do {
        let result = try await body(try MongoStore(uri: uri, now: now))
        try await MongoStore.dropDatabase(uri: uri)
        return result
    } catch {
        try await MongoStore.dropDatabase(uri: uri)
        throw error
    }
}

/// `ANWAL_TEST_MONGODB` names no server.
private struct NoServer: Error {}

/// A temporary folder, gone afterwards.
public func withFolder<T>(_ body: (String) async throws -> T) async throws -> T {
    let folder = FileManager.default.temporaryDirectory.path(percentEncoded: false) + "/store-\(UUID().uuidString)"
    // What cannot be removed lies in the system's temporary folder.
    defer { try? FileManager.default.removeItem(atPath: folder) }
    return try await body(folder)
}

/// One test at a time.
private let turns = Turns()

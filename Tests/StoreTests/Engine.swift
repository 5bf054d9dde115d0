import Foundation
import Store
import StoreMongo
import StoreSQLite
import Synchronization
import Testing

/// The engines that every test of the conformance suite runs on: MongoDB where `ANWAL_TEST_MONGODB` names a server.
enum Engine: String, CaseIterable, Sendable, CustomTestStringConvertible {
    case sqlite, mongoDB

    static let server = ProcessInfo.processInfo.environment["ANWAL_TEST_MONGODB"]
    static var allCases: [Engine] { server == nil ? [.sqlite] : [.sqlite, .mongoDB] }

    var testDescription: String { rawValue }

    /// A prepared store of its own, gone afterwards.
    func withStore<T: Sendable>(
        now: @escaping @Sendable () -> Date = { Date() }, _ body: (any DocumentStore) async throws -> T
    ) async throws -> T {
        switch self {
        case .sqlite:
            try await withFolder { try await Self.using(try SQLiteStore(folder: $0, now: now), body) }
        case .mongoDB: try await withMongo(now: now) { try await Self.using($0, body) }
        }
    }

    private static func using<T: Sendable>(
        _ store: any DocumentStore, _ body: (any DocumentStore) async throws -> T
    ) async throws -> T {
        do {
            try await store.prepare([Firm.self, Job.self, Note.self])
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
func withMongo<T>(
    now: @escaping @Sendable () -> Date = { Date() }, _ body: (MongoStore) async throws -> T
) async throws -> T {
    let server = try #require(Engine.server)
    // The server in memory takes transactions that run beside each other for conflicts, whatever they touch.
    await Turns.shared.take()
    defer { Turns.shared.give() }
    let name = "anwal_test_\(UUID().uuidString.prefix(8))"
    var parts = try #require(URLComponents(string: server))
    parts.path = "/" + name
    let uri = try #require(parts.string)
    do {
        let result = try await body(try MongoStore(uri: uri, now: now))
        try await MongoStore.dropDatabase(uri: uri)
        return result
    } catch {
        try await MongoStore.dropDatabase(uri: uri)
        throw error
    }
}

/// A temporary folder, gone afterwards.
func withFolder<T>(_ body: (String) async throws -> T) async throws -> T {
    let folder = FileManager.default.temporaryDirectory.path(percentEncoded: false) + "/store-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: folder) }
    return try await body(folder)
}

/// One test at a time.
private final class Turns: Sendable {
    static let shared = Turns()
    private let state = Mutex<(isTaken: Bool, waiting: [CheckedContinuation<Void, Never>])>((false, []))

    func take() async {
        await withCheckedContinuation { continuation in
            let isFree = state.withLock { state in
                defer { state.isTaken = true }
                if state.isTaken { state.waiting.append(continuation) }
                return !state.isTaken
            }
            if isFree { continuation.resume() }
        }
    }

    func give() {
        let next = state.withLock { state in
            if state.waiting.isEmpty { state.isTaken = false }
            return state.waiting.isEmpty ? nil : state.waiting.removeFirst()
        }
        next?.resume()
    }
}

import Foundation
import Store
import StoreSQLite
import Testing

/// The engines that every test of the conformance suite runs on.
enum Engine: String, CaseIterable, Sendable, CustomTestStringConvertible {
    case sqlite

    var testDescription: String { rawValue }

    /// A prepared store of its own, gone afterwards.
    func withStore<T: Sendable>(
        now: @escaping @Sendable () -> Date = { Date() }, _ body: (any DocumentStore) async throws -> T
    ) async throws -> T {
        switch self {
        case .sqlite:
            try await withFolder { folder in
                let store = try SQLiteStore(folder: folder, now: now)
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
    }
}

/// A temporary folder, gone afterwards.
func withFolder<T>(_ body: (String) async throws -> T) async throws -> T {
    let folder = FileManager.default.temporaryDirectory.path(percentEncoded: false) + "/store-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: folder) }
    return try await body(folder)
}

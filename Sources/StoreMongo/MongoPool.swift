import CMongoC
import Store
import Synchronization

/// The clients of one server, each used by one thread at a time.
///
/// `@unchecked Sendable`: libmongoc's pool locks itself, and is not touched after `close`.
final class MongoPool: @unchecked Sendable {
    let database: String
    private let pool: OpaquePointer
    private let isClosed = Mutex(false)

    /// The driver's own log would go to the terminal; what matters comes back as errors.
    private static let start: Void = {
        mongoc_init()
        mongoc_log_set_handler(nil, nil)
    }()

    init(uri: String) throws(StoreError) {
        _ = Self.start
        var error = bson_error_t()
        guard let parsed = mongoc_uri_new_with_error(uri, &error) else {
            throw StoreError.unsupported("MONGODB_URI is no address of MongoDB")
        }
        defer { mongoc_uri_destroy(parsed) }
        Self.setDefaults(parsed)
        database = mongoc_uri_get_database(parsed).map { String(cString: $0) } ?? "anwal_growth"
        guard let made = mongoc_client_pool_new_with_error(parsed, &error) else {
            throw StoreError.unsupported("MONGODB_URI asks for what this driver does not have")
        }
        pool = made
        mongoc_client_pool_set_error_api(pool, MONGOC_ERROR_API_VERSION_2)
        mongoc_client_pool_set_appname(pool, "anwal")
    }

    /// What the address does not say itself.
    private static func setDefaults(_ uri: OpaquePointer) {
        let majority = mongoc_write_concern_new()
        defer { mongoc_write_concern_destroy(majority) }
        mongoc_write_concern_set_w(majority, Int32(MONGOC_WRITE_CONCERN_W_MAJORITY))
        mongoc_uri_set_write_concern(uri, majority)
        let reads = mongoc_read_concern_new()
        defer { mongoc_read_concern_destroy(reads) }
        mongoc_read_concern_set_level(reads, "majority")
        mongoc_uri_set_read_concern(uri, reads)
        mongoc_uri_set_option_as_bool(uri, "retrywrites", true)
        for (name, milliseconds) in [
            ("serverselectiontimeoutms", 5_000), ("connecttimeoutms", 5_000), ("sockettimeoutms", 60_000),
        ]
        where !mongoc_uri_has_option(uri, name) {
            mongoc_uri_set_option_as_int32(uri, name, Int32(milliseconds))
        }
    }

    func with<T>(_ body: (OpaquePointer) throws -> T) throws -> T {
        guard !isClosed.withLock({ $0 }), let client = mongoc_client_pool_pop(pool) else {
            throw StoreError.unavailable("the store is closed")
        }
        defer { mongoc_client_pool_push(pool, client) }
        return try body(client)
    }

    func close() {
        let wasClosed = isClosed.withLock { isClosed in
            defer { isClosed = true }
            return isClosed
        }
        if !wasClosed { mongoc_client_pool_destroy(pool) }
    }

    deinit { close() }
}

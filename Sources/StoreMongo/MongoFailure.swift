import CMongoC
import Foundation
import Store

/// A failed call of libmongoc, before anybody knows which collection it concerned.
struct MongoFailure: Error {
    let domain: UInt32
    let code: Int
    /// The server's or the driver's own words; they may show stored values, so only those of connections are passed on.
    let message: String
    var labels: Set<String> = []

    init(_ error: bson_error_t, _ reply: Document? = nil) {
        domain = error.domain
        code = Int(error.code)
        var copy = error
        message = withUnsafeBytes(of: &copy.message) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
        labels = Set(reply?["errorLabels"]?.array?.compactMap(\.string) ?? [])
    }

    /// Of one document of many (`writeErrors`).
    init(writeError: Document) {
        domain = UInt32(MONGOC_ERROR_SERVER.rawValue)
        code = writeError["code"]?.int ?? 0
        message = writeError["errmsg"]?.string ?? ""
    }

    var isDuplicate: Bool { [11_000, 11_001, 12_582].contains(code) }
    /// The whole transaction may be tried again.
    var isTransient: Bool { labels.contains("TransientTransactionError") }
    /// Nobody knows whether the commit took place; committing again is harmless.
    var isCommitUnknown: Bool { labels.contains("UnknownTransactionCommitResult") }

    private var isOfConnection: Bool {
        [MONGOC_ERROR_STREAM, MONGOC_ERROR_SERVER_SELECTION, MONGOC_ERROR_PROTOCOL].contains { domain == $0.rawValue }
            || Self.unavailable.contains(code)
    }

    /// Not primary, shutting down, starting up, network, write conflict, interrupted.
    private static let unavailable: Set<Int> = [
        6, 7, 89, 91, 112, 189, 262, 9_001, 10_107, 11_600, 11_602, 13_435, 13_436,
    ]
    /// Not authorised; authentication failed.
    private static let refusing: Set<Int> = [11, 13, 18]

    func storeError(_ schema: Schema?) -> StoreError {
        if isDuplicate, let schema { return .duplicate(collection: schema.collection, index: index(of: schema)) }
        if code == 50 { return .tookTooLong }
        if domain == MONGOC_ERROR_CLIENT.rawValue || Self.refusing.contains(code) {
            return .io("the MongoDB server refuses the user of MONGODB_URI (code \(code))")
        }
        if isOfConnection || isTransient { return .unavailable("MongoDB: \(message.prefix(300))") }
        if domain == MONGOC_ERROR_BSON.rawValue || [2, 10_334, 17_280, 17_419].contains(code) {
            return .unsupported("MongoDB does not take the document (code \(code))")
        }
        return .io("MongoDB error \(code) in domain \(domain)")
    }

    /// `… index: website_1 dup key: …` by the name that the schema gives it.
    private func index(of schema: Schema) -> String {
        guard let start = message.range(of: "index: ") else { return "_id" }
        let name = String(message[start.upperBound...].prefix { $0 != " " })
        return schema.indexes.first { $0.mongoName == name }?.name ?? (name == "_id_" ? "_id" : name)
    }
}

import Foundation
import Store
import StoreMongo
import StoreSQLite

/// Usage: StoreBench load IN.csv FOLDER [LIMIT] [BATCH] [live]
///        StoreBench read FOLDER
///        StoreBench crash-writer FOLDER
///        StoreBench bson IN.csv
/// `load` reads the rows before the clock starts, commits every BATCH rows durably and ends when all indexes are usable.
/// `crash-writer` writes until it is killed and prints the number of each batch once it is durable.

struct Company: Entity {
    static let collection = "companies"
    static let indexes: [Index] = [
        .text("nameAr", "nameEn"), .on("sector"), .on("city"), .on("entityType"), .on("leadScore"), .on("priority"),
        .on("website", sparse: true),
    ]

    var id = EntityID<Company>()
    var createdAt: Date?
    var updatedAt: Date?
    var extra = Document()

    var nameAr = ""
    var nameEn: String?
    var entityType = "unknown"
    var sector: String?
    var subSector: String?
    var activity: String?
    var city: String?
    var region: String?
    var country = "Saudi Arabia"
    var website: String?
    var linkedinUrl: String?
    var address: String?
    var description: String?
    var semanticNotes: String?
    var tags: [String] = []
    var sourceFile: String?
    var dataConfidence: String?
    var leadScore = 0
    var priority = "unknown"
    var status = "new"
    var email: String?
    var phone: String?
    var mobile: String?
    var contactPerson: String?
    var jobTitle: String?
    var ownerId: EntityID<Company>?
    var importLogId: EntityID<Company>?
    var archivedAt: Date?
    var customFields: Value?
    var searchKeys: [String] = []

    mutating func visit(_ fields: inout some FieldVisitor) throws {
        try fields("nameAr", &nameAr)
        try fields("nameEn", &nameEn)
        try fields("entityType", &entityType)
        try fields("sector", &sector)
        try fields("subSector", &subSector)
        try fields("activity", &activity)
        try fields("city", &city)
        try fields("region", &region)
        try fields("country", &country)
        try fields("website", &website)
        try fields("linkedinUrl", &linkedinUrl)
        try fields("address", &address)
        try fields("description", &description)
        try fields("semanticNotes", &semanticNotes)
        try fields("tags", &tags)
        try fields("sourceFile", &sourceFile)
        try fields("dataConfidence", &dataConfidence)
        try fields("leadScore", &leadScore)
        try fields("priority", &priority)
        try fields("status", &status)
        try fields("email", &email)
        try fields("phone", &phone)
        try fields("mobile", &mobile)
        try fields("contactPerson", &contactPerson)
        try fields("jobTitle", &jobTitle)
        try fields("ownerId", &ownerId)
        try fields("importLogId", &importLogId)
        try fields("archivedAt", &archivedAt)
        try fields("customFields", &customFields)
        try fields("searchKeys", &searchKeys)
    }
}

/// The rows of a CSV file of `bench/gen_data.py`, which quotes with `"`.
func rows(of path: String, limit: Int) throws -> [[String]] {
    let bytes = try Data(contentsOf: URL(fileURLWithPath: path), options: .alwaysMapped)
    var rows: [[String]] = []
    var row: [String] = []
    var field: [UInt8] = []
    var isQuoted = false
    for byte in bytes {
        switch byte {
        case UInt8(ascii: "\""): isQuoted.toggle()
        case UInt8(ascii: ",") where !isQuoted:
            row.append(String(decoding: field, as: UTF8.self))
            field.removeAll(keepingCapacity: true)
        case UInt8(ascii: "\n") where !isQuoted:
            row.append(String(decoding: field, as: UTF8.self))
            field.removeAll(keepingCapacity: true)
            rows.append(row)
            row = []
            if rows.count > limit { return Array(rows.dropFirst()) }
        case UInt8(ascii: "\r"): break
        default: field.append(byte)
        }
    }
    return Array(rows.dropFirst())
}

func company(_ row: [String], _ run: EntityID<Company>) -> Company {
    func text(_ i: Int) -> String? { i < row.count && !row[i].isEmpty ? row[i] : nil }
    var company = Company()
    company.nameAr = text(0) ?? ""
    company.nameEn = text(1)
    company.sector = text(2)
    company.city = text(3)
    company.region = text(4)
    company.phone = text(5)
    company.mobile = text(6)
    company.email = text(7)
    company.website = text(8)
    company.contactPerson = text(9)
    company.jobTitle = text(10)
    company.linkedinUrl = text(11)
    company.semanticNotes = text(12)
    company.leadScore = text(13).flatMap { Int($0) } ?? 0
    company.sourceFile = "companies.xlsx"
    company.dataConfidence = "medium"
    company.importLogId = run
    return company
}

func seconds(_ duration: Duration) -> Double {
    Double(duration.components.seconds) + Double(duration.components.attoseconds) / 1e18
}

func cpuSeconds() -> Double {
    var used = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used)
    return Double(used.tv_sec) + Double(used.tv_nsec) / 1e9
}

func load(_ path: String, _ folder: String, limit: Int, batch: Int, live: Bool) async throws {
    let rows = try rows(of: path, limit: limit)
    let run = EntityID<Company>()
    let store = try SQLiteStore(folder: folder)
    try await store.prepare([Company.self])
    let clock = ContinuousClock()
    let start = clock.now
    let cpu = cpuSeconds()
    var loaded = start
    func insertAll() async throws {
        func entities(from first: Int) -> [Company] {
            rows[min(first, rows.count)..<min(first + batch, rows.count)].map { company($0, run) }
        }
        var next = entities(from: 0)
        for first in stride(from: 0, to: rows.count, by: batch) {
            // The next batch is made while this one is written.
            let current = next
            async let written: Void = store.insert(current)
            let following = entities(from: first + batch)
            try await written
            next = following
        }
        loaded = clock.now
    }
    if live {
        try await insertAll()
    } else {
        try await store.loading([Company.self], expecting: rows.count) { try await insertAll() }
    }
    let total = seconds(clock.now - start)
    let used = cpuSeconds() - cpu
    let count = try await store.count(Company.self)
    await store.close()
    guard count == rows.count else { throw StoreError.damaged("rows are missing") }
    print(
        "store rows \(rows.count) load \(seconds(loaded - start)) total \(total) rows_per_s \(Int(Double(rows.count) / total)) cpu \(used)"
    )
}

func time<T>(_ name: String, _ count: Int, _ body: () async throws -> T) async throws {
    let clock = ContinuousClock()
    _ = try await body()
    let cpu = cpuSeconds()
    let start = clock.now
    for _ in 0..<count { _ = try await body() }
    let ms = seconds(clock.now - start) * 1000 / Double(count)
    print("\(name) ms \(ms) cpu_ms \((cpuSeconds() - cpu) * 1000 / Double(count))")
}

func read(_ folder: String) async throws {
    let store = try SQLiteStore(folder: folder)
    try await store.prepare([Company.self])
    try await time("10,000 entities", 10) { try await store.find(Query<Company>(limit: 10_000)) }
    let sort = [Sort.descending("leadScore")]
    try await time("first page", 200) { try await store.find(Query<Company>(sort: sort, limit: 25)) }
    let middle = try await store.find(Query<Company>(.equals("leadScore", 50), sort: sort, limit: 1)).first
    if let middle {
        let page = try Page(at: middle, sort: sort)
        try await time("page at depth", 200) { try await store.find(Query<Company>(sort: sort, limit: 25, page: page)) }
    }
    let filter = Filter.equals("city", "الرياض") && .equals("sector", "التعدين")
    try await time("filtered page", 50) { try await store.find(Query<Company>(filter, sort: sort, limit: 25)) }
    try await time("count to 10,000", 50) { try await store.count(Company.self, where: filter, upTo: 10_000) }
    try await time("contains, count", 1) { try await store.count(Company.self, where: .contains("nameAr", "النور")) }
    await store.close()
}

func writeUntilKilled(_ folder: String) async throws {
    let store = try SQLiteStore(folder: folder)
    try await store.prepare([Company.self])
    for number in try await store.count(Company.self) / 50..<Int.max {
        let run = EntityID<Company>()
        try await store.insert((0..<50).map { company(["\(number)-\($0)"], run) })
        FileHandle.standardOutput.write(Data("\(number)\n".utf8))
    }
}

/// Encoding and decoding the rows as documents of MongoDB: the client's share of its speed.
func code(_ path: String) throws {
    let (run, now) = (EntityID<Company>(), Date())
    let companies = try rows(of: path, limit: .max).map { row in
        var company = company(row, run)
        (company.createdAt, company.updatedAt) = (now, now)
        return company
    }
    for round in 0..<3 {
        var cpu = cpuSeconds()
        let documents = try companies.map { try BSON.bytes(of: $0, now: now) }
        let encoding = cpuSeconds() - cpu
        cpu = cpuSeconds()
        let decoded = try documents.map { try $0.withUnsafeBytes { try BSON.entity(Company.self, of: $0) } }
        let decoding = cpuSeconds() - cpu
        guard decoded[0].nameAr == companies[0].nameAr, decoded.count == companies.count else {
            throw StoreError.damaged("another document came back")
        }
        let bytes = documents.reduce(0) { $0 + $1.count }
        print("ours round \(round) documents \(documents.count) bytes \(bytes) encode_cpu \(encoding) decode_cpu \(decoding)")
    }
}

let arguments = Array(CommandLine.arguments.dropFirst())
func argument(_ i: Int) -> String? { i < arguments.count ? arguments[i] : nil }

switch (argument(0), argument(1), argument(2)) {
case ("load", let path?, let folder?):
    try await load(
        path, folder, limit: argument(3).flatMap { Int($0) } ?? .max, batch: argument(4).flatMap { Int($0) } ?? 10_000,
        live: argument(5) == "live")
case ("read", let folder?, _): try await read(folder)
case ("bson", let path?, _): try code(path)
case ("crash-writer", let folder?, _): try await writeUntilKilled(folder)
default:
    print("usage: StoreBench load IN.csv FOLDER [LIMIT] [BATCH] [live] | read FOLDER | crash-writer FOLDER")
    exit(2)
}

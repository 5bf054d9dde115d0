import Foundation
import Store
import StoreTesting
import Testing

/// Random operations on a store and on a plain array, which must agree all the way.
@Suite struct RandomOperationsTests {
    /// A handful; `ANWAL_TEST_SEQUENCES` asks for others: their number, or the first and the last (`701-2000`).
    private static let seeds: ClosedRange<UInt64> = {
        let asked = ProcessInfo.processInfo.environment["ANWAL_TEST_SEQUENCES"] ?? "8"
        let ends = asked.split(separator: "-").compactMap { UInt64($0) }
        guard let last = ends.last, ends[0] <= last else { return 1...8 }
        return (ends.count == 2 ? ends[0] : 1)...last
    }()

    @Test(arguments: Engine.allCases, seeds)
    func `a store does what an array would`(_ engine: Engine, _ seed: UInt64) async throws {
        try await engine.withStore { store in
            var numbers = SeededNumbers(seed: seed)
            var model: [EntityID<Job>: Job] = [:]
            for step in 0..<150 {
                let rank = Int.random(in: 0..<8, using: &numbers)
                let status = ["open", "taken", "done"].randomElement(using: &numbers) ?? "open"
                let key = "k\(Int.random(in: 0..<60, using: &numbers))"
                switch Int.random(in: 0..<6, using: &numbers) {
                case 0, 1:
                    var job = Job()
                    (job.rank, job.status, job.key) = (rank, status, key)
                    let isTaken = model.values.contains { $0.key == key }
                    do {
                        try await store.insert(job)
                        #expect(!isTaken)
                        model[job.id] = job
                    } catch {
                        #expect(isTaken && error as? StoreError == .duplicate(collection: "jobs", index: "key"))
                    }
                case 2:
                    let matched = try await store.update(
                        Job.self, where: .range("rank", from: .including(.int(rank)), to: nil),
                        .set("status", .string(status)))
                    let ids = model.values.filter { $0.rank >= rank }.map(\.id)
                    for id in ids { model[id]?.status = status }
                    #expect(matched == ids.count)
                case 3:
                    let found = try await store.findAndUpdate(
                        Job.self, where: .equals("status", .string(status)), sort: [.descending("rank")],
                        Update().increment("rank", by: -1))
                    let expected = model.values.filter { $0.status == status }.max {
                        ($0.rank, $0.id) < ($1.rank, $1.id)
                    }
                    #expect(found?.id == expected?.id)
                    if let expected { model[expected.id]?.rank -= 1 }
                case 4 where step % 3 == 0:
                    let filter =
                        Filter.or([.equals("rank", .int(rank)), .not(.exists("key", true))])
                        && .not(.equals("status", .string(status)))
                    let deleted = try await store.delete(Job.self, where: filter)
                    let ids = model.values.filter { $0.rank == rank && $0.status != status }.map(\.id)
                    for id in ids { model[id] = nil }
                    #expect(deleted == ids.count)
                default:
                    let found = try await store.find(
                        Query<Job>(.equals("status", .string(status)), sort: [.ascending("rank")], limit: 5))
                    let expected = model.values.filter { $0.status == status }.sorted {
                        ($0.rank, $0.id) < ($1.rank, $1.id)
                    }
                    #expect(found.map(\.id) == expected.prefix(5).map(\.id))
                }
            }
            let all = try await store.find(Query<Job>())
            #expect(
                all.map { [$0.id.description, $0.status, "\($0.rank)", $0.key] }
                    == model.values.sorted { $0.id < $1.id }.map {
                        [$0.id.description, $0.status, "\($0.rank)", $0.key]
                    })
        }
    }
}

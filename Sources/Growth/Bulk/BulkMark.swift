import Foundation
import Store
import Synchronization

/// Goes with one record's turn in bulk work: the entry that the change makes in a timeline gets an id that only this
/// record of this run can have, and the journal. So the change and its journal are one commit, and nothing happens twice.
final class BulkMark: Sendable {
    @TaskLocal static var current: BulkMark?

    private let run: BulkIDs
    private let position: Int
    private let journal: BulkJournal?
    private let record: ObjectID
    private let slots = Mutex(0)

    init(_ run: BulkIDs, _ position: Int, _ record: ObjectID, _ journal: BulkJournal?) {
        self.run = run
        self.position = position
        self.record = record
        self.journal = journal
    }

    /// The first entry that a change makes carries the journal.
    func note(in activity: inout Activity) {
        let slot = slots.withLock { slot in
            defer { slot += 1 }
            return slot
        }
        guard slot < BulkIDs.slots else { return }
        activity.id = EntityID(run.entry(position, slot: slot))
        var metadata = activity.metadata?.object ?? Document()
        var bulk: Document = ["run": .id(run.run), "record": .id(record)]
        if slot == 0, let journal {
            bulk["before"] = .object(journal.before)
            bulk["after"] = .object(journal.after)
        }
        metadata["bulk"] = .object(bulk)
        activity.metadata = .object(metadata)
    }
}

/// The ids of what a run of bulk work writes: drawn from the run's own, then the record's position and a slot.
struct BulkIDs: Sendable {
    let run: ObjectID
    private let high: UInt64

    /// Entries that the change of one record may make.
    static let slots = 8
    static let maxRecords = Int(UInt32.max) / slots

    init(_ run: EntityID<Job>) {
        self.run = run.raw
        // The time of the run, so that its entries lie together; its last bytes, mixed, tell runs of one second apart.
        let mixed = (run.raw.high << 32 | UInt64(run.raw.low)) &* 0x9E37_79B9_7F4A_7C15
        high = (run.raw.high & 0xFFFF_FFFF_0000_0000) | mixed >> 32
    }

    func entry(_ position: Int, slot: Int) -> ObjectID {
        ObjectID(high: high, low: UInt32(clamping: position * Self.slots + slot))
    }

    /// The first entries of these positions, among others of theirs.
    func entries(_ positions: Range<Int>) -> Filter {
        .range(
            "_id", from: .including(.id(entry(positions.lowerBound, slot: 0))),
            to: .excluding(.id(entry(positions.upperBound, slot: 0))))
    }

    /// The position whose first entry this is.
    func position(ofFirst id: ObjectID) -> Int? {
        id.high == high && Int(id.low) % Self.slots == 0 ? Int(id.low) / Self.slots : nil
    }

    /// The stretch of ids that is kept with the run under a number.
    func stretch(_ number: Int) -> EntityID<Job> { EntityID(ObjectID(high: high, low: UInt32(clamping: number))) }
}

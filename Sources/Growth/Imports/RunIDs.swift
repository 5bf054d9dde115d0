import Foundation
import Store

/// The ids of what a run writes: time and run in the first eight bytes, then the row and a slot within the row.
///
/// Nothing is drawn at random, so a batch that is written again after a crash writes the same documents, and the row
/// that a record came from can be read off its id.
public struct RunIDs: Sendable {
    /// Bytes 0–7 of every id of the run.
    public let high: UInt64

    /// The last four bytes are row * 256 + slot, so a run has at most 2^24 rows.
    public static let maxRows = 1 << 24
    /// A row's contact columns, and the values that one of its cells may hold.
    public static let maxContactColumns = 32
    public static let maxValuesInCell = 7

    public init(of log: ImportLog) {
        // The log's own id was drawn at random; its last seven bytes, mixed, tell runs of the same second apart.
        let mixed = (log.id.raw.high << 32 | UInt64(log.id.raw.low)) &* 0x9E37_79B9_7F4A_7C15
        high = (log.id.raw.high & 0xFFFF_FFFF_0000_0000) | mixed >> 32
    }

    public enum Slot: Equatable, Sendable {
        case company, person, service
        /// The `value`-th value in the cell of the `column`-th contact column.
        case contact(column: Int, value: Int)
        case companyActivity, personActivity
        case change(Int)

        var byte: UInt8 {
            switch self {
            case .company: 0
            case .person: 1
            case .service: 2
            case .contact(let column, let value): UInt8(clamping: 3 + column * RunIDs.maxValuesInCell + value)
            case .companyActivity: 240
            case .personActivity: 241
            case .change(let number): UInt8(clamping: 242 + number)
            }
        }
    }

    public func id(row: Int, _ slot: Slot) -> ObjectID {
        ObjectID(high: high, low: UInt32(truncatingIfNeeded: row) << 8 | UInt32(slot.byte))
    }

    /// The row of the run that made the record, or `nil` if another run or a person made it.
    public func row(of id: ObjectID) -> Int? {
        id.high == high ? Int(id.low >> 8) : nil
    }

    /// The contact column that a contact point of this run came from.
    public static func contactColumn(of id: ObjectID) -> Int? {
        let byte = Int(id.low & 0xFF)
        return (3..<240).contains(byte) ? (byte - 3) / maxValuesInCell : nil
    }

    /// The ids of everything that these rows of the run may make.
    func made(rows: ClosedRange<Int>) -> ClosedRange<ObjectID> {
        ObjectID(
            high: high, low: UInt32(rows.lowerBound) << 8)...ObjectID(
                high: high, low: UInt32(rows.upperBound) << 8 | 0xFF)
    }

    /// Everything in a collection that this run made.
    public var made: Filter {
        .range(
            "_id", from: .including(.id(ObjectID(high: high, low: 0))),
            to: .including(.id(ObjectID(high: high, low: .max))))
    }
}

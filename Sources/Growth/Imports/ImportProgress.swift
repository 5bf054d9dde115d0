import Foundation
import Store

/// How far a run is. Written together with the records of each batch, so that a run goes on exactly there.
public struct ImportProgress: Part {
    public var phase: Phase = .waiting
    /// Rows behind which everything is written, counted over all sheets in the order of the run.
    public var rowsDone = 0
    public var rowsTotal = 0
    /// Batches written; the id of a journal entry rests on it.
    public var batches = 0

    public init() {}

    /// 0–1.
    public var fraction: Double { rowsTotal == 0 ? 0 : min(1, Double(rowsDone) / Double(rowsTotal)) }

    public mutating func visit(_ fields: inout some FieldVisitor) throws {
        try fields("phase", &phase)
        try fields("rowsDone", &rowsDone)
        try fields("rowsTotal", &rowsTotal)
        try fields("batches", &batches)
    }

    public struct Phase: Choice {
        public var rawValue: String
        public init(rawValue: String) { self.rawValue = rawValue }
        public static let waiting: Self = "waiting"
        public static let reading: Self = "reading"
        public static let matching: Self = "matching"
        public static let writing: Self = "writing"
        public static let undoing: Self = "undoing"
        public static let finished: Self = "finished"
        public static let known: [Self] = [.waiting, .reading, .matching, .writing, .undoing, .finished]
    }
}

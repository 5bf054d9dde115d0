import Foundation
import Store

/// What came of the work, as a table: one line for each thing that is counted, the same figures in every line.
public struct Report: Hashable, Sendable {
    public enum Kind: String, CaseIterable, Sendable {
        /// Open opportunities by stage.
        case pipeline
        /// Won and lost by month.
        case outcomes
        /// What each person did.
        case people
        /// Where leads came from, and what became of them.
        case sources
        /// Imported lists, and what came of them.
        case imports
    }

    public enum Figure: String, CaseIterable, Sendable {
        case opportunities, value, weighted, won, wonValue, lost, lostValue
        case calls, meetings, notes, tasks, moves, leads, converted, companies, contacts

        /// In SAR.
        public var isMoney: Bool { [.value, .weighted, .wonValue, .lostValue].contains(self) }
    }

    public struct Line: Hashable, Sendable {
        /// A token of an enumeration, a month as `2026-11`, or an id.
        public let key: String
        /// What a person calls it, where the key is an id.
        public var name: String?
        public var values: [Double]

        public init(key: String, name: String? = nil, values: [Double]) {
            self.key = key
            self.name = name
            self.values = values
        }
    }

    public let kind: Kind
    public let figures: [Figure]
    public var lines: [Line] = []

    /// The sum of each figure.
    public var total: [Double] {
        lines.reduce(into: Array(repeating: 0, count: figures.count)) { total, line in
            for (i, value) in line.values.enumerated() { total[i] += value }
        }
    }

    public var isEmpty: Bool { total.allSatisfy { $0 == 0 } }
}

/// Figures by key while they are being counted.
struct Tally {
    let figures: [Report.Figure]
    private(set) var keys: [String] = []
    private var values: [String: [Double]] = [:]

    /// - Parameter keys: those that have a line even without a figure, in their order.
    init(_ figures: [Report.Figure], keys: [String] = []) {
        self.figures = figures
        for key in keys { open(key) }
    }

    mutating func add(_ figure: Report.Figure, _ amount: Double = 1, to key: String) {
        guard let at = figures.firstIndex(of: figure), amount.isFinite else { return }
        open(key)
        values[key]?[at] += amount
    }

    private mutating func open(_ key: String) {
        if values[key] != nil { return }
        keys.append(key)
        values[key] = Array(repeating: 0, count: figures.count)
    }

    func report(_ kind: Report.Kind, names: [String: String] = [:]) -> Report {
        let lines = keys.map { Report.Line(key: $0, name: names[$0], values: values[$0] ?? []) }
        return Report(kind: kind, figures: figures, lines: lines)
    }
}

import Foundation
import Store

/// Hands the rows of a run to its workers: claims them in batches, looks at suppressions, and gives each a mailbox with room.
actor RowSource {
    private let run: CampaignRun
    private var waiting: [CampaignRecipient] = []
    private var claimedAt = ContinuousClock.now
    private var cursor: ObjectID?
    private var turn = 0
    private var isClaiming = false
    private var isDry = false
    private var queue: [CheckedContinuation<Void, Never>] = []

    /// A row to send, through which mailbox, and whether what was looked at when it was claimed may still be believed.
    struct Item: Sendable {
        let row: CampaignRecipient
        let outlet: CampaignRun.Outlet
        let isFresh: Bool
    }

    init(_ run: CampaignRun) { self.run = run }

    /// `nil` when nothing more is due, may go out, or should.
    func next() async -> Item? {
        while true {
            guard run.goesOn else { return nil }
            if waiting.isEmpty {
                if isDry { return nil }
                if isClaiming {
                    await withCheckedContinuation { queue.append($0) }
                    continue
                }
                await claim()
                continue
            }
            turn += 1
            guard let outlet = await run.outlet(turn) else { return nil }
            // Another worker may have taken the last one while the mailbox was asked.
            guard let row = waiting.popLast() else {
                await outlet.gate.done(wasSent: false)
                continue
            }
            return Item(row: row, outlet: outlet, isFresh: claimedAt.duration(to: .now) < CampaignRun.freshness)
        }
    }

    private func claim() async {
        isClaiming = true
        let (claimed, next) = await run.claim(after: cursor)
        (waiting, claimedAt, isClaiming, cursor) = (claimed ?? [], .now, false, next)
        if claimed == nil { isDry = true }
        for continuation in queue { continuation.resume() }
        queue = []
    }

    /// What was claimed and not begun.
    func left() -> [CampaignRecipient] {
        defer { waiting = [] }
        return waiting
    }
}

import Testing

@testable import Growth

@Suite struct DoorbellTests {
    @Test func `a ring wakes everybody who waits, and is not missed by who listens a moment later`() async {
        let bell = Doorbell()
        let heard = bell.rings
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<2 { group.addTask { await bell.wait(since: heard, atMost: .seconds(3_600)) } }
            bell.ring()
            await group.waitForAll()
        }
        await bell.wait(since: heard, atMost: .seconds(3_600))
    }

    @Test func `a wait that was cut short leaves the next one its full time`() async {
        let bell = Doorbell()
        let cut = Task { await bell.wait(since: bell.rings, atMost: .seconds(3_600)) }
        cut.cancel()
        await cut.value
        let began = ContinuousClock.now
        await bell.wait(since: bell.rings, atMost: .milliseconds(30))
        #expect(ContinuousClock.now - began >= .milliseconds(30))
    }
}

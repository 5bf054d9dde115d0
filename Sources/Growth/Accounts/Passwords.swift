import Foundation
import Synchronization

/// Hashes and checks passwords on two threads of its own, so that many people who sign in at once neither stop the
/// program's other work nor take more than two hashes' memory.
public final class Passwords: Sendable {
    public struct Cost: Hashable, Sendable {
        public var memoryKiB: UInt32
        public var passes: UInt32

        /// OWASP's first choice with one lane, and the least that is ever written.
        public static let minimum = Cost(memoryKiB: 47_104, passes: 1)
    }

    public enum Verdict: Sendable {
        case wrong
        case right
        /// Right, but hashed by another program or at a lower cost than ours.
        case rightButOld
    }

    public let cost: Cost
    private let threads = [
        DispatchQueue(label: "anwal.passwords.0"), DispatchQueue(label: "anwal.passwords.1"),
    ]
    private let waiting = Mutex((turn: 0, count: 0))
    /// At 150 ms a hash the last in the line waits some ten seconds.
    private static let maxWaiting = 128

    public init(cost: Cost = .minimum) { self.cost = cost }

    /// With as many passes as take 100 to 250 ms on this machine.
    public static func calibrated() async throws -> Passwords {
        let probe = Passwords()
        let clock = ContinuousClock()
        let taken = try await clock.measure { _ = try await probe.hash("calibration") }
        let milliseconds = max(taken / .milliseconds(1), 1)
        let passes = min(max((150 / milliseconds).rounded(), 1), Double(maxPasses))
        return Passwords(cost: Cost(memoryKiB: Cost.minimum.memoryKiB, passes: UInt32(passes)))
    }

    /// At the cost that the data folder keeps, measured at the first start only: the same cost at every start, so that a
    /// name without an account takes as long as one with. Removing the file `password-cost` has it measured anew.
    public static func kept(in folder: URL) async throws -> Passwords {
        let file = folder.appending(path: "password-cost")
        if let data = FileManager.default.contents(atPath: file.path(percentEncoded: false)),
            let passes = UInt32(String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)),
            (1...maxPasses).contains(passes)
        {
            return Passwords(cost: Cost(memoryKiB: Cost.minimum.memoryKiB, passes: passes))
        }
        let measured = try await calibrated()
        try Data("\(measured.cost.passes)\n".utf8).write(to: file, options: .atomic)
        return measured
    }

    private static let maxPasses: UInt32 = 8

    public func hash(_ password: String) async throws -> String {
        let cost = cost
        let hash = try await onOwnThread {
            PasswordHashing.argon2id(password, memoryKiB: cost.memoryKiB, passes: cost.passes)
        }
        guard let hash else { throw AccountError.busy }
        return hash
    }

    /// Takes the same time without a stored hash, so that nobody learns by the clock which accounts exist.
    public func verify(_ password: String, against stored: String?) async throws -> Verdict {
        guard PasswordRules.isPossible(password) else { return .wrong }
        guard let stored else {
            _ = try await hash(password)
            return .wrong
        }
        let isRight = try await onOwnThread { PasswordHashing.verify(password, against: stored) }
        guard isRight else { return .wrong }
        return isUpToDate(stored) ? .right : .rightButOld
    }

    private func isUpToDate(_ stored: String) -> Bool {
        guard let found = Argon2Cost(phc: stored), stored.hasPrefix("$argon2id$") else { return false }
        return found.memoryKiB >= cost.memoryKiB && found.passes >= cost.passes
    }

    private func onOwnThread<T: Sendable>(_ work: @escaping @Sendable () -> T) async throws -> T {
        let turn: Int? = waiting.withLock { state in
            guard state.count < Self.maxWaiting else { return nil }
            state.count += 1
            state.turn = (state.turn + 1) % 2
            return state.turn
        }
        guard let turn else { throw AccountError.busy }
        defer { waiting.withLock { $0.count -= 1 } }
        return await withCheckedContinuation { continuation in
            threads[turn].async { continuation.resume(returning: work()) }
        }
    }
}

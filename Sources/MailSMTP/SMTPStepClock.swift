import NIOCore

/// Watches that the server does what is due in time. One timer runs; it looks at the deadline when it fires, so that a deadline that moves
/// ahead with every reply costs nothing.
struct SMTPStepClock {
    private var watched: SMTPError.Step?
    private var deadline = NIODeadline.distantFuture
    private var firesAt = NIODeadline.distantFuture
    private var timer: Scheduled<Void>?

    /// Something happened: the time of the step begins anew.
    mutating func restart() { watched = nil }

    mutating func watch(
        _ step: SMTPError.Step?, _ limit: Duration?, on loop: any EventLoop, _ expired: @escaping @Sendable () -> Void
    ) {
        guard let step, let limit else {
            watched = nil
            deadline = .distantFuture
            return
        }
        let now = NIODeadline.now()
        if watched != step {
            watched = step
            deadline = now + TimeAmount(limit)
        }
        guard deadline < firesAt || now >= firesAt else { return }
        timer?.cancel()
        firesAt = deadline
        timer = loop.scheduleTask(deadline: deadline, expired)
    }

    /// Whether the time is over; if not, the timer has to run again.
    mutating func isOver() -> Bool {
        firesAt = .distantFuture
        timer = nil
        return NIODeadline.now() >= deadline
    }

    mutating func stop() {
        timer?.cancel()
        timer = nil
    }
}

extension SMTPTimeouts {
    func limit(of step: SMTPError.Step) -> Duration {
        switch step {
        case .connect: connect
        case .tls: tls
        case .greeting: greeting
        case .hello, .startTLS, .signIn, .reset: command
        case .mail: mail
        case .recipient: recipient
        case .data: data
        case .body: block
        case .end: end
        case .idle: idle
        }
    }
}

import Foundation
import Growth
import Hummingbird
import Store

/// Live progress of a run, read off its log until it ends.
enum RunStream {
    static let interval: Duration = .milliseconds(300)
    private static let heartbeat: Duration = .seconds(15)

    /// For programs: `progress` with the log whenever it changed, at last `done`.
    static func json(_ visit: MemberVisit) async throws -> Response {
        try await stream(visit, last: { try text(of: $0) }) { log, _ in try text(of: log) }
    }

    /// For the page: `progress` with the bar as HTML; the last one holds what leads to the report.
    static func html(_ visit: MemberVisit) async throws -> Response {
        try await stream(visit, last: { _ in "" }) { log, pace in
            try visit.render("imports/progress", RunPages.progress(log, pace, visit))
        }
    }

    private static func text(of log: ImportLog) throws -> String { try EntityJSON.value(log).json(.plain) }

    private static func stream(
        _ visit: MemberVisit, last: @escaping @Sendable (ImportLog) throws -> String,
        _ draw: @escaping @Sendable (ImportLog, RunPace?) throws -> String
    ) async throws -> Response {
        let id = try await ImportRuns.log(visit).id
        let imports = visit.platform.imports
        return visit.eventStream { events in
            var pace = PaceMeter()
            var (shown, lastLook) = ("", ContinuousClock.now)
            while !Task.isCancelled, let log = try await imports.log(id) {
                if lastLook.duration(to: .now) >= heartbeat {
                    guard try await visit.isStillWelcome() else { return }
                    try await events.heartbeat()
                    lastLook = .now
                }
                let text = try draw(log, pace.pace(of: log.progress))
                if text != shown {
                    try await events.send(text, event: "progress")
                    shown = text
                }
                guard log.isAtWork else {
                    try await events.send(try last(log), event: "done")
                    return
                }
                try await Task.sleep(for: interval)
            }
        }
    }
}

extension ImportLog {
    /// Whether it is written or taken back now.
    var isAtWork: Bool { isRunning || isUndoing }
}

/// How fast a run is and how long it will take.
struct RunPace {
    var rowsPerSecond: Int
    var secondsLeft: Int
}

/// Measures the pace from the first look at a run that writes.
struct PaceMeter {
    private var first: (at: ContinuousClock.Instant, rows: Int)?

    /// `nil` until there is something to measure.
    mutating func pace(of progress: ImportProgress?, now: ContinuousClock.Instant = .now) -> RunPace? {
        guard let progress, progress.phase == .writing else { return nil }
        guard let first else {
            self.first = (now, progress.rowsDone)
            return nil
        }
        let seconds =
            Double(first.at.duration(to: now).components.seconds)
            + Double(first.at.duration(to: now).components.attoseconds) / 1e18
        let rows = progress.rowsDone - first.rows
        guard seconds > 0.2, rows > 0 else { return nil }
        let rate = Double(rows) / seconds
        let left = Double(max(0, progress.rowsTotal - progress.rowsDone)) / rate
        return RunPace(rowsPerSecond: Int(min(rate, 1e12).rounded()), secondsLeft: Int(min(left, 1e9).rounded(.up)))
    }
}

extension Visiting {
    /// A stream of server-sent events that ends when `body` does.
    func eventStream(_ body: @escaping @Sendable (inout EventStream) async throws -> Void) -> Response {
        Response(
            status: .ok, headers: [.contentType: "text/event-stream", .cacheControl: "no-store"],
            body: ResponseBody { writer in
                var events = EventStream(writer)
                try await body(&events)
                try await writer.finish(nil)
            })
    }
}

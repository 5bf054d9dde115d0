import Foundation
import Growth
import Hummingbird
import Store
import Synchronization

/// Makes a preview while the person watches a bar.
enum PreviewMaking {
    private static let interval: Duration = .milliseconds(150)

    /// The file and its draft; a file whose columns are not settled has no preview.
    static func asked(_ visit: MemberVisit) throws -> (file: Uploads.File, draft: ImportRequest) {
        let file = try ImportFiles.file(try visit.parameter("file"), visit)
        guard let draft = visit.platform.imports.drafts.draft(of: file) else {
            throw ImportRefusal(ImportError.previewGone) ?? WebError.notFound
        }
        return (file, draft)
    }

    /// Makes it within this request. When the browser goes, so does the work; the next look begins it anew.
    static func events(_ visit: MemberVisit) async throws -> Response {
        let (file, draft) = try asked(visit)
        return visit.eventStream { events in
            let over = Over()
            async let problem = outcome(of: file, draft, visit, over)
            var shown = ""
            while !over.isSet {
                let text = try bar(visit.platform.imports.previewProgress(file, draft), visit)
                if text != shown { try await events.send(text, event: "progress") }
                shown = text
                try await Task.sleep(for: interval)
            }
            try await events.send(try end(file, try await problem, visit), event: "progress")
            try await events.send("", event: "done")
        }
    }

    /// For browsers without streams: whoever asks first waits until it is made, who asks meanwhile sees the bar.
    static func poll(_ visit: MemberVisit) async throws -> Response {
        let (file, draft) = try asked(visit)
        let imports = visit.platform.imports
        if imports.finishedPreview(draft, of: file) == nil, let share = imports.previewProgress(file, draft) {
            return try visit.fragment("imports/preview-bar", barData(share, visit))
        }
        let problem = try await outcome(of: file, draft, visit, Over())
        return visit.html(try end(file, problem, visit), .ok)
    }

    /// `nil` when it was made.
    private static func outcome(
        of file: Uploads.File, _ draft: ImportRequest, _ visit: MemberVisit, _ over: Over
    ) async throws -> Failure? {
        defer { over.set() }
        do {
            _ = try await ImportRefusal.explained { try await visit.platform.imports.previewInTurn(file, draft) }
            return nil
        } catch let error as ImportRefusal {
            return error.failure
        }
    }

    private static func bar(_ share: Double?, _ visit: MemberVisit) throws -> String {
        try visit.render("imports/preview-bar", barData(share, visit))
    }

    static func barData(_ share: Double?, _ visit: MemberVisit) -> PageData {
        let percent = Int(((share ?? 0) * 100).rounded(.down))
        return ["isKnown": (share ?? 0) > 0, "percent": percent]
    }

    private static func end(_ file: Uploads.File, _ problem: Failure?, _ visit: MemberVisit) throws -> String {
        try visit.render(
            "imports/preview-end",
            [
                "fileId": file.id, "hasProblem": problem != nil,
                "problem": problem.map { $0.words[visit.language] ?? "" } ?? "",
            ])
    }
}

/// Whether the work beside a stream has ended.
private final class Over: Sendable {
    private let flag = Atomic(false)
    var isSet: Bool { flag.load(ordering: .acquiring) }
    func set() { flag.store(true, ordering: .releasing) }
}

import Foundation
import Store
import Synchronization

/// What a person is putting together for an uploaded file: mapping, policy, corrections. Kept beside the file, so that
/// a page that is loaded again goes on where it was.
public final class ImportDrafts: Sendable {
    private let uploads: Uploads
    /// Two corrections that come at once must both stay.
    private let changing = Mutex(())

    init(uploads: Uploads) { self.uploads = uploads }

    /// `nil` before the mapping was settled for the first time.
    public func draft(of file: Uploads.File) -> ImportRequest? {
        guard let stored = uploads.read("draft.json", of: file.id)?.object else { return nil }
        var log = ImportLog()
        log.fileName = file.name
        log.mapping = .object(stored)
        return ImportRequest(of: log)
    }

    /// Begins a draft, or gives one another mapping or policy; corrections that were made stay.
    public func settle(_ request: ImportRequest, of file: Uploads.File) throws -> ImportRequest {
        try changing.withLock { _ in
            var settled = request
            if settled.corrections.isEmpty, let before = draft(of: file) { settled.corrections = before.corrections }
            try write(settled, of: file)
            return settled
        }
    }

    /// Changes the corrections. Throws `ImportError.previewGone` where there is no draft.
    public func correct(_ file: Uploads.File, _ change: (inout Corrections) -> Void) throws -> ImportRequest {
        try changing.withLock { _ in
            guard var draft = draft(of: file) else { throw ImportError.previewGone }
            change(&draft.corrections)
            try write(draft, of: file)
            return draft
        }
    }

    private func write(_ request: ImportRequest, of file: Uploads.File) throws {
        try uploads.write(.object(request.stored), as: "draft.json", of: file.id)
    }
}

import Foundation
import Spreadsheet
import Store

extension Imports {
    /// The token under which the preview of `request` is, or would be, kept.
    public func previewToken(_ request: ImportRequest, of file: Uploads.File) -> String {
        ImportPreview.token(fileHash: file.hash, request: request)
    }

    /// The preview of `request` if it has been made, `nil` if it has not.
    public func finishedPreview(_ request: ImportRequest, of file: Uploads.File) -> ImportPreview? {
        // Whatever is wrong with a kept preview, the cure is to make it again.
        (try? preview(previewToken(request, of: file), of: file))?.preview
    }

    /// The preview that was made before, or a new one. Waits for one that is being made, and for its turn.
    ///
    /// - Parameter patience: how long to wait for a turn before `ImportError.tooManyAtOnce`.
    public func previewInTurn(
        _ file: Uploads.File, _ request: ImportRequest, patience: Duration = .seconds(60)
    ) async throws -> ImportPreview {
        let deadline = ContinuousClock.now.advanced(by: patience)
        while true {
            if let made = finishedPreview(request, of: file) { return made }
            do {
                return try await preview(file, request)
            } catch ImportError.tooManyAtOnce {
                guard ContinuousClock.now < deadline else { throw ImportError.tooManyAtOnce }
                try await Task.sleep(for: .milliseconds(100))
            }
        }
    }

    /// Forgets a preview that corrections have replaced.
    public func discardPreview(_ token: String, of file: Uploads.File) {
        guard Self.isToken(token), previewProgress(token) == nil else { return }
        // What stays behind goes with the upload.
        try? FileManager.default.removeItem(at: previewFolder(file.id, token))
    }

    /// Rows that a person left out, as the file has them; at most `limit`.
    public func excludedRows(of file: Uploads.File, _ request: ImportRequest, limit: Int = 500) throws -> [PreviewRow] {
        let rows = request.corrections.excluded.sorted { ($0.sheet, $0.row) < ($1.sheet, $1.row) }.prefix(limit)
        return try rowTexts(rows.map { ["sheet": .int($0.sheet), "row": .int($0.row)] }, of: file, request)
    }

    /// One row with its verdict, if the preview has one for it, and the text of its cells.
    public func previewRow(
        _ row: Corrections.Row, of file: Uploads.File, _ request: ImportRequest
    ) throws -> PreviewRow? {
        let token = previewToken(request, of: file)
        var verdict: Document = ["sheet": .int(row.sheet), "row": .int(row.row)]
        if finishedPreview(request, of: file) != nil,
            let found = try VerdictFile(folder: previewFolder(file.id, token)).verdict(of: row)
        {
            verdict = found
        }
        return try rowTexts([verdict], of: file, request).first { !$0.cells.isEmpty }
    }

    private func rowTexts(_ verdicts: [Document], of file: Uploads.File, _ request: ImportRequest) throws
        -> [PreviewRow]
    {
        if verdicts.isEmpty { return [] }
        let cells = try PreviewRow.cells(
            of: verdicts, in: try Workbook(path: file.path.path, options: readOptions), request)
        return zip(verdicts, cells).map { PreviewRow(verdict: $0, cells: $1) }
    }
}

extension Imports {
    /// Whether `resume` has what it needs: the run stopped, was not cancelled, and its file is there.
    public func isResumable(_ log: ImportLog) async throws -> Bool {
        guard [.failed, .processing, .pending].contains(log.status), log.cancelledAt == nil else { return false }
        guard try await files(of: log.id).hasFile() else { return false }
        return try await !jobs.isActive("import", on: log.id.raw)
    }
}

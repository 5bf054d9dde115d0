import Growth
import HTTPTypes
import Spreadsheet
import Store

/// What is wrong with a file, a mapping or a run, as an answer: the domain's own sentence with the status that fits.
struct ImportRefusal: Presentable {
    let cause: any Error
    let status: HTTPResponse.Status
    let code: String

    /// `nil` for errors that the import does not speak of.
    init?(_ error: any Error) {
        switch error {
        case let error as ImportError: (status, code) = Self.answer(to: error)
        case is MappingError: (status, code) = (.unprocessableContent, "mapping")
        case let error as SpreadsheetError:
            guard let answer = Self.answer(to: error) else { return nil }
            (status, code) = answer
        default: return nil
        }
        cause = error
    }

    var failure: Failure {
        var failure = Failure(status, code)
        failure.words = words
        if status == .tooManyRequests { failure.headers[.retryAfter] = "5" }
        return failure
    }

    var words: [Language: String] {
        Dictionary(uniqueKeysWithValues: Language.known.map { ($0, ImportFailure.words(for: cause, in: $0)) })
    }

    private static func answer(to error: ImportError) -> (HTTPResponse.Status, String) {
        switch error {
        case .fileGone: (.notFound, "file_gone")
        case .previewGone: (.conflict, "preview_gone")
        case .tooManyRows: (.contentTooLarge, "too_many_rows")
        case .nothingToImport: (.unprocessableContent, "nothing_to_import")
        case .notNow: (.conflict, "not_now")
        case .alreadyUndone: (.conflict, "already_undone")
        case .tooManyAtOnce: (.tooManyRequests, "too_many_at_once")
        }
    }

    private static func answer(to error: SpreadsheetError) -> (HTTPResponse.Status, String)? {
        switch error {
        case .encrypted: (.unprocessableContent, "encrypted_file")
        case .notASpreadsheet: (.unprocessableContent, "not_a_spreadsheet")
        case .tooLarge, .tooManyEntries: (.contentTooLarge, "file_too_large")
        case .suspiciousCompression, .duplicateEntry, .overlappingEntries, .forbiddenXML, .tooDeep, .tooManyAttributes:
            (.unprocessableContent, "suspicious_file")
        case .damaged, .unsupportedCompression, .noSuchSheet, .timedOut, .childFailed:
            (.unprocessableContent, "damaged_file")
        // Nothing that the sender of the file could mend.
        case .unreadable, .childMissing, .unwritable: nil
        }
    }

    /// Does the work; what the import refuses comes out as a refusal.
    static func explained<Result>(_ work: () async throws -> Result) async throws -> Result {
        do {
            return try await work()
        } catch {
            throw ImportRefusal(error) ?? error
        }
    }
}

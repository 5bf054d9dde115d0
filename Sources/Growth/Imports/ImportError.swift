import Foundation

/// Why an import cannot be done.
public enum ImportError: Error, Hashable, Sendable {
    /// The uploaded file is gone: it is kept for 24 hours, or until its run ends.
    case fileGone
    /// The preview is not of this file, mapping and corrections, or is gone.
    case previewGone
    case tooManyRows
    case nothingToImport
    /// The run is in a state in which this cannot be done.
    case notNow(ImportLog.Status)
    case alreadyUndone
    case tooManyAtOnce
}

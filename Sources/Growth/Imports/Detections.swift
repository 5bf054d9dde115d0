import Foundation
import Spreadsheet
import Synchronization

/// What was made of the files that wait for their import. Every step of a person's way through the import asks for it,
/// and reading a large file takes a second.
final class Detections: Sendable {
    private let kept = Mutex<[(file: String, detected: DetectedFile)]>([])

    /// More files than people import at the same time; what is gone is read again.
    private static let capacity = 16

    func detected(_ file: Uploads.File, _ options: ReadOptions) throws -> DetectedFile {
        // The hash, because an id alone would not tell a file that was replaced.
        let key = file.id + file.hash
        if let known = kept.withLock({ kept in kept.first { $0.file == key }?.detected }) { return known }
        let detected = try Detection.detect(try Workbook(path: file.path.path, options: options))
        kept.withLock { kept in
            kept.removeAll { $0.file == key }
            kept.append((key, detected))
            if kept.count > Self.capacity { kept.removeFirst() }
        }
        return detected
    }
}

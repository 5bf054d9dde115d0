import Foundation

/// The test data beside the checkout, or where ANWAL_SHARED says.
enum SharedFolder {
    static func file(_ path: String, here: String = #filePath) -> URL {
        let root =
            ProcessInfo.processInfo.environment["ANWAL_SHARED"].map { URL(fileURLWithPath: $0) }
            ?? URL(fileURLWithPath: here).deletingLastPathComponent().appendingPathComponent("../../../shared")
        return root.appendingPathComponent(path)
    }

    static func has(_ path: String) -> Bool {
        FileManager.default.fileExists(atPath: file(path).path)
    }

    static func lines(_ path: String) throws -> [String] {
        try String(contentsOf: file(path), encoding: .utf8).split(whereSeparator: \.isNewline).map(String.init)
    }
}

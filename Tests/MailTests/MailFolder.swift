import Foundation
import Testing

/// The test data that lies beside the checkout and is no part of it.
enum SharedData {
    static let folder: URL = {
        if let path = ProcessInfo.processInfo.environment["ANWAL_SHARED"] { return URL(fileURLWithPath: path) }
        return URL(fileURLWithPath: #filePath).appending(path: "../../../../shared").standardized
    }()

    static func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: folder.path + "/" + path) }

    static func bytes(_ path: String) throws -> [UInt8] { Array(try Data(contentsOf: folder.appending(path: path))) }

    static func text(_ path: String) throws -> String { String(decoding: try bytes(path), as: UTF8.self) }

    static func lines(_ path: String) throws -> [String] {
        try text(path).split(whereSeparator: \.isNewline).map(String.init)
    }

    /// The files of a folder with this ending, in order.
    static func files(_ path: String, _ ending: String) -> [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path + "/" + path)) ?? []
        return names.filter { $0.hasSuffix(ending) }.sorted().map { path + "/" + $0 }
    }

    /// Strings that break programs.
    static func naughtyStrings() throws -> [String] {
        try JSONDecoder().decode([String].self, from: Data(bytes("corpora/text/blns.json")))
    }
}

/// A folder that goes away with the value.
final class MailFolder: Sendable {
    let path: String

    init() throws {
        path = NSTemporaryDirectory() + "anwal-mail-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit {
        // A folder that stays behind in the system's temporary folder harms nobody.
        try? FileManager.default.removeItem(atPath: path)
    }

    func write(_ name: String, _ text: String) throws -> String {
        try Data(text.utf8).write(to: URL(fileURLWithPath: path + "/" + name))
        return path + "/" + name
    }
}

/// A program of the system, run to its end.
enum Tool {
    static func exists(_ path: String) -> Bool { FileManager.default.isExecutableFile(atPath: path) }

    /// What it printed; its failure fails the test with what it said.
    @discardableResult
    static func run(
        _ path: String, _ arguments: [String], input: Data = Data(), folder: MailFolder
    ) async throws -> Data {
        let output = folder.path + "/out-" + UUID().uuidString, feed = folder.path + "/in-" + UUID().uuidString
        try input.write(to: URL(fileURLWithPath: feed))
        // Waits without a thread of ours: tests of other targets run beside these, and there are few threads.
        let status = try await ChildProcess(path, arguments, input: feed, output: output).status()
        let said = try Data(contentsOf: URL(fileURLWithPath: output))
        guard status == 0 else {
            throw ToolFailure(command: path, said: String(decoding: said.suffix(2_000), as: UTF8.self))
        }
        return said
    }

    struct ToolFailure: Error {
        var command: String
        var said: String
    }

    static let referenceFolder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().path + "/reference"

    /// The project's own Python, which has the tools of the tests, else the system's.
    static let python: String = {
        let own = URL(fileURLWithPath: #filePath).appending(path: "../../../.venv/bin/python").standardized.path
        return exists(own) ? own : "/usr/bin/python3"
    }()

    static func hasPythonModule(_ name: String) async -> Bool {
        guard let folder = try? MailFolder() else { return false }
        return (try? await run(python, ["-c", "import \(name)"], folder: folder)) != nil
    }
}

/// Whether whole corpora are wanted (`ANWAL_THOROUGH=1`) where the suite otherwise takes a part of them.
enum Thorough {
    static let isAsked = ProcessInfo.processInfo.environment["ANWAL_THOROUGH"] == "1"
}

/// Repeatable numbers (splitmix64).
struct SeededRandom: RandomNumberGenerator {
    private var state: UInt64

    init(_ seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}

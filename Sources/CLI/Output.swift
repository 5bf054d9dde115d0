import Foundation
import Growth
import Store

/// What commands print: results on standard output, everything else on standard error.
enum Output {
    /// Arabic where the terminal's locale is Arabic, else English.
    static let language: Language = {
        let environment = ProcessInfo.processInfo.environment
        let locale = environment["LC_ALL"] ?? environment["LC_MESSAGES"] ?? environment["LANG"] ?? ""
        return locale.hasPrefix("ar") ? .arabic : .english
    }()

    static let isTerminal = isatty(STDERR_FILENO) == 1

    static func line(_ text: String) { write(text + "\n", to: .standardOutput) }
    static func error(_ text: String) { write(text + "\n", to: .standardError) }
    static func json(_ value: Value) { line(value.json) }

    /// Overwrites the line of a terminal.
    static func overwrite(_ text: String) { write("\r\u{1B}[2K" + text, to: .standardError) }

    private static func write(_ text: String, to handle: FileHandle) {
        // Nobody reads: there is nobody to tell.
        try? handle.write(contentsOf: Data(text.utf8))
    }

    /// A word in the language of the terminal.
    static func words(_ arabic: String, _ english: String) -> String { language == .arabic ? arabic : english }
}

/// How far something is: a bar on a terminal, a line every tenth elsewhere.
struct ProgressLine {
    private var lastTenth = -1
    private let isQuiet: Bool

    init(isQuiet: Bool) { self.isQuiet = isQuiet }

    mutating func show(_ phase: String, _ fraction: Double) {
        guard !isQuiet else { return }
        let percent = Int(fraction * 100)
        if Output.isTerminal {
            let filled = Int(fraction * 30)
            let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: 30 - filled)
            Output.overwrite("\(bar) \(percent)% \(phase)")
        } else if percent / 10 != lastTenth {
            lastTenth = percent / 10
            Output.error("\(phase) \(percent)%")
        }
    }

    func end() { if !isQuiet && Output.isTerminal { Output.overwrite("") } }
}

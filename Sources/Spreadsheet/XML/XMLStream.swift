/// Scans a part piece by piece: a unit (a token, a row, a string) is scanned anew when the window ended within it.
final class XMLStream {
    let window: ByteWindow
    private let part: String
    /// Where the next unit begins.
    var position: UnsafePointer<UInt8>
    var depth = 0
    private var hasStarted = false

    init(window: ByteWindow, part: String) {
        self.window = window
        self.part = part
        position = window.start
    }

    /// Runs `body`, which must not change anything that a second run with more bytes would not set again.
    ///
    /// - Parameter row: what a fault is reported with.
    func unit<Result>(
        row: () -> Int? = { nil }, _ body: (inout XMLScanner) throws(XMLFault) -> Result
    ) throws(SpreadsheetError) -> Result {
        if !hasStarted { try start() }
        while true {
            var scanner = XMLScanner(start: position, end: window.end, isFinal: window.isFinal, depth: depth)
            do throws(XMLFault) {
                let result = try body(&scanner)
                position = scanner.position
                depth = scanner.depth
                return result
            } catch {
                guard case .needsMore = error, !window.isFinal else { throw error.error(part: part, row: row()) }
            }
            try window.extend(from: position)
            position = window.start
        }
    }

    /// Reads on to the start of the named element; false when the part ends without it.
    func find(_ name: StaticString) throws(SpreadsheetError) -> Bool {
        while true {
            let found = try unit { scanner throws(XMLFault) -> Bool? in
                switch try scanner.next() {
                case .start where scanner.isNamed(name): !scanner.isEmptyElement
                case .finished: false
                default: nil
                }
            }
            if let found { return found }
        }
    }

    private func start() throws(SpreadsheetError) {
        try window.extend(from: window.start)
        position = window.start
        // A byte order mark says nothing in UTF-8.
        if position[0] == 0xEF, position[1] == 0xBB, position[2] == 0xBF { position += 3 }
        hasStarted = true
    }
}

/// Small parts that lie in memory as a whole.
enum XMLDocument {
    /// Calls `body` with every token of `data`; `body` may move the scanner on.
    static func scan(
        _ data: [UInt8], part: String, _ body: (inout XMLScanner, XMLScanner.Token) throws(XMLFault) -> Void
    ) throws(SpreadsheetError) {
        var fault: XMLFault?
        data.withUnsafeBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return }
            let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
            let start = buffer.starts(with: mark) ? base + mark.count : base
            var scanner = XMLScanner(start: start, end: base + buffer.count, isFinal: true)
            do throws(XMLFault) {
                while true {
                    let token = try scanner.next()
                    if case .finished = token { return }
                    try body(&scanner, token)
                }
            } catch {
                fault = error
            }
        }
        if let fault { throw fault.error(part: part) }
    }
}

/// Cells of any form, and the text of those that are not taken as they stand.
extension CellScanner {
    /// A cell of any form, whose start was just returned.
    func scanGeneral(_ scanner: inout XMLScanner) throws(XMLFault) {
        let head = try CellHead(scanner, following: column)
        guard head.column < SpreadsheetLimits.maxColumns else { throw .tooManyColumns }
        column = head.column
        content.removeAll(keepingCapacity: true)
        if scanner.isEmptyElement { return }
        let outside = scanner.depth - 1
        while scanner.depth > outside {
            guard case .start = try scanner.next() else { continue }
            if scanner.isNamed("v"), head.type != .inlineString {
                content.removeAll(keepingCapacity: true)
                try RichText.appendContent(&scanner, to: &content, isPreserved: true)
            } else if scanner.isNamed("is") {
                content.removeAll(keepingCapacity: true)
                try RichText.append(&scanner, to: &content)
            } else {
                try scanner.skipElement()
            }
        }
        try store(head)
    }

    private func store(_ head: CellHead) throws(XMLFault) {
        if content.isEmpty { return }
        switch head.type {
        case .shared:
            let index = content.withUnsafeBufferPointer { XMLText.trimmedDigits($0) }
            guard let index, let strings, index < strings.count else { throw .malformed }
            let string = strings.view[index]
            try keep(head.column, .text, string.text, string.count)
        case .bool: try keep(head.column, .bool, content == [0x31] || content == Array("true".utf8) ? "TRUE" : "FALSE")
        case .error: try keep(head.column, .error)
        case .date: try keep(head.column, .date, DateText.normalized(String(decoding: content, as: UTF8.self)))
        case .text, .inlineString: try keep(head.column, .text)
        case .number: try storeNumber(head)
        }
    }

    private func storeNumber(_ head: CellHead) throws(XMLFault) {
        let kind = kinds.indices.contains(head.style) ? kinds[head.style] : .plain
        let value = content.withUnsafeBufferPointer { buffer in
            buffer.baseAddress.flatMap { NumberText.value($0, count: buffer.count) }
        }
        guard let value else { return try keep(head.column, .text) }
        if let date = DateText.text(value, kind: kind, is1904: is1904) {
            try keep(head.column, .date, date)
        } else if let number = NumberText.shortest(value) {
            try keep(head.column, .number, number)
        }
    }

    /// Stores what `content` holds.
    private func keep(_ column: Int, _ kind: CellKind) throws(XMLFault) {
        let copy = storage.scratch.allocate(content.count)
        for index in content.indices { copy[index] = content[index] }
        try keep(column, kind, UnsafePointer(copy), content.count)
    }

    private func keep(_ column: Int, _ kind: CellKind, _ text: String) throws(XMLFault) {
        content.removeAll(keepingCapacity: true)
        content.append(contentsOf: text.utf8)
        try keep(column, kind)
    }

    private func keep(_ column: Int, _ kind: CellKind, _ text: Bytes, _ count: Int) throws(XMLFault) {
        guard storage.append(column: column, kind: kind, text: text, count: count) else { throw .tooManyColumns }
    }
}

import Store

/// Something in a file that a person should know: what is wrong, where, and (`words`) what to do.
public struct ImportProblem: Hashable, Sendable {
    public enum Severity: String, Sendable {
        /// The row, or one record of it, is not imported.
        case error
        /// Imported, perhaps not as meant.
        case warning
        /// Worth knowing.
        case note
    }

    public var code: Code
    /// The number of the row as the spreadsheet shows it; `nil` where the whole sheet is meant.
    public var row: Int?
    public var sheet: String?
    /// From 0.
    public var column: Int?
    public var header: String?
    /// The text at fault, cut to 80 characters.
    public var value: String?

    public init(
        _ code: Code, row: Int? = nil, sheet: String? = nil, column: Int? = nil, header: String? = nil,
        value: String? = nil
    ) {
        self.code = code
        self.row = row
        self.sheet = sheet
        self.column = column
        self.header = header
        self.value = value.map { String($0.prefix(80)) }
    }

    public var severity: Severity { code.severity }

    public enum Code: String, CaseIterable, Sendable {
        case missingCompanyName, missingPersonName, missingContactValue, missingService
        case duplicateIDConflict, orphanContactPoint, orphanService, tooManyValues, rowTooWide
        case invalidEmail, invalidPhone, invalidWebsite, invalidScore, unknownWord, errorCell, normalizedValueDiffers
        case unknownBasis, invalidDate, storedConsentKept
        case personWithoutCompany, storedValueKept, nameFromEnglish
        case hiddenRows, hiddenSheet, unknownColumns, summaryDiffers, sharedKey

        public var severity: Severity {
            switch self {
            case .missingCompanyName, .missingPersonName, .missingContactValue, .missingService, .duplicateIDConflict,
                .orphanContactPoint, .orphanService, .tooManyValues, .rowTooWide:
                .error
            case .invalidEmail, .invalidPhone, .invalidWebsite, .invalidScore, .unknownWord, .errorCell,
                .normalizedValueDiffers, .personWithoutCompany, .summaryDiffers, .unknownBasis, .invalidDate,
                .storedConsentKept:
                .warning
            case .storedValueKept, .nameFromEnglish, .hiddenRows, .hiddenSheet, .unknownColumns, .sharedKey: .note
            }
        }
    }
}

extension ImportProblem {
    public var document: Document {
        var document: Document = ["code": .string(code.rawValue), "severity": .string(severity.rawValue)]
        if let row { document["row"] = .int(row) }
        if let sheet { document["sheet"] = .string(sheet) }
        if let column { document["column"] = .string(CellReference.letters(column)) }
        if let header { document["header"] = .string(header) }
        if let value { document["value"] = .string(value) }
        return document
    }
}

/// Names of columns as a spreadsheet shows them.
public enum CellReference {
    /// 0 is A, 26 is AA.
    public static func letters(_ column: Int) -> String {
        var rest = column
        var letters = ""
        repeat {
            letters = String(UnicodeScalar(UInt8(65 + rest % 26))) + letters
            rest = rest / 26 - 1
        } while rest >= 0
        return letters
    }
}

/// Why a text is not JSON (RFC 8259), and at which byte that shows.
public struct JSONError: Error, Hashable, Sendable {
    public enum Reason: String, Sendable {
        case unexpectedEnd, unexpectedByte, tooDeep, badNumber, badEscape, loneSurrogate, controlCharacter, notUTF8,
            trailingBytes
    }

    public var reason: Reason
    /// Counted in bytes from the start of the text.
    public var offset: Int

    public init(reason: Reason, offset: Int) {
        self.reason = reason
        self.offset = offset
    }
}

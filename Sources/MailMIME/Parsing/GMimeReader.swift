import CGMime
import Foundation

/// Reads a mail through GMime. The objects of GMime live and die within one call.
struct GMimeReader {
    private var message = ParsedMessage()
    private var decodedBytes = 0

    private typealias Object = UnsafeMutablePointer<GMimeObject>

    /// Done once; whoever asks waits until it is.
    private static let library: OpaqueLibrary = {
        g_mime_init()
        return OpaqueLibrary()
    }()
    private struct OpaqueLibrary {}

    static func read(_ bytes: [UInt8]) throws(ParsingError) -> ParsedMessage {
        _ = library
        guard
            let parsed = bytes.withUnsafeBytes({ raw -> UnsafeMutablePointer<GMimeMessage>? in
                // Copies the bytes, so that the objects may outlive this buffer.
                let stream = g_mime_stream_mem_new_with_buffer(raw.bindMemory(to: CChar.self).baseAddress, raw.count)
                defer { g_object_unref(stream) }
                let parser = g_mime_parser_new_with_stream(stream)
                defer { g_object_unref(parser) }
                g_mime_parser_set_format(parser, GMIME_FORMAT_MESSAGE)
                return g_mime_parser_construct_message(parser, nil)
            })
        else { throw .malformed }
        defer { g_object_unref(parsed) }
        var reader = GMimeReader()
        try reader.readHeaders(parsed)
        try reader.readParts(parsed)
        return reader.message
    }

    // MARK: Headers

    private mutating func readHeaders(_ parsed: UnsafeMutablePointer<GMimeMessage>) throws(ParsingError) {
        message.headers = try Self.headers(Self.object(parsed))
        message.subject = message.header("Subject") ?? ""
        message.from = Self.addresses(parsed, "From")
        message.replyTo = Self.addresses(parsed, "Reply-To")
        message.to = Self.addresses(parsed, "To")
        message.cc = Self.addresses(parsed, "Cc")
        message.messageID = Self.messageIDs(message.header("Message-ID")).first
        message.inReplyTo = Self.messageIDs(message.header("In-Reply-To"))
        message.references = Self.messageIDs(message.header("References"))
        if let date = g_mime_message_get_date(parsed) {
            message.date = Date(timeIntervalSince1970: TimeInterval(g_date_time_to_unix(date)))
        }
    }

    private static func headers(_ object: Object) throws(ParsingError) -> [ParsedMessage.Header] {
        guard let list = g_mime_object_get_header_list(object) else { return [] }
        let count = Int(g_mime_header_list_get_count(list))
        guard count <= MailLimits.maxHeaders else { throw .tooManyHeaders }
        return (0..<count).compactMap { index in
            guard let header = g_mime_header_list_get_header_at(list, Int32(index)),
                let name = g_mime_header_get_name(header), let value = g_mime_header_get_raw_value(header)
            else { return nil }
            let raw = Array(UnsafeRawBufferPointer(start: value, count: strlen(value)))
            return ParsedMessage.Header(
                name: text(name), value: EncodedWord.decoded(unfolded(Charset.unlabelled(raw))))
        }
    }

    /// As it stood, for our own reader of addresses, which goes deep in nothing.
    private static func addresses(_ parsed: UnsafeMutablePointer<GMimeMessage>, _ name: String) -> [NamedAddress] {
        guard let list = g_mime_object_get_header_list(object(parsed)),
            let header = g_mime_header_list_get_header(list, name), let raw = g_mime_header_get_raw_value(header)
        else { return [] }
        return AddressList(Array(unfolded(text(raw)).utf8), decode: EncodedWord.decoded).addresses
    }

    private static func unfolded(_ text: String) -> String {
        guard text.utf8.contains(where: { $0 == 0x0A || $0 == 0x0D }) else {
            return text.trimmingCharacters(in: .whitespaces)
        }
        let scalars = text.unicodeScalars.filter { $0 != "\r" && $0 != "\n" }
        return String(String.UnicodeScalarView(scalars)).trimmingCharacters(in: .whitespaces)
    }

    /// What stands between angle brackets; without any, the words with an "@".
    static func messageIDs(_ value: String?) -> [String] {
        guard let value else { return [] }
        var ids: [String] = []
        var rest = value[...]
        while let open = rest.firstIndex(of: "<"), let close = rest[open...].firstIndex(of: ">") {
            let id = rest[rest.index(after: open)..<close].filter { !$0.isWhitespace }
            if !id.isEmpty { ids.append(id) }
            rest = rest[rest.index(after: close)...]
        }
        return ids.isEmpty ? value.split(separator: " ").filter { $0.contains("@") }.map(String.init) : ids
    }

    // MARK: Parts

    /// Walks with a list of its own instead of calling itself, so that depth costs nothing.
    private mutating func readParts(_ parsed: UnsafeMutablePointer<GMimeMessage>) throws(ParsingError) {
        var open: [(object: Object, depth: Int, isEnclosed: Bool)] = []
        if let part = g_mime_message_get_mime_part(parsed) { open.append((part, 1, false)) }
        while let (object, depth, isEnclosed) = open.popLast() {
            guard depth <= MailLimits.maxDepth else { throw .tooDeep }
            if anwal_is_multipart(object) != 0 {
                let multipart = Self.cast(object, to: GMimeMultipart.self)
                let count = g_mime_multipart_get_count(multipart)
                for index in stride(from: count - 1, through: 0, by: -1) {
                    if let part = g_mime_multipart_get_part(multipart, index) {
                        open.append((part, depth + 1, isEnclosed))
                    }
                }
            } else if anwal_is_message_part(object) != 0 {
                try readEnclosed(object, depth, isEnclosed, &open)
            } else if anwal_is_part(object) != 0 {
                try readLeaf(object, isEnclosed: isEnclosed)
            }
            guard message.parts.count + open.count <= MailLimits.maxParts else { throw .tooManyParts }
        }
        message.text = joined("text/plain")
        message.html = joined("text/html")
    }

    /// An enclosed mail: its headers as a part of their own, then what it holds.
    private mutating func readEnclosed(
        _ object: Object, _ depth: Int, _ isEnclosed: Bool,
        _ open: inout [(object: Object, depth: Int, isEnclosed: Bool)]
    ) throws(ParsingError) {
        guard let inner = g_mime_message_part_get_message(Self.cast(object, to: GMimeMessagePart.self)) else { return }
        let headers = try Self.headers(Self.object(inner)).map { "\($0.name): \($0.value)\r\n" }.joined()
        try append(
            ParsedMessage.Part(
                contentType: "message/rfc822", name: nil, contentID: nil, isAttachment: !isEnclosed,
                isEnclosed: isEnclosed,
                bytes: Array(headers.utf8)))
        if let part = g_mime_message_get_mime_part(inner) { open.append((part, depth + 1, true)) }
    }

    private mutating func readLeaf(_ object: Object, isEnclosed: Bool) throws(ParsingError) {
        let part = Self.cast(object, to: GMimePart.self)
        let type = Self.contentType(object)
        let name = g_mime_part_get_filename(part).map { HeaderText.cleaned(Self.text($0)) }
        let disposition = g_mime_object_get_disposition(object).map { Self.text($0).lowercased() }
        let isText = anwal_is_text_part(object) != 0
        let isAttachment =
            disposition == "attachment" || !(isText && ["text/plain", "text/html"].contains(type))
            || name != nil && disposition != "inline"
        let bytes = isText ? Self.textBytes(object) ?? Self.content(part) : Self.content(part)
        try append(
            ParsedMessage.Part(
                contentType: type, name: name, contentID: g_mime_object_get_content_id(object).map { Self.text($0) },
                isAttachment: isAttachment, isEnclosed: isEnclosed, bytes: bytes))
    }

    private mutating func append(_ part: ParsedMessage.Part) throws(ParsingError) {
        decodedBytes += part.bytes.count
        guard decodedBytes <= MailLimits.maxDecodedBytes else { throw .decodedTooLong }
        message.parts.append(part)
    }

    private func joined(_ type: String) -> String? {
        let texts = message.parts.filter { $0.contentType == type && !$0.isAttachment && !$0.isEnclosed }.map(\.text)
        return texts.isEmpty ? nil : texts.joined(separator: "\n")
    }

    // MARK: GMime

    private static func contentType(_ object: Object) -> String {
        guard let type = g_mime_object_get_content_type(object), let name = g_mime_content_type_get_mime_type(type)
        else {
            return "text/plain"
        }
        defer { g_free(name) }
        return text(name).lowercased()
    }

    /// In UTF-8, from whatever character set it says; `nil` if that set is unknown.
    private static func textBytes(_ object: Object) -> [UInt8]? {
        guard let text = g_mime_text_part_get_text(cast(object, to: GMimeTextPart.self)) else { return nil }
        defer { g_free(text) }
        return Array(UnsafeRawBufferPointer(start: text, count: strlen(text)))
    }

    /// Decoded from its transfer encoding.
    private static func content(_ part: UnsafeMutablePointer<GMimePart>) -> [UInt8] {
        guard let content = g_mime_part_get_content(part), let stream = g_mime_stream_mem_new() else { return [] }
        defer { g_object_unref(stream) }
        g_mime_data_wrapper_write_to_stream(content, stream)
        let memory = UnsafeMutableRawPointer(stream).assumingMemoryBound(to: GMimeStreamMem.self)
        guard let array = g_mime_stream_mem_get_byte_array(memory), let data = array.pointee.data else { return [] }
        return Array(UnsafeBufferPointer(start: data, count: Int(array.pointee.len)))
    }

    private static func object(_ message: UnsafeMutablePointer<GMimeMessage>) -> Object {
        cast(message, to: GMimeObject.self)
    }

    /// GObject's inheritance: an object begins with its parent's.
    private static func cast<From, To>(_ pointer: UnsafeMutablePointer<From>, to: To.Type) -> UnsafeMutablePointer<To> {
        UnsafeMutableRawPointer(pointer).assumingMemoryBound(to: To.self)
    }

    private static func text(_ pointer: UnsafePointer<CChar>) -> String { String(cString: pointer) }
    private static func text(_ pointer: UnsafeMutablePointer<CChar>) -> String { String(cString: pointer) }
}

/// A website as evidence of who a company is.
public struct WebDomain: Hashable, Sendable {
    /// Lower-case, without `www.`.
    public let host: String
    /// The part that is bought as one: `example.com.sa` of `shop.example.com.sa`.
    public let registrable: String
    /// `scheme://host/path` with the scheme as typed, else https; no trailing slash, query or fragment.
    public let url: String
    /// A host where many companies have a page (facebook.com, salla.sa …): no evidence of who this is.
    public let isShared: Bool

    /// `nil` unless the text is a web address with a host of at least two labels under a top-level domain.
    public init?(_ text: String) {
        var typed = text
        let plain = typed.withUTF8 { utf8 -> WebDomain?? in
            utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F } ? .some(WebAddress.read(utf8)) : nil
        }
        guard let found = plain ?? Self.unusual(text) else { return nil }
        self = found
    }

    private static func unusual(_ text: String) -> WebDomain? {
        var typed = String(FoldedText.clean(text).prefix { $0 != "،" && $0 != "؛" })
        return typed.withUTF8 { WebAddress.read($0) }
    }

    init(host: HostName.Bytes, registrable start: Int, url: HostName.Bytes) {
        self.host = String(decoding: host, as: UTF8.self)
        registrable = start == 0 ? self.host : String(decoding: host[start...], as: UTF8.self)
        self.url = String(decoding: url, as: UTF8.self)
        isShared = SharedHosts.contains(host, registrable: start)
    }
}

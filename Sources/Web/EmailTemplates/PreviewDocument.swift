import Foundation
import Growth
import HTTPTypes
import Hummingbird
import NIOCore

/// A mail in a frame of our page: the delivered document itself under a policy of its own. Nothing in it runs, it is of no origin, and its
/// links open elsewhere.
enum PreviewDocument {
    private static let policy = [
        "sandbox allow-popups allow-popups-to-escape-sandbox", "default-src 'none'", "img-src https: http: data:",
        "style-src 'unsafe-inline'", "font-src https: data:", "base-uri 'none'", "form-action 'none'",
        "frame-ancestors 'self'",
    ].joined(separator: "; ")

    enum View: String {
        case html, text
    }

    static func response(_ preview: TemplatePreview, _ view: View, isDark: Bool) -> Response {
        let body = view == .text ? plain(preview.text, isDark: isDark) : framed(preview.html, isDark: isDark)
        return Response(
            status: .ok,
            headers: [
                .contentType: "text/html; charset=utf-8", .contentSecurityPolicy: policy, .frameOptions: "SAMEORIGIN",
            ], body: .init(byteBuffer: ByteBuffer(string: body)))
    }

    /// What the frame needs goes into the head; the rest is as delivered.
    private static func framed(_ html: String, isDark: Bool) -> String {
        let own = "<base target=\"_blank\">" + (isDark ? darkening : "")
        for mark in [#/<head[^>]*>/#.ignoresCase(), #/<html[^>]*>/#.ignoresCase(), #/<!doctype[^>]*>/#.ignoresCase()] {
            if let found = html.firstMatch(of: mark) {
                return html[..<found.range.upperBound] + own + html[found.range.upperBound...]
            }
        }
        return own + html
    }

    /// As mail programs do that turn every colour over (Gmail on phones, Outlook), and leave pictures alone.
    private static let darkening =
        "<style>html{background:#fff;filter:invert(.92) hue-rotate(180deg)}img,video{filter:invert(1) hue-rotate(180deg)}</style>"

    private static func plain(_ text: String, isDark: Bool) -> String {
        let escaped = text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
        let colours = isDark ? "background:#161b20;color:#e8edf2" : "background:#fff;color:#17202a"
        return """
            <!DOCTYPE html><html><head><meta charset="utf-8"><style>body{margin:0;\(colours)}pre{margin:16px;font:15px/1.7 Tahoma,Arial,sans-serif;\
            white-space:pre-wrap;overflow-wrap:anywhere;unicode-bidi:plaintext;text-align:start}</style></head><body><pre>\(escaped)</pre></body></html>
            """
    }
}

import Foundation
import Growth
import HTTPTypes
import Hummingbird
import Mustache
import NIOCore
import Store

/// What a template is given: names and values. Text is escaped where it is shown.
public typealias PageData = [String: Any]

extension Visiting {
    /// A page, or only its content when htmx asks for a part.
    ///
    /// - Parameters:
    ///   - template: the path below `Templates` without its ending: `users/index`.
    ///   - title: in the reader's language.
    ///   - trail: the pages above this one, for the breadcrumb.
    public func page(
        _ template: String, title: String, _ data: PageData = [:], trail: [Crumb] = [],
        status: HTTPResponse.Status = .ok
    ) throws -> Response {
        let content = try render(template, data)
        if wantsFragment { return html(content, status) }
        return html(try PageFrame(visit).around(content, title: title, trail: trail), status)
    }

    /// Part of a page: a template by itself.
    public func fragment(_ template: String, _ data: PageData = [:], status: HTTPResponse.Status = .ok) throws
        -> Response
    {
        html(try render(template, data), status)
    }

    public func render(_ template: String, _ data: PageData) throws -> String {
        let all = PageFrame(visit).base.merging(data) { _, given in given }
        guard let text = visit.resources.templates.render(all, withTemplate: template) else {
            throw MissingTemplate(name: template)
        }
        return text
    }

    func html(_ text: String, _ status: HTTPResponse.Status) -> Response {
        var headers: HTTPFields = [
            .contentType: "text/html; charset=utf-8", .vary: "HX-Request, Cookie, Accept-Language",
        ]
        if Flash(request, visit.resources.phrases) != nil && !wantsFragment {
            headers[.setCookie] = SessionCookie.cookie(Flash.cookieName, "", maxAge: 0, configuration)
        }
        return Response(status: status, headers: headers, body: .init(byteBuffer: ByteBuffer(string: text)))
    }

    public func json(_ value: Value, status: HTTPResponse.Status = .ok) -> Response {
        Response(
            status: status, headers: [.contentType: "application/json; charset=utf-8"],
            body: .init(byteBuffer: ByteBuffer(string: value.json(.plain))))
    }

    public func json(_ entity: some Entity, status: HTTPResponse.Status = .ok) throws -> Response {
        json(try EntityJSON.value(entity), status: status)
    }

    public func noContent() -> Response { Response(status: .noContent) }

    /// Sends the browser to one of our own pages, there to show the phrase `flash` (`users.saved`).
    public func redirect(to path: String, flash: String? = nil, undo: Undo? = nil) -> Response {
        var headers: HTTPFields = [.location: OwnPath.checked(path) ?? "/"]
        if let flash {
            let text = Flash(key: flash, undo: undo).text
            headers[.setCookie] = SessionCookie.cookie(Flash.cookieName, text, maxAge: 60, configuration)
        }
        guard wantsFragment else { return Response(status: .seeOther, headers: headers) }
        headers[.hxRedirect] = headers[.location]
        headers[.location] = nil
        return Response(status: .noContent, headers: headers)
    }

    /// The problems as sentences by field, for `{{errors.name}}` in a template.
    public func sentences(_ problems: [String: FieldProblem]) -> PageData {
        var data: PageData = [:]
        for (field, problem) in problems {
            let sentence = phrase("problems.\(problem.code)", problem.values)
            let names = field.split(separator: ".").map(String.init)
            if names.count == 2 {
                var group = data[names[0]] as? PageData ?? [:]
                group[names[1]] = sentence
                data[names[0]] = group
            } else {
                data[field] = sentence
            }
        }
        return data
    }
}

/// A page above the one shown.
public struct Crumb: Sendable {
    public let path: String
    public let label: String

    public init(_ path: String, _ label: String) {
        self.path = path
        self.label = label
    }
}

struct MissingTemplate: Error { let name: String }

/// Redirects lead to paths of ours and nowhere else.
public enum OwnPath {
    /// `nil` for what a browser could take for another site.
    public static func checked(_ path: String) -> String? {
        let bytes = Array(path.utf8)
        guard bytes.first == UInt8(ascii: "/"), bytes.count <= 2_000,
            bytes.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\\") }),
            bytes.dropFirst().first != UInt8(ascii: "/")
        else { return nil }
        return path
    }
}

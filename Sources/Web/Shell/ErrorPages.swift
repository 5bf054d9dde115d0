import Foundation
import Growth
import HTTPTypes
import Hummingbird
import Logging
import NIOHTTP1
import Store

/// Where errors become answers: a page, a part of one, or JSON; always a sentence in the reader's language.
///
/// An error that nobody foresaw shows a reference number, under which the log has it, and nothing of itself.
enum ErrorPages {
    static func response(to error: any Error, _ visit: Visit) -> Response {
        let failure: Failure
        var reference: String?
        if let foreseen = Failure(error) {
            failure = isGone(foreseen, visit) ? Failure(foreseen.status, "record_gone") : foreseen
        } else {
            let made = String(ObjectID().description.suffix(12))
            reference = made
            failure = Failure(.internalServerError, "unforeseen")
            visit.logger.error(
                "a request failed",
                metadata: [
                    "reference": "\(made)", "route": "\(visit.endpoint?.path ?? "none")",
                    "error": "\(String(reflecting: error))",
                ])
        }
        if let redirect = elsewhere(failure, visit) { return redirect }
        var response = wantsJSON(visit) ? json(failure, reference, visit) : page(failure, reference, visit)
        response.headers.append(contentsOf: failure.headers)
        return response
    }

    /// A page that needs a signed-in person leads to the sign-in, and one who must set a password
    /// or a second step to where they do it.
    private static func elsewhere(_ failure: Failure, _ visit: Visit) -> Response? {
        guard !wantsJSON(visit) else { return nil }
        switch failure.code {
        case "sign_in_required":
            let back = visit.request.method == .get && !visit.wantsFragment ? visit.request.uri.string : "/"
            let next = back.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
            return visit.redirect(to: back == "/" ? "/sign-in" : "/sign-in?next=\(next)")
        case "password_change_required": return visit.redirect(to: "/profile/password")
        case "second_factor_required": return visit.redirect(to: "/profile/second-factor")
        default: return nil
        }
    }

    /// What a form of ours was about: the page was there when somebody began to type.
    private static func isGone(_ failure: Failure, _ visit: Visit) -> Bool {
        failure.code == "not_found" && visit.request.method == .post && visit.endpoint != nil && !wantsJSON(visit)
    }

    private static func wantsJSON(_ visit: Visit) -> Bool {
        if let endpoint = visit.endpoint { return endpoint.isAPI }
        return visit.request.uri.path.hasPrefix("/api/")
    }

    private static func json(_ failure: Failure, _ reference: String?, _ visit: Visit) -> Response {
        var error: Document = [
            "code": .string(failure.code), "message": .string(sentence(failure, visit)),
        ]
        if !failure.fields.isEmpty {
            error["fields"] = .object(
                Document(
                    failure.fields.sorted { $0.key < $1.key }.map { field, problem in
                        .init(
                            field,
                            [
                                "code": .string(problem.code),
                                "message": .string(visit.phrase("problems.\(problem.code)", problem.values)),
                            ])
                    }))
        }
        if let reference { error["reference"] = .string(reference) }
        return visit.json(["error": .object(error)], status: failure.status)
    }

    private static func title(_ failure: Failure, _ visit: Visit) -> String {
        let key = "errors.titles.\(failure.code)"
        return visit.phrase(visit.resources.phrases.has(key) ? key : "shell.errorTitle")
    }

    private static func sentence(_ failure: Failure, _ visit: Visit) -> String {
        failure.words[visit.language] ?? visit.phrase("errors.\(failure.code)", failure.values)
    }

    private static func page(_ failure: Failure, _ reference: String?, _ visit: Visit) -> Response {
        let data: PageData = [
            "status": failure.status.code, "title": title(failure, visit), "message": sentence(failure, visit),
            "reference": reference as Any, "hasReference": reference != nil,
            "problems": failure.fields.sorted { $0.key < $1.key }.map { field, problem in
                ["field": field, "sentence": visit.phrase("problems.\(problem.code)", problem.values)]
            },
        ]
        do {
            if visit.wantsFragment { return try visit.fragment("errors/fragment", data, status: failure.status) }
            return try visit.page("errors/page", title: title(failure, visit), data, status: failure.status)
        } catch {
            // The templates themselves are broken: say the least.
            return Response(status: failure.status, headers: [.contentType: "text/plain; charset=utf-8"])
        }
    }
}

/// The outermost layer: routes that do not exist, what the server library refuses, and the headers of every answer.
struct Frontier: RouterMiddleware {
    typealias Context = WebContext
    let gate: Gate

    func handle(
        _ request: Request, context: WebContext, next: (Request, WebContext) async throws -> Response
    ) async throws -> Response {
        var response: Response
        do {
            response = try await next(request, context)
        } catch let error as HTTPParserError {
            throw error
        } catch {
            response = try await refused(error, request, context)
        }
        SecurityHeaders.add(to: &response.headers, isSecure: gate.shell.configuration.isSecure)
        return response
    }

    private func refused(_ error: any Error, _ request: Request, _ context: WebContext) async throws -> Response {
        do {
            return ErrorPages.response(to: error, try await gate.stray(request, context))
        } catch {
            context.logger.error("no answer could be made", metadata: ["error": "\(String(reflecting: error))"])
            return Response(status: .serviceUnavailable, headers: [.contentType: "text/plain; charset=utf-8"])
        }
    }
}

import Foundation
import Growth
import HTTPTypes
import HummingbirdTesting
import Store
import Testing

@testable import Web

/// The document and the routes are the same thing, and answers are what it says (quality W-30).
@Suite struct OpenAPITests {
    @Test func `the document holds every API route and nothing else`() async throws {
        try await Site.with { site in
            let document = try #require(try await site.stranger.get("/api/openapi.json").value().object)
            #expect(document["openapi"]?.string == "3.1.0")
            let paths = try #require(document["paths"]?.object)
            let written = Set(
                paths.pairs.flatMap { path in
                    (path.value.object?.keys ?? []).map { "\($0.uppercased()) \(path.key)" }
                })
            let routes = Set(
                Web.Router.endpoints.filter { $0.isAPI || $0.path.hasSuffix("z") }.map {
                    "\($0.method.rawValue) \($0.path)"
                })
            #expect(written == routes)
        }
    }

    @Test func `no two routes share a method and a path`() {
        let names = Web.Router.endpoints.map { "\($0.method.rawValue) \($0.path)" }
        #expect(Set(names).count == names.count)
    }

    @Test func `every list and record that an administrator reads is as its schema says`() async throws {
        try await Site.with { site in
            let admin = try await site.browser(.admin)
            _ = try await admin.json(
                .post, "/api/users", ["name": "Sami", "email": "sami@example.sa", "role": "sales"])
            _ = try await admin.json(.post, "/api/keys", ["name": "n8n", "scopes": ["read"]])
            for endpoint in Web.Router.endpoints where endpoint.isAPI && endpoint.method == .get {
                guard case .json(let schema, let status, _) = endpoint.output, !endpoint.path.contains("{") else {
                    continue
                }
                let response = try await admin.get(endpoint.path)
                #expect(response.status == status, "\(endpoint.path)")
                let problems = SchemaCheck.problems(try response.value(), schema)
                #expect(problems.isEmpty, "\(endpoint.path): \(problems.joined(separator: "; "))")
            }
        }
    }

    @Test func `every refusal of the API has the same shape`() async throws {
        try await Site.with { site in
            let admin = try await site.browser(.admin)
            let refusals = [
                try await admin.get("/api/nothing"), try await site.stranger.get("/api/users"),
                try await admin.json(.post, "/api/users", ["name": ""]),
                try await admin.get("/api/audit?filter[passwordHash]=x"),
                try await admin.send(
                    .post, "/api/users", [.contentType: "application/json", .origin: "http://localhost"], "{"),
            ]
            for response in refusals {
                #expect(SchemaCheck.problems(try response.value(), OpenAPIDocument.errorSchema).isEmpty)
                let message = try response.value().object?["error"]?.object?["message"]?.string ?? ""
                #expect(!message.isEmpty && !message.hasPrefix("errors."))
            }
            #expect(refusals.map(\.status.code) == [404, 401, 422, 400, 400])
        }
    }
}

/// Holds a value to a schema; only what `JSONSchema` can say.
enum SchemaCheck {
    static func problems(_ value: Value, _ schema: JSONSchema, at path: String = "$") -> [String] {
        switch schema {
        case .any: return []
        case .named(_, let inner): return problems(value, inner, at: path)
        case .nullable(let inner): return value.isNull ? [] : problems(value, inner, at: path)
        case .string: return value.string == nil ? ["\(path) is no string"] : []
        case .formatted("date-time"):
            return value.string.flatMap(FilterReader.date) == nil ? ["\(path) is no date-time"] : []
        case .formatted: return value.string == nil ? ["\(path) is no string"] : []
        case .id: return value.string.flatMap { ObjectID($0) } == nil ? ["\(path) is no id"] : []
        case .integer: return value.int == nil ? ["\(path) is no integer"] : []
        case .number: return value.double == nil ? ["\(path) is no number"] : []
        case .boolean: return value.bool == nil ? ["\(path) is no boolean"] : []
        case .word(let words): return words.contains(value.string ?? "") ? [] : ["\(path) is none of the words"]
        case .array(let item):
            guard let items = value.array else { return ["\(path) is no array"] }
            return items.enumerated().flatMap { problems($1, item, at: "\(path)[\($0)]") }
        case .object(let properties, let isOpen):
            guard let object = value.object else { return ["\(path) is no object"] }
            return properties.flatMap { property -> [String] in
                guard let field = object[property.name] else {
                    return property.isRequired ? ["\(path).\(property.name) is missing"] : []
                }
                return problems(field, property.schema, at: "\(path).\(property.name)")
            }
                + (isOpen
                    ? []
                    : object.keys.filter { key in !properties.contains { $0.name == key } }.map {
                        "\(path).\($0) is unknown"
                    })
        }
    }
}

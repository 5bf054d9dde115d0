import Foundation
import Growth
import HTTPTypes
import Store

/// The OpenAPI 3.1 document, made from the same table as the routes.
enum OpenAPIDocument {
    static func value(of endpoints: [Endpoint], version: String) -> Value {
        var components: [String: Value] = [:]
        _ = errorSchema.value(&components)
        var paths = Document()
        for endpoint in endpoints where endpoint.isAPI || endpoint.path.hasSuffix("z") {
            var methods = paths[endpoint.path]?.object ?? Document()
            methods[endpoint.method.rawValue.lowercased()] = operation(endpoint, &components)
            paths[endpoint.path] = .object(methods)
        }
        let schemas = Document(components.sorted { $0.key < $1.key }.map { .init($0.key, $0.value) })
        return [
            "openapi": "3.1.0",
            "info": ["title": "Anwal Growth", "version": .string(version)],
            "paths": .object(paths),
            "components": [
                "schemas": .object(schemas),
                "securitySchemes": [
                    "key": ["type": "http", "scheme": "bearer"],
                    "session": ["type": "apiKey", "in": "cookie", "name": "anwal"],
                ],
            ],
        ]
    }

    private static func operation(_ endpoint: Endpoint, _ components: inout [String: Value]) -> Value {
        var operation: Document = [
            "operationId": .string(operationId(endpoint)), "summary": .string(endpoint.summary),
            "tags": [.string(tag(endpoint))],
        ]
        let parameters = pathParameters(endpoint) + endpoint.query.map { queryParameter($0, &components) }
        if !parameters.isEmpty { operation["parameters"] = .array(parameters) }
        if let body = requestBody(endpoint, &components) { operation["requestBody"] = body }
        operation["responses"] = responses(endpoint, &components)
        operation["security"] = endpoint.access == .anyone ? [] : [["key": []], ["session": []]]
        if case .permission(let permission) = endpoint.access {
            operation["x-permission"] = .string(permission.rawValue)
        }
        return .object(operation)
    }

    private static func operationId(_ endpoint: Endpoint) -> String {
        let words = endpoint.path.split { !$0.isLetter && !$0.isNumber }.map(String.init)
        return ([endpoint.method.rawValue.lowercased()] + words).joined(separator: "_")
    }

    private static func tag(_ endpoint: Endpoint) -> String {
        let parts = endpoint.path.split(separator: "/")
        return endpoint.isAPI && parts.count > 1 ? String(parts[1]) : "system"
    }

    private static func pathParameters(_ endpoint: Endpoint) -> [Value] {
        endpoint.path.split(separator: "/").filter { $0.hasPrefix("{") }.map { part in
            [
                "name": .string(String(part.dropFirst().dropLast())), "in": "path", "required": true,
                "schema": ["type": "string"],
            ]
        }
    }

    private static func queryParameter(_ parameter: QueryParameter, _ components: inout [String: Value]) -> Value {
        var value: Document = [
            "name": .string(parameter.name), "in": "query", "schema": parameter.schema.value(&components),
        ]
        if !parameter.note.isEmpty { value["description"] = .string(parameter.note) }
        if parameter.name.hasSuffix("]") == false, parameter.name == "filter" {
            value["style"] = "deepObject"
            value["explode"] = true
        }
        return .object(value)
    }

    private static func requestBody(_ endpoint: Endpoint, _ components: inout [String: Value]) -> Value? {
        switch endpoint.input {
        case .nothing, .form: nil
        case .json(let schema):
            ["required": true, "content": ["application/json": ["schema": schema.value(&components)]]]
        case .upload:
            ["required": true, "content": ["multipart/form-data": ["schema": ["type": "object"]]]]
        }
    }

    private static func responses(_ endpoint: Endpoint, _ components: inout [String: Value]) -> Value {
        let error: Value = [
            "description": "Refused, with a code and a sentence",
            "content": ["application/json": ["schema": errorSchema.value(&components)]],
        ]
        var responses = Document()
        switch endpoint.output {
        case .json(let schema, let status, let others):
            let all = [(status, schema)] + others.sorted { $0.key.code < $1.key.code }.map { ($0.key, $0.value) }
            for (status, schema) in all {
                responses[String(status.code)] = [
                    "description": .string(endpoint.summary),
                    "content": ["application/json": ["schema": schema.value(&components)]],
                ]
            }
        case .nothing: responses["204"] = ["description": "Done"]
        case .events: responses["200"] = ["description": "Events", "content": ["text/event-stream": [:]]]
        case .file(let type): responses["200"] = ["description": "The file", "content": .object([type: [:]])]
        case .page: responses["200"] = ["description": "A page", "content": ["text/html": [:]]]
        }
        responses["default"] = error
        return .object(responses)
    }

    static let errorSchema: JSONSchema = .named(
        "Error",
        .object(
            .must(
                "error",
                .object(
                    .must("code", .string), .must("message", .string), .may("fields", .any), .may("reference", .string))
            )))
}

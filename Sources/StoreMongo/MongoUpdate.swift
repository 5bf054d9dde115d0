import Foundation
import Store

/// An update as a pipeline of MongoDB, because only a pipeline can set `updatedAt` by what it was: to now, or a millisecond
/// later, so that two writes within a millisecond differ and a writer notices the other (`save`). Needs MongoDB 4.2.
enum MongoUpdate {
    static func pipeline(_ update: Update, now: Date) -> Value {
        var set = Document()
        var unset: [Value] = []
        for one in update.changes {
            let path = one.field
            switch one.change {
            case .unset: unset.append(.string(path))
            case .set(let value): set[path] = literal(value)
            case .increment(let amount): set[path] = ["$add": [ifAbsent(path, 0), literal(amount)]]
            case .append(let values): set[path] = ["$concatArrays": [ifAbsent(path, []), literal(.array(values))]]
            case .addToSet(let values): set[path] = adding(values, to: path)
            case .remove(let values): set[path] = removing(values, from: path)
            }
        }
        if !update.has("updatedAt") {
            set["updatedAt"] = ["$max": [literal(.date(now)), ["$add": ["$updatedAt", 1]]]]
        }
        var stages: [Value] = set.isEmpty ? [] : [["$set": .object(set)]]
        if !unset.isEmpty { stages.append(["$unset": .array(unset)]) }
        return .array(stages)
    }

    private static func literal(_ value: Value) -> Value { ["$literal": value] }
    private static func ifAbsent(_ path: String, _ value: Value) -> Value { ["$ifNull": [.string("$" + path), value]] }

    private static func adding(_ values: [Value], to path: String) -> Value {
        var distinct: [Value] = []
        for value in values where !distinct.contains(value) { distinct.append(value) }
        let new: Value = [
            "$filter": [
                "input": literal(.array(distinct)), "as": "new",
                "cond": ["$eq": [["$in": ["$$new", ifAbsent(path, [])]], false]],
            ]
        ]
        return ["$concatArrays": [ifAbsent(path, []), new]]
    }

    /// What is absent stays absent.
    private static func removing(_ values: [Value], from path: String) -> Value {
        let kept: Value = [
            "$filter": [
                "input": .string("$" + path), "as": "old",
                "cond": ["$eq": [["$in": ["$$old", literal(.array(values))]], false]],
            ]
        ]
        return ["$cond": [["$isArray": [.string("$" + path)]], kept, "$$REMOVE"]]
    }
}

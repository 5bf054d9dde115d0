import Store

extension MongoSession {
    /// Another process may make it at the same time.
    func create(_ collection: String) throws {
        do {
            _ = try run(["create": .string(collection)])
        } catch let failure as MongoFailure where failure.code == 48 {
            // It exists.
        }
    }

    /// Makes those that are missing. One that another program made with other options stays: `anwal doctor` names it.
    func createIndexes(of schema: Schema) throws {
        let missing = schema.indexes
        if missing.isEmpty { return }
        for index in missing {
            do {
                _ = try run([
                    "createIndexes": .string(schema.collection), "indexes": [.object(index.specification)],
                ])
            } catch let failure as MongoFailure where [85, 86].contains(failure.code) {
                continue
            }
        }
    }
}

import Foundation
import Store

/// A piece of a file that every process on a shared database must reach, since they may run on different machines.
public struct FilePiece: Entity {
    public static let collection = "file_pieces"
    public static let indexes: [Index] = [.on("name", "number", unique: true)]

    public var id = EntityID<FilePiece>()
    public var createdAt: Date?
    public var updatedAt: Date?
    public var extra = Document()

    /// The path of the file below the data folder, for example `imports/<id>/file`.
    public var name = ""
    /// From 0.
    public var number = 0
    /// How many pieces the file has.
    public var count = 0
    /// Base64.
    public var content = ""

    public init() {}

    public mutating func visit(_ fields: inout some FieldVisitor) throws {
        try fields("name", &name)
        try fields("number", &number)
        try fields("count", &count)
        try fields("content", &content)
    }
}

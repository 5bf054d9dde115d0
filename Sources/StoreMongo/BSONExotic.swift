import Foundation
import Store

/// BSON types that no field of ours has, but other programs' fields may: kept under the name that extended JSON gives the
/// type, with their bytes, so that a document that is copied from one engine to the other and back is the same.
struct BSONExotic {
    var tag: UInt8
    /// The element's bytes behind its name.
    var bytes: [UInt8]

    private static let tags: [String: UInt8] = [
        "$binary": 0x05, "$undefined": 0x06, "$regularExpression": 0x0B, "$dbPointer": 0x0C, "$code": 0x0D,
        "$symbol": 0x0E, "$timestamp": 0x11, "$numberDecimal": 0x13, "$minKey": 0xFF, "$maxKey": 0x7F,
    ]

    /// `nil` for an ordinary object.
    init?(_ document: Document) {
        guard document.pairs.count == 1, let pair = document.pairs.first, let tag = Self.tags[pair.key],
            let text = pair.value.object?["bson"]?.string, let data = Data(base64Encoded: text)
        else { return nil }
        self.tag = tag
        bytes = Array(data)
    }

    init(tag: UInt8, bytes: [UInt8]) {
        self.tag = tag
        self.bytes = bytes
    }

    /// `{"$numberDecimal": {"bson": "…"}}`: the type's name, and its bytes, which nothing here needs to understand.
    var value: Value? {
        guard let name = Self.tags.first(where: { $0.value == tag })?.key else { return nil }
        return .object([name: .object(["bson": .string(Data(bytes).base64EncodedString())])])
    }
}

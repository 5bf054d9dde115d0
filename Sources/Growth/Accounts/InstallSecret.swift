import Crypto
import Foundation

/// The secret of an installation, from which every key is derived. Never shown and never logged.
public struct InstallSecret: Sendable, CustomStringConvertible, CustomDebugStringConvertible {
    public enum Problem: Error, Hashable {
        case unreadable
        case empty
    }

    private let bytes: [UInt8]

    public init(_ text: String) { bytes = Array(text.utf8) }

    /// Shorter than 32 bytes: works, and `doctor` warns.
    public var isShort: Bool { bytes.count < 32 }

    /// A key of 32 bytes for one purpose; another purpose, another key (HKDF-SHA256, RFC 5869).
    public func key(for purpose: String, salt: [UInt8] = []) -> SymmetricKey {
        HKDF<SHA256>.deriveKey(
            inputKeyMaterial: SymmetricKey(data: bytes), salt: salt, info: Array("growth/\(purpose)/v1".utf8),
            outputByteCount: 32)
    }

    /// The file `secret` of the data folder, readable by its owner only; made at the first start.
    public static func kept(in folder: URL) throws -> InstallSecret {
        let path = folder.appendingPathComponent("secret").path
        if !FileManager.default.fileExists(atPath: path) {
            let made = Token.make() + "\n"
            // Written beside and linked into place: of two processes one wins, and no reader sees half a secret.
            let draft = folder.appendingPathComponent(".secret-\(Token.make().prefix(12))").path
            let permissions: [FileAttributeKey: Any] = [.posixPermissions: 0o600]
            guard FileManager.default.createFile(atPath: draft, contents: Data(made.utf8), attributes: permissions)
            else { throw Problem.unreadable }
            defer { unlink(draft) }
            if link(draft, path) != 0 && errno != EEXIST { throw Problem.unreadable }
            try DurableFile.synchronize(URL(filePath: path))
            try DurableFile.synchronize(folder)
        }
        guard let data = FileManager.default.contents(atPath: path) else { throw Problem.unreadable }
        let text = String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
        guard !text.isEmpty else { throw Problem.empty }
        return InstallSecret(text)
    }

    public var description: String { "set" }
    public var debugDescription: String { "set" }
}

extension InstallSecret: CustomReflectable {
    public var customMirror: Mirror { Mirror(self, children: [:]) }
}

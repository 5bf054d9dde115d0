import Foundation
import Mustache

/// The templates, words and browser files, read once.
struct Resources: Sendable {
    let templates: MustacheLibrary
    let phrases: Phrases
    let assets: Assets

    /// `folder` holds `Templates`, `Locales` and `Assets`; `nil` is the program's own.
    init(folder: URL?) throws {
        let folder = folder ?? Bundle.module.resourceURL ?? Bundle.module.bundleURL
        templates = try Self.templates(in: folder.appendingPathComponent("Templates"))
        phrases = try Phrases(folder: folder.appendingPathComponent("Locales"))
        assets = try Assets(folder: folder.appendingPathComponent("Assets"))
    }

    /// Each under its path without the ending: `users/index`.
    private static func templates(in folder: URL) throws -> MustacheLibrary {
        var library = MustacheLibrary()
        for (path, url) in files(below: folder) where path.hasSuffix(".mustache") {
            try library.register(String(contentsOf: url, encoding: .utf8), named: String(path.dropLast(9)))
        }
        return library
    }

    /// Every file with its path relative to `folder`, slashes between.
    static func files(below folder: URL) -> [(path: String, url: URL)] {
        let root = folder.standardizedFileURL.path
        guard let names = FileManager.default.enumerator(atPath: root) else { return [] }
        return names.compactMap { $0 as? String }.sorted().compactMap { name in
            let url = folder.appendingPathComponent(name)
            var isFolder: ObjCBool = false
            guard FileManager.default.fileExists(atPath: url.path, isDirectory: &isFolder), !isFolder.boolValue,
                !name.split(separator: "/").contains(where: { $0.hasPrefix(".") })
            else { return nil }
            return (name, url)
        }
    }
}

/// The parts of an .xlsx package (ECMA-376 part 2) and how they refer to each other.
struct Package: Sendable {
    let archive: ZipArchive

    /// A reference of one part to another.
    struct Relation: Sendable {
        var id: String
        /// The last word of the type's address, which is the same in transitional and strict files.
        var kind: String
        /// Path of the part in the archive.
        var target: String
    }

    /// The references of `part`; of the package itself for an empty path.
    func relations(of part: String) throws(SpreadsheetError) -> [Relation] {
        let (folder, name) = Self.split(part)
        let path = folder + "_rels/" + name + ".rels"
        guard let entry = archive.entry(path) else { return [] }
        var relations: [Relation] = []
        try XMLDocument.scan(try archive.data(entry), part: path) { scanner, token throws(XMLFault) in
            guard case .start = token, scanner.isNamed("Relationship") else { return }
            guard try scanner.attribute("TargetMode") != "External", let id = try scanner.attribute("Id"),
                let type = try scanner.attribute("Type"), let target = try scanner.attribute("Target")
            else { return }
            let kind = type.split(separator: "/").last.map(String.init) ?? ""
            relations.append(Relation(id: id, kind: kind, target: Self.resolve(target, in: folder)))
        }
        return relations
    }

    /// `folder` ends in a slash or is empty.
    private static func split(_ part: String) -> (folder: String, name: String) {
        guard let slash = part.lastIndex(of: "/") else { return ("", part) }
        return (String(part[...slash]), String(part[part.index(after: slash)...]))
    }

    /// A target relative to a folder, with `.` and `..` worked out; one that leads outside names nothing.
    private static func resolve(_ target: String, in folder: String) -> String {
        let unified = String(target.map { $0 == "\\" ? "/" : $0 })
        var path = unified.hasPrefix("/") ? [] : folder.split(separator: "/")
        for step in unified.split(separator: "/") where step != "." {
            if step == "..", let last = path.last, last != ".." { path.removeLast() } else { path.append(step) }
        }
        return path.joined(separator: "/")
    }
}

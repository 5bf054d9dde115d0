import ArgumentParser
import Foundation
import Growth
import Store

struct Demo: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Serve on a folder of invented data, to look around.",
        discussion: """
            Made once, in a folder of its own; nothing in it is real.

              anwal demo
            """)

    /// Not the folder of the other commands, whose data are real.
    private static let folder = "./anwal-demo"

    @Option(name: .long, help: "The data folder (default \(Self.folder)).")
    var data: String?

    @Option(name: .long, help: "Address and port (ANWAL_LISTEN; default 127.0.0.1:8080).")
    var listen: String?

    func run() async throws {
        var arguments: [ServerSettings.Key: String] = [.data: data ?? Self.folder]
        if let listen { arguments[.listen] = listen }
        try await Failures.explained {
            let settings = try ServerSettings(arguments: arguments)
            try settings.check()
            try await Self.fill(settings)
            try await Server(settings: settings).run()
        }
    }

    /// Imports the demo workbook the way everybody imports.
    private static func fill(_ settings: ServerSettings) async throws {
        try await Connection.with(settings) { connection in
            let companies = try await connection.get("/api/companies?limit=10").object
            guard companies?["items"]?.array?.isEmpty ?? true else { return }
            let folder = FileManager.default.temporaryDirectory.appending(path: "anwal-demo-\(ObjectID())")
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            defer { try? FileManager.default.removeItem(at: folder) }  // Left-overs of a demo harm nobody.
            let file = folder.appending(path: DemoWorkbook.fileName)
            try DemoWorkbook.write(to: file)
            let session = ImportSession(connection: connection, isJSON: false)
            let request = try await session.upload(file, mapping: nil, policy: ImportPolicy.fillBlanks.rawValue)
            _ = try await session.execute(request)
            try await DemoDeals.make(connection)
        }
    }
}

import ArgumentParser
import Foundation
import Growth
import Store

struct Demo: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Serve on a folder of invented data, to look around.",
        discussion: """
            The folder is ./anwal-demo unless --data names another. Made once; nothing in it is real.

              anwal demo
            """)

    @OptionGroup var folder: FolderOptions

    @Option(name: .long, help: "Address and port (ANWAL_LISTEN; default 127.0.0.1:8080).")
    var listen: String?

    func run() async throws {
        var arguments: [ServerSettings.Key: String] = [.data: folder.data ?? "./anwal-demo"]
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

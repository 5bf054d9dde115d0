import ArgumentParser
import Foundation
import Growth
import Logging
import MailSMTP
import ServiceLifecycle
import Store
import StoreMongo
import UnixSignals
import Web

struct Worker: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Do background work beside a server, on the same MongoDB database.",
        discussion: """
            Any number of workers share the work by leases: what a dead one leaves, another takes over within a minute.

              MONGODB_URI=mongodb://db/anwal_growth?replicaSet=rs0 anwal worker
            """)

    @OptionGroup var folder: FolderOptions

    @Flag(name: .long, help: "End when nothing is left to do.")
    var once = false

    func run() async throws {
        try await Failures.explained {
            let settings = try folder.settings()
            try settings.check()
            guard let uri = settings.text(.mongoDB) else {
                throw SettingsProblem(
                    .mongoDB, "the database that is shared; a data folder has one process, which works itself")
            }
            let store = try MongoStore(uri: uri)
            guard store.hasTransactions else {
                throw SettingsProblem(
                    .mongoDB, "a replica set or sharded cluster; a standalone server takes one process")
            }
            do {
                try await work(store, settings)
            } catch {
                await store.close()
                throw error
            }
            await store.close()
        }
    }

    private func work(_ store: MongoStore, _ settings: ServerSettings) async throws {
        let platform = try await Platform(
            store: store, folder: settings.folder, secret: settings.text(.secret).map(InstallSecret.init),
            previousSecret: settings.text(.previousSecret).map(InstallSecret.init), oauth: try settings.oauthProviders()
        )
        if once { return try await platform.jobs.runUntilIdle() }
        let (host, port) = try settings.address()
        let configuration = WebConfiguration(listener: .address(host: host, port: port), baseURL: try settings.url())
        let delivery = Delivery(
            platform, links: configuration.mailLinks(platform), client: try SMTPClient(),
            connections: try settings.connections())
        Output.error(Output.words("العامل جاهز.", "The worker is ready."))
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: [
                    .init(service: platform.jobs), .init(service: Reminders(platform: platform)),
                    .init(service: delivery),
                ],
                gracefulShutdownSignals: [.sigterm, .sigint],
                logger: Logger(label: "anwal.worker").quiet))
        try await group.run()
    }
}

import Foundation
import Store

/// Where a data folder is in use: a copy of it, restored elsewhere, must not send what the original may have sent meanwhile.
///
/// The mark is made of the machine and of the folder's place on it. A shared database has none: its processes are on many machines.
public struct InstallMark: Sendable {
    let store: any DocumentStore
    /// `nil`: no mark is kept.
    let here: String?

    init(store: any DocumentStore, folder: URL) {
        self.store = store
        guard !store.isShared else {
            here = nil
            return
        }
        // A machine without the file is told apart by the folder's place alone.
        let machine = (try? String(contentsOfFile: "/etc/machine-id", encoding: .utf8)) ?? ""
        var status = stat()
        let inode = stat(folder.path, &status) == 0 ? status.st_ino : 0
        let place = "\(machine)\(folder.standardizedFileURL.path)\(inode)"
        here = String(StableHash.of(place), radix: 36)
    }

    /// Whether the data was in use elsewhere last. The first use leaves its mark.
    func isOfAnother() async throws -> Bool {
        guard let here else { return false }
        let settings = try await store.first(SystemSettings.self, where: .equals("key", "global"))
        guard let kept = settings?.installMark else {
            try await confirm()
            return false
        }
        return kept != here
    }

    /// From now on the data is in use here.
    func confirm() async throws {
        guard let here else { return }
        var writes = Writes()
        writes.insertIfAbsent([SystemSettings()])
        writes.update(SystemSettings.self, where: .equals("key", "global"), .set("installMark", .string(here)))
        try await store.commit(writes)
    }
}

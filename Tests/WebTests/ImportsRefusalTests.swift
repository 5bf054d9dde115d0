import Foundation
import Growth
import HTTPTypes
import HummingbirdTesting
import Store
import Testing

@testable import Web

/// Whatever is wrong, the answer says what and what to do, and nothing stays behind.
@Suite struct ImportsRefusalTests {
    @Test func `a file that cannot be imported is refused with a sentence and is not kept`() async throws {
        try await Site.with { site in
            let manager = try await site.browser(.manager)
            let png = Data([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A] + [UInt8](repeating: 7, count: 500))
            let files: [(Data, String, String)] = [
                (png, "logo.xlsx", "not_a_spreadsheet"), (SmallList.doubled, "bomb.xlsx", "suspicious_file"),
                (Data(), "empty.csv", "nothing_to_import"),
                (Data("اسم الشركة,المدينة\n".utf8), "head.csv", "nothing_to_import"),
            ]
            for (bytes, name, code) in files {
                let response = try await manager.upload("/api/imports/detect", bytes, name: name)
                let refusal = try response.refusal()
                #expect(response.status == .unprocessableContent && refusal.code == code, "\(name)")
                #expect(!refusal.message.isEmpty && !refusal.message.hasPrefix("errors."), "\(name)")
                let page = try await manager.upload("/imports", bytes, name: name)
                #expect(page.status == .unprocessableContent && page.text.contains("role=\"alert\""), "\(name)")
            }
            #expect(site.uploads.isEmpty)
        }
    }

    @Test(.enabled(if: Samples.arePresent, "the shared samples are missing"))
    func `an encrypted workbook is told politely`() async throws {
        try await Site.with { site in
            let manager = try await site.browser(.manager)
            let bytes = try Samples.bytes("corpora/spreadsheets/pass_protected.xlsx")
            let response = try await manager.upload("/api/imports/detect", bytes, name: "secret.xlsx")
            #expect(response.status == .unprocessableContent)
            #expect(try response.refusal().code == "encrypted_file")
            #expect(try response.refusal().message.contains("كلمة مرور"))
            #expect(site.uploads.isEmpty)
        }
    }

    @Test func `more than 200 megabytes are refused while they come, and nothing of them stays`() async throws {
        try await Site.with { site in
            let manager = try await site.browser(.manager)
            let response = try await manager.upload(
                "/api/imports/detect", Data(count: 201 * 1_048_576), name: "large.csv")
            #expect(response.status == .contentTooLarge)
            #expect(try response.refusal().code == "too_large")
            #expect(site.uploads.isEmpty)
        }
    }

    @Test func `a person uses only files that she sent, an administrator all`() async throws {
        try await Site.with { site in
            let owner = try await site.browser(try await site.person(.manager, "Noura"))
            let other = try await site.browser(try await site.person(.manager, "Saad"))
            let preview = try await owner.preview(SmallList.csv)
            let token = try #require(preview["planToken"]?.string)
            let file = String(token.prefix { $0 != "." })
            let refused = [
                try await other.json(.post, "/api/imports/preview", ["fileId": .string(file)]),
                try await other.get("/api/imports/preview/\(token)/rows"),
                try await other.json(.post, "/api/imports/execute", ["planToken": .string(token)]),
                try await other.json(.post, "/api/imports/execute", ["fileId": .string(file)]),
                try await other.get("/imports/files/\(file)"), try await other.get("/imports/files/\(file)/preview"),
                try await other.post("/imports/files/\(file)/execute"),
                try await other.get("/imports/files/\(file)/rows/0-2"),
            ]
            #expect(refused.allSatisfy { $0.status == .notFound })
            let admin = try await site.browser(.admin)
            #expect(try await admin.get("/api/imports/preview/\(token)/rows").status == .ok)
            #expect(try await owner.get("/api/imports/preview/\(token)/rows").status == .ok)
        }
    }

    @Test func `a file that has waited a day is gone`() async throws {
        try await Site.with { site in
            let manager = try await site.person(.manager)
            let preview = try await site.browser(manager).preview(SmallList.csv)
            site.clock.advance(by: 24 * 3600 + 1)
            let later = try await site.browser(manager)
            let response = try await later.json(
                .post, "/api/imports/execute", ["planToken": preview["planToken"] ?? .null])
            #expect(response.status == .notFound)
            #expect(try response.refusal().code == "file_gone")
            #expect(try await site.platform.store.count(ImportLog.self) == 0)
        }
    }

    @Test func `a token that names no preview starts nothing`() async throws {
        try await Site.with { site in
            let manager = try await site.browser(.manager)
            let preview = try await manager.preview(SmallList.csv)
            let file = String(try #require(preview["planToken"]?.string).prefix { $0 != "." })
            for token in [
                "\(file).\(String(repeating: "0", count: 32))", "\(file).../../etc", "\(file).", "nothing", "",
            ] {
                let response = try await manager.json(.post, "/api/imports/execute", ["planToken": .string(token)])
                #expect(response.status == .conflict, "\(token)")
                #expect(try response.refusal().code == "preview_gone", "\(token)")
            }
            #expect(try await site.platform.store.count(ImportLog.self) == 0)
        }
    }

    @Test func `pressing the button twice makes one run`() async throws {
        try await Site.with { site in
            let manager = try await site.browser(.manager)
            let preview = try await manager.preview(SmallList.csv)
            let body: Value = ["planToken": preview["planToken"] ?? .null]
            async let one = manager.json(.post, "/api/imports/execute", body)
            async let two = manager.json(.post, "/api/imports/execute", body)
            let statuses = [try await one.status.code, try await two.status.code].sorted()
            #expect(statuses == [202, 404])
            #expect(try await manager.json(.post, "/api/imports/execute", body).status == .notFound)
            #expect(try await site.platform.store.count(ImportLog.self) == 1)
        }
    }

    @Test func `a mapping that does not fit says what does not`() async throws {
        try await Site.with { site in
            let manager = try await site.browser(.manager)
            let file = try #require(try await manager.detect(SmallList.csv)["fileId"])
            let mappings: [(Value, String)] = [
                (["company": ["nameAr": "لا يوجد"]], "لا يوجد"), (["company": ["colour": "المدينة"]], "company.colour"),
                (["company": ["city": "المدينة"]], "اسم"),
                (["sheet": "Sheet9", "company": ["nameAr": "اسم الشركة"]], "Sheet9"),
            ]
            for (mapping, words) in mappings {
                let response = try await manager.json(
                    .post, "/api/imports/preview", ["fileId": file, "type": "simple", "mapping": mapping])
                #expect(response.status == .unprocessableContent, "\(words)")
                #expect(try response.refusal().code == "mapping", "\(words)")
                #expect(try response.refusal().message.contains(words), "\(words)")
            }
            #expect(
                try await manager.json(.post, "/api/imports/preview", Value.object(Document())).status
                    == .unprocessableContent)
            let unknown = try await manager.json(.post, "/api/imports/preview", ["fileId": file, "polcy": "skip"])
            #expect(unknown.status == .unprocessableContent && unknown.text.contains("polcy"))
        }
    }

    @Test func `names that people send never reach the file system`() async throws {
        try await Site.with { site in
            let manager = try await site.browser(.manager)
            let names = [
                "../../evil.csv", "..%2f..%2fevil.csv", "/etc/passwd", "C:\\evil.csv", ".htaccess", "\u{200B}.htaccess",
                "CON",
                String(repeating: "x", count: 300) + ".csv", "\u{202E}vsc.exe", "a\u{0}b.csv", "..", "",
            ]
            for name in names {
                let response = try await manager.upload("/api/imports/detect", SmallList.csv, name: name)
                let shown = try response.value().object?["fileName"]?.string ?? ""
                #expect(response.status == .ok && !shown.isEmpty, "\(name.debugDescription)")
                #expect(
                    !shown.contains("/") && shown.count <= 200
                        && !shown.unicodeScalars.contains { $0.properties.generalCategory == .format })
            }
            let parts = Set(site.uploads.flatMap { $0.split(separator: "/") }.map(String.init))
            #expect(
                parts.allSatisfy { part in part.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == ".") } }
            )
            #expect(parts.subtracting(["file", "info.json"]).allSatisfy { $0.count >= 24 && !$0.contains(".") })
        }
    }

    @Test func `a form without the session's token sends no file`() async throws {
        try await Site.with { site in
            let manager = try await site.browser(.manager)
            let bare = Browsing(site: site, token: manager.token, csrf: nil)
            #expect(try await bare.upload("/imports", SmallList.csv).status == .forbidden)
            #expect(try await bare.upload("/api/imports/detect", SmallList.csv).status == .forbidden)
            #expect(site.uploads.isEmpty)
        }
    }
}

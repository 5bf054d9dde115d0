import Foundation
import Growth
import HTTPTypes
import HummingbirdTesting
import Store
import StoreMongo
import StoreTesting
import Testing

@testable import Web

/// A database that an earlier program filled through Mongoose: people sign in and work on, and it stays readable for that program.
@Suite(.enabled(if: Engine.ofProduct == .mongoDB, "an embedded store was never another program's"))
struct ExistingDatabaseTests {
    /// As that program wrote them: bcrypt, `__v`, no fields of ours, one of its own.
    private static let documents: [(collection: String, json: String)] = [
        (
            "users",
            """
            {"_id": {"$oid": "65a1f0c2a1b2c3d4e5f60001"}, "name": "نورة", "email": "noura@example.sa",
             "passwordHash": "$2b$04$abcdefghijklmnopqrstuuqREtd3VJD2QVZbuFskFSLk6eRIrQoOS", "role": "manager",
             "status": "active", "createdAt": {"$date": {"$numberLong": "1705114818000"}},
             "updatedAt": {"$date": {"$numberLong": "1705114818000"}}, "__v": {"$numberInt": "0"}}
            """
        ),
        (
            "companies",
            """
            {"_id": {"$oid": "65a1f0c2a1b2c3d4e5f60002"}, "nameAr": "مصنع الأفق", "entityType": "factory",
             "city": "الرياض", "country": "Saudi Arabia", "tags": [], "leadScore": {"$numberInt": "40"},
             "priority": "high", "status": "new", "crmRank": {"$numberLong": "7"},
             "createdAt": {"$date": {"$numberLong": "1705114818000"}},
             "updatedAt": {"$date": {"$numberLong": "1705114818000"}}, "__v": {"$numberInt": "3"}}
            """
        ),
        (
            "contact_points",
            """
            {"_id": {"$oid": "65a1f0c2a1b2c3d4e5f60003"}, "entityType": "company",
             "entityId": {"$oid": "65a1f0c2a1b2c3d4e5f60002"}, "companyId": {"$oid": "65a1f0c2a1b2c3d4e5f60002"},
             "contactType": "email", "contactValue": "info@ofoq.sa", "normalizedValue": "info@ofoq.sa",
             "createdAt": {"$date": {"$numberLong": "1705114818000"}},
             "updatedAt": {"$date": {"$numberLong": "1705114818000"}}, "__v": {"$numberInt": "0"}}
            """
        ),
    ]

    @Test func `its people sign in, find their companies and change them, and what they do not touch stays`()
        async throws
    {
        try await Site.with { site in
            let mongo = try #require(site.platform.store as? MongoStore)
            for document in Self.documents {
                let bytes = try #require(MongoStore.bson(extendedJSON: document.json))
                try await mongo.insertRaw(bytes, into: document.collection)
            }
            try await Housekeeping(platform: site.platform).fillKeys()
            try await site.platform.jobs.runUntilIdle()
            let answer = try await site.stranger.post(
                "/sign-in", [("email", "noura@example.sa"), ("password", "correct horse battery")])
            let inside = Browsing(site: site, token: answer.sessionToken, csrf: nil)
            let found = try await inside.get("/companies?q=\(Browsing.encoded("الافق"))")
            #expect(found.text.contains("مصنع الأفق"))
            let page = try await inside.get("/companies/65a1f0c2a1b2c3d4e5f60002")
            #expect(page.text.contains("info@ofoq.sa"))
            let changed = try await inside.json(
                .patch, "/api/companies/65a1f0c2a1b2c3d4e5f60002", ["city": "جدة"])
            #expect(changed.status == .ok)
            let stored = try #require(try await mongo.raw("companies").first)
            let old = try #require(MongoStore.bson(extendedJSON: Self.documents[1].json))
            let untouched = ["__v", "crmRank", "nameAr", "leadScore", "createdAt", "priority"]
            for name in untouched {
                #expect(Self.element(name, of: old).map { stored.contains($0) } == true, "\(name)")
            }
        }
    }

    /// The bytes of an element: its type, its name and, of the fixed widths and texts here, its value.
    private static func element(_ name: String, of bytes: [UInt8]) -> [UInt8]? {
        for type in [0x02, 0x09, 0x10, 0x12] as [UInt8] {
            let head = [type] + Array(name.utf8) + [0]
            guard let start = bytes.firstRange(of: head) else { continue }
            let size =
                switch type {
                case 0x02: 4 + Int(bytes[start.upperBound])
                case 0x10: 4
                default: 8
                }
            return Array(bytes[start.lowerBound..<start.upperBound + size])
        }
        return nil
    }
}

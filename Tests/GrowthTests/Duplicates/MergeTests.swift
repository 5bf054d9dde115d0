import Foundation
import Matching
import Store
import StoreTesting
import Testing

@testable import Growth

@Suite struct MergeTests {
    /// Two companies with everything that can refer to one, twice over.
    private struct Pair {
        var a = Company()
        var b = Company()
        let rows: [any Entity]

        init() {
            a.nameAr = "شركة أفق البناء"
            a.city = "الرياض"
            a.tags = ["مهم"]
            a.customFields = ["السجل": "1010"]
            b.nameAr = "أفق البناء للمقاولات"
            b.nameEn = "Ufuq Construction"
            b.city = "جدة"
            b.sector = "مقاولات"
            b.tags = ["مهم", "معرض"]
            b.customFields = ["السجل": "2020", "الفرع": "الثاني"]
            b.matchKeys = ["r:abc"]
            let id = b.id
            func row<E: Entity>(_ change: (inout E) -> Void) -> E {
                var row = E()
                change(&row)
                return row
            }
            rows = [
                row { (p: inout Person) in
                    (p.companyId, p.companyNameAr, p.fullName) = (id, "أفق البناء للمقاولات", "سامي العتيبي")
                    p.refreshKeys()
                },
                row { (s: inout ServiceMatch) in (s.companyId, s.recommendedService) = (id, "توريد") },
                row { (l: inout Lead) in l.companyId = id },
                row { (o: inout Opportunity) in (o.companyId, o.title) = (id, "صفقة") },
                row { (t: inout EmailThread) in t.companyId = id },
                row { (r: inout EmailReply) in
                    (r.companyId, r.linkedCompanyId, r.fromEmail) = (id, id, "x@ufuq.sa")
                    r.receivedAt = Date(timeIntervalSince1970: 1_790_000_000)
                },
                row { (m: inout EmailMessage) in (m.companyId, m.trackingId) = (id, "t1") },
                row { (r: inout CampaignRecipient) in r.companyId = id },
                row { (r: inout SequenceRecipient) in (r.companyId, r.email) = (id, "x@ufuq.sa") },
                row { (t: inout WorkTask) in
                    (t.relatedEntityType, t.relatedEntityId, t.title) = ("company", id.raw, "اتصال")
                },
                row { (n: inout Activity) in (n.entityType, n.entityId, n.title) = ("company", id.raw, "زيارة") },
                row { (n: inout UserNotification) in (n.entityType, n.entityId) = ("company", id.raw) },
                row { (c: inout AIClassification) in (c.sourceType, c.sourceId) = ("company", id.raw) },
                row { (s: inout Segment) in
                    (s.name, s.targetType, s.type, s.staticIds) = ("مختارون", .companies, .static, [id.raw])
                },
            ]
        }

        func store(in platform: Platform) async throws {
            var writes = Writes()
            writes.insert([a])
            writes.insert([b])
            for row in rows { Self.add(row, to: &writes) }
            try await platform.store.commit(writes)
        }

        private static func add<E: Entity>(_ row: E, to writes: inout Writes) { writes.insert([row]) }
    }

    private func point(_ owner: EntityID<Company>, _ email: String, _ change: (inout ContactPoint) -> Void = { _ in })
        -> ContactPoint
    {
        var point = ContactPoint()
        (point.entityId, point.companyId, point.contactType) = (owner.raw, owner, .email)
        (point.contactValue, point.normalizedValue) = (email, email)
        change(&point)
        return point
    }

    /// Every document but the two records' timelines, with what changes at every write left out.
    private func picture(_ platform: Platform) async throws -> [String: String] {
        var all: [String: String] = [:]
        func take<E: Entity>(_ type: E.Type) async throws {
            for entity in try await platform.store.find(Query<E>()) {
                if let activity = entity as? Activity, [.merged, .system].contains(activity.type) { continue }
                var document = try Document(entity)
                for key in ["updatedAt", "searchKeys", "matchKeys"] { document[key] = nil }
                let sorted = document.pairs.sorted { $0.key < $1.key }
                all["\(E.collection)/\(entity.id)"] = Value.object(Document(sorted)).json
            }
        }
        for type in GrowthSchema.entities { try await take(type) }
        return all
    }

    @Test func `everything that refers to the merged company moves, and comes back`() async throws {
        try await CompaniesTests.with { platform, me in
            let pair = Pair()
            try await pair.store(in: platform)
            let before = try await picture(platform)
            let done = try await platform.merges.merge(
                Company.self, .init(pair.a.id.raw, pair.b.id.raw), by: me)
            for reference in RecordReference.of(.company) where reference.role == .moves {
                let left = try await reference.count(of: pair.b.id.raw, in: platform.store)
                #expect(left == 0, "\(reference.collection).\(reference.field)")
            }
            let moved = Set(pair.rows.map { type(of: $0).collection })
            for collection in moved {
                let references = RecordReference.of(.company).filter { $0.collection == collection }
                for reference in references where reference.role == .moves {
                    let now = try await reference.count(of: pair.a.id.raw, in: platform.store)
                    #expect(now >= 1, "\(collection).\(reference.field)")
                }
            }
            let gone = try await platform.companies.get(pair.b.id)
            #expect(gone.mergedInto == pair.a.id && gone.archivedAt != nil && gone.status == .archived)
            let report = try await platform.merges.undo(done.entry, by: me)
            #expect(report.isWhole && report.returned >= 14)
            let after = try await picture(platform)
            #expect(after == before)
        }
    }

    @Test func `the table of references names every field of the schema that refers to a record`() {
        let known = Set(RecordReference.all.map { "\($0.collection).\($0.field)" })
        let names = [
            "companyId", "personId", "linkedCompanyId", "linkedPersonId", "contactPointId", "entityId", "entityId1",
            "entityId2", "relatedEntityId", "recordId", "staticIds", "mergedInto",
        ]
        for type in GrowthSchema.entities where type.collection != EmailThread.collection {
            for field in Schema(any: type).fields where names.contains(field.name) {
                #expect(known.contains("\(type.collection).\(field.name)"))
            }
        }
        #expect(known.contains("email_threads.companyId") && known.contains("ai_classifications.sourceId"))
    }

    @Test func `values stay as sense says, or as the person chose`() async throws {
        try await CompaniesTests.with { platform, me in
            let pair = Pair()
            try await pair.store(in: platform)
            let plan = try await platform.merges.plan(Company.self, .init(pair.a.id.raw, pair.b.id.raw))
            let changed = plan.changes.map(\.name)
            #expect(changed == ["nameEn", "sector", "tags", "customFields.الفرع"])
            let done = try await platform.merges.merge(
                Company.self, .init(pair.a.id.raw, pair.b.id.raw, choices: ["city": .other]), by: me)
            #expect(done.survivor.city == "جدة" && done.survivor.nameAr == "شركة أفق البناء")
            #expect(done.survivor.tags == ["مهم", "معرض"])
            #expect(done.survivor.customFields["السجل"] == "1010" && done.survivor.customFields["الفرع"] == "الثاني")
            #expect(done.survivor.matchKeys.contains("r:abc"))
        }
    }

    @Test func `a value that a person wrote later goes before an older one`() async throws {
        try await CompaniesTests.with { platform, me in
            let a = try await platform.companies.create(RecordEdit(["nameAr": "شركة أ", "city": "الرياض"]), by: me)
            let b = try await platform.companies.create(RecordEdit(["nameAr": "شركة ب", "city": "جدة"]), by: me)
            _ = try await platform.companies.edit(b.id, RecordEdit(["city": "الدمام"]), by: me)
            let plan = try await platform.merges.plan(Company.self, .init(a.id.raw, b.id.raw))
            #expect(plan.fields.first { $0.name == "city" }?.result == "الدمام")
        }
    }

    @Test func `contact points meet by their address, with one primary and the stricter consent`() async throws {
        try await CompaniesTests.with { platform, me in
            let pair = Pair()
            try await pair.store(in: platform)
            let kept = point(pair.a.id, "info@ufuq.sa") { $0.isPrimary = true }
            let double = point(pair.b.id, "info@ufuq.sa") {
                $0.consent = ContactPoint.Consent()
                $0.consent?.status = "withdrawn"
            }
            let other = point(pair.b.id, "sales@ufuq.sa") { $0.isPrimary = true }
            var recipient = CampaignRecipient()
            recipient.contactPointId = double.id
            try await platform.store.insert([kept, double, other])
            try await platform.store.insert(recipient)
            let before = try await picture(platform)
            let done = try await platform.merges.merge(Company.self, .init(pair.a.id.raw, pair.b.id.raw), by: me)
            let points = try await platform.companies.contactPoints(of: pair.a.id)
            #expect(points.map(\.contactValue).sorted() == ["info@ufuq.sa", "sales@ufuq.sa"])
            #expect(points.filter { $0.isPrimary == true }.map(\.id) == [kept.id])
            #expect(points.first { $0.id == kept.id }?.consent?.status == "withdrawn")
            #expect(try await platform.store.get(recipient.id)?.contactPointId == kept.id)
            #expect(done.survivor.matchKeys.contains("e:sales@ufuq.sa"))
            try await platform.merges.undo(done.entry, by: me)
            #expect(try await picture(platform) == before)
            #expect(try await !platform.companies.get(pair.a.id).matchKeys.contains("e:sales@ufuq.sa"))
        }
    }

    @Test func `a website that gives way stays as a contact point until the merge is undone`() async throws {
        try await CompaniesTests.with { platform, me in
            let a = try await platform.companies.create(RecordEdit(["nameAr": "أ", "website": "a.sa"]), by: me)
            let b = try await platform.companies.create(RecordEdit(["nameAr": "ب", "website": "b.sa"]), by: me)
            let done = try await platform.merges.merge(Company.self, .init(a.id.raw, b.id.raw), by: me)
            let points = try await platform.companies.contactPoints(of: a.id)
            #expect(points.map(\.normalizedValue) == ["b.sa"])
            let report = try await platform.merges.undo(done.entry, by: me)
            #expect(report.isWhole)
            #expect(try await platform.companies.contactPoints(of: a.id).isEmpty)
        }
    }

    @Test func `people merge, and the number that gave way is kept`() async throws {
        try await CompaniesTests.with { platform, me in
            let company = try await platform.companies.create(RecordEdit(["nameAr": "شركة أ"]), by: me)
            let a = try await platform.people.create(
                RecordEdit(["fullName": "محمد العتيبي", "mobile": "0501234567", "companyId": company.id.description]),
                by: me)
            let b = try await platform.people.create(
                RecordEdit(["fullName": "Mohammed Alotaibi", "mobile": "0507654321", "email": "m@a.sa"]), by: me)
            let done = try await platform.merges.merge(Person.self, .init(a.id.raw, b.id.raw), by: me)
            #expect(done.survivor.mobile == "+966501234567" && done.survivor.email == "m@a.sa")
            let points = try await platform.people.contactPoints(of: a.id)
            #expect(Set(points.compactMap(\.normalizedValue)) == ["+966501234567", "+966507654321", "m@a.sa"])
            #expect(points.allSatisfy { $0.companyId == company.id })
            #expect(done.survivor.matchKeys.contains("e:m@a.sa"))
            let report = try await platform.merges.undo(done.entry, by: me)
            #expect(report.isWhole)
            let back = try await platform.people.get(b.id)
            #expect(back.mergedInto == nil && back.archivedAt == nil && back.email == "m@a.sa")
            #expect(try await platform.people.get(a.id).email == nil)
            #expect(try await platform.people.contactPoints(of: b.id).allSatisfy { $0.companyId == nil })
        }
    }

    // MARK: What cannot be

    @Test func `what cannot be merged is refused and nothing changes`() async throws {
        try await CompaniesTests.with { platform, me in
            func company(_ name: String, _ change: (inout Company) -> Void = { _ in }) async throws -> ObjectID {
                var company = Company()
                company.nameAr = name
                change(&company)
                try await platform.store.insert(company)
                return company.id.raw
            }
            let a = try await company("أ"), archived = try await company("مؤرشفة") { $0.archive(at: Date()) }
            let merged = try await company("مدموجة") { $0.leave(for: EntityID(a), at: Date()) }
            let (x, y) = (EntityID<Company>(), EntityID<Company>())
            for (id, other) in [(x, y), (y, x)] {
                var company = Company()
                (company.id, company.nameAr, company.mergedInto) = (id, "دائرة", other)
                try await platform.store.insert(company)
            }
            var person = Person()
            person.fullName = "سامي"
            try await platform.store.insert(person)
            let before = try await picture(platform)
            let refusals: [(ObjectID, ObjectID, MergeError)] = [
                (a, a, .same), (a, merged, .merged(into: "أ")), (merged, a, .merged(into: "أ")),
                (a, archived, .archived(name: "مؤرشفة")), (archived, a, .archived(name: "مؤرشفة")),
                (x.raw, y.raw, .circle), (a, person.id.raw, .differentKinds),
            ]
            for (survivor, other, error) in refusals {
                await #expect(throws: error) {
                    try await platform.merges.merge(Company.self, .init(survivor, other), by: me)
                }
            }
            await #expect(throws: RecordError.notFound) {
                try await platform.merges.merge(Company.self, .init(a, ObjectID()), by: me)
            }
            await #expect(throws: InvalidFields(["passwordHash": .unknownField])) {
                let b = try await company("ب")
                try await platform.merges.merge(
                    Company.self, .init(a, b, choices: ["passwordHash": .other]), by: me)
            }
            await #expect(throws: MergeError.cannotRestore) {
                try await platform.companies.restore(EntityID(merged), by: me)
            }
            let after = try await picture(platform).filter { !$0.value.contains("\"ب\"") }
            #expect(after == before)
        }
    }

    @Test func `somebody who changed either record meanwhile is noticed`() async throws {
        try await CompaniesTests.with { platform, me in
            let a = try await platform.companies.create(RecordEdit(["nameAr": "أ"]), by: me)
            let b = try await platform.companies.create(RecordEdit(["nameAr": "ب"]), by: me)
            _ = try await platform.companies.edit(b.id, RecordEdit(["city": "جدة"]), by: me)
            await #expect(throws: StoreError.conflict(collection: "companies")) {
                try await platform.merges.merge(
                    Company.self, .init(a.id.raw, b.id.raw, survivorSeen: a.updatedAt, otherSeen: b.updatedAt), by: me)
            }
            #expect(try await platform.companies.get(b.id).mergedInto == nil)
        }
    }

    @Test func `of two merges at once into each other one wins`() async throws {
        try await CompaniesTests.with { platform, me in
            let a = try await platform.companies.create(RecordEdit(["nameAr": "أ"]), by: me)
            let b = try await platform.companies.create(RecordEdit(["nameAr": "ب"]), by: me)
            let merges = platform.merges
            async let one: Bool = (try? merges.merge(Company.self, .init(a.id.raw, b.id.raw), by: me)) != nil
            async let two: Bool = (try? merges.merge(Company.self, .init(b.id.raw, a.id.raw), by: me)) != nil
            let won = await [one, two].filter { $0 }.count
            #expect(won == 1)
            let left = try await platform.store.count(Company.self, where: .exists("mergedInto", true))
            #expect(left == 1)
        }
    }

    // MARK: Undo

    @Test func `undoing keeps what somebody changed since, and says so`() async throws {
        try await CompaniesTests.with { platform, me in
            let pair = Pair()
            try await pair.store(in: platform)
            let third = try await platform.companies.create(RecordEdit(["nameAr": "ثالثة"]), by: me)
            let done = try await platform.merges.merge(
                Company.self, .init(pair.a.id.raw, pair.b.id.raw, choices: ["city": .other]), by: me)
            _ = try await platform.companies.edit(pair.a.id, RecordEdit(["city": "الدمام"]), by: me)
            _ = try await platform.store.update(Lead.self, where: .all, .set("companyId", Value(third.id)))
            let report = try await platform.merges.undo(done.entry, by: me)
            #expect(report.keptFields == ["city"] && report.keptRows == ["leads": 1])
            #expect(try await platform.companies.get(pair.a.id).city == "الدمام")
            #expect(try await platform.companies.get(pair.a.id).sector == nil)
            #expect(try await platform.store.first(Lead.self, where: .all)?.companyId == third.id)
            #expect(try await platform.companies.get(pair.b.id).mergedInto == nil)
            await #expect(throws: MergeError.undone) { try await platform.merges.undo(done.entry, by: me) }
        }
    }

    @Test(arguments: [true, false])
    func `two merges into one company are undone in either order`(firstFirst: Bool) async throws {
        try await CompaniesTests.with { platform, me in
            let pair = Pair()
            try await pair.store(in: platform)
            let c = try await platform.companies.create(
                RecordEdit(["nameAr": "ج", "nameEn": "Third", "region": "الوسطى"]), by: me)
            var lead = Lead()
            lead.companyId = c.id
            try await platform.store.insert(lead)
            let before = try await picture(platform)
            let one = try await platform.merges.merge(Company.self, .init(pair.a.id.raw, pair.b.id.raw), by: me)
            let two = try await platform.merges.merge(Company.self, .init(pair.a.id.raw, c.id.raw), by: me)
            for entry in firstFirst ? [one.entry, two.entry] : [two.entry, one.entry] {
                #expect(try await platform.merges.undo(entry, by: me).isWhole)
            }
            #expect(try await picture(platform) == before)
        }
    }

    @Test func `a merge whose survivor was merged on waits for that one to be undone`() async throws {
        try await CompaniesTests.with { platform, me in
            let pair = Pair()
            try await pair.store(in: platform)
            let c = try await platform.companies.create(RecordEdit(["nameAr": "ج"]), by: me)
            let before = try await picture(platform)
            let one = try await platform.merges.merge(Company.self, .init(pair.a.id.raw, pair.b.id.raw), by: me)
            let two = try await platform.merges.merge(Company.self, .init(c.id.raw, pair.a.id.raw), by: me)
            #expect(try await platform.merges.survivor(of: platform.companies.get(pair.b.id)).id == c.id)
            await #expect(throws: MergeError.survivorMerged(into: "ج")) {
                try await platform.merges.undo(one.entry, by: me)
            }
            try await platform.merges.undo(two.entry, by: me)
            try await platform.merges.undo(one.entry, by: me)
            #expect(try await picture(platform) == before)
        }
    }

    @Test func `a large merge is finished by a job, also after a crash`() async throws {
        try await CompaniesTests.with { platform, me in
            let a = try await platform.companies.create(RecordEdit(["nameAr": "أ"]), by: me)
            let b = try await platform.companies.create(RecordEdit(["nameAr": "ب"]), by: me)
            let rows = 12
            let merges = Merges(
                store: platform.store, jobs: platform.jobs, now: platform.now, maxRowsAtOnce: 5)
            try await platform.store.insert(
                (0..<rows).map { _ in
                    var lead = Lead()
                    lead.companyId = b.id
                    return lead
                })
            let done = try await merges.merge(Company.self, .init(a.id.raw, b.id.raw), by: me)
            #expect(try await platform.store.count(Lead.self, where: .equals("companyId", Value(a.id))) == 0)
            await #expect(throws: MergeError.stillMoving) { try await merges.undo(done.entry, by: me) }
            // What a worker did before it died.
            let journal = MergeJournal(try #require(try await platform.store.get(done.entry)?.mergeJournal))
            try await platform.store.commit(try journal.writes(.forth)[0])
            try await platform.jobs.runUntilIdle()
            #expect(try await platform.store.count(Lead.self, where: .equals("companyId", Value(a.id))) == rows)
            try await merges.undo(done.entry, by: me)
            try await platform.jobs.runUntilIdle()
            #expect(try await platform.store.count(Lead.self, where: .equals("companyId", Value(b.id))) == rows)
        }
    }
}

extension Schema {
    fileprivate init(any type: any Entity.Type) {
        func make<E: Entity>(_ type: E.Type) -> Schema { Schema(of: type) }
        self = make(type)
    }
}

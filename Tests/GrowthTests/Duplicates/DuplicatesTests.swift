import Foundation
import Store
import StoreTesting
import Testing

@testable import Growth

@Suite struct DuplicatesTests {
    @discardableResult
    private func company(
        _ platform: Platform, _ me: Principal, _ name: String, _ more: [String: String?] = [:], email: String? = nil
    ) async throws -> Company {
        let made = try await platform.companies.create(RecordEdit(more.merging(["nameAr": name]) { $1 }), by: me)
        if let email {
            _ = try await platform.contactPoints.add(
                to: .company(made.id), RecordEdit(["contactType": "email", "contactValue": email]), by: me)
        }
        return try await platform.companies.get(made.id)
    }

    private func find(_ platform: Platform) async throws -> [DuplicateReview] {
        try await platform.duplicates.startSearch(by: nil)
        try await platform.jobs.runUntilIdle()
        #expect(try await platform.duplicates.lastSearch()?.status == .done)
        return try await platform.store.find(Query<DuplicateReview>(Duplicates.pending, sort: Duplicates.order))
    }

    @Test func `companies in any spelling and people by address, number or name are found once`() async throws {
        try await CompaniesTests.with { platform, me in
            let a = try await company(platform, me, "شركة الأُفق للمقاولات", ["city": "الرياض"], email: "info@ufuq.sa")
            let b = try await company(
                platform, me, "الافق للمقاولات المحدوده", ["city": "الرياض"], email: "Info@Ufuq.sa")
            try await company(platform, me, "مصنع الرواد للتبريد", ["city": "جدة"], email: "info@rowad.sa")
            let x = try await platform.people.create(
                RecordEdit(["fullName": "محمد عبدالله العتيبي", "mobile": "0501234567"]), by: me)
            let y = try await platform.people.create(
                RecordEdit(["fullName": "Mohammed Abdullah Al-Otaibi", "mobile": "+966 50 123 4567"]), by: me)
            _ = try await platform.people.create(
                RecordEdit(["fullName": "خالد الحربي", "mobile": "0501234567"]), by: me)
            let pairs = try await find(platform)
            #expect(pairs.count == 2)
            #expect(
                pairs.first { $0.entityType == .company }.map { [$0.entityId1, $0.entityId2] } == [a.id.raw, b.id.raw])
            #expect(
                pairs.first { $0.entityType == .person }.map { [$0.entityId1, $0.entityId2] } == [x.id.raw, y.id.raw])
            #expect(pairs.allSatisfy { $0.pair == $0.id && $0.entityName1 != nil && $0.recommendedAction != nil })
            #expect(try await find(platform).count == 2)
            let job = try await platform.duplicates.lastSearch()?.payload?.object
            #expect(job?["pairs"] == 0 && job?["known"] == 2)
        }
    }

    @Test func `a pair that somebody decided about never comes back, whoever wrote its row`() async throws {
        try await CompaniesTests.with { platform, me in
            let names = ["شركة الأفق", "شركة الافق"]
            for name in names { try await company(platform, me, name, ["city": "الرياض"], email: "info@ufuq.sa") }
            let pair = try #require(try await find(platform).first)
            _ = try await platform.duplicates.decide(pair.id, .keptSeparate, by: me)
            #expect(try await find(platform).isEmpty)
            // The same, decided in the earlier program under an id of its own.
            var legacy = pair
            legacy.id = EntityID()
            legacy.groupId = "dup-7"
            legacy.status = .ignored
            (legacy.entityId1, legacy.entityId2) = (pair.entityId2, pair.entityId1)
            _ = try await platform.store.delete(DuplicateReview.self, where: .id(pair.id))
            try await platform.store.insert(legacy)
            #expect(try await find(platform).isEmpty)
            _ = try await platform.duplicates.decide(legacy.id, .pending, by: me)
            #expect(try await platform.duplicates.next(.company, after: nil)?.id == legacy.id)
        }
    }

    @Test func `merging a group of three one after another empties its queue`() async throws {
        try await CompaniesTests.with { platform, me in
            for name in ["شركة الأفق", "شركة الافق", "الأفق"] {
                try await company(platform, me, name, ["city": "الرياض"], email: "info@ufuq.sa")
            }
            #expect(try await find(platform).count == 2)
            var review = try await platform.duplicates.next(.company, after: nil)
            var merged = 0
            var last: EntityID<Activity>?
            while let pair = review, let a = pair.entityId1, let b = pair.entityId2 {
                last = try await platform.merges.merge(Company.self, .init(a, b), by: me).entry
                merged += 1
                review = try await platform.duplicates.next(.company, after: pair)
            }
            #expect(merged == 2)
            #expect(try await platform.store.count(Company.self, where: Companies.live) == 1)
            #expect(try await platform.store.count(DuplicateReview.self, where: .equals("status", "merged")) == 2)
            try await platform.merges.undo(try #require(last), by: me)
            #expect(try await platform.store.count(DuplicateReview.self, where: Duplicates.pending) == 1)
        }
    }

    @Test func `pairs of archived records leave the queue and come back with them`() async throws {
        try await CompaniesTests.with { platform, me in
            let a = try await company(platform, me, "شركة الأفق", ["city": "الرياض"], email: "info@ufuq.sa")
            try await company(platform, me, "شركة الافق", ["city": "الرياض"], email: "info@ufuq.sa")
            #expect(try await find(platform).count == 1)
            var legacy = DuplicateReview()
            (legacy.groupId, legacy.entityType) = ("g1", .company)
            (legacy.entityId1, legacy.entityId2) = (a.id.raw, ObjectID())
            try await platform.store.insert(legacy)
            _ = try await platform.companies.archive(a.id, by: me)
            #expect(try await platform.duplicates.next(.company, after: nil) == nil)
            try await platform.duplicates.sweep()
            #expect(try await platform.store.find(Query<DuplicateReview>()).map(\.status) == [.ignored])
            _ = try await platform.companies.restore(a.id, by: me)
            #expect(try await find(platform).count == 1)
        }
    }

    @Test func `a search that is cancelled ends, and one that was cut off is begun again`() async throws {
        try await CompaniesTests.with { platform, me in
            for name in ["شركة الأفق", "شركة الافق"] {
                try await company(platform, me, name, ["city": "الرياض"], email: "info@ufuq.sa")
            }
            let job = try await platform.duplicates.startSearch(by: me.userId)
            #expect(try await platform.duplicates.startSearch(by: me.userId).id == job.id)
            #expect(try await platform.duplicates.cancelSearch())
            try await platform.jobs.runUntilIdle()
            #expect(try await platform.duplicates.lastSearch()?.status == .cancelled)
            #expect(try await platform.store.count(DuplicateReview.self) == 0)
            // A worker that died left its job leased.
            let second = try await platform.duplicates.startSearch(by: me.userId)
            _ = try await platform.store.update(
                Job.self, where: .id(second.id),
                .set("status", "running").set("leaseOwner", "dead").set(
                    "leaseUntil", .date(Date(timeIntervalSince1970: 1))))
            try await platform.jobs.runUntilIdle()
            #expect(try await platform.store.count(DuplicateReview.self) == 1)
        }
    }

    @Test func `a running search notices that it was cancelled and writes nothing more`() async throws {
        try await CompaniesTests.with { platform, me in
            let job = try await platform.duplicates.startSearch(by: nil)
            _ = try await platform.duplicates.cancelSearch()
            var writes = Writes()
            writes.insert([DuplicateReview()])
            await #expect(throws: (any Error).self) {
                try await platform.jobs.commit(writes, for: job, saying: [:])
            }
            #expect(try await platform.store.count(DuplicateReview.self) == 0)
        }
    }

    @Test func `duplicates of one record come at once, the likeliest first, with reasons`() async throws {
        try await CompaniesTests.with { platform, me in
            let a = try await company(platform, me, "شركة الأفق للمقاولات", ["city": "الرياض"], email: "info@ufuq.sa")
            let b = try await company(platform, me, "Al Ufuq Contracting", ["city": "الرياض"], email: "info@ufuq.sa")
            try await company(platform, me, "شركة الأفق", ["city": "جدة"])
            let found = try await platform.duplicates.candidates(for: a)
            #expect(found.first?.record.id == b.id)
            #expect(found.first?.likeness.reasons.contains { $0.code == "sameEmail" && $0.weight > 0 } == true)
            let likeness = try await platform.duplicates.likeness(of: a, b)
            #expect(likeness.score > 0.9)
            _ = try await platform.duplicates.decide(.company, a.id.raw, b.id.raw, .keptSeparate, by: me)
            #expect(try await platform.duplicates.candidates(for: a).first?.review?.status == .keptSeparate)
        }
    }

    @Test func `that two are not the same, and that this is open again, stands in both timelines`() async throws {
        try await CompaniesTests.with { platform, me in
            let a = try await company(platform, me, "شركة الأفق"), b = try await company(platform, me, "شركة أفق")
            func told(_ company: Company) async throws -> [String] {
                try await Timeline(store: platform.store, now: { Date() }).entries(of: .company(company.id))
                    .compactMap { $0.metadata?.object?["action"]?.string }
            }
            for status in [DuplicateReview.Status.keptSeparate, .keptSeparate, .pending, .ignored] {
                _ = try await platform.duplicates.decide(.company, a.id.raw, b.id.raw, status, by: me)
            }
            for company in [a, b] {
                #expect(Set(try await told(company)) == ["created", "kept_separate", "reviewed_again"])
                #expect(try await told(company).count == 3)
            }
            let entries = try await Timeline(store: platform.store, now: { Date() }).entries(of: .company(a.id))
            let kept = try #require(entries.first { $0.metadata?.object?["action"] == "kept_separate" })
            #expect(kept.metadata?.object?["otherId"] == .id(b.id.raw) && kept.createdBy == me.userId)
        }
    }

    @Test func `people who share only a switchboard, or only a name, stay apart`() async throws {
        try await CompaniesTests.with { platform, me in
            let firm = try await company(platform, me, "شركة أ"), other = try await company(platform, me, "شركة ب")
            func person(_ name: String, _ more: [String: String?]) async throws -> Person {
                try await platform.people.create(RecordEdit(more.merging(["fullName": name]) { $1 }), by: me)
            }
            let id = firm.id.description
            _ = try await person("سعد القحطاني", ["companyId": id, "phone": "0112345678"])
            _ = try await person("فهد القحطاني", ["companyId": id, "phone": "0112345678"])
            _ = try await person("ناصر الدوسري", ["companyId": id])
            _ = try await person("ناصر الدوسري", ["companyId": other.id.description])
            #expect(try await find(platform).isEmpty)
            let twin = try await person("سعد القحطانى", ["companyId": id])
            #expect(try await find(platform).map(\.entityId2) == [twin.id.raw])
        }
    }

    @Test func `faults of an earlier program are resolved together and set back`() async throws {
        try await CompaniesTests.with { platform, me in
            func issue(_ severity: DataQualityIssue.Severity, _ status: DataQualityIssue.Status) -> DataQualityIssue {
                var issue = DataQualityIssue()
                (issue.severity, issue.status, issue.issueType) = (severity, status, "missing_email")
                return issue
            }
            try await platform.store.insert([issue(.high, .open), issue(.high, .ignored), issue(.low, .open)])
            let issues = platform.dataQualityIssues
            let done = try await issues.setAll(.equals("severity", "high"), to: .resolved, by: me)
            #expect(done.count == 2)
            #expect(try await platform.store.count(DataQualityIssue.self, where: .equals("status", "resolved")) == 2)
            let changed = try #require(
                try await platform.store.first(DataQualityIssue.self, where: .equals("status", "resolved")))
            _ = try await issues.set(changed.id, to: .open)
            #expect(try await issues.undo(done.entry) == 1)
            await #expect(throws: InvalidFields(["status": .notInList])) {
                try await issues.set(changed.id, to: "gone")
            }
        }
    }
}

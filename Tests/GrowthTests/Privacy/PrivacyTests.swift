import Foundation
import Store
import StoreTesting
import Testing

@testable import Growth

/// Subject access over all collections: what is found of a person, and what is left after an erasure.
@Suite struct PrivacyTests {
    static let email = "noura.alotaibi@ufuq.example", number = "+966501234567", name = "نورة سعد العتيبي"

    static func with(_ body: (Platform, Person) async throws -> Void) async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("anwal-privacy-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try await Engine.ofProduct.withStore(in: folder) { store in
            let platform = try await Platform(store: store, folder: folder, passwords: Passwords())
            try await body(platform, try await fill(platform))
        }
    }

    /// One person in every collection that can hold something of one, and a colleague who must stay untouched.
    private static func fill(_ platform: Platform) async throws -> Person {
        let company = try await platform.companies.create(
            RecordEdit(["nameAr": "شركة أفق", "description": "المدير: \(name)"]), by: .console)
        let fields: [String: String?] = [
            "fullName": name, "email": email, "mobile": number, "companyId": company.id.description,
            "notes": "تفضل التواصل صباحا",
        ]
        let person = try await platform.people.create(RecordEdit(fields), by: .console)
        _ = try await platform.people.create(
            RecordEdit(["fullName": "سعد القحطاني", "email": "saad@ufuq.example", "companyId": company.id.description]),
            by: .console)
        _ = try await platform.companies.addNote("اتصلت \(name) من \(number)", to: company.id, by: .console)
        _ = try await platform.people.addNote("لقاء أول", to: person.id, by: .console)
        try await addMails(platform, person, company)
        try await addWork(platform, person, company)
        return person
    }

    private static func addMails(_ platform: Platform, _ person: Person, _ company: Company) async throws {
        let store = platform.store
        var thread = EmailThread()
        (thread.personId, thread.companyId, thread.lastFromEmail) = (person.id, company.id, email)
        (thread.subject, thread.lastSnippet) = ("عرض لـ \(name)", "أهلا")
        var participant = EmailThread.Participant()
        participant.email = email
        var colleague = EmailThread.Participant()
        colleague.email = "saad@ufuq.example"
        thread.participants = [participant, colleague]
        var theirs = EmailReply()
        (theirs.threadId, theirs.fromEmail, theirs.bodyText) = (thread.id, email, "أرغب في عرض")
        var other = EmailReply()
        (other.threadId, other.fromEmail, other.cc) = (thread.id, "saad@ufuq.example", [email, "x@ufuq.example"])
        var classification = AIClassification()
        (classification.sourceType, classification.sourceId) = (.emailReply, theirs.id.raw)
        var message = EmailMessage()
        (message.personId, message.toEmail, message.trackingId) = (person.id, email, "t1")
        var recipient = CampaignRecipient()
        (recipient.personId, recipient.email, recipient.personName) = (person.id, email, name)
        (recipient.status, recipient.sendKey) = (.pending, "c:\(email)")
        var step = SequenceRecipient()
        (step.personId, step.email, step.personName, step.status) = (person.id, email, name, .active)
        var event = TrackingEvent()
        event.campaignRecipientId = recipient.id
        event.url = "https://anwal.example/offer?to=noura.alotaibi%40ufuq.example"
        try await store.insert(thread)
        try await store.insert([theirs, other])
        try await store.insert(classification)
        try await store.insert(message)
        try await store.insert(recipient)
        try await store.insert(step)
        try await store.insert(event)
    }

    private static func addWork(_ platform: Platform, _ person: Person, _ company: Company) async throws {
        let store = platform.store
        var lead = Lead()
        (lead.personId, lead.companyId, lead.notes) = (person.id, company.id, "\(name) مهتمة")
        var opportunity = Opportunity()
        (opportunity.personId, opportunity.companyId, opportunity.title) = (person.id, company.id, "عرض \(name)")
        opportunity.valueEstimate = 48_000
        var task = WorkTask()
        (task.title, task.relatedEntityType, task.relatedEntityId) = ("اتصال", "person", person.id.raw)
        var near = WorkTask()
        (near.title, near.relatedEntityType, near.relatedEntityId) = ("راجع \(name)", "lead", lead.id.raw)
        var told = UserNotification()
        (told.entityType, told.entityId, told.title) = ("person", person.id.raw, "Mention of \(name)")
        var segment = Segment()
        (segment.targetType, segment.staticIds) = (.people, [person.id.raw, ObjectID()])
        var review = DuplicateReview()
        (review.entityType, review.entityId1, review.entityName1) = ("person", person.id.raw, name)
        var run = ImportLog()
        run.warningMessages = ["صف 4: \(number) مكرر"]
        var change = ImportChange()
        (change.importLogId, change.recordType, change.recordId) = (run.id, "people", person.id.raw)
        change.fields = ["f": ["field": "mobile", "before": .string(number)]]
        var log = AutomationLog()
        log.payload = ["to": .string(email), "amount": 5]
        let audited = platform.audit.entry(
            "export", by: .console, on: .init(person.id), metadata: ["name": .string(name)])
        try await store.insert(lead)
        try await store.insert(opportunity)
        try await store.insert([task, near])
        try await store.insert(told)
        try await store.insert(segment)
        try await store.insert(review)
        try await store.insert(run)
        try await store.insert(change)
        try await store.insert(log)
        try await store.insert(audited)
        try await addOldBulk(platform, person)
    }

    /// As an earlier program kept what it refused.
    private static func addOldBulk(_ platform: Platform, _ person: Person) async throws {
        var job = Job()
        (job.kind, job.status, job.subjectId) = (Bulk.doing, .done, job.id.raw)
        let refusal: Document = ["id": .id(person.id.raw), "name": .string(name), "code": "not_possible"]
        job.payload = [
            "collection": "people", "order": .object(BulkOrder(.set, field: "notes", value: name).document),
            "refused": [.object(refusal)], "refusedCount": 1,
        ]
        try await platform.store.insert(job)
    }

    /// Every stored document as text.
    private static func everything(_ store: any DocumentStore) async throws -> [String] {
        func dump<E: Entity>(_ type: E.Type) async throws -> [String] {
            try await store.find(Query<E>()).map { "\(E.collection) \(Value.object(try Document($0)).json)" }
        }
        var all: [String] = []
        for type in GrowthSchema.entities { all += try await dump(type) }
        return all
    }

    @Test func `everything of a person is found, in every row of the table`() async throws {
        try await Self.with { platform, person in
            let subject = try await platform.privacy.subject(person.id)
            #expect(subject.emails == [Self.email] && subject.numbers == [Self.number] && subject.shared == [])
            let found = try await platform.privacy.found(of: subject)
            let missing = Set(Trace.table.map(\.name)).subtracting(found.map(\.trace.name))
            // Nothing was suppressed yet, and no legacy note tells of her.
            #expect(missing == ["suppressions", "data_quality_issues"])
            #expect(Set(Trace.table.map(\.name)).count == Trace.table.count)
        }
    }

    /// Fields that keep the id of an erased person, and why.
    private static let keepsID = ["audit_logs.entityId": "says what was done, when and by whom; names nobody"]

    @Test func `whatever refers to a person is found by that alone, and refers to nobody after an erasure`()
        async throws
    {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("anwal-privacy-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        for reference in RecordReference.of(.person) {
            let field = "\(reference.collection).\(reference.field)"
            try await Engine.ofProduct.withStore(in: folder.appending(path: field)) { store in
                let platform = try await Platform(store: store, folder: folder, passwords: Passwords())
                let person = try await platform.people.create(RecordEdit(["fullName": Self.name]), by: .console)
                try await Self.insert(reference, to: person.id.raw, store)
                let found = try await platform.privacy.found(of: platform.privacy.subject(person.id))
                #expect(found.contains { $0.trace.entity.collection == reference.collection }, "\(field)")
                _ = try await platform.privacy.requestErasure(of: person.id, confirm: Self.name, by: .console)
                try await platform.jobs.runUntilIdle()
                let left = try await reference.count(of: person.id.raw, in: store)
                #expect((left > 0) == (Self.keepsID[field] != nil), "\(field): \(left)")
            }
        }
    }

    /// A document that refers to a record in one field, and is blank otherwise.
    private static func insert(
        _ reference: RecordReference, to id: ObjectID, _ store: any DocumentStore
    ) async throws {
        func insert<E: Entity>(_ type: E.Type) async throws {
            var document = try Document(E())
            document[reference.field] = reference.isArray ? .array([.id(id)]) : .id(id)
            if let kind = reference.kind { document[kind.field] = .string(kind.word) }
            try await store.insert(document.entity(E.self))
        }
        try await insert(reference.entity)
    }

    @Test func `a record that bulk work refused is kept by its id, and named as long as it has a name`() async throws {
        try await Self.with { platform, person in
            let order = BulkOrder(.set, field: "seniorityLevel", value: "nonsense")
            let bulk = platform.bulk
            let run = try await bulk.start(order, on: "people", .ids([person.id.raw]), by: .console)
            #expect(run.refused.map(\.name) == [Self.name])
            _ = try await platform.privacy.requestErasure(of: person.id, confirm: Self.name, by: .console)
            try await platform.jobs.runUntilIdle()
            let kept = try await bulk.get(run.id, by: .console)
            #expect(kept.refused.map(\.id) == [person.id.raw] && kept.refused.map(\.name) == [""])
        }
    }

    @Test func `after an erasure no document holds her, and the books still add up`() async throws {
        try await Self.with { platform, person in
            let state = try await platform.privacy.requestErasure(
                of: person.id, confirm: "نوره سعد العتيبى", by: .console)
            try await platform.jobs.runUntilIdle()
            #expect(try await platform.privacy.erasure(state.id).status == .done)
            let left = try await Self.everything(platform.store).filter { line in
                line.contains(Self.email) || line.contains(Self.number) || line.contains(Self.name)
                    || line.contains(person.id.description)
            }
            // Her id stands in what tells that an erasure took place; her address only where it keeps mail away.
            let collections = Set(left.compactMap { $0.split(separator: " ").first.map(String.init) })
            #expect(collections == ["audit_logs", "jobs", "suppressions", "companies"], "\(left)")
            #expect(left.filter { $0.hasPrefix("audit_logs") }.allSatisfy { !$0.contains(Self.name) })
            let jobs = left.filter { $0.hasPrefix("jobs") }
            #expect(jobs.allSatisfy { !$0.contains(Self.email) && !$0.contains(Self.name) })
            let event = try #require(try await platform.store.first(TrackingEvent.self, where: .all))
            #expect(event.url == "https://anwal.example/offer")
            let store = platform.store
            let opportunity = try #require(try await store.first(Opportunity.self, where: .all))
            #expect(opportunity.valueEstimate == 48_000 && opportunity.personId == nil && opportunity.companyId != nil)
            #expect(try await store.count(CampaignRecipient.self) == 1)
            #expect(try await store.count(EmailMessage.self) == 1)
            let recipient = try #require(try await store.first(CampaignRecipient.self, where: .all))
            #expect(recipient.status == .skipped && recipient.sendKey == nil)
            #expect(try await store.count(EmailThread.self) == 1, "a colleague writes in it too")
            #expect(try await store.first(EmailReply.self, where: .all)?.cc == ["x@ufuq.example"])
            #expect(try await store.count(Person.self) == 1)
            #expect(try await store.count(Suppression.self) == 1)
        }
    }

    @Test func `cut off after any step and run again, it ends the same`() async throws {
        for stop in [1, 4, 9, 14, Trace.table.count - 3] {
            try await Self.with { platform, person in
                // What a worker that died after `stop` rows leaves behind.
                platform.jobs.register("cut_off") { job in
                    let erasure = Erasure(store: platform.store, jobs: platform.jobs, job: job, now: { Date() })
                    let subject = try await platform.privacy.subject(person.id)
                    for trace in Trace.table.prefix(stop) { _ = try await trace.erase(erasure, subject) }
                }
                try await platform.store.insert(platform.jobs.job("cut_off", on: person.id.raw, by: nil))
                try await platform.jobs.runUntilIdle()
                _ = try await platform.privacy.requestErasure(of: person.id, confirm: Self.name, by: .console)
                try await platform.jobs.runUntilIdle()
                #expect(try await platform.store.count(Person.self) == 1)
                let left = try await Self.everything(platform.store).filter {
                    $0.contains(Self.email) || $0.contains(Self.number)
                }
                #expect(left.count == 1 && left[0].hasPrefix("suppressions"), "\(stop): \(left)")
            }
        }
    }

    @Test func `without her name typed nothing is erased`() async throws {
        try await Self.with { platform, person in
            for confirm in [nil, "", "نورة", "سعد القحطاني"] {
                await #expect(throws: InvalidFields(["confirm": .notConfirmed])) {
                    try await platform.privacy.requestErasure(of: person.id, confirm: confirm, by: .console)
                }
            }
            let jobs = try await platform.store.count(Job.self, where: .equals("kind", "erase_person"))
            #expect(jobs == 0)
        }
    }

    @Test func `an address that a company has too is neither shown as hers nor erased`() async throws {
        try await Self.with { platform, person in
            let company = try #require(person.companyId)
            _ = try await platform.contactPoints.add(
                to: .company(company), RecordEdit(["contactType": "email", "contactValue": Self.email]), by: .console)
            let subject = try await platform.privacy.subject(person.id)
            #expect(subject.shared == [Self.email] && subject.emails == [])
            _ = try await platform.privacy.requestErasure(of: person.id, confirm: Self.name, by: .console)
            try await platform.jobs.runUntilIdle()
            let points = try await platform.companies.contactPoints(of: company)
            #expect(points.map(\.normalizedValue) == [Self.email])
            #expect(try await platform.store.count(Suppression.self) == 0)
        }
    }

    @Test func `what is left of an address without a record is found and erased by itself`() async throws {
        try await Self.with { platform, _ in
            var message = EmailMessage()
            (message.toEmail, message.trackingId) = ("gone@former.example", "t9")
            var orphan = ContactPoint()
            (orphan.entityType, orphan.entityId, orphan.contactType) = (.person, ObjectID(), .email)
            (orphan.contactValue, orphan.normalizedValue) = ("gone@former.example", "gone@former.example")
            try await platform.store.insert(message)
            try await platform.store.insert(orphan)
            let privacy = platform.privacy
            let found = try await privacy.found(of: privacy.subject(address: " Gone@former.example"))
            #expect(Set(found.map(\.trace.name)) == ["email_messages", "contact_points"])
            #expect(try await privacy.subject(address: Self.email).shared == [Self.email])
            await #expect(throws: RecordError.notFound) {
                try await privacy.requestErasure(ofAddress: Self.email, confirm: Self.email, by: .console)
            }
            _ = try await privacy.requestErasure(
                ofAddress: "gone@former.example", confirm: "gone@former.example", by: .console)
            try await platform.jobs.runUntilIdle()
            let left = try await Self.everything(platform.store).filter { $0.contains("gone@former") }
            #expect(left.count == 1 && left[0].hasPrefix("suppressions"))
        }
    }

    @Test func `who was merged into her goes with her`() async throws {
        try await Self.with { platform, person in
            var merged = Person()
            (merged.fullName, merged.mergedInto, merged.email) = ("Noura O.", person.id, "n.otaibi@old.example")
            try await platform.store.insert(merged)
            #expect(try await platform.privacy.subject(person.id).emails.contains("n.otaibi@old.example"))
            _ = try await platform.privacy.requestErasure(of: person.id, confirm: Self.name, by: .console)
            try await platform.jobs.runUntilIdle()
            #expect(try await platform.store.get(merged.id) == nil)
        }
    }
}

import Foundation
import Store
import Testing

@testable import Growth

@Suite struct ActivitiesTests {
    @Test func `a call with a follow-up is one commit: the entry, the task, and both on the timeline`() async throws {
        try await Office.with { office in
            let company = try await office.company()
            let entry = try await office.platform.activities.log(
                .call,
                RecordEdit([
                    "outcome": "no_answer", "minutes": "٤", "text": "Rang twice", "followUp": "Call again",
                    "followUpDue": "2026-11-26",
                ]), on: .company(company.id), by: office.sales)
            let metadata = try #require(entry.metadata?.object)
            #expect(metadata["outcome"] == "no_answer" && metadata["minutes"] == 4 && metadata["text"] == "Rang twice")
            let task = try #require(try await office.tasks.tasks(of: .company(company.id), by: office.sales).first)
            #expect(try await office.day(task.dueAt) == "2026-11-26" && task.assignedTo == office.sales.userId)
            let types = try await office.platform.timeline.entries(of: .company(company.id)).map(\.type.rawValue)
            #expect(Set(types) == ["system", "call", "task_created"])
        }
    }

    @Test func `a task tells what happened to it, and nothing else of what it is about`() async throws {
        try await Office.with { office in
            let company = try await office.company()
            let about = ["relatedEntityType": "company", "relatedEntityId": company.id.description]
            func made(_ title: String) async throws -> WorkTask {
                try await office.tasks.create(
                    RecordEdit(about.merging(["title": title]) { $1 }.mapValues { $0 }), by: office.sales)
            }
            let task = try await made("Call"), other = try await made("Write")
            _ = try await office.tasks.start(task.id, by: office.sales)
            _ = try await office.tasks.complete(task.id, by: office.sales)
            _ = try await office.tasks.complete(other.id, by: office.sales)
            _ = try await office.platform.companies.addNote("Hello", to: company.id, by: office.sales)
            for who in [office.sales, office.manager] {
                let scope = try await office.platform.activities.scope(of: who, on: .task(task.id))
                let told = try await office.platform.store.find(Query<Activity>(scope))
                #expect(Set(told.map(\.type.rawValue)) == ["task_created", "updated", "task_completed"])
                #expect(told.count == 3)
            }
        }
    }

    @Test func `nothing of it is kept when one part is wrong`() async throws {
        try await Office.with { office in
            let company = try await office.company()
            let error = try #require(
                await #expect(throws: InvalidFields.self) {
                    try await office.platform.activities.log(
                        .call,
                        RecordEdit([
                            "outcome": "maybe", "minutes": "9999", "followUp": "Again", "followUpDue": "tomorrow-ish",
                        ]), on: .company(company.id), by: office.sales)
                })
            #expect(Set(error.problems.keys) == ["outcome", "minutes", "followUpDue"])
            #expect(try await office.platform.store.count(WorkTask.self) == 0)
            #expect(try await office.platform.store.count(Activity.self, where: .equals("type", "call")) == 0)
        }
    }

    @Test func `two clicks do: a call without anything was answered`() async throws {
        try await Office.with { office in
            let company = try await office.company()
            let call = try await office.platform.activities.log(
                .call, RecordEdit(), on: .company(company.id), by: office.sales)
            #expect(call.metadata?.object?["outcome"] == "answered" && call.createdBy == office.sales.userId)
        }
    }

    @Test func `one's own entry is changed, removed without a trace of its words, and brought back`() async throws {
        try await Office.with { office in
            let activities = office.platform.activities
            let company = try await office.company()
            let note = try await activities.addNote("First", to: .company(company.id), by: office.sales)
            let edited = try await activities.edit(note.id, RecordEdit(["text": "Second"]), by: office.sales)
            #expect(edited.title == "Second" && edited.metadata?.object?["editedAt"]?.date != nil)
            for who in [office.other, office.manager] {
                await #expect(throws: RecordError.notFound) {
                    try await activities.edit(note.id, RecordEdit(["text": "Third"]), by: who)
                }
                await #expect(throws: RecordError.notFound) { try await activities.remove(note.id, by: who) }
            }
            let removed = try await activities.remove(note.id, by: office.sales)
            let shown = Value.object(try Document(removed.published)).json
            #expect(removed.isWithdrawn && !shown.contains("Second"))
            await #expect(throws: RecordError.notFound) {
                try await activities.edit(note.id, RecordEdit(["text": "Third"]), by: office.sales)
            }
            let back = try await activities.bringBack(note.id, by: office.sales)
            #expect(back.title == "Second" && back.metadata?.object?["text"] == "Second" && !back.isWithdrawn)
        }
    }

    @Test func `sales people see what happened to their own leads and tasks, and to every company`() async throws {
        try await Office.with { office in
            let company = try await office.company()
            var mine = Lead(), foreign = Lead()
            mine.assignedTo = office.sales.userId
            foreign.assignedTo = office.other.userId
            try await office.platform.store.insert([mine, foreign])
            let related: [String: String?] = [
                "relatedEntityType": "company", "relatedEntityId": company.id.description,
            ]
            _ = try await office.task("Mine", related)
            _ = try await office.task("Secret plan", related, by: office.other)
            let activities = office.platform.activities
            let open = try await activities.addNote("On my lead", to: .lead(mine.id), by: office.sales)
            let hidden = try await activities.addNote("On hers", to: .lead(foreign.id), by: office.other)
            func seen(_ who: Principal, _ subject: Timeline.Subject? = nil) async throws -> Set<String> {
                let scope = try await activities.scope(of: who, on: subject)
                return Set(try await office.platform.store.find(Query<Activity>(scope)).map(\.title))
            }
            #expect(try await seen(office.sales) == ["Record created", "Mine", "On my lead"])
            #expect(try await seen(office.sales, .company(company.id)) == ["Record created", "Mine"])
            #expect(try await seen(office.other) == ["Record created", "Secret plan", "On hers"])
            #expect(try await seen(office.manager).count == 5)
            #expect(try await activities.get(open.id, by: office.sales).id == open.id)
            await #expect(throws: RecordError.notFound) { try await activities.get(hidden.id, by: office.sales) }
            await #expect(throws: RecordError.notFound) {
                try await activities.addNote("Me too", to: .lead(foreign.id), by: office.sales)
            }
        }
    }
}

@Suite struct MentionsTests {
    @Test func `a name behind an @ is somebody, in whatever company`() throws {
        func user(_ name: String, _ email: String) -> User {
            var user = User()
            (user.name, user.email) = (name, email)
            return user
        }
        let noura = user("نورة العتيبي", "noura@example.sa"), sami = user("Sami", "sami@example.sa")
        let samira = user("Samira Ali", "samira@example.sa")
        let twins = [user("Ali Hasan", "ali1@example.sa"), user("Ali Hasan", "ali2@example.sa")]
        let mentions = Mentions([noura, sami, samira] + twins)
        func named(_ text: String) -> [String] {
            mentions.find(in: text).map { found in
                mentions.candidates.first { $0.user.id == found.userId }?.user.email ?? ""
            }
        }
        #expect(named("@نورة العتيبي راجعي العرض") == ["noura@example.sa"])
        #expect(named("شكرا @نورة، و@sami.") == ["noura@example.sa"])
        #expect(named("(@SAMI) @samira ali!") == ["sami@example.sa", "samira@example.sa"])
        #expect(named("@Sami @Sami @sami@example.sa") == ["sami@example.sa"])
        #expect(named("write to info@sami or @Samiya") == [])
        #expect(named("@Ali Hasan") == [])
        #expect(named("@Ali Hasan (ali2@example.sa): please") == ["ali2@example.sa"])
        #expect(named("@") == [] && named("@ sami") == [])
        #expect(
            mentions.suggestions("ali").map(\.spelling).sorted() == [
                "Ali Hasan (ali1@example.sa)", "Ali Hasan (ali2@example.sa)", "Samira Ali",
            ])
        #expect(mentions.suggestions("نو").map(\.spelling) == ["نورة العتيبي"])
    }

    @Test func `whoever is named is told once for a note, also when it is changed`() async throws {
        try await Office.with { office in
            let company = try await office.company()
            let activities = office.platform.activities
            let note = try await activities.addNote(
                "@Huda and @Huda and @Sami", to: .company(company.id), by: office.sales)
            let told = try await office.told(office.other)
            #expect(told.map(\.type) == [.mention] && told.first?.actionUrl == "/activities/\(note.id)")
            #expect(told.first?.metadata?.object?["name"] == "أفق البناء")
            // Nobody is told what they wrote themselves.
            #expect(try await office.told(office.sales).isEmpty)
            _ = try await activities.edit(note.id, RecordEdit(["text": "@Huda, @نورة"]), by: office.sales)
            #expect(try await office.told(office.other).count == 1)
            #expect(try await office.told(office.manager).map(\.type) == [.mention])
        }
    }

    @Test func `whoever may not see the record is not told, and the note says so`() async throws {
        try await Office.with { office in
            var lead = Lead()
            lead.assignedTo = office.sales.userId
            try await office.platform.store.insert(lead)
            let note = try await office.platform.activities.addNote(
                "@Huda @نورة", to: .lead(lead.id), by: office.sales)
            let stored = note.metadata?.object?["mentions"]?.array?.compactMap { $0.object?["maySee"]?.bool }
            #expect(stored == [false, true])
            #expect(try await office.told(office.other).isEmpty)
            #expect(try await office.told(office.manager).count == 1)
        }
    }
}

import Foundation
import Store
import Testing

@testable import Growth

@Suite struct LeadsTests {
    @Test func `a record has at most one open lead, also when two are asked for at once`() async throws {
        try await SalesBench.with { bench in
            let company = try await bench.company()
            let made = await withTaskGroup(of: Bool.self) { group in
                for _ in 0..<6 {
                    group.addTask {
                        do {
                            _ = try await bench.lead(company)
                            return true
                        } catch { return false }
                    }
                }
                return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
            #expect(made == 1)
            #expect(try await bench.store.count(Lead.self) == 1)
            #expect(try await bench.entries(.company(company.id)).filter { $0 == "lead_created" }.count == 1)
        }
    }

    @Test func `an open lead is named to whoever sees it, and its owner alone to others`() async throws {
        try await SalesBench.with { bench in
            let company = try await bench.company()
            let lead = try await bench.lead(company, by: bench.noura)
            #expect(lead.assignedTo == bench.noura.user.id)
            await #expect(throws: LeadError.alreadyOpen(lead.id, owner: "Noura")) { try await bench.lead(company) }
            await #expect(throws: LeadError.alreadyOpen(nil, owner: "Noura")) {
                try await bench.leads.create(
                    RecordEdit(["companyId": company.id.description]), isAnother: true, by: bench.sami)
            }
            _ = try await bench.leads.move(lead.id, to: .lost, reason: "السعر", by: bench.noura)
            #expect(try await bench.lead(company, by: bench.sami).id != lead.id)
        }
    }

    @Test func `a person's lead is of their company too, and another company's person is refused`() async throws {
        try await SalesBench.with { bench in
            let company = try await bench.company(), other = try await bench.company("مصنع الرواد")
            let person = try await bench.platform.people.create(
                RecordEdit(["fullName": "سعد", "companyId": company.id.description, "isDecisionMaker": "yes"]),
                by: bench.manager)
            await #expect(throws: InvalidFields(["personId": .notInList])) {
                try await bench.leads.create(
                    RecordEdit(["personId": person.id.description, "companyId": other.id.description]),
                    by: bench.manager)
            }
            await #expect(throws: InvalidFields(["companyId": .required])) {
                try await bench.leads.create(RecordEdit(["serviceInterest": "موقع"]), by: bench.manager)
            }
            let lead = try await bench.leads.create(
                RecordEdit(["personId": person.id.description]), by: bench.manager)
            #expect(lead.companyId == company.id)
            #expect((lead.leadScore ?? 0) > 0)
        }
    }

    @Test func `sales people see their own and free leads and change only their own`() async throws {
        try await SalesBench.with { bench in
            let hers = try await bench.lead(try await bench.company("أ"), by: bench.noura)
            let free = try await bench.lead(try await bench.company("ب"))
            await #expect(throws: RecordError.notFound) { try await bench.leads.get(hers.id, by: bench.sami) }
            #expect(try await bench.leads.get(free.id, by: bench.sami).id == free.id)
            let refused: [() async throws -> Void] = [
                { _ = try await bench.leads.edit(hers.id, RecordEdit(["notes": "x"]), by: bench.sami) },
                { _ = try await bench.leads.edit(free.id, RecordEdit(["notes": "x"]), by: bench.sami) },
                { _ = try await bench.leads.move(hers.id, to: .contacted, by: bench.sami) },
                { _ = try await bench.leads.assign(hers.id, to: .nobody, by: bench.sami) },
                { _ = try await bench.leads.take(hers.id, by: bench.sami) },
                { _ = try await bench.leads.convert(hers.id, by: bench.sami) },
                { _ = try await bench.leads.addNote("x", to: hers.id, by: bench.sami) },
            ]
            for act in refused { await #expect(throws: RecordError.notFound) { try await act() } }
            let taken = try await bench.leads.take(free.id, by: bench.sami)
            #expect(taken.assignedTo == bench.sami.user.id)
            await #expect(throws: RecordError.notFound) { try await bench.leads.take(free.id, by: bench.noura) }
        }
    }

    @Test func `of two who take a free lead at once one gets it`() async throws {
        try await SalesBench.with { bench in
            let free = try await bench.lead(try await bench.company())
            let taken = await withTaskGroup(of: Bool.self) { group in
                for person in [bench.noura, bench.sami, bench.noura, bench.sami] {
                    group.addTask {
                        do {
                            return try await bench.leads.take(free.id, by: person).assignedTo == person.user.id
                        } catch { return false }
                    }
                }
                return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
            #expect(taken >= 1)
            let owners = try await bench.store.find(Query<Activity>(.equals("type", "updated")))
                .filter { $0.metadata?.object?["fields"]?.object?["assignedTo"] != nil }
            #expect(owners.count == 1)
        }
    }

    @Test func `an assignment is told to whoever gets it and to nobody else`() async throws {
        try await SalesBench.with { bench in
            let lead = try await bench.lead(try await bench.company(), .user(bench.noura.user.id))
            #expect(try await bench.notices(bench.noura).map(\.type) == [.leadAssigned])
            _ = try await bench.leads.assign(lead.id, to: .user(bench.sami.user.id), by: bench.manager)
            #expect(try await bench.notices(bench.sami).first?.actionUrl == "/leads/\(lead.id)")
            #expect(try await bench.notices(bench.manager).isEmpty)
            let viewer = try await SalesBench.person("Viewer", .viewer, bench.store)
            await #expect(throws: InvalidFields(["assignedTo": .notInList])) {
                try await bench.leads.assign(lead.id, to: .user(viewer.user.id), by: bench.manager)
            }
        }
    }

    @Test func `a status follows only where it makes sense, a loss says why, and reopening goes back`() async throws {
        try await SalesBench.with { bench in
            let lead = try await bench.lead(try await bench.company(), by: bench.noura)
            await #expect(throws: LeadError.notPossible(from: .new, to: .converted)) {
                try await bench.leads.move(lead.id, to: .converted, by: bench.noura)
            }
            await #expect(throws: InvalidFields(["reason": .required])) {
                try await bench.leads.move(lead.id, to: .lost, by: bench.noura)
            }
            _ = try await bench.leads.move(lead.id, to: .qualified, by: bench.noura)
            _ = try await bench.leads.move(lead.id, to: .lost, reason: "اختار منافسا", by: bench.noura)
            let told = try await bench.platform.timeline.entries(of: .lead(lead.id)).first?.metadata?.object?["fields"]
            #expect(told?.object?["reason"]?.object?["after"]?.string == "اختار منافسا")
            #expect(try await bench.leads.reopen(lead.id, by: bench.noura).status == .qualified)
        }
    }

    @Test func `an edit of what somebody changed meanwhile is a conflict`() async throws {
        try await SalesBench.with { bench in
            let lead = try await bench.lead(try await bench.company(), by: bench.noura)
            _ = try await bench.leads.edit(lead.id, RecordEdit(["notes": "أ"]), by: bench.manager)
            await #expect(throws: StoreError.conflict(collection: "leads")) {
                try await bench.leads.edit(
                    lead.id, RecordEdit(["notes": "ب"], expected: lead.updatedAt ?? lead.createdAt), by: bench.noura)
            }
        }
    }

    @Test func `what changes at the company changes the score, and nobody's stamp`() async throws {
        try await SalesBench.with { bench in
            let company = try await bench.company()
            let lead = try await bench.lead(company, by: bench.noura)
            let before = try await bench.leads.get(lead.id, by: bench.noura)
            _ = try await bench.platform.companies.edit(
                company.id, RecordEdit(["priority": "very_high", "leadScore": "90"]), by: bench.manager)
            let after = try await bench.leads.get(lead.id, by: bench.noura)
            #expect((after.leadScore ?? 0) > (before.leadScore ?? 0) && after.updatedAt == before.updatedAt)
            _ = try await bench.platform.contactPoints.add(
                to: .company(company.id), RecordEdit(["contactType": "email", "contactValue": "info@ufuq.example"]),
                by: bench.manager)
            #expect(try await bench.leads.get(lead.id, by: bench.noura).leadScore ?? 0 > after.leadScore ?? 0)
        }
    }

    @Test func `new weights score every open lead again, once or twice alike`() async throws {
        try await SalesBench.with { bench in
            let company = try await bench.company()
            _ = try await bench.platform.companies.edit(company.id, RecordEdit(["leadScore": "50"]), by: bench.manager)
            let lead = try await bench.lead(company, by: bench.noura)
            var fields: [String: String?] = [:]
            for factor in ScoreWeights.Factor.allCases { fields[factor.rawValue] = "0" }
            fields["companyScore"] = "10"
            try await bench.platform.changeScoreWeights(by: bench.manager) { try $0.apply(fields) }
            try await bench.platform.jobs.runUntilIdle()
            #expect(try await bench.leads.get(lead.id, by: bench.noura).leadScore == 50)
            try await bench.leads.scoring.refreshAll()
            let again = try await bench.leads.get(lead.id, by: bench.noura)
            #expect(again.leadScore == 50 && again.temperature == .warm)
        }
    }
}

@Suite struct LeadTurnsTests {
    @Test func `turns go round fairly, also when many are asked for at once`() async throws {
        try await SalesBench.with { bench in
            let maha = bench.manager.user.id, noura = bench.noura.user.id, sami = bench.sami.user.id
            try await bench.leads.turns.choose([maha, noura, sami], by: bench.manager)
            let given = try await withThrowingTaskGroup(of: EntityID<User>.self) { group in
                for _ in 0..<12 { group.addTask { try await bench.leads.turns.next().id } }
                return try await group.reduce(into: [:]) { $0[$1, default: 0] += 1 }
            }
            #expect(given == [maha: 4, noura: 4, sami: 4])
        }
    }

    @Test func `who is disabled is passed over, who joins later does not get every turn, and nobody is an error`()
        async throws
    {
        try await SalesBench.with { bench in
            let turns = bench.leads.turns, noura = bench.noura.user.id, sami = bench.sami.user.id
            await #expect(throws: LeadError.nobodyTakesPart) { try await turns.next() }
            try await turns.choose([noura], by: bench.manager)
            for _ in 0..<4 { _ = try await turns.next() }
            try await turns.choose([noura, sami], by: bench.manager)
            var given: [EntityID<User>] = []
            for _ in 0..<4 { given.append(try await turns.next().id) }
            #expect(given.filter { $0 == sami }.count == 2)
            _ = try await bench.store.update(User.self, where: .id(sami), .set("status", "disabled"))
            for _ in 0..<3 { #expect(try await turns.next().id == noura) }
            #expect(try await turns.taking() == [noura, sami])
            try await turns.choose([noura], by: bench.manager)
            #expect(try await turns.taking() == [noura])
        }
    }

    @Test func `a viewer takes no part`() async throws {
        try await SalesBench.with { bench in
            let viewer = try await SalesBench.person("Viewer", .viewer, bench.store)
            await #expect(throws: InvalidFields(["takesPart": .notInList])) {
                try await bench.leads.turns.choose([viewer.user.id], by: bench.manager)
            }
        }
    }
}

@Suite struct LeadConversionTests {
    @Test func `a conversion keeps where the lead came from`() async throws {
        try await SalesBench.with { bench in
            var lead = try await bench.lead(try await bench.company(), by: bench.noura)
            let campaign = EntityID<Campaign>(), reply = EntityID<EmailReply>()
            let update = Update.set("campaignId", Value(campaign)).set("emailReplyId", Value(reply))
            _ = try await bench.store.update(Lead.self, where: .id(lead.id), update)
            let made = try await bench.leads.convert(
                lead.id, RecordEdit(["valueEstimate": "١٢٠٬٠٠٠", "expectedCloseDate": "2027-01-31"]), by: bench.noura)
            #expect(made.leadId == lead.id && made.companyId == lead.companyId)
            #expect(made.sourceCampaignId == campaign && made.sourceEmailReplyId == reply)
            #expect(made.assignedTo == bench.noura.user.id && made.valueEstimate == 120_000)
            lead = try await bench.leads.get(lead.id, by: bench.noura)
            #expect(lead.status == .converted && lead.opportunityId == made.id && lead.convertedAt != nil)
            #expect(try await bench.leads.convert(lead.id, by: bench.noura).id == made.id)
        }
    }

    @Test func `two conversions at once make one opportunity`() async throws {
        try await SalesBench.with { bench in
            let lead = try await bench.lead(try await bench.company(), by: bench.noura)
            let ids = await withTaskGroup(of: EntityID<Opportunity>?.self) { group in
                for _ in 0..<6 {
                    // Of those who come in between, some are told to look again, which is no second opportunity.
                    group.addTask {
                        do { return try await bench.leads.convert(lead.id, by: bench.noura).id } catch { return nil }
                    }
                }
                return await group.reduce(into: Set<EntityID<Opportunity>>()) { if let id = $1 { $0.insert(id) } }
            }
            #expect(ids.count == 1)
            #expect(try await bench.store.count(Opportunity.self) == 1)
        }
    }

    @Test func `a conversion that a crash cut in half is finished by asking again`() async throws {
        try await SalesBench.with { bench in
            let lead = try await bench.lead(try await bench.company(), by: bench.noura)
            let made = try await bench.leads.convert(lead.id, by: bench.noura)
            _ = try await bench.store.delete(Opportunity.self, where: .id(made.id))
            #expect(try await bench.leads.convert(lead.id, by: bench.noura).id == made.id)
            #expect(try await bench.store.count(Opportunity.self) == 1)
        }
    }

    @Test func `a conversion is taken back while nobody has touched the opportunity`() async throws {
        try await SalesBench.with { bench in
            let lead = try await bench.lead(try await bench.company(), by: bench.noura)
            _ = try await bench.leads.move(lead.id, to: .qualified, by: bench.noura)
            let made = try await bench.leads.convert(lead.id, by: bench.noura)
            let back = try await bench.leads.takeBackConversion(lead.id, by: bench.noura)
            #expect(back.status == .qualified && back.opportunityId == nil && back.convertedAt == nil)
            #expect(try await bench.store.get(made.id) == nil)
            let second = try await bench.leads.convert(lead.id, by: bench.noura)
            #expect(second.id != made.id)
            _ = try await bench.opportunities.addNote("اتصلت", to: second.id, by: bench.noura)
            await #expect(throws: LeadError.opportunityInUse) {
                try await bench.leads.takeBackConversion(lead.id, by: bench.noura)
            }
            #expect(try await bench.store.get(second.id) != nil)
        }
    }
}

@Suite struct LeadsFromImportTests {
    @Test func `a run's companies become leads once each, in turn, however often it is asked`() async throws {
        try await SalesBench.with { bench in
            let run = ImportLog()
            try await bench.store.insert(run)
            for number in 0..<5 {
                var company = Company()
                (company.nameAr, company.importLogId) = ("شركة \(number)", run.id)
                try await bench.store.insert(company)
            }
            try await bench.store.insert(Company())
            try await bench.leads.turns.choose([bench.noura.user.id, bench.sami.user.id], by: bench.manager)
            let maker = bench.platform.leadsFromImport
            try await maker.request(run.id, .companies, assign: .turn, by: bench.manager)
            await #expect(throws: LeadError.alreadyAtWork) {
                try await maker.request(run.id, .companies, assign: .nobody, by: bench.manager)
            }
            try await bench.platform.jobs.runUntilIdle()
            let progress = try #require(try await maker.progress(run.id))
            #expect(progress.made == 5 && progress.done == 5 && progress.total == 5 && !progress.isAtWork)
            let leads = try await bench.store.find(Query<Lead>())
            #expect(leads.count == 5 && leads.allSatisfy { $0.source == .import && $0.leadScore != nil })
            #expect(Set(Dictionary(grouping: leads, by: \.assignedTo).values.map(\.count)) == [2, 3])
            let told = try await bench.notices(bench.noura)
            #expect(told.count == 1)
            try await maker.request(run.id, .companies, assign: .nobody, by: bench.manager)
            try await bench.platform.jobs.runUntilIdle()
            #expect(try await maker.progress(run.id)?.skipped == 5)
            #expect(try await bench.store.count(Lead.self) == 5)
        }
    }
}

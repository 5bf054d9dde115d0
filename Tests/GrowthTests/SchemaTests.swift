import Foundation
import Store
import Testing

@testable import Growth

/// Holds the registry to the pages that define what is stored.
@Suite struct SchemaTests {
    /// What differs from the pages on purpose, and why.
    private static let deliberate = [
        "users.inviteExpiresAt: on no page": "settled.md says \"their expiries\" of the two hashes",
        "users.resetExpiresAt: on no page": "settled.md says \"their expiries\" of the two hashes",
        "import_logs.contactPointsExtracted: on no page": "one of the counters that the document cuts short",
        "import_logs.serviceMatchesExtracted: on no page": "one of the counters that the document cuts short",
        "import_logs.recordsCreated: on no page": "one of the counters that the document cuts short",
        "import_logs.recordsUpdated: on no page": "one of the counters that the document cuts short",
        "import_logs.recordsSkipped: on no page": "one of the counters that the document cuts short",
        "import_logs.recordsFailed: on no page": "one of the counters that the document cuts short",
        "import_logs.warningMessages: on no page": "the first of what `warnings` counts, for the page of the run",
        "import_logs.progress: on no page": "a run goes on from here after a crash",
        "service_matches.importLogId: on no page": "undo finds what a run made, as in the other imported records",
        "campaigns.recipientsAt: on no page":
            "a whole list is told from one in the making",
        "campaigns.pauseReason: on no page": "what made it pause by itself",
        "campaigns.requiresConsent: on no page": "the choice behind the skip reason no_consent",
        "mailboxes.dkim: on no page":
            "a mailbox may sign its mails (quality.md M-5): domain, selector, published record",
        "mailboxes.dkimKeyEncrypted: on no page": "the key of the same, sealed as the passwords are",
        "system_settings.frequencyCap: on no page": "the bound behind the skip reason frequency_cap",
        "system_settings.ramadanHours: on no page": "the hours of Ramadan are calendar data that a team may change",
        "system_settings.installMark: on no page": "a copy of the data is told from the original",
        "system_settings.key: on no page": "the document names it above its table",
        "system_settings.requiresSecondFactor: on no page": "a rule of the installation, beside the others there",
        "system_settings.secretSalt: on no page": "settled.md says \"the HKDF salt lives in the database\"",
    ]

    @Test(.enabled(if: SchemaPages.arePresent))
    func `the registry differs from the pages only where a reason is given`() throws {
        let unexplained = try differences().subtracting(Self.deliberate.keys).sorted()
        #expect(unexplained == [])
    }

    @Test(.enabled(if: SchemaPages.arePresent))
    func `a reason is given only for a difference that exists`() throws {
        let outdated = try Set(Self.deliberate.keys).subtracting(differences()).sorted()
        #expect(outdated == [])
    }

    @Test(.enabled(if: SchemaPages.arePresent))
    func `the schema document is read whole`() throws {
        let collections = try SchemaPages.collections()
        #expect(collections.count == 25)
        #expect(collections.allSatisfy { !$0.fields.isEmpty })
        #expect(collections.flatMap(\.fields).count == 300)
        #expect(collections.flatMap(\.indexes).count == 56)
    }

    @Test(.enabled(if: SchemaPages.arePresent))
    func `the registry holds the collections that the pages describe and no other`() throws {
        let described = try Set(SchemaPages.collections().map(\.name)).union(SchemaPages.furtherCollections())
        // Files that processes on several machines share have no other place than the database; the tags and columns in
        // use are offered without reading every record.
        let added: Set = ["file_pieces", "known_words"]
        #expect(Set(Registry.schemas.keys).symmetricDifference(described) == added)
        #expect(Registry.schemas.count == GrowthSchema.entities.count)
    }

    @Test(.enabled(if: SchemaPages.arePresent))
    func `the settled words of an enumeration are those that may be written`() throws {
        let settled = try SchemaPages.settledWords()
        #expect(settled.count == 14)
        for (path, words) in settled {
            #expect(Set(Registry.words(of: path)) == words, "\(path)")
        }
    }

    @Test(.enabled(if: SchemaPages.arePresent))
    func `sequences have the fields and words that their page names`() throws {
        for name in ["sequences", "sequence_recipients"] {
            let schema = try #require(Registry.schemas[name])
            let items = try SchemaPages.sequenceItems(of: name)
            #expect(items.count >= 12)
            for item in items {
                #expect(schema.type(of: item.name) != nil, "\(name).\(item.name)")
                if item.words.count < 2 { continue }
                #expect(Set(Registry.words(of: "\(name).\(item.name)")) == Set(item.words), "\(name).\(item.name)")
            }
        }
        // "The personalisation snapshot of campaign_recipients."
        let recipients = try #require(Registry.schemas["sequence_recipients"])
        for field in ["companyName", "personName", "jobTitle", "sector", "city", "recommendedService"] {
            #expect(recipients.type(of: field) == .string, "\(field)")
        }
    }

    @Test func `what may happen only once has a unique index`() throws {
        let unique: [(collection: String, index: Index)] = [
            ("campaign_recipients", .on("sendKey", unique: true, sparse: true)),
            ("email_messages", .on("sequenceRecipientId", "stepId", unique: true, sparse: true)),
            ("email_replies", .on("inboundKey", unique: true, sparse: true)),
            ("leads", .on("emailReplyId", unique: true, sparse: true)),
            ("sequence_recipients", .on("sequenceId", "email", unique: true)),
            ("suppressions", .on("address", unique: true)),
        ]
        for (collection, index) in unique {
            let schema = try #require(Registry.schemas[collection])
            #expect(schema.indexes.contains(index), "\(collection) \(index.name)")
        }
    }

    @Test func `a blank entity of every collection reads back as it was written`() throws {
        for type in GrowthSchema.entities { try Self.readBack(type) }
    }

    @Test func `members of a segment and rules of a sequence read back as they were written`() throws {
        var segment = Segment()
        segment.staticIds = [ObjectID(), ObjectID()]
        #expect(try Document(segment).entity(Segment.self) == segment)
        var sequence = MailSequence()
        sequence.stopRules.onClick = true
        sequence.stats.sent = 3
        sequence.steps = [SequenceStep(), SequenceStep()]
        #expect(try Document(sequence).entity(MailSequence.self) == sequence)
    }

    private static func readBack<E: Entity>(_ type: E.Type) throws {
        let blank = E()
        #expect(try Document(blank).entity(E.self) == blank, "\(E.collection)")
        let names = Schema(of: E.self).fields.map(\.name)
        #expect(Set(names).count == names.count, "\(E.collection)")
    }

    private func differences() throws -> Set<String> {
        let added = try SchemaPages.addedFields()
        var found: Set<String> = []
        for page in try SchemaPages.collections() {
            guard let schema = Registry.schemas[page.name] else {
                found.insert("\(page.name): not in the registry")
                continue
            }
            for field in page.fields { found.formUnion(differences(of: field, in: schema)) }
            for index in page.indexes where !Registry.holds(index, in: schema) {
                found.insert("\(page.name): lacks the index \(index.fields.joined(separator: "+"))")
            }
            let named = Set(page.fields.map(\.name)).union(added[page.name] ?? [])
            for field in schema.fields where !named.contains(field.name) {
                found.insert("\(page.name).\(field.name): on no page")
            }
        }
        return found
    }

    private func differences(of field: SchemaPages.Field, in schema: Schema) -> [String] {
        let path = "\(schema.collection).\(field.name)"
        guard let type = schema.type(of: field.name) else { return ["\(path): not in the registry"] }
        if !field.type.isEmpty {
            guard let fitting = Registry.fitting[field.type] else { return ["\(path): of unknown type \(field.type)"] }
            if !fitting.contains(type) { return ["\(path): \(type.rawValue) does not fit \(field.type)"] }
        }
        let known = Registry.words(of: path)
        return field.words.filter { word in
            // `email_*` stands for the words that begin so.
            word.hasSuffix("*") ? !known.contains { $0.hasPrefix(word.dropLast()) } : !known.contains(word)
        }.map { "\(path): lacks the word \($0)" }
    }
}

/// The collections of the program, in the form that the pages are compared with.
enum Registry {
    static let schemas = Dictionary(
        GrowthSchema.entities.map { Registry.schema($0) }.map { ($0.collection, $0) },
        uniquingKeysWith: { first, _ in first })

    /// The types that a type of the schema document may be declared as.
    static let fitting: [String: Set<Schema.FieldType>] = [
        "string": [.string], "enum": [.string], "number": [.int, .double], "boolean": [.bool], "Date": [.date],
        "ObjectId": [.id], "string[]": [.strings], "ObjectId[]": [.mixed], "Mixed": [.mixed], "object": [.mixed],
        "array": [.mixed],
    ]

    private static let choices: [String: any Choice.Type] = [
        "users.role": User.Role.self, "users.status": User.Status.self,
        "companies.entityType": Company.Kind.self, "companies.dataConfidence": Confidence.self,
        "companies.priority": Priority.self, "companies.status": Company.Status.self,
        "people.seniorityLevel": Person.Seniority.self, "people.isDecisionMaker": Person.DecisionMaker.self,
        "contact_points.entityType": ContactPoint.Owner.self, "contact_points.contactType": ContactPoint.Kind.self,
        "sources.importType": ImportType.self, "import_logs.importType": ImportType.self,
        "import_logs.status": ImportLog.Status.self, "service_matches.priority": Priority.self,
        "segments.targetType": Segment.Target.self, "segments.type": Segment.Kind.self,
        "segments.status": Segment.Status.self, "email_templates.language": MailLanguage.self,
        "email_templates.status": EmailTemplate.Status.self, "campaigns.status": Campaign.Status.self,
        "campaign_recipients.status": CampaignRecipient.Status.self,
        "campaign_recipients.skipReason": CampaignRecipient.SkipReason.self,
        "email_messages.status": EmailMessage.Status.self, "email_threads.status": EmailThread.Status.self,
        "email_replies.direction": EmailReply.Direction.self, "email_replies.status": EmailReply.Status.self,
        "leads.source": Lead.Origin.self, "leads.temperature": Temperature.self, "leads.status": Lead.Status.self,
        "leads.priority": Priority.self, "opportunities.stage": Opportunity.Stage.self,
        "activities.type": Activity.Kind.self, "tasks.status": WorkTask.Status.self,
        "tasks.priority": WorkTask.Priority.self, "ai_classifications.provider": AIClassification.Provider.self,
        "ai_classifications.intent": AIClassification.Intent.self,
        "ai_classifications.sentiment": AIClassification.Sentiment.self,
        "ai_classifications.leadTemperature": Temperature.self, "notifications.type": UserNotification.Kind.self,
        "notifications.priority": UserNotification.Priority.self,
        "notifications.status": UserNotification.Status.self,
        "automation_logs.provider": AutomationLog.Provider.self,
        "automation_logs.direction": AutomationLog.Direction.self,
        "automation_logs.status": AutomationLog.Status.self,
        "duplicate_reviews.entityType": DuplicateReview.RecordKind.self,
        "duplicate_reviews.recommendedAction": DuplicateReview.RecommendedAction.self,
        "duplicate_reviews.status": DuplicateReview.Status.self, "mailboxes.provider": Mailbox.Provider.self,
        "mailboxes.status": Mailbox.Status.self, "sequences.status": MailSequence.Status.self,
        "sequence_recipients.status": SequenceRecipient.Status.self,
        "sequence_recipients.enrolledFrom": SequenceRecipient.Origin.self,
    ]

    /// The words of `collection.field` that may be written; none for a field that is no enumeration.
    static func words(of path: String) -> [String] {
        func known<C: Choice>(_ type: C.Type) -> [String] { C.known.map(\.rawValue) }
        guard let type = choices[path] else { return [] }
        return known(type)
    }

    static func holds(_ index: Index, in schema: Schema) -> Bool {
        schema.indexes.contains { own in
            own.fields == index.fields && own.isUnique == index.isUnique && own.isSparse == index.isSparse
                && (own.kind == index.kind || (own.kind == .elements && index.kind == .ordered))
        }
    }

    private static func schema(_ type: any Entity.Type) -> Schema {
        func opened<E: Entity>(_ type: E.Type) -> Schema { Schema(of: E.self) }
        return opened(type)
    }
}

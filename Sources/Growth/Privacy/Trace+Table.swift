import Store

extension Trace {
    /// Every place that holds something of a person, in the order in which an erasure goes through them: what others are
    /// found by comes after them, the contact points and the record itself last. `docs/privacy.md` gives the reasons.
    public static let table: [Trace] = mails + work + journals + others + record

    // MARK: Mails

    private static let mails: [Trace] = [
        Trace(
            name: "suppressions", entity: Suppression.self, fate: .kept,
            filter: { .isIn("address", $0.addresses) }, isMeant: nil
        ) { erasure, subject in try await erasure.suppress(subject) },
        .deleted(AIClassification.self) { subject in
            .or([
                .equals("sourceType", "email_reply") && .isIn("sourceId", subject.replies.map { Value($0) }),
                .equals("sourceType", "lead") && .isIn("sourceId", subject.leads.map { Value($0) }),
                .equals("sourceType", "person") && .isIn("sourceId", subject.peopleIDs),
            ])
        },
        .deleted(EmailReply.self) { .ids($0.replies) },
        .mentions("copies", EmailReply.self, { .hasAny("cc", $0.addresses) && .not(.ids($0.replies)) }) {
            reply, words in reply.cc.removeAll(where: words.isIn)
        },
        Trace(
            name: EmailThread.collection, entity: EmailThread.self, fate: .anonymised, filter: threads, isMeant: nil
        ) { erasure, subject in try await erasure.closeThreads(of: subject, threads(subject)) },
        .anonymised(EmailMessage.self, { reached("toEmail", $0) }) { message, _ in
            (message.personId, message.toEmail) = (nil, "")
        },
        .anonymised(CampaignRecipient.self, { reached("email", $0) }) { recipient, _ in recipient.forget() },
        .anonymised(SequenceRecipient.self, { reached("email", $0) }) { recipient, _ in recipient.forget() },
        .anonymised(
            TrackingEvent.self,
            { subject in
                .or([
                    .isIn("campaignRecipientId", subject.campaignRecipients.map { Value($0) }),
                    .isIn("sequenceRecipientId", subject.sequenceRecipients.map { Value($0) }),
                ])
            }
        ) { event, subject in event.url = event.url.map(subject.words.cleanLink) },
    ]

    private static func reached(_ field: String, _ subject: DataSubject) -> Filter {
        .or([.isIn("personId", subject.peopleIDs), .isIn(field, subject.addresses)])
    }

    private static func threads(_ subject: DataSubject) -> Filter {
        .or([.isIn("personId", subject.peopleIDs), .isIn("participants.email", subject.addresses)])
    }

    // MARK: Work

    private static let work: [Trace] = [
        .deleted(WorkTask.self) { about("relatedEntityType", "relatedEntityId", $0) },
        .mentions("taskMentions", WorkTask.self, { near("relatedEntityType", "relatedEntityId", $0) }) { task, words in
            task.title = words.clean(task.title)
            task.description = task.description.map(words.clean)
        },
        .deleted(UserNotification.self) { subject in
            .or([
                about("entityType", "entityId", subject),
                .equals("entityType", "lead") && .isIn("entityId", subject.leads.map { Value($0) }),
                .equals("entityType", "opportunity") && .isIn("entityId", subject.opportunities.map { Value($0) }),
            ])
        },
        .mentions("activityMentions", Activity.self, { near("entityType", "entityId", $0) }) { activity, words in
            activity.title = words.clean(activity.title)
            activity.metadata = activity.metadata.map(words.clean)
        },
        .deleted(Activity.self) { about("entityType", "entityId", $0) },
        .anonymised(Opportunity.self, { .isIn("personId", $0.peopleIDs) }) { opportunity, subject in
            (opportunity.personId, opportunity.sourceEmailReplyId) = (nil, nil)
            opportunity.title = subject.words.clean(opportunity.title)
            opportunity.lostReason = opportunity.lostReason.map(subject.words.clean)
        },
        .anonymised(Lead.self, { .isIn("personId", $0.peopleIDs) }) { lead, _ in
            (lead.personId, lead.notes, lead.emailReplyId, lead.aiClassificationId) = (nil, nil, nil, nil)
        },
    ]

    private static func about(_ kind: String, _ id: String, _ subject: DataSubject) -> Filter {
        .equals(kind, "person") && .isIn(id, subject.peopleIDs)
    }

    /// What belongs to the person's companies, leads and opportunities.
    private static func near(_ kind: String, _ id: String, _ subject: DataSubject) -> Filter {
        .or([
            .equals(kind, "company") && .isIn(id, subject.companies.map { Value($0) }),
            .equals(kind, "lead") && .isIn(id, subject.leads.map { Value($0) }),
            .equals(kind, "opportunity") && .isIn(id, subject.opportunities.map { Value($0) }),
        ])
    }

    // MARK: Imports and logs

    private static let journals: [Trace] = [
        .mentions("import_logs", ImportLog.self, { .ids($0.runs) }) { log, words in
            log.errorMessages = log.errorMessages.map(words.clean)
            log.warningMessages = log.warningMessages.map(words.clean)
            log.mapping = log.mapping.map(words.clean)
        },
        .deleted(ImportChange.self) { .isIn("recordId", $0.peopleIDs + $0.pointIDs) },
        .anonymised(
            AuditLog.self,
            {
                .or([
                    .equals("entityType", "people") && .isIn("entityId", $0.peopleIDs),
                    .equals("entityType", "contact_points") && .isIn("entityId", $0.pointIDs),
                    .equals("entityType", "suppressions") && .isIn("metadata.address", $0.addresses),
                ])
            }
        ) { entry, subject in
            var metadata = entry.metadata?.object ?? Document()
            metadata["name"] = nil
            let cleaned = subject.words.clean(.object(metadata))
            entry.metadata = metadata.isEmpty ? nil : cleaned
        },
        .mentions("jobs", Job.self, finishedBulk) { job, words in job.payload = job.payload.map(words.clean) },
        .mentions("automation_logs", AutomationLog.self, { _ in .all }) { log, words in
            log.payload = log.payload.map(words.clean)
            log.response = log.response.map(words.clean)
            log.errorMessage = log.errorMessage.map(words.clean)
        },
        .mentions("data_quality_issues", DataQualityIssue.self, { _ in .exists("recommendedFix", true) }) {
            issue, words in issue.recommendedFix = issue.recommendedFix.map(words.clean)
        },
    ]

    /// Bulk work keeps its order, and what an earlier program kept with it. One under way still needs its own.
    @Sendable private static func finishedBulk(_ subject: DataSubject) -> Filter {
        .isIn("status", [Job.Status.done, .failed, .cancelled].map { Value($0) })
            && .isIn("kind", [.string(Bulk.doing), .string(Bulk.undoing)])
    }

    // MARK: Records

    private static let others: [Trace] = [
        .anonymised(
            Segment.self, { .or([.hasAny("staticIds", $0.peopleIDs), .hasAny("staticIds", $0.pointIDs)]) }
        ) { segment, subject in
            let gone = Set(subject.people.map(\.raw) + subject.points.map(\.raw))
            segment.staticIds.removeAll(where: gone.contains)
        },
        .deleted(DuplicateReview.self) { subject in
            .equals("entityType", "person")
                && .or([.isIn("entityId1", subject.peopleIDs), .isIn("entityId2", subject.peopleIDs)])
        },
        .kept("companies", Company.self, { .ids($0.companies) }, onlyNaming: true),
    ]

    private static let record: [Trace] = [
        .deleted(ContactPoint.self) { .ids($0.points) }, .deleted(Person.self) { .ids($0.people) },
    ]
}

extension CampaignRecipient {
    /// Whatever says who it was, or could send to them.
    mutating func forget() {
        (personId, contactPointId, personName, jobTitle) = (nil, nil, nil, nil)
        (email, sendKey, smtpReply, errorMessage, heldReason) = ("", nil, nil, nil, nil)
        if [.pending, .queued].contains(status) {
            (status, skipReason, lease, nextAttemptAt) = (.skipped, .suppressed, nil, nil)
        }
    }
}

extension SequenceRecipient {
    mutating func forget() {
        (personId, contactPointId, personName, jobTitle, threadId) = (nil, nil, nil, nil, nil)
        // One of a kind within its sequence.
        email = "erased:\(id)"
        if [.pending, .active, .waiting, .needsAttention, .paused].contains(status) {
            (status, nextRunAt, resumeAt, stopReason) = (.stopped, nil, nil, "erased")
        }
    }
}

import MailMIME
import Store

/// Signing a mailbox's mails with a key of the domain's owner (DKIM, RFC 6376).
extension Mailboxes {
    /// What somebody says of signing; nothing: the domain of the address, a key that is made, and a selector that no key had before it.
    public struct Signing: Sendable {
        public var domain: String?
        public var selector: String?
        /// An RSA or Ed25519 key in PEM.
        public var key: HiddenText?

        public init() {}
    }

    public static let usualSelector = "anwal"
    private static let keyField = "dkimKeyEncrypted"

    /// From now on its mails carry a signature. The key is sealed and comes out no more; what is published of it stands in `dkim`.
    ///
    /// Throws `InvalidFields` at `domain`, `selector` and `key`.
    public func sign(_ id: EntityID<Mailbox>, _ signing: Signing, by principal: Principal) async throws -> Mailbox {
        let original = try await get(id)
        var mailbox = original
        let own = original.email.split(separator: "@").last.map(String.init) ?? ""
        let domain = (signing.domain ?? own).lowercased()
        // A signature of another domain does not speak for the address in From (RFC 7489 section 3.1.1).
        guard own == domain || own.hasSuffix("." + domain), domain.contains(".") else {
            throw InvalidFields(["domain": .notOfTheAddress])
        }
        let key = try signing.key ?? HiddenText(DKIMSigner.newKeyPEM())
        let signer: DKIMSigner
        do throws(DKIMError) {
            signer = try DKIMSigner(
                domain: domain, selector: signing.selector ?? original.nextSelector, keyPEM: key.text)
        } catch {
            switch error {
            case .badName: throw InvalidFields(["selector": .notASelector])
            case .keyTooShort: throw InvalidFields(["key": .keyTooShort])
            case .unreadableKey: throw InvalidFields(["key": .notAKey])
            }
        }
        var published = Mailbox.Signing()
        (published.domain, published.selector, published.record) = (signer.domain, signer.selector, signer.record)
        mailbox.dkim = published
        mailbox.dkimKeyEncrypted = try await secrets.seal(key, in: Self.place(mailbox))
        return try await save(mailbox, original, "mailbox_signing_set", by: principal)
    }

    /// Its mails go out unsigned again; the key is gone.
    public func unsign(_ id: EntityID<Mailbox>, by principal: Principal) async throws -> Mailbox {
        let original = try await get(id)
        var mailbox = original
        (mailbox.dkim, mailbox.dkimKeyEncrypted) = (nil, nil)
        return try await save(mailbox, original, "mailbox_signing_removed", by: principal)
    }

    private static func place(_ mailbox: Mailbox) -> SecretPlace {
        SecretPlace(.mailbox, mailbox.id, field: keyField)
    }

    /// `nil` where its mails are not signed. Throws `SecretError.unreadable`: nothing goes out unsigned that should be signed.
    func signer(of mailbox: Mailbox) async throws -> DKIMSigner? {
        guard let sealed = mailbox.dkimKeyEncrypted, let signing = mailbox.dkim else { return nil }
        let key = try await secrets.open(sealed, in: Self.place(mailbox))
        do { return try DKIMSigner(domain: signing.domain, selector: signing.selector, keyPEM: key.text) } catch {
            throw SecretError.unreadable
        }
    }
}

extension Mailbox {
    /// For the next key: the record of the one before stays published for the mails that are on their way.
    public var nextSelector: String {
        guard let selector = dkim?.selector else { return Mailboxes.usualSelector }
        // Nine digits fit every integer.
        let digits = String(selector.reversed().prefix(9).prefix { $0.isASCII && $0.isNumber }.reversed())
        return selector.dropLast(digits.count) + String((Int(digits) ?? 1) + 1)
    }
}

extension FieldProblem {
    static let notASelector = FieldProblem("not_a_selector")
    static let notOfTheAddress = FieldProblem("not_of_the_address")
    static let keyTooShort = FieldProblem("key_too_short")
    static let notAKey = FieldProblem("not_a_key")
}

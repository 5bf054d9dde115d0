import Foundation
import Store

/// Codes besides the password: set up by the person, taken off by the person or by an administrator.
extension Users {
    /// A new secret to show. Nothing changes until `beginSecondFactor` is given its first code.
    public func offerSecondFactor(to principal: Principal, issuer: String) async throws -> SecondFactorOffer {
        let user = try await own(principal)
        if user.hasSecondFactor { throw AccountError.secondFactorIsOn }
        let secret = OneTimeCode.makeSecret()
        let text = Base32.text(secret)
        let payload: Value = ["secret": .string(text), "at": .date(now())]
        let sealed = try await secrets.seal(HiddenText(payload.json(.extended)), in: Self.offerPlace(user.id))
        return SecondFactorOffer(secret: text, uri: Self.uri(text, issuer: issuer, email: user.email), setUp: sealed)
    }

    /// The same offer again, for a page that is shown once more; throws `AccountError.stepExpired` when it is over.
    public func offer(again setUp: String, to principal: Principal, issuer: String) async throws -> SecondFactorOffer {
        let user = try await own(principal)
        let text = Base32.text(try await offered(setUp, to: user.id))
        return SecondFactorOffer(secret: text, uri: Self.uri(text, issuer: issuer, email: user.email), setUp: setUp)
    }

    /// Turns the second step on after a right password and a right first code, and ends the person's other sessions.
    /// Returns the recovery codes, which are shown this once.
    public func beginSecondFactor(
        of principal: Principal, setUp: String, password: String, code: String
    ) async throws -> [String] {
        let user = try await own(principal)
        if user.hasSecondFactor { throw AccountError.secondFactorIsOn }
        var factor = SecondFactor(secret: try await offered(setUp, to: user.id))
        try await check(password, of: user, by: principal)
        guard factor.accept(code, at: now()) else { throw InvalidFields(["code": .wrongCode]) }
        let codes = factor.renewRecoveryCodes()
        try await write(factor, of: user, "second_factor_on", by: principal)
        return codes
    }

    /// Turns the second step off after the password and a code, of the phone or a recovery code.
    public func endSecondFactor(of principal: Principal, password: String, code: String) async throws {
        let user = try await own(principal)
        _ = try await prove(user, password: password, code: code, by: principal)
        try await write(nil, of: user, "second_factor_off", by: principal)
    }

    /// New recovery codes after the password and a code; the old ones are void.
    public func renewRecoveryCodes(of principal: Principal, password: String, code: String) async throws -> [String] {
        let user = try await own(principal)
        var factor = try await prove(user, password: password, code: code, by: principal)
        let codes = factor.renewRecoveryCodes()
        try await write(factor, of: user, "recovery_codes_made", by: principal)
        return codes
    }

    /// How many recovery codes are left; `nil` where the second step is off or cannot be read.
    public func recoveryCodesLeft(of user: User) async throws -> Int? {
        do {
            return try await secondFactor(of: user)?.recoveryHashes.count
        } catch is SecretError {
            // Sealed under another secret: only an administrator can take it off.
            return nil
        }
    }

    /// Takes off the second step of somebody who has lost the phone, and ends their sessions.
    public func resetSecondFactor(_ id: EntityID<User>, by principal: Principal) async throws {
        let user = try await get(id)
        // One's own is turned off with the password and a code.
        if user.id == principal.userId { throw AccountError.ownAccount }
        guard user.hasSecondFactor else { return }
        var writes = Writes()
        demand(principal, &writes)
        try await change(user, .set("totpSecretEncrypted", nil), "second_factor_reset", by: principal, first: writes)
    }

    // MARK: Parts

    /// The stored user: the console is none.
    private func own(_ principal: Principal) async throws -> User {
        guard let id = principal.userId else { throw AccountError.userNotFound }
        return try await get(id)
    }

    func secondFactor(of user: User) async throws -> SecondFactor? {
        guard let sealed = user.totpSecretEncrypted else { return nil }
        return try SecondFactor(unsealed: try await secrets.open(sealed, in: SecondFactor.place(of: user.id)))
    }

    private func check(_ password: String, of user: User, by principal: Principal) async throws {
        try throttle.admit(account: user.email, address: principal.address, at: now())
        guard try await passwords.verify(password, against: user.passwordHash) != .wrong else {
            throw InvalidFields(["currentPassword": .wrongPassword])
        }
    }

    private func prove(
        _ user: User, password: String, code: String, by principal: Principal
    ) async throws -> SecondFactor {
        try await check(password, of: user, by: principal)
        try codeThrottle.admit(account: user.email, address: nil, at: now())
        guard var factor = try await secondFactor(of: user) else { throw AccountError.secondFactorIsOff }
        guard factor.accept(code, at: now()) else { throw InvalidFields(["code": .wrongCode]) }
        return factor
    }

    /// In one commit with its audit row and the end of the person's other sessions; fails when it changed meanwhile.
    private func write(
        _ factor: SecondFactor?, of user: User, _ action: String, by principal: Principal
    ) async throws {
        let sealed: Value? =
            if let factor {
                .string(try await secrets.seal(factor.sealable, in: SecondFactor.place(of: user.id)))
            } else { nil }
        var writes = Writes()
        writes.update(User.self, where: Self.unchanged(user), .set("totpSecretEncrypted", sealed), expecting: 1)
        writes.delete(Session.self, where: Sessions.all(of: user.id, except: principal.session?.id))
        writes.insert([audit.entry(action, by: principal, on: .init(user))])
        try await store.commit(writes)
    }

    /// While password and second factor are those that were checked.
    static func unchanged(_ user: User) -> Filter {
        .id(user.id) && .equals("passwordHash", user.passwordHash.map(Value.string) ?? .null)
            && .equals("totpSecretEncrypted", user.totpSecretEncrypted.map(Value.string) ?? .null)
    }

    private func offered(_ setUp: String, to user: EntityID<User>) async throws -> [UInt8] {
        let text: HiddenText
        do {
            text = try await secrets.open(setUp, in: Self.offerPlace(user))
        } catch is SecretError {
            throw AccountError.stepExpired
        }
        guard let document = try Value(json: text.text, form: .extended).object,
            let secret = document["secret"]?.string.flatMap(Base32.bytes), let at = document["at"]?.date,
            abs(now().timeIntervalSince(at)) < SecondFactorOffer.lifetime
        else { throw AccountError.stepExpired }
        return secret
    }

    private static func offerPlace(_ user: EntityID<User>) -> SecretPlace {
        SecretPlace(.offer, user, field: "offer")
    }

    /// The form that authenticator apps agree on: `otpauth://totp/Issuer:account?…`.
    private static func uri(_ secret: String, issuer: String, email: String) -> String {
        let name = issuer.replacing(":", with: " ")
        let (label, plain) = ("\(name):\(email)", name)
        func encoded(_ text: String) -> String {
            let kept = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~"
            return text.addingPercentEncoding(withAllowedCharacters: CharacterSet(charactersIn: kept)) ?? ""
        }
        return "otpauth://totp/\(encoded(label))?secret=\(secret)&issuer=\(encoded(plain))"
            + "&algorithm=SHA1&digits=\(OneTimeCode.digits)&period=\(Int(OneTimeCode.period))"
    }
}

extension FieldProblem {
    public static let wrongCode = FieldProblem("wrong_code")
}

import Crypto
import Foundation
import Store

/// What proves a person besides the password: the secret that their phone has too, and codes for the day it is lost.
///
/// Stored as one sealed text in `users.totpSecretEncrypted`, which is there exactly while the second step is asked for.
struct SecondFactor: Hashable, Sendable {
    var secret: [UInt8]
    /// The step of the last code that was taken.
    var lastStep: Int64?
    /// SHA-256 of each recovery code that has not been used, in hexadecimal.
    var recoveryHashes: [String] = []

    static let recoveryCodes = 10
    /// 80 random bits: too many to be tried, so that a plain hash is enough.
    private static let recoveryBytes = 10

    init(secret: [UInt8]) { self.secret = secret }

    /// Takes a code of the phone, or a recovery code, and remembers that it is used. Returns whether it was right.
    mutating func accept(_ typed: String, at date: Date) -> Bool {
        if let code = OneTimeCode.read(typed) {
            guard let step = OneTimeCode.match(code, secret, at: date, after: lastStep) else { return false }
            lastStep = step
            return true
        }
        let hash = Self.hash(recovery: typed)
        guard recoveryHashes.contains(where: { Token.areEqual($0, hash) }) else { return false }
        recoveryHashes.removeAll { Token.areEqual($0, hash) }
        return true
    }

    /// New recovery codes in place of the old, in the form in which people write them down.
    mutating func renewRecoveryCodes() -> [String] {
        let codes = (0..<Self.recoveryCodes).map { _ in
            let bytes = SymmetricKey(size: .init(bitCount: Self.recoveryBytes * 8)).withUnsafeBytes { Array($0) }
            let text = Base32.text(bytes).lowercased()
            return stride(from: 0, to: text.count, by: 4).map { String(text.dropFirst($0).prefix(4)) }.joined(
                separator: "-")
        }
        recoveryHashes = codes.map(Self.hash)
        return codes
    }

    private static func hash(recovery typed: String) -> String {
        Token.hash(typed.lowercased().filter { $0.isASCII && ($0.isLetter || $0.isNumber) })
    }

    // MARK: Stored

    var sealable: HiddenText {
        var document: Document = ["secret": .string(Base32.text(secret)), "recovery": Value(recoveryHashes)]
        if let lastStep { document["lastStep"] = .int(Int(lastStep)) }
        return HiddenText(Value.object(document).json)
    }

    init(unsealed text: HiddenText) throws {
        guard let document = try Value(json: text.text).object, let text = document["secret"]?.string,
            let secret = Base32.bytes(text)
        else { throw SecretError.unreadable }
        self.secret = secret
        lastStep = document["lastStep"]?.int.map(Int64.init)
        recoveryHashes = document["recovery"]?.array?.compactMap(\.string) ?? []
    }

    static func place(of user: EntityID<User>) -> SecretPlace {
        SecretPlace(.secondFactor, user, field: "totpSecretEncrypted")
    }
}

/// A second factor that a person is setting up: nothing is stored before its first code was right.
public struct SecondFactorOffer: Sendable {
    /// For those who cannot scan, in base 32.
    public let secret: String
    /// What the square holds: the form that authenticator apps read.
    public let uri: String
    /// To be sent back with the first code. Opens for this person only, for half an hour.
    public let setUp: String

    static let lifetime: TimeInterval = 1_800
}

extension User {
    /// Whether signing in takes a code besides the password.
    public var hasSecondFactor: Bool { totpSecretEncrypted != nil }
}

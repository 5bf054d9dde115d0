/// Why an account refused something. The words are for the log.
public enum AccountError: Error, Hashable {
    /// The same for an unknown address, a wrong password and a disabled account.
    case wrongCredentials
    /// The password was right, and the code that it takes besides was wrong or used before.
    case wrongCode
    /// A program sent the right password without the code that it takes besides.
    case codeRequired
    /// The step before is too long ago, or does not count any more.
    case stepExpired
    /// Asked of what needs it on, or of what needs it off.
    case secondFactorIsOff
    case secondFactorIsOn
    case tooManyAttempts(retryAfterSeconds: Int)
    /// An administrator exists already.
    case setUpClosed
    /// A link that is unknown, used or too old.
    case linkNotValid
    /// The last active administrator cannot be taken away.
    case lastAdministrator
    /// Nobody takes away their own rights by mistake.
    case ownAccount
    case userNotFound
    case sessionNotFound
    case keyNotFound
    /// More passwords wait to be checked than the machine can take.
    case busy
}

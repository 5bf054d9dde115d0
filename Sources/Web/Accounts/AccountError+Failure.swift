import Growth
import HTTPTypes

extension AccountError: Presentable {
    public var failure: Failure {
        switch self {
        case .wrongCredentials: Failure(.unauthorized, "wrong_credentials")
        case .wrongCode: Failure(.unauthorized, "wrong_code")
        case .codeRequired: Failure(.unauthorized, "code_required")
        case .stepExpired: Failure(.gone, "step_expired")
        case .secondFactorIsOn: Failure(.conflict, "second_factor_is_on")
        case .secondFactorIsOff: Failure(.conflict, "second_factor_is_off")
        case .tooManyAttempts(let seconds):
            Failure(
                .tooManyRequests, "too_many_attempts", values: ["seconds": String(seconds)],
                headers: [.retryAfter: String(seconds)])
        case .setUpClosed: Failure(.conflict, "set_up_closed")
        case .linkNotValid: Failure(.gone, "link_not_valid")
        case .lastAdministrator: Failure(.conflict, "last_administrator")
        case .ownAccount: Failure(.conflict, "own_account")
        case .userNotFound, .sessionNotFound, .keyNotFound: Failure(.notFound, "not_found")
        case .busy: Failure(.serviceUnavailable, "unavailable", headers: [.retryAfter: "5"])
        }
    }
}

extension SecretError: Presentable {
    public var failure: Failure { Failure(.conflict, "secret_unreadable") }
}

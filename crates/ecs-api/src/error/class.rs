//! The classes of errors and the advice on asking again, and how a code that no table lists is
//! classed by its form. It does not wait.

/// What kind of trouble an error is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ErrorClass {
    /// The key, its rights, or the account's bills and permissions.
    Auth,
    /// A value of the request is wrong or does not fit the others.
    UserConfig,
    /// A limit of the account or of an object is reached.
    Quota,
    /// The service has none to sell in this place now.
    Stock,
    /// Something else is in the way: another request, a dependent object, a used token.
    Conflict,
    /// A state that passes by itself.
    TransientRetry,
    /// Too many calls.
    Throttling,
    /// The service failed.
    Internal,
}

/// Whether and how to ask again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum RetryAdvice {
    /// Not with this request.
    Never,
    /// The same again after growing, jittered pauses.
    Backoff,
    /// The same again when the state in the way has passed; pauses of a few seconds.
    WaitThenRetry,
    /// Another zone or instance type may do.
    OtherZoneOrType,
}

/// The class of a code that the tables lack.
pub(super) fn class_beyond(code: &str, http: u16) -> ErrorClass {
    if is_throttling(code) || http == 429 {
        ErrorClass::Throttling
    } else if code.starts_with("ServiceUnavailable") || is_token_processing(code) {
        ErrorClass::TransientRetry
    } else if code.starts_with("Idempoten")
        || code.contains("Conflict")
        || code.starts_with("DependencyViolation")
    {
        ErrorClass::Conflict
    } else if code.starts_with("IncorrectVSwitchStatus")
        || code.starts_with("IncorrectInstanceStatus")
        || code.starts_with("IncorrectStatus")
        || code.starts_with("IncorrectVpcStatus")
        || code.starts_with("IncorrectDiskStatus")
        || code == "TaskConflict"
        || code == "SystemBusy"
    {
        ErrorClass::TransientRetry
    } else if code.starts_with("Quota") || code.contains("LimitExceed") || code.contains("Quota") {
        ErrorClass::Quota
    } else if code.contains("NoStock")
        || code.contains("NotOnSale")
        || code.starts_with("ResourceNotAvailable")
    {
        ErrorClass::Stock
    } else if code.starts_with("Forbidden")
        || code.starts_with("Signature")
        || code.starts_with("InvalidAccessKeyId")
        || code.starts_with("InvalidSecurityToken")
        || code.starts_with("NoPermission")
        || code.contains("Unauthorized")
        || code.contains("Arrearage")
        || http == 401
    {
        ErrorClass::Auth
    } else if http >= 500 || code == "InternalError" || code == "UnknownError" {
        ErrorClass::Internal
    } else {
        ErrorClass::UserConfig
    }
}

/// The advice for a code that the tables lack.
pub(super) fn retry_beyond(code: &str, http: u16) -> RetryAdvice {
    match class_beyond(code, http) {
        ErrorClass::Throttling | ErrorClass::Internal => RetryAdvice::Backoff,
        ErrorClass::TransientRetry if code.starts_with("ServiceUnavailable") => {
            RetryAdvice::Backoff
        }
        ErrorClass::TransientRetry => RetryAdvice::WaitThenRetry,
        ErrorClass::Conflict if code.starts_with("Idempoten") => RetryAdvice::Never,
        ErrorClass::Conflict
            if code.starts_with("DependencyViolation") || code.starts_with("Operation") =>
        {
            RetryAdvice::WaitThenRetry
        }
        ErrorClass::Stock => RetryAdvice::OtherZoneOrType,
        _ => RetryAdvice::Never,
    }
}

fn is_throttling(code: &str) -> bool {
    code.contains("Throttling") || code.contains("FlowLimit")
}

fn is_token_processing(code: &str) -> bool {
    code.ends_with("TokenProcessing")
        || code == "IdempotentProcessing"
        || code == "Idempotence.Processing"
}

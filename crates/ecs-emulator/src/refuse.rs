//! Decides the words of refusals: status, code and message as the service gives them. When to
//! refuse is decided by the handlers.

use ecs_api::ApiError;

/// The refusal of a code that is in the tables of the API, in the service's own words.
pub(crate) fn known(code: &str) -> ApiError {
    ApiError::known(code)
        .unwrap_or_else(|| ApiError::new(400, code, "The specified parameter is not valid."))
}

pub(crate) fn bad(code: &str, message: impl Into<String>) -> ApiError {
    ApiError::new(400, code, message)
}

pub(crate) fn forbidden(code: &str, message: impl Into<String>) -> ApiError {
    ApiError::new(403, code, message)
}

pub(crate) fn not_found(code: &str, message: impl Into<String>) -> ApiError {
    ApiError::new(404, code, message)
}

pub(crate) fn missing(parameter: &str) -> ApiError {
    bad(
        "MissingParameter",
        format!(
            "The input parameter \"{parameter}\" that is mandatory for processing this request is not supplied."
        ),
    )
}

pub(crate) fn invalid(parameter: &str, why: &str) -> ApiError {
    bad(
        "InvalidParameter",
        format!("The specified parameter {parameter} is not valid: {why}."),
    )
}

pub(crate) fn no_region() -> ApiError {
    not_found(
        "InvalidRegionId.NotFound",
        "The specified RegionId does not exist.",
    )
}

pub(crate) fn no_instance() -> ApiError {
    not_found(
        "InvalidInstanceId.NotFound",
        "The specified InstanceId does not exist.",
    )
}

pub(crate) fn no_disk() -> ApiError {
    not_found(
        "InvalidDiskId.NotFound",
        "The specified disk does not exist.",
    )
}

pub(crate) fn no_group() -> ApiError {
    not_found(
        "InvalidSecurityGroupId.NotFound",
        "The specified SecurityGroupId does not exist.",
    )
}

pub(crate) fn no_vpc() -> ApiError {
    not_found("InvalidVpcId.NotFound", "Specified VPC does not exist.")
}

pub(crate) fn no_vswitch() -> ApiError {
    not_found(
        "InvalidVSwitchId.NotFound",
        "Specified vswitch does not exist.",
    )
}

pub(crate) fn wrong_status() -> ApiError {
    forbidden(
        "IncorrectInstanceStatus",
        "The current status of the resource does not support this operation.",
    )
}

pub(crate) fn protected() -> ApiError {
    forbidden(
        "InvalidOperation.DeletionProtection",
        "The operation is not allowed due to deletion protection.",
    )
}

pub(crate) fn dry_run() -> ApiError {
    bad(
        "DryRunOperation",
        "Request validation has been passed with DryRun flag set.",
    )
}

pub(crate) fn in_use(message: impl Into<String>) -> ApiError {
    forbidden("DependencyViolation", message)
}

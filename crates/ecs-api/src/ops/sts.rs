//! Who the caller is, and temporary keys: the product STS.

#![expect(
    missing_docs,
    reason = "the fields are the API's own; its reference describes them"
)]

use crate::params::Secret;

operations! {
    GetCallerIdentity(Sts, ByNature) -> GetCallerIdentityResponse {}

    /// Temporary keys of a role.
    AssumeRole(Sts, ByNature) -> AssumeRoleResponse {
        role_arn: String,
        role_session_name: String,
        /// At least 900; 3600 if absent.
        duration_seconds: Option<i64>,
        policy: Option<String>,
        external_id: Option<String>,
    }

    /// Temporary keys of a role for a token of an identity provider. It is sent unsigned.
    AssumeRoleWithOIDC(Sts, ByNature) -> AssumeRoleWithOIDCResponse {
        role_arn: String,
        oidc_provider_arn as "OIDCProviderArn": String,
        oidc_token as "OIDCToken": Secret,
        role_session_name: String,
        duration_seconds: Option<i64>,
        policy: Option<String>,
    }
}

responses! {
    GetCallerIdentityResponse {
        account_id: String,
        arn: String,
        /// `Account`, `RAMUser` or `AssumedRoleUser`.
        identity_type: String,
        principal_id: String,
        user_id: String,
        role_id: String,
    }

    AssumeRoleResponse {
        credentials: StsCredentials,
        assumed_role_user: AssumedRoleUser,
    }

    AssumeRoleWithOIDCResponse {
        credentials: StsCredentials,
        assumed_role_user: AssumedRoleUser,
    }
}

wire! {
    StsCredentials {
        access_key_id: String,
        access_key_secret: Secret,
        security_token: Secret,
        /// UTC, to the second.
        expiration: String,
    }

    AssumedRoleUser {
        arn: String,
        assumed_role_id: String,
    }
}

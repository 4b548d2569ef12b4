//! Decides who a caller is, and what a temporary key is. Every role can be assumed by everybody.

use ecs_api::ApiError;
use ecs_api::ops::{
    AssumeRole, AssumeRoleResponse, AssumedRoleUser, GetCallerIdentity, GetCallerIdentityResponse,
    StsCredentials,
};

use super::{Context, Session, World};
use crate::dispatch::Serve;
use crate::ids::mix;

const DEFAULT_SECONDS: i64 = 3600;

impl Serve<GetCallerIdentity> for World {
    fn serve(
        &mut self,
        context: &Context,
        _: GetCallerIdentity,
    ) -> Result<GetCallerIdentityResponse, ApiError> {
        let account = self.catalogue.account.id.clone();
        if let Some(session) = self.tables.sessions.get(&context.caller) {
            let role = session.role_arn.rsplit('/').next().unwrap_or("").to_owned();
            return Ok(GetCallerIdentityResponse {
                arn: format!("acs:ram::{account}:assumed-role/{role}/{}", session.name),
                identity_type: "AssumedRoleUser".to_owned(),
                principal_id: format!("{role}:{}", session.name),
                role_id: role,
                account_id: account,
                ..GetCallerIdentityResponse::default()
            });
        }
        Ok(GetCallerIdentityResponse {
            arn: format!("acs:ram::{account}:root"),
            identity_type: "Account".to_owned(),
            principal_id: account.clone(),
            user_id: account.clone(),
            account_id: account,
            ..GetCallerIdentityResponse::default()
        })
    }
}

impl Serve<AssumeRole> for World {
    fn serve(&mut self, context: &Context, op: AssumeRole) -> Result<AssumeRoleResponse, ApiError> {
        let number = self.ids.draw("session");
        let noise = self.ids.noise("session", number);
        let seconds = op.duration_seconds.unwrap_or(DEFAULT_SECONDS);
        let expires = context.now.plus_millis(seconds.saturating_mul(1000));
        let session = Session {
            id: format!("STS.{noise:016x}{number:08x}"),
            secret: format!("{:016x}{:016x}", mix(noise), mix(noise ^ 1)),
            token: format!(
                "CAIS{:016x}{:016x}{:016x}",
                mix(noise ^ 2),
                mix(noise ^ 3),
                mix(noise ^ 4)
            ),
            role_arn: op.role_arn.clone(),
            name: op.role_session_name.clone(),
            expires,
        };
        let expired: Vec<String> = self
            .tables
            .sessions
            .iter()
            .filter(|old| old.expires <= context.now)
            .map(|old| old.id.clone())
            .collect();
        for id in expired {
            self.tables.sessions.remove(&id);
        }
        let role = op.role_arn.rsplit('/').next().unwrap_or("").to_owned();
        let response = AssumeRoleResponse {
            credentials: StsCredentials {
                access_key_id: session.id.clone(),
                access_key_secret: session.secret.clone().into(),
                security_token: session.token.clone().into(),
                expiration: expires.to_seconds_text(),
            },
            assumed_role_user: AssumedRoleUser {
                arn: format!(
                    "acs:ram::{}:role/{role}/{}",
                    self.catalogue.account.id, session.name
                ),
                assumed_role_id: format!("{noise:018}:{}", session.name),
            },
            ..AssumeRoleResponse::default()
        };
        self.tables.sessions.insert(session);
        Ok(response)
    }
}

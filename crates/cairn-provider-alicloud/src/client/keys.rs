//! Decides which keys a request is signed with: those of the source, fetched when the first request needs them and anew before
//! they expire. Where keys come from by the configuration is decided in `config`.

use std::path::PathBuf;
use std::pin::Pin;

use cairn_provider::Problem;
use ecs_api::{
    ApiError, Credentials, Operation as _, Product, Secret, Timestamp, decode_response, ops, sign,
    to_params,
};
use reqwest::Method;
use serde_json::Value as Json;

use super::transport::{Outgoing, TransportError};
use super::{Client, ClientError, hex, now};

/// How long before they expire keys are fetched anew, in seconds.
const EARLY: i64 = 300;

/// How long a token of the metadata service is asked for, in seconds.
const TOKEN_SECONDS: &str = "21600";

/// Where keys come from.
#[derive(Clone, Debug)]
pub(crate) enum Source {
    /// They are given.
    Given(Credentials),
    /// They are those of a role that others may assume.
    Role(Box<Self>, Role),
    /// They are those of a role, for the token of an identity provider.
    Identity {
        /// The identity provider.
        provider_arn: String,
        /// Its token.
        token: IdentityToken,
        /// The role.
        role: Role,
    },
    /// They are those of the role of the instance that this runs on.
    Instance(Metadata),
    /// They are fetched by a URL.
    Uri(String),
}

/// A role to be assumed.
#[derive(Clone, Debug, Default)]
pub(crate) struct Role {
    /// Its ARN.
    pub(crate) arn: String,
    /// The session's name.
    pub(crate) session: String,
    /// How long its keys are good for; an hour if left out.
    pub(crate) seconds: Option<i64>,
    /// A policy that narrows it.
    pub(crate) policy: Option<String>,
    /// The external id that it asks for.
    pub(crate) external_id: Option<String>,
}

/// A token of an identity provider.
#[derive(Clone, Debug)]
pub(crate) enum IdentityToken {
    /// It is given.
    Text(Secret),
    /// It is in a file, which is written anew from time to time.
    File(PathBuf),
}

/// The metadata service of an instance.
#[derive(Clone, Debug)]
pub(crate) struct Metadata {
    /// Its URL without a trailing slash.
    pub(crate) url: String,
    /// The role; the instance's own if left out.
    pub(crate) role: Option<String>,
    /// It is asked with a token, or not at all.
    pub(crate) token_only: bool,
}

impl Metadata {
    /// Where every instance has it.
    pub(crate) const ADDRESS: &'static str = "http://100.100.100.200";
}

/// Keys, and when they end.
#[derive(Clone, Debug)]
pub(super) struct Kept {
    keys: Credentials,
    until: Option<Timestamp>,
}

type Fetched<'a> = Pin<Box<dyn Future<Output = Result<Kept, Problem>> + Send + 'a>>;

impl Client {
    /// The keys to sign with.
    pub(super) async fn keys(&self) -> Result<Credentials, Problem> {
        if let Source::Given(keys) = &self.0.source {
            return Ok(keys.clone());
        }
        // Whoever comes second waits for the answer that the first one gets.
        let mut kept = self.0.kept.lock().await;
        let good = |kept: &&Kept| kept.until.is_none_or(|end| now().plus_seconds(EARLY) < end);
        if let Some(kept) = kept.as_ref().filter(good) {
            return Ok(kept.keys.clone());
        }
        let fetched = self.fetch(&self.0.source).await?;
        *kept = Some(fetched.clone());
        Ok(fetched.keys)
    }

    fn fetch<'a>(&'a self, source: &'a Source) -> Fetched<'a> {
        Box::pin(async move {
            match source {
                Source::Given(keys) => Ok(Kept {
                    keys: keys.clone(),
                    until: None,
                }),
                Source::Role(by, role) => {
                    let by = self.fetch(by).await?;
                    self.assume(by.keys, role).await
                }
                Source::Identity {
                    provider_arn,
                    token,
                    role,
                } => self.identify(provider_arn, token, role).await,
                Source::Instance(metadata) => self.instance(metadata).await,
                Source::Uri(uri) => {
                    let body = self.get(uri, Vec::new()).await;
                    body.and_then(|body| told(&body))
                        .map_err(|why| not_fetched(&format!("from {uri}"), &why))
                }
            }
        })
    }

    async fn assume(&self, by: Credentials, role: &Role) -> Result<Kept, Problem> {
        let answer = self
            .signing_with(by)
            .send(&ops::AssumeRole {
                role_arn: role.arn.clone(),
                role_session_name: role.session.clone(),
                duration_seconds: role.seconds,
                policy: role.policy.clone(),
                external_id: role.external_id.clone(),
            })
            .await;
        match answer {
            Ok(answer) => Ok(of_sts(answer.credentials)),
            Err(error) => Err(role_refused(&role.arn, &error)),
        }
    }

    /// The request that carries a token is not signed: the token is what it is believed by.
    async fn identify(
        &self,
        provider_arn: &str,
        token: &IdentityToken,
        role: &Role,
    ) -> Result<Kept, Problem> {
        let action = ops::AssumeRoleWithOIDC::ACTION;
        let oidc_token = match token {
            IdentityToken::Text(text) => text.clone(),
            IdentityToken::File(path) => match std::fs::read_to_string(path) {
                Ok(text) => Secret::new(text.trim()),
                Err(e) => {
                    let why = format!("{} cannot be read: {e}", path.display());
                    return Err(not_fetched("of the identity provider's role", &why));
                }
            },
        };
        let mut params = to_params(&ops::AssumeRoleWithOIDC {
            role_arn: role.arn.clone(),
            oidc_provider_arn: provider_arn.to_owned(),
            oidc_token,
            role_session_name: role.session.clone(),
            duration_seconds: role.seconds,
            policy: role.policy.clone(),
        });
        let mut add = |name: &str, value: &str| params.push((name.to_owned(), value.to_owned()));
        add("Action", action);
        add("Version", Product::Sts.version());
        add("Format", "JSON");
        add("SignatureNonce", &hex(&(self.0.random)()));
        add("Timestamp", &now().to_seconds_string());
        let asked = Outgoing {
            method: Method::POST,
            url: format!("{}/", self.0.endpoints.of(Product::Sts)),
            headers: super::form_headers(action, Product::Sts),
            body: sign::canonical_query(&params),
        };
        let lost = |reason| ClientError::NotSent { action, reason };
        let answer = match self.0.transport.send(asked).await {
            Ok(answer) => answer,
            Err(TransportError::NotSent(reason) | TransportError::Lost(reason)) => {
                return Err(role_refused(&role.arn, &lost(reason)));
            }
        };
        if !(200..300).contains(&answer.status) {
            let error = Box::new(ApiError::from_body(answer.status, &answer.body));
            return Err(role_refused(
                &role.arn,
                &ClientError::Refused { action, error },
            ));
        }
        match decode_response::<ops::AssumeRoleWithOIDCResponse>(&answer.body) {
            Ok(answer) => Ok(of_sts(answer.credentials)),
            Err(e) => Err(role_refused(
                &role.arn,
                &lost(format!("the answer cannot be read: {e}")),
            )),
        }
    }

    async fn instance(&self, metadata: &Metadata) -> Result<Kept, Problem> {
        let failed = |why: String| {
            let role = metadata.role.as_deref().unwrap_or("that it has");
            not_fetched(&format!("of the instance's RAM role {role}"), &why)
        };
        let ask = Outgoing {
            method: Method::PUT,
            url: format!("{}/latest/api/token", metadata.url),
            headers: vec![(
                "x-aliyun-ecs-metadata-token-ttl-seconds".to_owned(),
                TOKEN_SECONDS.to_owned(),
            )],
            body: String::new(),
        };
        let token = self.exchange_plain(ask).await;
        let headers = match token {
            Ok(token) => {
                let token = String::from_utf8_lossy(&token).trim().to_owned();
                vec![("x-aliyun-ecs-metadata-token".to_owned(), token)]
            }
            Err(why) if metadata.token_only => return Err(failed(why)),
            // Instances whose metadata service is older give everything without a token.
            Err(_) => Vec::new(),
        };
        let roles = format!(
            "{}/latest/meta-data/ram/security-credentials/",
            metadata.url
        );
        let role = if let Some(role) = &metadata.role {
            role.clone()
        } else {
            let found = self.get(&roles, headers.clone()).await.map_err(failed)?;
            String::from_utf8_lossy(&found).trim().to_owned()
        };
        let found = self.get(&format!("{roles}{role}"), headers).await;
        found.and_then(|body| told(&body)).map_err(failed)
    }

    async fn get(&self, url: &str, headers: Vec<(String, String)>) -> Result<Vec<u8>, String> {
        self.exchange_plain(Outgoing {
            method: Method::GET,
            url: url.to_owned(),
            headers,
            body: String::new(),
        })
        .await
    }

    /// The body of a success. What failed is told without the answer, which may hold a key.
    async fn exchange_plain(&self, asked: Outgoing) -> Result<Vec<u8>, String> {
        match self.0.transport.send(asked).await {
            Ok(answer) if (200..300).contains(&answer.status) => Ok(answer.body),
            Ok(answer) => Err(format!("it answered with the status {}", answer.status)),
            Err(TransportError::NotSent(reason) | TransportError::Lost(reason)) => Err(reason),
        }
    }
}

fn of_sts(keys: ops::StsCredentials) -> Kept {
    Kept {
        until: Timestamp::parse(&keys.expiration),
        keys: Credentials {
            access_key_id: keys.access_key_id,
            access_key_secret: keys.access_key_secret,
            security_token: Some(keys.security_token),
        },
    }
}

/// Keys as the metadata service and local addresses tell them.
fn told(body: &[u8]) -> Result<Kept, String> {
    let json: Json =
        serde_json::from_slice(body).map_err(|_| "its answer is not JSON".to_owned())?;
    let text = |member: &str| {
        let text = json[member].as_str().filter(|t| !t.is_empty());
        text.map(str::to_owned)
    };
    if let Some(code) = text("Code").filter(|code| code != "Success") {
        return Err(format!("it answered with the code {code}"));
    }
    let need = |member: &str| text(member).ok_or_else(|| format!("its answer has no {member}"));
    Ok(Kept {
        keys: Credentials {
            access_key_id: need("AccessKeyId")?,
            access_key_secret: Secret::new(need("AccessKeySecret")?),
            security_token: text("SecurityToken").map(Secret::new),
        },
        until: text("Expiration").and_then(|t| Timestamp::parse(&t)),
    })
}

fn not_fetched(whose: &str, why: &str) -> Problem {
    Problem::error(
        "credentials-not-fetched",
        "Credentials cannot be fetched",
        format!("The keys {whose} could not be fetched: {why}. No request was sent with them."),
    )
}

/// What went wrong when a role was to be assumed.
fn role_refused(arn: &str, error: &ClientError) -> Problem {
    let mut problem = error.problem(|_| None);
    problem.code = "role-not-assumed";
    "Role cannot be assumed".clone_into(&mut problem.summary);
    problem.detail = format!("The role {arn} could not be assumed. {}", problem.detail);
    problem
}

//! Decides where the keys come from: the first of a block's token of an identity provider, keys that are given, a profile, the
//! environment's token, the role of the instance that this runs on and a local address that is set; and which role is assumed
//! with them.

use std::path::PathBuf;

use cairn_provider::Problem;
use ecs_api::{Credentials, Secret};

use super::{Environment, endpoints, profile, variable};
use crate::client::{IdentityToken, Metadata, Role, Source};
use crate::describe::{Fields, attr_path};

/// The variable with the time that keys of a role are to be good for.
const SECONDS: &str = "ALICLOUD_ASSUME_ROLE_SESSION_EXPIRATION";

/// What STS takes for the time that keys of a role are good for, in seconds.
const EXPIRATION: std::ops::RangeInclusive<i64> = 900..=43_200;

/// The name of a session where none is given.
pub(super) const SESSION: &str = "cairn";

/// Where the keys come from, and the region that goes with them.
#[derive(Debug)]
pub(super) struct Chosen {
    pub(super) source: Source,
    pub(super) region: Option<String>,
}

impl From<Source> for Chosen {
    fn from(source: Source) -> Self {
        Self {
            source,
            region: None,
        }
    }
}

/// Chooses.
pub(super) fn choose(config: Fields<'_>, env: &Environment) -> Result<Chosen, Problem> {
    if let Some(emulator) = &env.emulator {
        return Ok(Source::Given(Credentials {
            access_key_id: emulator.access_key_id.clone(),
            access_key_secret: Secret::new(emulator.access_key_secret.clone()),
            security_token: None,
        })
        .into());
    }
    let mut chosen = base(config, env)?;
    if let Some(role) = assumed(config, env, &chosen.source)? {
        chosen.source = Source::Role(Box::new(chosen.source), role);
    }
    Ok(chosen)
}

fn base(config: Fields<'_>, env: &Environment) -> Result<Chosen, Problem> {
    if let Some(block) = config.blocks("assume_role_with_oidc").first() {
        return oidc_block(*block, env).map(Into::into);
    }
    if let Some(keys) = keys(config, env) {
        return Ok(Source::Given(keys).into());
    }
    let wanted = config
        .string("profile")
        .or_else(|| variable(env, &["ALICLOUD_PROFILE", "ALIBABA_CLOUD_PROFILE"]));
    if let Some(wanted) = wanted {
        return profile::read(config, env, &wanted);
    }
    if let Some(source) = oidc_variables(env) {
        return Ok(source.into());
    }
    if let Some(role) = instance_role(config, env) {
        return Ok(Source::Instance(metadata(env, Some(role))?).into());
    }
    let uri = config.string("credentials_uri").or_else(|| {
        variable(
            env,
            &["ALICLOUD_CREDENTIALS_URI", "ALIBABA_CLOUD_CREDENTIALS_URI"],
        )
    });
    match uri {
        Some(uri) => local_address(&uri)
            .map(Into::into)
            .map_err(|p| p.at(attr_path("credentials_uri"))),
        None => Err(no_credentials()),
    }
}

fn no_credentials() -> Problem {
    Problem::error(
        "no-credentials",
        "No credentials for Alibaba Cloud",
        "The alicloud provider needs an access key, and none was found. Give one in any of these ways:\n\
         \x20 - the environment variables ALICLOUD_ACCESS_KEY and ALICLOUD_SECRET_KEY, or ALIBABA_CLOUD_ACCESS_KEY_ID and \
         ALIBABA_CLOUD_ACCESS_KEY_SECRET (with ALICLOUD_SECURITY_TOKEN or ALIBABA_CLOUD_SECURITY_TOKEN for temporary keys)\n\
         \x20 - access_key and secret_key in the provider \"alicloud\" block\n\
         \x20 - a profile of ~/.aliyun/config.json, by profile in the block, ALICLOUD_PROFILE or ALIBABA_CLOUD_PROFILE\n\
         \x20 - on an ECS instance its RAM role, by ecs_role_name in the block or ALICLOUD_ECS_ROLE_NAME\n\
         \x20 - the token of an identity provider, by assume_role_with_oidc in the block or ALIBABA_CLOUD_ROLE_ARN, \
         ALIBABA_CLOUD_OIDC_PROVIDER_ARN and ALIBABA_CLOUD_OIDC_TOKEN_FILE\n\
         To try it without an account, run the command with -emulator: it starts a cloud inside the process.",
    )
}

/// Keys that are given as they are, each half by the block or by a variable.
fn keys(config: Fields<'_>, env: &Environment) -> Option<Credentials> {
    let given =
        |attribute: &str, names: &[&str]| config.string(attribute).or_else(|| variable(env, names));
    let id = given(
        "access_key",
        &[
            "ALICLOUD_ACCESS_KEY",
            "ALIBABA_CLOUD_ACCESS_KEY_ID",
            "ALIBABACLOUD_ACCESS_KEY_ID",
        ],
    )?;
    let secret = given(
        "secret_key",
        &[
            "ALICLOUD_SECRET_KEY",
            "ALIBABA_CLOUD_ACCESS_KEY_SECRET",
            "ALIBABACLOUD_ACCESS_KEY_SECRET",
        ],
    )?;
    let token = given(
        "security_token",
        &[
            "ALICLOUD_SECURITY_TOKEN",
            "ALIBABA_CLOUD_SECURITY_TOKEN",
            "ALIBABACLOUD_SECURITY_TOKEN",
        ],
    );
    Some(Credentials {
        access_key_id: id,
        access_key_secret: Secret::new(secret),
        security_token: token.map(Secret::new),
    })
}

fn oidc_block(block: Fields<'_>, env: &Environment) -> Result<Source, Problem> {
    let file = || {
        block
            .string("oidc_token_file")
            .or_else(|| variable(env, &["ALIBABA_CLOUD_OIDC_TOKEN_FILE"]))
            .map(|path| IdentityToken::File(PathBuf::from(path)))
    };
    let text = block
        .string("oidc_token")
        .map(|t| IdentityToken::Text(Secret::new(t)));
    let token = text.or_else(file).ok_or_else(|| {
        Problem::error(
            "no-oidc-token",
            "No token of the identity provider",
            "assume_role_with_oidc needs oidc_token, oidc_token_file, or the variable ALIBABA_CLOUD_OIDC_TOKEN_FILE.",
        )
        .at(attr_path("assume_role_with_oidc"))
    })?;
    Ok(Source::Identity {
        provider_arn: block.string("oidc_provider_arn").unwrap_or_default(),
        token,
        role: Role {
            arn: block.string("role_arn").unwrap_or_default(),
            session: block
                .string("role_session_name")
                .unwrap_or_else(|| SESSION.to_owned()),
            seconds: block.int("session_expiration"),
            policy: block.string("policy"),
            external_id: None,
        },
    })
}

/// The environment of a pod with a role: only where all three variables are set.
fn oidc_variables(env: &Environment) -> Option<Source> {
    Some(Source::Identity {
        provider_arn: variable(env, &["ALIBABA_CLOUD_OIDC_PROVIDER_ARN"])?,
        token: IdentityToken::File(variable(env, &["ALIBABA_CLOUD_OIDC_TOKEN_FILE"])?.into()),
        role: Role {
            arn: variable(env, &["ALIBABA_CLOUD_ROLE_ARN"])?,
            session: variable(env, &["ALIBABA_CLOUD_ROLE_SESSION_NAME"])
                .unwrap_or_else(|| SESSION.to_owned()),
            ..Role::default()
        },
    })
}

fn is_on(env: &Environment, name: &str) -> bool {
    variable(env, &[name]).is_some_and(|v| v != "0" && !v.eq_ignore_ascii_case("false"))
}

fn instance_role(config: Fields<'_>, env: &Environment) -> Option<String> {
    if is_on(env, "ALIBABA_CLOUD_ECS_METADATA_DISABLED") {
        return None;
    }
    config.string("ecs_role_name").or_else(|| {
        variable(
            env,
            &["ALICLOUD_ECS_ROLE_NAME", "ALIBABA_CLOUD_ECS_METADATA"],
        )
    })
}

/// The metadata service of the instance; its address is the same on every one, and another only on this machine.
pub(super) fn metadata(env: &Environment, role: Option<String>) -> Result<Metadata, Problem> {
    const VARIABLE: &str = "ALIBABA_CLOUD_ECS_METADATA_ENDPOINT";
    let url = match variable(env, &[VARIABLE]) {
        None => Metadata::ADDRESS.to_owned(),
        Some(given) => endpoints::url(&given, None).map_err(|why| {
            let detail =
                format!("The address {given:?} of the metadata service, from {VARIABLE}, {why}");
            Problem::error("invalid-endpoint", "Invalid endpoint", detail)
        })?,
    };
    Ok(Metadata {
        url,
        role,
        token_only: is_on(env, "ALIBABA_CLOUD_IMDSV1_DISABLED"),
    })
}

/// Keys that are fetched by a URL: in the clear only from this machine.
pub(super) fn local_address(uri: &str) -> Result<Source, Problem> {
    let (scheme, rest) = uri.split_once("://").unwrap_or(("", uri));
    let authority = rest.split(['/', '?', '#']).next().unwrap_or("");
    match endpoints::url(&format!("{scheme}://{authority}"), None) {
        Ok(_) => Ok(Source::Uri(uri.to_owned())),
        Err(why) => Err(Problem::error(
            "invalid-endpoint",
            "Invalid address for credentials",
            format!("The address {uri:?}, where credentials are to be fetched, {why}"),
        )),
    }
}

/// The role that is assumed with the keys: by the block, else by variables.
fn assumed(
    config: Fields<'_>,
    env: &Environment,
    source: &Source,
) -> Result<Option<Role>, Problem> {
    if let Some(block) = config.blocks("assume_role").first() {
        return Ok(block.string("role_arn").map(|arn| Role {
            arn,
            session: block
                .string("session_name")
                .or_else(|| session_variable(env))
                .unwrap_or_else(|| SESSION.to_owned()),
            seconds: block.int("session_expiration"),
            policy: block.string("policy"),
            external_id: block.string("external_id"),
        }));
    }
    // The variables of an identity provider name its role by the same variable.
    let names: &[&str] = match source {
        Source::Identity { .. } => &["ALICLOUD_ASSUME_ROLE_ARN"],
        _ => &["ALICLOUD_ASSUME_ROLE_ARN", "ALIBABA_CLOUD_ROLE_ARN"],
    };
    let Some(arn) = variable(env, names) else {
        return Ok(None);
    };
    let seconds = variable(env, &[SECONDS]).map(|text| {
        let number = text.parse().ok().filter(|n| EXPIRATION.contains(n));
        number.ok_or_else(|| {
            let detail =
                format!("{SECONDS} is {text:?}. It must be a number of seconds from 900 to 43200.");
            Problem::error(
                "invalid-value",
                "Invalid value of an environment variable",
                detail,
            )
        })
    });
    Ok(Some(Role {
        arn,
        session: session_variable(env).unwrap_or_else(|| SESSION.to_owned()),
        seconds: seconds.transpose()?,
        policy: None,
        external_id: variable(env, &["ALIBABA_CLOUD_ROLE_EXTERNAL_ID"]),
    }))
}

fn session_variable(env: &Environment) -> Option<String> {
    let names = [
        "ALICLOUD_ASSUME_ROLE_SESSION_NAME",
        "ALIBABA_CLOUD_ROLE_SESSION_NAME",
    ];
    variable(env, &names)
}

/// Checks what the blocks say of roles.
pub(super) fn validate(config: Fields<'_>) -> Vec<Problem> {
    let mut problems = Vec::new();
    for name in ["assume_role", "assume_role_with_oidc"] {
        for block in config.blocks(name) {
            let seconds = block.int("session_expiration");
            if let Some(seconds) = seconds.filter(|s| !EXPIRATION.contains(s)) {
                let detail = format!(
                    "session_expiration of {name} is {seconds}. It must be 900 to 43200 seconds."
                );
                let problem =
                    Problem::error("invalid-value", "Invalid value for an argument", detail);
                problems.push(problem.at(attr_path(name)));
            }
        }
    }
    problems
}

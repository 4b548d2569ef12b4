//! Decides what comes of the provider's configuration block together with the environment: region, limits of time, and with
//! `credentials`, `profile` and `endpoints` whom requests come from and where they go. It does not read the environment, it is
//! handed it. What the block has is in `schema`.

mod credentials;
mod endpoints;
mod profile;
mod schema;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use cairn_provider::Problem;
use cairn_value::Value;
use ecs_api::rules::Profile as Rules;

use crate::client::{Endpoints, Signature, Source};
use crate::describe::{Fields, attr_path};

pub(crate) use schema::schema;

/// What the provider may know of the process it runs in. The binary fills it; nothing here looks by itself.
#[derive(Clone, Debug, Default)]
pub struct Environment {
    /// Environment variables. Those named `ALICLOUD_*`, `ALIBABA_CLOUD_*`, `ALIBABACLOUD_*` and `*_ENDPOINT` matter, and
    /// `CAIRN_SIGNATURE`.
    pub variables: BTreeMap<String, String>,
    /// The home directory, where profiles are (`.aliyun/config.json`).
    pub home: Option<PathBuf>,
    /// The emulator that takes the place of the cloud; wins over everything that the configuration and the variables say
    /// of endpoints and credentials.
    pub emulator: Option<EmulatorAccess>,
    /// The documents by which configurations and requests are checked.
    pub rules: Rules,
}

/// How the emulator is reached.
#[derive(Clone, Debug)]
pub struct EmulatorAccess {
    /// Its URL, such as `http://127.0.0.1:8090`.
    pub url: String,
    /// The access key that it takes.
    pub access_key_id: String,
    /// The secret of that key.
    pub access_key_secret: String,
}

/// The region where none is configured, as the real provider has it.
pub(crate) const DEFAULT_REGION: &str = "cn-beijing";

/// What a session needs.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    pub(crate) region: String,
    pub(crate) source: Source,
    pub(crate) signature: Signature,
    pub(crate) endpoints: Endpoints,
    pub(crate) connect_timeout: Duration,
    pub(crate) exchange_timeout: Duration,
    pub(crate) patience: Option<Duration>,
}

/// Checks the block, which may hold unknown values.
pub(crate) fn validate(config: Fields<'_>) -> Vec<Problem> {
    let table = crate::describe::Table::new(schema::attrs());
    let mut problems = crate::describe::check_table(&table, config);
    problems.extend(credentials::validate(config));
    problems
}

/// Whether an instance is replaced when its image changes, as the `features` block says.
pub(crate) fn replaces_on_image_update(provider: Fields<'_>) -> bool {
    provider
        .blocks("features")
        .iter()
        .flat_map(|f| f.blocks("ecs_instance"))
        .any(|e| e.is_true("replace_on_image_update"))
}

/// Puts block and environment together.
pub(crate) fn settings(config: &Value, env: &Environment) -> Result<Settings, Vec<Problem>> {
    let empty = cairn_value::Object::new([]);
    let config = Fields::of(config.as_object().unwrap_or(&empty));
    let mut problems = validate(config);
    let chosen = match credentials::choose(config, env) {
        Ok(chosen) => Some(chosen),
        Err(problem) => {
            problems.push(problem);
            None
        }
    };
    let signature = match signature(env) {
        Ok(signature) => signature,
        Err(problem) => {
            problems.push(problem);
            Signature::default()
        }
    };
    let region = config
        .string("region")
        .or_else(|| {
            variable(
                env,
                &[
                    "ALICLOUD_REGION",
                    "ALIBABA_CLOUD_REGION",
                    "ALIBABACLOUD_REGION",
                ],
            )
        })
        .or_else(|| chosen.as_ref().and_then(|c| c.region.clone()))
        .unwrap_or_else(|| DEFAULT_REGION.to_owned());
    if !region
        .bytes()
        .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
    {
        problems.push(
            Problem::error(
                "invalid-region",
                "Invalid region",
                format!("{region:?} is no region id. Region ids look like \"cn-hangzhou\" or \"ap-southeast-1\"."),
            )
            .at(attr_path("region")),
        );
    }
    let endpoints = match endpoints::endpoints(config, env, &region) {
        Ok(endpoints) => Some(endpoints),
        Err(mut wrong) => {
            problems.append(&mut wrong);
            None
        }
    };
    let millis = |n: &str| {
        config
            .int(n)
            .and_then(|i| u64::try_from(i).ok())
            .map(Duration::from_millis)
    };
    match (chosen, endpoints) {
        (Some(chosen), Some(endpoints)) if problems.is_empty() => Ok(Settings {
            region,
            source: chosen.source,
            signature,
            endpoints,
            connect_timeout: millis("client_connect_timeout").unwrap_or(Duration::from_secs(10)),
            exchange_timeout: millis("client_read_timeout").unwrap_or(Duration::from_secs(60)),
            patience: config
                .int("max_retry_timeout")
                .and_then(|i| u64::try_from(i).ok())
                .map(Duration::from_secs),
        }),
        _ => Err(problems),
    }
}

/// The version of signatures that is asked for.
fn signature(env: &Environment) -> Result<Signature, Problem> {
    match variable(env, &["CAIRN_SIGNATURE"]) {
        None => Ok(Signature::default()),
        Some(name) if name.eq_ignore_ascii_case("V1") => Ok(Signature::V1),
        Some(name) if name.eq_ignore_ascii_case("V3") => Ok(Signature::V3),
        Some(name) => {
            let detail = format!("CAIRN_SIGNATURE is {name:?}. There are the versions V1 and V3.");
            let summary = "Invalid value of an environment variable";
            Err(Problem::error("invalid-value", summary, detail))
        }
    }
}

fn variable(env: &Environment, names: &[&str]) -> Option<String> {
    names
        .iter()
        .find_map(|n| env.variables.get(*n).filter(|v| !v.is_empty()).cloned())
}

//! Decides what a profile of `~/.aliyun/config.json` stands for, by its mode.

use std::path::{Path, PathBuf};

use cairn_provider::Problem;
use ecs_api::{Credentials, Secret};
use serde_json::Value as Json;

use super::credentials::{Chosen, SESSION, local_address, metadata};
use super::{Environment, variable};
use crate::client::{IdentityToken, Role, Source};
use crate::describe::{Fields, attr_path};

/// The modes that are understood, for messages.
const MODES: &str = "AK, StsToken, RamRoleArn, EcsRamRole, RamRoleArnWithEcs, ChainableRamRoleArn, OIDC or CredentialsURI";

/// Reads a profile.
pub(super) fn read(config: Fields<'_>, env: &Environment, wanted: &str) -> Result<Chosen, Problem> {
    let path = path(config, env)
        .ok_or_else(|| wrong("The home directory is not known. Set shared_credentials_file."))?;
    let text = std::fs::read_to_string(&path)
        .map_err(|e| wrong(format!("{} cannot be read: {e}.", path.display())))?;
    // The text holds secrets: of an error the line is told, and nothing of the text.
    let json: Json = serde_json::from_str(&text).map_err(|e| {
        wrong(format!(
            "{} is not JSON, at line {}.",
            path.display(),
            e.line()
        ))
    })?;
    let file = File {
        path: &path,
        json: &json,
        env,
    };
    let profile = file.profile(wanted)?;
    Ok(Chosen {
        source: file.source(wanted, &mut Vec::new())?,
        region: text_of(profile, "region_id"),
    })
}

fn path(config: Fields<'_>, env: &Environment) -> Option<PathBuf> {
    let given = config.string("shared_credentials_file").or_else(|| {
        let names = [
            "ALICLOUD_SHARED_CREDENTIALS_FILE",
            "ALIBABA_CLOUD_CREDENTIALS_FILE",
        ];
        variable(env, &names)
    });
    let own = || Some(env.home.as_ref()?.join(".aliyun").join("config.json"));
    given.map(PathBuf::from).or_else(own)
}

fn wrong(detail: impl Into<String>) -> Problem {
    Problem::error("invalid-profile", "Profile cannot be used", detail).at(attr_path("profile"))
}

fn text_of(profile: &Json, member: &str) -> Option<String> {
    let text = profile[member].as_str().filter(|s| !s.is_empty())?;
    Some(text.to_owned())
}

/// The file with the profiles.
struct File<'a> {
    path: &'a Path,
    json: &'a Json,
    env: &'a Environment,
}

impl File<'_> {
    fn profile(&self, name: &str) -> Result<&Json, Problem> {
        let all = self.json["profiles"].as_array().into_iter().flatten();
        all.into_iter().find(|p| p["name"] == name).ok_or_else(|| {
            wrong(format!(
                "There is no profile {name:?} in {}.",
                self.path.display()
            ))
        })
    }

    /// Where the keys of a profile come from. `through` are the profiles that led to it.
    fn source(&self, name: &str, through: &mut Vec<String>) -> Result<Source, Problem> {
        let profile = self.profile(name)?;
        let text = |member: &str| text_of(profile, member);
        let need = |member: &str| {
            text(member).ok_or_else(|| wrong(format!("The profile {name:?} has no {member}.")))
        };
        let role = || -> Result<Role, Problem> {
            Ok(Role {
                arn: need("ram_role_arn")?,
                session: text("ram_session_name").unwrap_or_else(|| SESSION.to_owned()),
                seconds: profile["expired_seconds"].as_i64().filter(|s| *s > 0),
                policy: text("policy"),
                external_id: text("external_id"),
            })
        };
        let keys = |token: Option<String>| -> Result<Source, Problem> {
            Ok(Source::Given(Credentials {
                access_key_id: need("access_key_id")?,
                access_key_secret: Secret::new(need("access_key_secret")?),
                security_token: token.map(Secret::new),
            }))
        };
        let instance = || metadata(self.env, text("ram_role_name")).map(Source::Instance);
        let mode = text("mode").unwrap_or_else(|| "AK".to_owned());
        match mode.as_str() {
            "AK" => keys(text("sts_token")),
            "StsToken" => keys(Some(need("sts_token")?)),
            "RamRoleArn" => Ok(Source::Role(Box::new(keys(text("sts_token"))?), role()?)),
            "EcsRamRole" => instance(),
            "RamRoleArnWithEcs" => Ok(Source::Role(Box::new(instance()?), role()?)),
            "ChainableRamRoleArn" => {
                through.push(name.to_owned());
                let by = need("source_profile")?;
                if through.contains(&by) {
                    return Err(wrong(format!(
                        "The profile {name:?} takes its keys from {by:?}, which takes them from it."
                    )));
                }
                Ok(Source::Role(Box::new(self.source(&by, through)?), role()?))
            }
            "OIDC" => Ok(Source::Identity {
                provider_arn: need("oidc_provider_arn")?,
                token: IdentityToken::File(need("oidc_token_file")?.into()),
                role: role()?,
            }),
            "CredentialsURI" => {
                local_address(&need("credentials_uri")?).map_err(|p| p.at(attr_path("profile")))
            }
            _ => Err(wrong(format!(
                "The profile {name:?} is of the mode {mode}, which cairn cannot use. Use one of the mode {MODES}."
            ))),
        }
    }
}

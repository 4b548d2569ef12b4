//! Decides what the provider's configuration block has, and what comes of it together with the environment: region,
//! credentials, endpoints, limits of time. It does not read the environment, it is handed it.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use cairn_model::BlockSchema;
use cairn_provider::Problem;
use cairn_value::{Path, Value};
use ecs_api::rules::Profile as Rules;
use ecs_api::{Credentials, Secret};

use crate::client::Endpoints;
use crate::describe::{Attr, Block, Check, Fallback, Fields, Ty, attr_path, block_schema};

/// What the provider may know of the process it runs in. The binary fills it; nothing here looks by itself.
#[derive(Clone, Debug, Default)]
pub struct Environment {
    /// Environment variables. Those named `ALICLOUD_*`, `ALIBABA_CLOUD_*`, `ALIBABACLOUD_*` and `*_ENDPOINT` matter.
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
    pub(crate) credentials: Credentials,
    pub(crate) endpoints: Endpoints,
    pub(crate) connect_timeout: Duration,
    pub(crate) exchange_timeout: Duration,
    pub(crate) patience: Option<Duration>,
}

const ENDPOINTS: &str = "acr actiontrail adb aiworkspace alb alidfs alidns alikafka amqp antiddos_public apig apigateway arms \
    bastionhost beebot bpstudio brain_industrial bssopenapi cas cassandra cbn cbs cddc cdn cds chatbot clickhouse cloudapi \
    cloudauth cloudfirewall cloudfw cloudphone cloudsso cms computenest config cr cs das datahub dataworks_public \
    dataworkspublic dbfs dbs dcdn ddosbasic ddosbgp ddoscoo dds devops_rdc devopsrdc dfs dg dm dms_enterprise dmsenterprise \
    dns drds dts dysms dysmsapi eais ebs ecd eci ecs edas edasschedulerx eds_user edsuser eflo eflo_cnp eflo_controller ehpc \
    ehs eipanycast elasticsearch emr ens esa ess eventbridge fc fc_open fnf ga gaplus gdb gds gpdb gwlb gwsecd hbr hcs_sgw \
    hitsdb imm imp ims iot kms kvstore location log market maxcompute mhub mns mns_open mscopensubscription mse nas nlb \
    oceanbase oceanbasepro ons onsproxy oos opensearch oss ots polardb polardbx privatelink pvtz quickbi quickbi_public \
    quotas r_kvstore ram rds redisa resourcemanager resourcesharing ressharing rocketmq ros sae sas scdn schedulerx2 sddp \
    selectdb serverless servicecatalog servicemesh sgw slb smartag srvcatalog sts swas swas_open tag vod vpc vpcipam vpcpeer \
    vs waf waf_openapi";

/// The attributes of the block that cairn cannot act on yet: they choose other ways to credentials.
const OTHER_CREDENTIALS: &[&str] = &["ecs_role_name", "credentials_uri"];
const OTHER_CREDENTIAL_BLOCKS: &[&str] = &["assume_role", "assume_role_with_oidc"];

fn attrs() -> Vec<Attr> {
    use Ty::{Bool, Int, Str};
    vec![
        Attr::optional(
            "access_key",
            Str,
            "The access key id. Also ALICLOUD_ACCESS_KEY or ALIBABA_CLOUD_ACCESS_KEY_ID.",
        ),
        Attr::optional("account_id", Str, "The account's id."),
        Attr::optional(
            "account_type",
            Str,
            "The account's site: Domestic or International.",
        ),
        Attr::optional(
            "client_connect_timeout",
            Int,
            "Milliseconds to wait for a connection.",
        ),
        Attr::optional(
            "client_read_timeout",
            Int,
            "Milliseconds to wait for an answer.",
        ),
        Attr::optional("configuration_source", Str, "A mark for the user agent.")
            .check(Check::Len(0, 1024)),
        Attr::optional(
            "credentials_uri",
            Str,
            "A local address that gives credentials.",
        ),
        Attr::optional(
            "ecs_role_name",
            Str,
            "The RAM role of the instance that this runs on.",
        ),
        Attr::optional("fc", Str, "An endpoint.").deprecated("Use the endpoints block instead."),
        Attr::optional("log_endpoint", Str, "An endpoint.")
            .deprecated("Use the endpoints block instead."),
        Attr::optional(
            "max_retry_timeout",
            Int,
            "Seconds for which a failing request is repeated.",
        ),
        Attr::optional("mns_endpoint", Str, "An endpoint.")
            .deprecated("Use the endpoints block instead."),
        Attr::optional("ots_instance_name", Str, "An instance name.")
            .deprecated("It has no use any more."),
        Attr::optional(
            "profile",
            Str,
            "The profile to take credentials from. Also ALICLOUD_PROFILE or ALIBABA_CLOUD_PROFILE.",
        ),
        Attr::optional("protocol", Str, "HTTPS, or HTTP to this machine only.")
            .fallback(Fallback::Str("HTTPS"))
            .one_of(&["HTTP", "HTTPS"]),
        Attr::optional(
            "region",
            Str,
            "The region. Also ALICLOUD_REGION or ALIBABA_CLOUD_REGION.",
        ),
        Attr::optional(
            "secret_key",
            Str,
            "The secret of the access key. Also ALICLOUD_SECRET_KEY or ALIBABA_CLOUD_ACCESS_KEY_SECRET.",
        ),
        Attr::optional(
            "secure_transport",
            Str,
            "Taken for the sake of old configurations.",
        ),
        Attr::optional(
            "security_token",
            Str,
            "The token of temporary credentials. Also ALICLOUD_SECURITY_TOKEN.",
        ),
        Attr::optional(
            "security_transport",
            Str,
            "Taken for the sake of old configurations.",
        ),
        Attr::optional(
            "shared_credentials_file",
            Str,
            "The file with profiles; ~/.aliyun/config.json if left out.",
        ),
        Attr::optional(
            "skip_region_validation",
            Bool,
            "Taken for the sake of old configurations: regions are not checked.",
        ),
        Attr::optional(
            "source_ip",
            Str,
            "Taken for the sake of old configurations.",
        ),
    ]
}

fn blocks() -> Vec<Block> {
    use Ty::{Bool, Int, Str};
    vec![
        Block::set(
            "assume_role",
            0,
            1,
            vec![
                Attr::optional("external_id", Str, "The external id."),
                Attr::optional("policy", Str, "A policy that narrows the role."),
                Attr::required("role_arn", Str, "The role."),
                Attr::optional("session_expiration", Int, "Seconds, 900 to 43200."),
                Attr::optional("session_name", Str, "The session's name."),
            ],
        ),
        Block::list(
            "assume_role_with_oidc",
            0,
            1,
            vec![
                Attr::required("oidc_provider_arn", Str, "The identity provider."),
                Attr::optional("oidc_token", Str, "The token."),
                Attr::optional("oidc_token_file", Str, "The file with the token."),
                Attr::optional("policy", Str, "A policy that narrows the role."),
                Attr::required("role_arn", Str, "The role."),
                Attr::optional("role_session_name", Str, "The session's name."),
                Attr::optional("session_expiration", Int, "Seconds."),
            ],
        ),
        Block::set(
            "endpoints",
            0,
            0,
            ENDPOINTS
                .split_ascii_whitespace()
                .map(|n| Attr::optional(n, Str, "Host and port, or a URL."))
                .collect(),
        ),
        Block::list("features", 0, 1, Vec::new()).with_blocks(vec![Block::list(
            "ecs_instance",
            0,
            1,
            vec![
                Attr::optional(
                    "replace_on_image_update",
                    Bool,
                    "An instance is replaced when its image changes.",
                )
                .fallback(Fallback::Bool(false)),
            ],
        )]),
        Block::set(
            "sign_version",
            0,
            1,
            vec![
                Attr::optional("oss", Str, "The version for OSS."),
                Attr::optional("sls", Str, "The version for SLS."),
            ],
        ),
    ]
}

/// The schema of the provider's block.
pub(crate) fn schema() -> BlockSchema {
    block_schema(&attrs(), &blocks())
}

/// Checks the block, which may hold unknown values.
pub(crate) fn validate(config: Fields<'_>) -> Vec<Problem> {
    let table = crate::describe::Table::new(attrs());
    let mut problems = crate::describe::check_table(&table, config);
    let other = OTHER_CREDENTIALS
        .iter()
        .filter(|n| config.str(n).is_some())
        .chain(
            OTHER_CREDENTIAL_BLOCKS
                .iter()
                .filter(|n| !config.blocks(n).is_empty()),
        );
    for name in other {
        problems.push(
            Problem::error(
                "argument-not-supported",
                "Argument not supported yet",
                format!(
                    "cairn cannot get credentials by {name} yet. Get temporary credentials with the aliyun command line, and give \
                     them as access_key, secret_key and security_token, or in ALICLOUD_ACCESS_KEY, ALICLOUD_SECRET_KEY and \
                     ALICLOUD_SECURITY_TOKEN."
                ),
            )
            .at(attr_path(name)),
        );
    }
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
    let profile = match profile(config, env) {
        Ok(profile) => profile,
        Err(problem) => {
            problems.push(problem);
            None
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
        .or_else(|| profile.as_ref().and_then(|p| p.region.clone()))
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
    let credentials = credentials(config, env, profile);
    if credentials.is_none() && problems.is_empty() {
        problems.push(no_credentials());
    }
    let endpoints = match endpoints(config, env, &region) {
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
    match (credentials, endpoints) {
        (Some(credentials), Some(endpoints)) if problems.is_empty() => Ok(Settings {
            region,
            credentials,
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

fn variable(env: &Environment, names: &[&str]) -> Option<String> {
    names
        .iter()
        .find_map(|n| env.variables.get(*n).filter(|v| !v.is_empty()).cloned())
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
         To try it without an account, run the command with -emulator: it starts a cloud inside the process.",
    )
}

fn credentials(
    config: Fields<'_>,
    env: &Environment,
    profile: Option<Profile>,
) -> Option<Credentials> {
    if let Some(emulator) = &env.emulator {
        return Some(Credentials {
            access_key_id: emulator.access_key_id.clone(),
            access_key_secret: Secret::new(emulator.access_key_secret.clone()),
            security_token: None,
        });
    }
    let given =
        |attribute: &str, names: &[&str]| config.string(attribute).or_else(|| variable(env, names));
    let id = given(
        "access_key",
        &[
            "ALICLOUD_ACCESS_KEY",
            "ALIBABA_CLOUD_ACCESS_KEY_ID",
            "ALIBABACLOUD_ACCESS_KEY_ID",
        ],
    );
    let secret = given(
        "secret_key",
        &[
            "ALICLOUD_SECRET_KEY",
            "ALIBABA_CLOUD_ACCESS_KEY_SECRET",
            "ALIBABACLOUD_ACCESS_KEY_SECRET",
        ],
    );
    let token = given(
        "security_token",
        &[
            "ALICLOUD_SECURITY_TOKEN",
            "ALIBABA_CLOUD_SECURITY_TOKEN",
            "ALIBABACLOUD_SECURITY_TOKEN",
        ],
    );
    match (id, secret, profile) {
        (Some(id), Some(secret), _) => Some(Credentials {
            access_key_id: id,
            access_key_secret: Secret::new(secret),
            security_token: token.map(Secret::new),
        }),
        (_, _, Some(profile)) => Some(Credentials {
            access_key_id: profile.access_key_id,
            access_key_secret: Secret::new(profile.access_key_secret),
            security_token: profile.security_token.map(Secret::new),
        }),
        _ => None,
    }
}

/// What a profile gives.
struct Profile {
    access_key_id: String,
    access_key_secret: String,
    security_token: Option<String>,
    region: Option<String>,
}

/// Reads the profile that is asked for; nothing where none is.
fn profile(config: Fields<'_>, env: &Environment) -> Result<Option<Profile>, Problem> {
    let Some(wanted) = config
        .string("profile")
        .or_else(|| variable(env, &["ALICLOUD_PROFILE", "ALIBABA_CLOUD_PROFILE"]))
        .filter(|_| env.emulator.is_none())
    else {
        return Ok(None);
    };
    let wrong = |detail: String| {
        Problem::error("invalid-profile", "Profile cannot be used", detail).at(attr_path("profile"))
    };
    let path = config
        .string("shared_credentials_file")
        .or_else(|| {
            variable(
                env,
                &[
                    "ALICLOUD_SHARED_CREDENTIALS_FILE",
                    "ALIBABA_CLOUD_CREDENTIALS_FILE",
                ],
            )
        })
        .map(PathBuf::from)
        .or_else(|| {
            env.home
                .as_ref()
                .map(|h| h.join(".aliyun").join("config.json"))
        })
        .ok_or_else(|| {
            wrong("The home directory is not known. Set shared_credentials_file.".to_owned())
        })?;
    let text = std::fs::read_to_string(&path)
        .map_err(|e| wrong(format!("{} cannot be read: {e}.", path.display())))?;
    let json: serde_json::Value = serde_json::from_str(&text).map_err(|e| {
        wrong(format!(
            "{} is not JSON, at line {}.",
            path.display(),
            e.line()
        ))
    })?;
    let found = json["profiles"]
        .as_array()
        .into_iter()
        .flatten()
        .find(|p| p["name"] == wanted.as_str())
        .ok_or_else(|| {
            wrong(format!(
                "There is no profile {wanted:?} in {}.",
                path.display()
            ))
        })?;
    let text = |n: &str| {
        found[n]
            .as_str()
            .filter(|s| !s.is_empty())
            .map(str::to_owned)
    };
    let mode = text("mode").unwrap_or_else(|| "AK".to_owned());
    if mode != "AK" && mode != "StsToken" {
        return Err(wrong(format!(
            "The profile {wanted:?} is of the mode {mode}, which cairn cannot use yet. Use one of the mode AK or StsToken."
        )));
    }
    match (text("access_key_id"), text("access_key_secret")) {
        (Some(access_key_id), Some(access_key_secret)) => Ok(Some(Profile {
            access_key_id,
            access_key_secret,
            security_token: text("sts_token"),
            region: text("region_id"),
        })),
        _ => Err(wrong(format!(
            "The profile {wanted:?} has no access_key_id and access_key_secret."
        ))),
    }
}

fn endpoints(
    config: Fields<'_>,
    env: &Environment,
    region: &str,
) -> Result<Endpoints, Vec<Problem>> {
    if let Some(emulator) = &env.emulator {
        let url = emulator.url.trim_end_matches('/').to_owned();
        return Ok(Endpoints {
            ecs: url.clone(),
            vpc: url.clone(),
            sts: url,
        });
    }
    let mut problems = Vec::new();
    let blocks = config.blocks("endpoints");
    let protocol = config.str("protocol");
    let mut find = |product: &str| {
        let upper = product.to_uppercase();
        let from_block = blocks.iter().find_map(|b| b.string(product));
        let in_block = from_block.is_some();
        let given = from_block.or_else(|| {
            variable(
                env,
                &[
                    &format!("ALIBABA_CLOUD_ENDPOINT_{upper}"),
                    &format!("{upper}_ENDPOINT"),
                ],
            )
        });
        let Some(given) = given else {
            return format!("https://{product}.{region}.aliyuncs.com");
        };
        match endpoint_url(&given, protocol) {
            Ok(url) => url,
            Err(why) => {
                let source = if in_block {
                    "the endpoints block".to_owned()
                } else {
                    format!("{upper}_ENDPOINT")
                };
                problems.push(
                    Problem::error(
                        "invalid-endpoint",
                        "Invalid endpoint",
                        format!("The endpoint {given:?} for {product}, from {source}, {why}"),
                    )
                    .at(Path::attr("endpoints")),
                );
                String::new()
            }
        }
    };
    let endpoints = Endpoints {
        ecs: find("ecs"),
        vpc: find("vpc"),
        sts: find("sts"),
    };
    if problems.is_empty() {
        Ok(endpoints)
    } else {
        Err(problems)
    }
}

/// The URL of an endpoint that is given as `host`, `host:port` or a URL. Without a scheme the protocol counts, and where that
/// is not set either, plain HTTP is used to this machine and HTTPS to all others.
fn endpoint_url(given: &str, protocol: Option<&str>) -> Result<String, String> {
    let (scheme, rest) = match given.split_once("://") {
        Some((scheme @ ("http" | "https"), rest)) => (Some(scheme), rest),
        Some(_) => return Err("has another scheme than http and https.".to_owned()),
        None => (None, given),
    };
    let authority = rest.trim_end_matches('/');
    if authority.is_empty()
        || authority
            .chars()
            .any(|c| c.is_whitespace() || matches!(c, '/' | '?' | '#' | '@'))
    {
        return Err("must be a host, a host and a port, or a URL of these.".to_owned());
    }
    let host = match authority.strip_prefix('[') {
        Some(v6) => v6.split_once(']').map_or("", |(h, _)| h),
        None => authority.rsplit_once(':').map_or(authority, |(h, _)| h),
    };
    let loopback = host == "localhost"
        || host
            .parse::<std::net::IpAddr>()
            .is_ok_and(|a| a.is_loopback());
    let scheme = match (scheme, protocol) {
        (Some(scheme), _) => scheme,
        (None, Some("HTTP")) => "http",
        (None, Some("HTTPS")) => "https",
        (None, _) if loopback => "http",
        (None, _) => "https",
    };
    if scheme == "http" && !loopback {
        return Err(
            "would send signed requests, and passwords in them, without encryption. Plain HTTP is for this machine only \
             (127.0.0.1, localhost); use HTTPS."
                .to_owned(),
        );
    }
    Ok(format!("{scheme}://{authority}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use cairn_value::{Object, name};

    fn env(pairs: &[(&str, &str)]) -> Environment {
        Environment {
            variables: pairs
                .iter()
                .map(|(k, v)| ((*k).to_owned(), (*v).to_owned()))
                .collect(),
            ..Environment::default()
        }
    }

    #[test]
    fn plain_http_goes_to_this_machine_only() {
        let url = |given, protocol| endpoint_url(given, protocol).ok();
        assert_eq!(
            url("127.0.0.1:8090", None).as_deref(),
            Some("http://127.0.0.1:8090")
        );
        assert_eq!(
            url("127.0.0.1:8090", Some("HTTPS")).as_deref(),
            Some("https://127.0.0.1:8090")
        );
        assert_eq!(url("[::1]:1", None).as_deref(), Some("http://[::1]:1"));
        assert_eq!(
            url("ecs.example.com", None).as_deref(),
            Some("https://ecs.example.com")
        );
        assert_eq!(
            url("https://ecs.example.com/", None).as_deref(),
            Some("https://ecs.example.com")
        );
        assert_eq!(url("http://ecs.example.com", None), None);
        assert_eq!(url("ecs.example.com", Some("HTTP")), None);
        assert_eq!(url("ftp://x", None), None);
        assert_eq!(url("a/b", None), None);
        assert_eq!(url("http://127.0.0.1@evil.example", None), None);
    }

    #[test]
    fn credentials_come_from_block_or_variables() {
        let none = settings(&Value::object([]), &env(&[])).unwrap_err();
        assert_eq!(none.len(), 1);
        for way in [
            "ALICLOUD_ACCESS_KEY",
            "ALIBABA_CLOUD_ACCESS_KEY_ID",
            "access_key",
            "profile",
            "-emulator",
        ] {
            assert!(none[0].detail.contains(way), "{way}");
        }
        let e = env(&[
            ("ALICLOUD_ACCESS_KEY", "a"),
            ("ALICLOUD_SECRET_KEY", "s"),
            ("ALICLOUD_REGION", "cn-hangzhou"),
        ]);
        let s = settings(&Value::object([]), &e).unwrap();
        assert_eq!(s.credentials.access_key_id, "a");
        assert_eq!(s.region, "cn-hangzhou");
        assert_eq!(s.endpoints.ecs, "https://ecs.cn-hangzhou.aliyuncs.com");
        let block = Value::object([
            (name("access_key"), Value::string("b")),
            (name("secret_key"), Value::string("t")),
            (name("region"), Value::string("cn-shanghai")),
        ]);
        let s = settings(&block, &e).unwrap();
        assert_eq!(
            (s.credentials.access_key_id.as_str(), s.region.as_str()),
            ("b", "cn-shanghai")
        );
    }

    #[test]
    fn endpoints_come_from_block_or_variables_and_the_emulator_wins() {
        let mut e = env(&[
            ("ALIBABA_CLOUD_ACCESS_KEY_ID", "a"),
            ("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "s"),
            ("ECS_ENDPOINT", "127.0.0.1:1"),
            ("VPC_ENDPOINT", "127.0.0.1:2"),
        ]);
        let block = Value::object([(
            name("endpoints"),
            Value::set(
                cairn_value::Type::object([(name("ecs"), cairn_value::Type::String)]),
                vec![Value::Object(std::sync::Arc::new(Object::new([(
                    name("ecs"),
                    Value::string("127.0.0.1:9"),
                )])))],
            ),
        )]);
        let s = settings(&block, &e).unwrap();
        assert_eq!(s.endpoints.ecs, "http://127.0.0.1:9");
        assert_eq!(s.endpoints.vpc, "http://127.0.0.1:2");
        e.emulator = Some(EmulatorAccess {
            url: "http://127.0.0.1:7/".to_owned(),
            access_key_id: "e".to_owned(),
            access_key_secret: "f".to_owned(),
        });
        let s = settings(&block, &e).unwrap();
        assert_eq!(s.endpoints.ecs, "http://127.0.0.1:7");
        assert_eq!(s.credentials.access_key_id, "e");
        e.emulator = None;
        e.variables
            .insert("ECS_ENDPOINT".to_owned(), "http://10.0.0.1".to_owned());
        let wrong = settings(&Value::object([]), &e).unwrap_err();
        assert_eq!(wrong[0].code, "invalid-endpoint");
    }

    #[test]
    fn the_block_knows_every_endpoint() {
        assert_eq!(ENDPOINTS.split_ascii_whitespace().count(), 160);
        let schema = schema();
        assert_eq!(schema.blocks["endpoints"].block.attributes.len(), 160);
    }
}

//! Decides where each product is reached, and that nothing signed leaves this machine in the clear.

use cairn_provider::Problem;

use super::{Environment, variable};
use crate::client::Endpoints;
use crate::describe::{Fields, attr_path};

/// Services with one endpoint for all regions.
const CENTRAL: &[&str] = &["resourcemanager"];

/// The endpoints: of the emulator, else by the block, by variables, or those of the region.
pub(super) fn endpoints(
    config: Fields<'_>,
    env: &Environment,
    region: &str,
) -> Result<Endpoints, Vec<Problem>> {
    if let Some(emulator) = &env.emulator {
        let url = emulator.url.trim_end_matches('/').to_owned();
        return Ok(Endpoints {
            ecs: url.clone(),
            vpc: url.clone(),
            sts: url.clone(),
            resource_manager: url,
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
            return if CENTRAL.contains(&product) {
                format!("https://{product}.aliyuncs.com")
            } else {
                format!("https://{product}.{region}.aliyuncs.com")
            };
        };
        match url(&given, protocol) {
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
                    .at(attr_path("endpoints")),
                );
                String::new()
            }
        }
    };
    let endpoints = Endpoints {
        ecs: find("ecs"),
        vpc: find("vpc"),
        sts: find("sts"),
        resource_manager: find("resourcemanager"),
    };
    if problems.is_empty() {
        Ok(endpoints)
    } else {
        Err(problems)
    }
}

/// The URL of an endpoint that is given as `host`, `host:port` or a URL. Without a scheme the protocol counts, and where that
/// is not set either, plain HTTP is used to this machine and HTTPS to all others.
pub(super) fn url(given: &str, protocol: Option<&str>) -> Result<String, String> {
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
    use super::url as given_url;

    #[test]
    fn plain_http_goes_to_this_machine_only() {
        let url = |given, protocol| given_url(given, protocol).ok();
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
}

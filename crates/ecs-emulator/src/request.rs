//! Decides how an HTTP request is read as an API call: which signature version it speaks, which
//! action and version it names, which parameters it carries, in query, form or both, and which form
//! of answer it wants. Whether it is allowed in is the gate's business.

use ecs_api::sign::decode_query;

/// An HTTP request as it arrived.
#[derive(Clone, Debug, Default)]
pub(crate) struct Wire {
    pub(crate) method: String,
    pub(crate) path: String,
    /// Without `?`, as sent.
    pub(crate) query: String,
    /// Names in lower case.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

/// The signature version of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scheme {
    /// Everything is a parameter.
    V1,
    /// The protocol's members are headers.
    V3,
}

/// The form of a successful answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    /// What is answered when nothing else is asked for.
    Json,
    /// `Format=XML`, or in V3 a header `accept` that begins with it.
    Xml,
}

/// A request read as a call.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    pub(crate) scheme: Scheme,
    pub(crate) action: String,
    pub(crate) version: String,
    pub(crate) format: Format,
    pub(crate) params: Vec<(String, String)>,
}

impl Wire {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(n, _)| n == name)
            .map(|(_, value)| value.as_str())
    }

    /// Reads the request as a call; what is absent is left empty.
    pub(crate) fn call(&self) -> Call {
        let mut params = decode_query(&self.query);
        let form = self.header("content-type").is_some_and(|kind| {
            kind.to_ascii_lowercase()
                .starts_with("application/x-www-form-urlencoded")
        });
        if form {
            params.extend(decode_query(&String::from_utf8_lossy(&self.body)));
        }
        let scheme = match self.header("authorization") {
            Some(value) if value.trim_start().starts_with("ACS3-") => Scheme::V3,
            _ => Scheme::V1,
        };
        let named = |parameter: &str, header: &str| {
            let parameter = param(&params, parameter);
            let header = self.header(header);
            let found = match scheme {
                Scheme::V1 => parameter.or(header),
                Scheme::V3 => header.or(parameter),
            };
            found.unwrap_or("").trim().to_owned()
        };
        let action = named("Action", "x-acs-action");
        let version = named("Version", "x-acs-version");
        let is_xml = match (param(&params, "Format"), scheme, self.header("accept")) {
            (Some(format), ..) => format.eq_ignore_ascii_case("xml"),
            (None, Scheme::V3, Some(accepted)) => ["application/xml", "text/xml"]
                .iter()
                .any(|kind| accepted.trim_start().starts_with(kind)),
            _ => false,
        };
        Call {
            scheme,
            action,
            version,
            format: if is_xml { Format::Xml } else { Format::Json },
            params,
        }
    }
}

impl Call {
    pub(crate) fn param(&self, name: &str) -> Option<&str> {
        param(&self.params, name)
    }
}

fn param<'a>(params: &'a [(String, String)], name: &str) -> Option<&'a str> {
    params
        .iter()
        .find(|(n, _)| n == name)
        .map(|(_, value)| value.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn query_and_form_are_read_together() {
        let wire = Wire {
            method: "POST".into(),
            query: "Action=RunInstances&Version=2014-05-26".into(),
            headers: vec![(
                "content-type".into(),
                "application/x-www-form-urlencoded; charset=utf-8".into(),
            )],
            body: b"Amount=3&InstanceName=a+b".to_vec(),
            ..Wire::default()
        };
        let call = wire.call();
        assert_eq!(
            (call.scheme, call.action.as_str(), call.version.as_str()),
            (Scheme::V1, "RunInstances", "2014-05-26")
        );
        assert_eq!(call.param("InstanceName"), Some("a b"));
    }

    #[test]
    fn headers_name_the_action_in_v3() {
        let header = |n: &str, v: &str| (n.to_owned(), v.to_owned());
        let wire = Wire {
            headers: vec![
                header("authorization", "ACS3-HMAC-SHA256 Credential=a"),
                header("x-acs-action", "DescribeRegions"),
                header("x-acs-version", "2014-05-26"),
            ],
            ..Wire::default()
        };
        let call = wire.call();
        assert_eq!(
            (call.scheme, call.action.as_str()),
            (Scheme::V3, "DescribeRegions")
        );
    }

    #[test]
    fn the_format_is_a_parameter_or_what_v3_accepts() {
        let of = |query: &str, headers: &[(&str, &str)]| {
            let headers = headers
                .iter()
                .map(|(n, v)| ((*n).to_owned(), (*v).to_owned()));
            let wire = Wire {
                query: query.to_owned(),
                headers: headers.collect(),
                ..Wire::default()
            };
            wire.call().format
        };
        let v3 = ("authorization", "ACS3-HMAC-SHA256 Credential=a");
        let xml = ("accept", "application/xml");
        assert_eq!(of("Format=xml", &[]), Format::Xml);
        assert_eq!(of("Format=JSON", &[v3, xml]), Format::Json);
        assert_eq!(of("", &[v3, xml]), Format::Xml);
        assert_eq!(of("", &[v3, ("accept", "*/*")]), Format::Json);
        assert_eq!(of("", &[xml]), Format::Json);
    }
}

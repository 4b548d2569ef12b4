//! Decides how an object is reached: what a `connection` block comes to, and which ways there are not, with the reason.

use std::time::Duration;

use cairn_value::Value;

use super::fields::Fields;
use crate::Programs;

/// How long to try to connect where nothing is said: Terraform's five minutes.
const TIMEOUT: Duration = Duration::from_secs(300);

/// One machine on the way: the object itself, or the bastion before it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SshHost {
    /// Name or address.
    pub host: String,
    /// The port.
    pub port: u16,
    /// Who logs in.
    pub user: String,
    /// The text of a private key.
    pub private_key: Option<String>,
    /// The text of a signed certificate for that key.
    pub certificate: Option<String>,
    /// The host's public key, `TYPE BASE64`; without it every host is trusted, as Terraform does.
    pub host_key: Option<String>,
}

/// A connection by ssh.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SshConnection {
    /// The machine.
    pub target: SshHost,
    /// Who logs in with a password (of the target only).
    pub password: Option<String>,
    /// Keys of the user's agent are tried.
    pub agent: bool,
    /// The machine in between.
    pub bastion: Option<SshHost>,
    /// How long to try.
    pub timeout: Duration,
    /// Where scripts are put while they run; `%RAND%` stands for something that differs each time.
    pub script_path: Option<String>,
}

/// Something wrong with a connection: the argument, what, and the way out.
pub(super) type Wrong = (&'static str, String);

/// What cannot be done of a connection, as far as its values are known.
pub(super) fn refused(connection: &Value, programs: Programs) -> Vec<Wrong> {
    let f = Fields(connection);
    let mut wrong: Vec<Wrong> = Vec::new();
    let mut refuse = |argument, reason: &str| wrong.push((argument, reason.to_owned()));
    match f.text("type").as_deref() {
        None | Some("" | "ssh") => {}
        Some("winrm") => refuse(
            "type",
            "cairn connects by the installed ssh client, and there is no such client for WinRM. Use an OpenSSH server on the Windows machine, or do this work with user_data.",
        ),
        Some(_) => refuse(
            "type",
            "A connection is of the type \"ssh\"; there is no other.",
        ),
    }
    if !programs.ssh {
        refuse(
            "host",
            "A connection is made by the installed ssh client, but there is no program `ssh` on the PATH. Install OpenSSH's client, or do this work with user_data.",
        );
    }
    if f.is_set("password") && !programs.sshpass {
        refuse(
            "password",
            "The ssh client takes passwords from a terminal only. Install the program `sshpass`, which gives it one, or use private_key or an agent.",
        );
    }
    if f.is_set("bastion_password") {
        refuse(
            "bastion_password",
            "A password for a host in between cannot be handed to the ssh client. Use bastion_private_key or an agent.",
        );
    }
    if f.is_set("agent_identity") {
        refuse(
            "agent_identity",
            "Keys of an agent are tried in the agent's order; one cannot be preferred. Leave it out, or use private_key.",
        );
    }
    if f.is_set("proxy_host") {
        refuse(
            "proxy_host",
            "Connections through an HTTP or SOCKS proxy are not supported. Use a bastion host.",
        );
    }
    if f.text("target_platform").is_some_and(|p| p != "unix") {
        refuse(
            "target_platform",
            "Scripts are run by a Unix shell on the machine; other platforms are not supported.",
        );
    }
    if f.text("timeout").is_some_and(|t| duration(&t).is_none()) {
        refuse(
            "timeout",
            "A duration is a number and a unit: 30s, 5m, 1h30m.",
        );
    }
    for port in ["port", "bastion_port"] {
        let number = f.number(port);
        if number.is_some_and(|n| u16::try_from(n).is_err() || n == 0)
            || (number.is_none() && f.is_known(port))
        {
            refuse(port, "A port is a whole number from 1 to 65535.");
        }
    }
    if f.text("host").is_some_and(|h| h.trim().is_empty()) {
        refuse(
            "host",
            "The host is empty: there is no address to connect to. An instance without a public address has an empty public_ip.",
        );
    }
    wrong
}

/// The connection of a block whose values are final and without marks, after [`refused`] found nothing.
pub(super) fn connection(value: &Value) -> Option<SshConnection> {
    let f = Fields(value);
    let port = |n: &str| f.number(n).and_then(|p| u16::try_from(p).ok());
    let text = |n: &str| f.text(n).filter(|t| !t.is_empty());
    let target = SshHost {
        host: text("host")?,
        port: port("port").unwrap_or(22),
        user: text("user").unwrap_or_else(|| "root".to_owned()),
        private_key: text("private_key"),
        certificate: text("certificate"),
        host_key: text("host_key"),
    };
    let bastion = text("bastion_host").map(|host| SshHost {
        host,
        port: port("bastion_port").unwrap_or(target.port),
        user: text("bastion_user").unwrap_or_else(|| target.user.clone()),
        private_key: text("bastion_private_key").or_else(|| target.private_key.clone()),
        certificate: text("bastion_certificate"),
        host_key: text("bastion_host_key"),
    });
    Some(SshConnection {
        target,
        password: text("password"),
        agent: f.flag("agent").unwrap_or(true),
        bastion,
        timeout: text("timeout")
            .and_then(|t| duration(&t))
            .unwrap_or(TIMEOUT),
        script_path: text("script_path"),
    })
}

/// A duration as Go writes it: `1h30m`, `1.5s`, `300ms`.
fn duration(text: &str) -> Option<Duration> {
    let mut rest = text.strip_prefix('+').unwrap_or(text);
    if rest == "0" {
        return Some(Duration::ZERO);
    }
    if rest.is_empty() {
        return None;
    }
    let mut total = 0.0_f64;
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit() && c != '.')?;
        let number: f64 = rest[..digits].parse().ok()?;
        rest = &rest[digits..];
        let end = rest
            .find(|c: char| c.is_ascii_digit() || c == '.')
            .unwrap_or(rest.len());
        total += number
            * match &rest[..end] {
                "ns" => 1e-9,
                "us" | "µs" | "μs" => 1e-6,
                "ms" => 1e-3,
                "s" => 1.0,
                "m" => 60.0,
                "h" => 3600.0,
                _ => return None,
            };
        rest = &rest[end..];
    }
    Duration::try_from_secs_f64(total).ok()
}

#[cfg(test)]
mod tests {
    use cairn_value::{Type, name};

    use super::*;
    use crate::provisioners::schema::schema_of_type;

    const ALL: Programs = Programs {
        ssh: true,
        sshpass: true,
    };

    fn block(set: &[(&str, Value)]) -> Value {
        let schema = schema_of_type("file").expect("there is one").connection;
        let attributes = schema.attributes.iter().map(|(n, a)| {
            let given = set.iter().find(|(s, _)| *s == &**n);
            (
                name(n),
                given.map_or_else(|| Value::Null(a.ty.clone()), |(_, v)| v.clone()),
            )
        });
        Value::object(attributes)
    }

    #[test]
    fn what_is_not_said_is_terraforms_default() {
        let c = connection(&block(&[("host", Value::string("h"))])).expect("a connection");
        assert_eq!((c.target.port, &*c.target.user), (22, "root"));
        assert_eq!(c.timeout, Duration::from_secs(300));
        assert!(c.agent && c.bastion.is_none());
        let c = connection(&block(&[
            ("host", Value::string("h")),
            ("port", Value::int(2222)),
            ("user", Value::string("ecs-user")),
            ("private_key", Value::string("K")),
            ("bastion_host", Value::string("b")),
        ]))
        .expect("a connection");
        let bastion = c.bastion.expect("one between");
        assert_eq!((bastion.port, &*bastion.user), (2222, "ecs-user"));
        assert_eq!(bastion.private_key.as_deref(), Some("K"));
    }

    #[test]
    fn what_cannot_be_done_is_refused_at_its_argument() {
        let refused_at = |set: &[(&str, Value)], programs| -> Vec<&'static str> {
            refused(&block(set), programs)
                .into_iter()
                .map(|(at, _)| at)
                .collect()
        };
        let text = Value::string;
        assert!(refused_at(&[("host", text("h"))], ALL).is_empty());
        for (argument, value) in [
            ("type", text("winrm")),
            ("type", text("telnet")),
            ("bastion_password", text("x")),
            ("agent_identity", text("x")),
            ("proxy_host", text("x")),
            ("target_platform", text("windows")),
            ("timeout", text("5")),
            ("port", Value::int(70_000)),
            ("host", text(" ")),
        ] {
            assert_eq!(refused_at(&[(argument, value)], ALL), [argument]);
        }
        let none = Programs {
            ssh: false,
            sshpass: false,
        };
        assert_eq!(
            refused_at(&[("password", text("x"))], none),
            ["host", "password"]
        );
        // What is not known yet is not refused yet.
        let open = [
            ("host", Value::unknown(Type::String)),
            ("port", Value::unknown(Type::Number)),
            ("type", Value::unknown(Type::String)),
        ];
        assert!(refused_at(&open, ALL).is_empty());
    }

    #[test]
    fn durations_are_gos() {
        for (text, millis) in [
            ("30s", 30_000),
            ("1h30m", 5_400_000),
            ("1.5s", 1500),
            ("0", 0),
        ] {
            assert_eq!(
                duration(text),
                Some(Duration::from_millis(millis)),
                "{text}"
            );
        }
        for wrong in ["", "5", "x", "5 m", "1d", "-1s"] {
            assert_eq!(duration(wrong), None, "{wrong}");
        }
    }
}

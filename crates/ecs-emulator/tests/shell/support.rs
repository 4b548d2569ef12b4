//! Requests by hand, and what comes back.

use std::fmt::Write as _;
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};

use ecs_api::sign::{self, Credentials, canonical_query, v1};
use ecs_api::{Product, Timestamp};
use ecs_emulator::{
    DEFAULT_ACCESS_KEY_ID, DEFAULT_ACCESS_KEY_SECRET, Delays, Emulator, Handle, Options,
};
use serde_json::Value;

pub(crate) const IMAGE: &str = "ubuntu_22_04_x64_20G_alibase_20241016.vhd";

pub(crate) fn start() -> Handle {
    Emulator::start(Options {
        delays: Delays::NONE,
        ..Options::default()
    })
    .unwrap()
}

pub(crate) fn credentials() -> Credentials {
    Credentials {
        access_key_id: DEFAULT_ACCESS_KEY_ID.to_owned(),
        access_key_secret: DEFAULT_ACCESS_KEY_SECRET.into(),
        security_token: None,
    }
}

/// What came back; status 0 when the connection was closed without an answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) text: String,
    /// The text as JSON; null when it is something else.
    pub(crate) body: Value,
}

impl Answer {
    pub(crate) fn code(&self) -> &str {
        self.body["Code"].as_str().unwrap_or("")
    }
}

/// Sends bytes and reads until the other side closes.
pub(crate) fn raw(address: SocketAddr, request: &[u8]) -> Answer {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.write_all(request).unwrap();
    let mut answer = Vec::new();
    // A reset is how a dropped connection may look.
    drop(stream.read_to_end(&mut answer));
    let text = String::from_utf8_lossy(&answer).into_owned();
    let (head, body) = text.split_once("\r\n\r\n").unwrap_or(("", ""));
    let status = head
        .split(' ')
        .nth(1)
        .and_then(|s| s.parse().ok())
        .unwrap_or(0);
    Answer {
        status,
        head: head.to_owned(),
        text: body.to_owned(),
        body: serde_json::from_str(body).unwrap_or(Value::Null),
    }
}

pub(crate) fn request(
    address: SocketAddr,
    method: &str,
    target: &str,
    headers: &[(String, String)],
    body: &str,
) -> Answer {
    let mut text = format!("{method} {target} HTTP/1.1\r\n");
    if !headers
        .iter()
        .any(|(name, _)| name.eq_ignore_ascii_case("host"))
    {
        write!(text, "Host: {address}\r\n").unwrap();
    }
    for (name, value) in headers {
        if !name.eq_ignore_ascii_case("content-length") && !name.eq_ignore_ascii_case("connection")
        {
            write!(text, "{name}: {value}\r\n").unwrap();
        }
    }
    write!(
        text,
        "Content-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    )
    .unwrap();
    raw(address, text.as_bytes())
}

pub(crate) fn pairs(query: &str) -> Vec<(String, String)> {
    sign::decode_query(query)
}

pub(crate) fn nonce() -> String {
    use std::sync::atomic::{AtomicU64, Ordering};
    static NEXT: AtomicU64 = AtomicU64::new(1);
    format!("nonce-{}", NEXT.fetch_add(1, Ordering::Relaxed))
}

pub(crate) fn now() -> Timestamp {
    let since = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap();
    Timestamp::from_unix(i64::try_from(since.as_secs()).unwrap())
}

pub(crate) fn form() -> Vec<(String, String)> {
    vec![(
        "Content-Type".to_owned(),
        "application/x-www-form-urlencoded".to_owned(),
    )]
}

/// A V1 call in the query of a POST.
pub(crate) fn call(emulator: &Handle, product: Product, action: &str, query: &str) -> Answer {
    let signed = v1::sign(
        "POST",
        action,
        product,
        pairs(query),
        &credentials(),
        &nonce(),
        now(),
    );
    let target = format!("/?{}", canonical_query(&signed));
    request(emulator.address(), "POST", &target, &[], "")
}

pub(crate) fn ecs(emulator: &Handle, action: &str, query: &str) -> Answer {
    call(emulator, Product::Ecs, action, query)
}

pub(crate) fn network(emulator: &Handle) -> (String, String) {
    let region = "RegionId=cn-hangzhou";
    let vpc = call(
        emulator,
        Product::Vpc,
        "CreateVpc",
        &format!("{region}&CidrBlock=10.0.0.0/8"),
    );
    let vpc = vpc.body["VpcId"].as_str().unwrap().to_owned();
    let query = format!("{region}&VpcId={vpc}&ZoneId=cn-hangzhou-h&CidrBlock=10.0.0.0/16");
    let vswitch = call(emulator, Product::Vpc, "CreateVSwitch", &query);
    let group = ecs(
        emulator,
        "CreateSecurityGroup",
        &format!("{region}&VpcId={vpc}"),
    );
    let text = |answer: &Answer, name: &str| answer.body[name].as_str().unwrap().to_owned();
    (text(&vswitch, "VSwitchId"), text(&group, "SecurityGroupId"))
}

pub(crate) fn run(emulator: &Handle, (vswitch, group): &(String, String), more: &str) -> Answer {
    let query = format!(
        "RegionId=cn-hangzhou&ImageId={IMAGE}&InstanceType=ecs.g6.large&VSwitchId={vswitch}&SecurityGroupId={group}&{more}"
    );
    ecs(emulator, "RunInstances", &query)
}

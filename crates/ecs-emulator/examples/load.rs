//! Loads the emulator: how many DescribeInstances of a hundred ids it answers a second, and how much memory instances take.
//! `benches/emulator.sh` builds and runs it. The argument is the number of instances, 10,000 by default.

use std::io::{self, Read as _, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use ecs_api::sign::{Credentials, canonical_query, v1, v3};
use ecs_api::{Product, Timestamp};
use ecs_emulator::{Delays, Emulator, Handle, Options};
use serde_json::Value;

/// How many connections ask at once.
const CLIENTS: usize = 2;
/// How many requests each of them sends.
const REQUESTS: usize = 5_000;
const IMAGE: &str = "ubuntu_22_04_x64_20G_alibase_20241016.vhd";

/// Signs requests for an emulator.
struct Signer {
    address: SocketAddr,
    credentials: Credentials,
    count: usize,
}

impl Signer {
    fn new(emulator: &Handle) -> Self {
        let (id, secret) = emulator.access_key();
        Self {
            address: emulator.address(),
            credentials: Credentials {
                access_key_id: id.to_owned(),
                access_key_secret: secret.into(),
                security_token: None,
            },
            count: 0,
        }
    }

    fn stamp(&mut self) -> (String, Timestamp) {
        self.count += 1;
        let since = SystemTime::now().duration_since(UNIX_EPOCH);
        let now = since.map_or(0, |since| since.as_secs() as i64);
        (format!("nonce-{}", self.count), Timestamp::from_unix(now))
    }

    /// A request by V1, everything in the query.
    fn v1(&mut self, product: Product, action: &str, query: &[(&str, &str)]) -> Vec<u8> {
        let (nonce, now) = self.stamp();
        let parameters = query
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        let key = &self.credentials;
        let signed = v1::sign("POST", action, product, parameters, key, &nonce, now);
        let query = canonical_query(&signed);
        let address = self.address;
        format!("POST /?{query} HTTP/1.1\r\nhost: {address}\r\ncontent-length: 0\r\n\r\n")
            .into_bytes()
    }

    /// The same by V3.
    fn v3(&mut self, product: Product, action: &str, query: &[(&str, &str)]) -> Vec<u8> {
        let (nonce, now) = self.stamp();
        let query = canonical_query(query);
        let parts = v3::Request {
            method: "POST",
            path: "/",
            query: &query,
            body: b"",
        };
        let host = self.address.to_string();
        let key = &self.credentials;
        let headers = v3::sign(parts, &host, None, action, product, key, &nonce, now);
        let mut request = format!("POST /?{query} HTTP/1.1\r\ncontent-length: 0\r\n");
        for (name, value) in headers {
            request.push_str(&format!("{name}: {value}\r\n"));
        }
        request.push_str("\r\n");
        request.into_bytes()
    }
}

/// A connection that is kept.
struct Client {
    stream: TcpStream,
    buffer: Vec<u8>,
}

impl Client {
    fn connect(address: SocketAddr) -> io::Result<Self> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        Ok(Self {
            stream,
            buffer: vec![0; 1 << 20],
        })
    }

    /// Sends a request and reads the answer's body.
    fn ask(&mut self, request: &[u8]) -> io::Result<&[u8]> {
        self.stream.write_all(request)?;
        let mut length = 0;
        loop {
            let read = self.stream.read(&mut self.buffer[length..])?;
            if read == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            length += read;
            let head = self.buffer[..length.min(1024)]
                .windows(4)
                .position(|bytes| bytes == b"\r\n\r\n");
            let Some(head) = head else { continue };
            let text = String::from_utf8_lossy(&self.buffer[..head]).to_ascii_lowercase();
            assert!(text.starts_with("http/1.1 200"), "{text}");
            let body: usize = text
                .lines()
                .find_map(|line| line.strip_prefix("content-length: ")?.parse().ok())
                .expect("a length");
            if self.buffer.len() < head + 4 + body {
                self.buffer.resize(head + 4 + body, 0);
            }
            self.stream
                .read_exact(&mut self.buffer[length..head + 4 + body])?;
            return Ok(&self.buffer[head + 4..head + 4 + body]);
        }
    }

    fn json(&mut self, request: &[u8]) -> io::Result<Value> {
        Ok(serde_json::from_slice(self.ask(request)?)?)
    }
}

/// Makes the instances, a hundred at a time, and gives their ids.
fn populate(signer: &mut Signer, client: &mut Client, n: usize) -> io::Result<Vec<String>> {
    let region = ("RegionId", "cn-hangzhou");
    let mut make = |signer: &mut Signer, product, action: &str, query: &[(&str, &str)]| {
        let request = signer.v1(product, action, query);
        client.json(&request)
    };
    let text = |answer: &Value, name: &str| answer[name].as_str().expect("an id").to_owned();
    let block = ("CidrBlock", "10.0.0.0/8");
    let vpc = make(signer, Product::Vpc, "CreateVpc", &[region, block])?;
    let vpc = text(&vpc, "VpcId");
    let place = [
        region,
        ("VpcId", &vpc),
        ("ZoneId", "cn-hangzhou-h"),
        ("CidrBlock", "10.0.0.0/16"),
    ];
    let vswitch = make(signer, Product::Vpc, "CreateVSwitch", &place)?;
    let place = [region, ("VpcId", &vpc)];
    let group = make(signer, Product::Ecs, "CreateSecurityGroup", &place)?;
    let (vswitch, group) = (text(&vswitch, "VSwitchId"), text(&group, "SecurityGroupId"));
    let mut ids = Vec::new();
    while ids.len() < n {
        let amount = (n - ids.len()).min(100).to_string();
        let query = [
            region,
            ("ImageId", IMAGE),
            ("InstanceType", "ecs.g6.large"),
            ("VSwitchId", &vswitch),
            ("SecurityGroupId", &group),
            ("Amount", &amount),
            ("InstanceName", "server[1,6]"),
            ("Tag.1.Key", "project"),
            ("Tag.1.Value", "load"),
            ("DataDisk.1.Size", "40"),
            ("DataDisk.1.Category", "cloud_essd"),
        ];
        let made = make(signer, Product::Ecs, "RunInstances", &query)?;
        let made = made["InstanceIdSets"]["InstanceIdSet"].as_array();
        ids.extend(
            made.expect("ids")
                .iter()
                .filter_map(|id| Some(id.as_str()?.to_owned())),
        );
    }
    Ok(ids)
}

/// Answered requests a second. The requests are signed before the clock starts.
fn rate(address: SocketAddr, requests: &[Vec<u8>]) -> f64 {
    let start = Instant::now();
    std::thread::scope(|threads| {
        for share in requests.chunks(requests.len().div_ceil(CLIENTS)) {
            threads.spawn(move || {
                let mut client = Client::connect(address).expect("a connection");
                for request in share {
                    client.ask(request).expect("an answer");
                }
            });
        }
    });
    requests.len() as f64 / start.elapsed().as_secs_f64()
}

/// How many seconds the emulator's thread has worked; Linux alone tells. On a machine that does other
/// things as well this says more than the clock.
fn worked() -> Option<f64> {
    let tasks = std::fs::read_dir("/proc/self/task").ok()?;
    let folder = tasks.flatten().map(|task| task.path()).find(|task| {
        let name = std::fs::read_to_string(task.join("comm"));
        name.is_ok_and(|name| name.trim() == "ecs-emulator")
    })?;
    let stat = std::fs::read_to_string(folder.join("schedstat")).ok()?;
    let nanoseconds: f64 = stat.split(' ').next()?.parse().ok()?;
    Some(nanoseconds / 1e9)
}

/// What this process has in memory, in megabytes; Linux alone tells.
fn memory() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|l| l.strip_prefix("VmRSS:"))?;
    let kilobytes: f64 = line.split_whitespace().next()?.parse().ok()?;
    Some(kilobytes / 1024.0)
}

fn main() -> io::Result<()> {
    let n = std::env::args()
        .skip(1)
        .find_map(|argument| argument.parse().ok())
        .unwrap_or(10_000);
    let out = &mut io::stdout().lock();
    let options = Options {
        delays: Delays::NONE,
        seed: Some(1),
        ..Options::default()
    };
    let emulator = Emulator::start(options).map_err(io::Error::other)?;
    let mut signer = Signer::new(&emulator);
    let mut client = Client::connect(emulator.address())?;
    let before = memory();
    let start = Instant::now();
    let ids = populate(&mut signer, &mut client, n)?;
    let took = start.elapsed().as_secs_f64();
    writeln!(out, "{n} instances made in {took:.2} s")?;
    if let (Some(before), Some(after)) = (before, memory()) {
        writeln!(
            out,
            "memory: {after:.0} MB with them, {before:.0} MB before; {:.1} kB an instance and its disks and interface",
            (after - before) * 1024.0 / n as f64
        )?;
    }

    // A hundred other ids each time, spread over all.
    let step = n.div_ceil(100);
    let lists: Vec<String> = (0..step)
        .map(|first| {
            let chosen = ids.iter().skip(first).step_by(step);
            chosen.map(String::as_str).collect::<Value>().to_string()
        })
        .collect();
    for (what, page, by_v3) in [
        ("V1, all 100 on the page", "100", false),
        ("V3, all 100 on the page", "100", true),
        ("V1, the usual page of 10", "10", false),
    ] {
        let before = worked();
        let mut rates: Vec<f64> = (0..3)
            .map(|_| {
                let requests: Vec<Vec<u8>> = (0..CLIENTS * REQUESTS)
                    .map(|i| {
                        let query = [
                            ("RegionId", "cn-hangzhou"),
                            ("InstanceIds", &lists[i % lists.len()]),
                            ("PageSize", page),
                        ];
                        if by_v3 {
                            signer.v3(Product::Ecs, "DescribeInstances", &query)
                        } else {
                            signer.v1(Product::Ecs, "DescribeInstances", &query)
                        }
                    })
                    .collect();
                let list = client.json(&requests[0]).map(|answer| {
                    let list = answer["Instances"]["Instance"].as_array();
                    list.map_or(0, Vec::len)
                });
                assert_eq!(list.ok().map(|n| n.to_string()).as_deref(), Some(page));
                rate(emulator.address(), &requests[1..])
            })
            .collect();
        rates.sort_by(f64::total_cmp);
        writeln!(
            out,
            "DescribeInstances of 100 ids, {what}: {:.0} a second ({:.0} to {:.0})",
            rates[1], rates[0], rates[2]
        )?;
        if let (Some(before), Some(after)) = (before, worked()) {
            let each = (after - before) / (3 * CLIENTS * REQUESTS) as f64;
            writeln!(
                out,
                "  {:.0} microseconds of the emulator's thread each, so {:.0} a second at most",
                each * 1e6,
                1.0 / each
            )?;
        }
    }
    if let Some(after) = memory() {
        writeln!(
            out,
            "memory at the end, with the load's own requests: {after:.0} MB"
        )?;
    }
    emulator.shutdown();
    Ok(())
}

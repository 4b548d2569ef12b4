//! The behaviour of the cloud, asked with raw query strings and read as JSON: neither request nor
//! response types take part, so that a mistake in one of them cannot hide itself.

mod commands;
mod further;
mod instances;
mod network;
mod nonsense;
mod prices;
mod routes;
mod run;
mod security;
mod shapes;
mod shown;
mod tags;
mod templates;

use ecs_api::{ApiError, Product, sign::decode_query};
use serde_json::Value;

use super::{Context, World};
use crate::dispatch;
use crate::lifecycle::Delays;
use crate::time::Moment;

/// A cloud in cn-hangzhou with a clock that is moved by hand.
struct Cloud {
    world: World,
    now: Moment,
    requests: u32,
}

/// A VPC, a vSwitch and a group to put instances in.
struct Net {
    vpc: String,
    vswitch: String,
    group: String,
}

const IMAGE: &str = "ubuntu_22_04_x64_20G_alibase_20241016.vhd";

impl Cloud {
    fn new() -> Self {
        Self::with_delays(Delays::NONE)
    }

    fn with_delays(delays: Delays) -> Self {
        let now = Moment::parse("2026-11-24T02:00:00Z").unwrap();
        Self {
            world: World::new(1, delays),
            now,
            requests: 0,
        }
    }

    fn call(&mut self, query: &str) -> Result<Value, ApiError> {
        self.call_product(Product::Ecs, query)
    }

    fn vpc(&mut self, query: &str) -> Result<Value, ApiError> {
        self.call_product(Product::Vpc, query)
    }

    fn call_product(&mut self, product: Product, query: &str) -> Result<Value, ApiError> {
        let mut params = decode_query(query);
        let find = |params: &[(String, String)], name: &str| {
            params
                .iter()
                .find(|(n, _)| n == name)
                .map(|(_, v)| v.clone())
        };
        let region = find(&params, "RegionId").unwrap_or_else(|| "cn-hangzhou".to_owned());
        if find(&params, "RegionId").is_none() {
            params.push(("RegionId".to_owned(), region.clone()));
        }
        let action = find(&params, "Action").unwrap();
        let context = Context {
            now: self.now,
            region,
            caller: "key".to_owned(),
        };
        self.requests += 1;
        let id = format!("R{}", self.requests);
        self.world.advance(self.now);
        let body = dispatch::perform(&mut self.world, &context, product, &action, &params, &id)?;
        let value: Value = serde_json::from_slice(&body).unwrap();
        assert_eq!(value["RequestId"], id.as_str());
        assert!(value.get("Code").is_none(), "a success holds no Code");
        Ok(value)
    }

    fn ok(&mut self, query: &str) -> Value {
        self.call(query)
            .unwrap_or_else(|error| panic!("{query}: {error}"))
    }

    /// The code of the refusal.
    fn refused(&mut self, query: &str) -> String {
        match self.call(query) {
            Ok(value) => panic!("{query}: {value}"),
            Err(error) => {
                assert!((400..600).contains(&error.status) && !error.message.is_empty());
                error.code
            }
        }
    }

    fn net(&mut self) -> Net {
        let vpc = self
            .vpc("Action=CreateVpc&CidrBlock=10.0.0.0/16&VpcName=main")
            .unwrap();
        let vpc = text(&vpc["VpcId"]);
        let vswitch = self
            .vpc(&format!(
                "Action=CreateVSwitch&VpcId={vpc}&ZoneId=cn-hangzhou-h&CidrBlock=10.0.0.0/20"
            ))
            .unwrap();
        let group = self.ok(&format!(
            "Action=CreateSecurityGroup&VpcId={vpc}&SecurityGroupName=web"
        ));
        Net {
            vpc,
            vswitch: text(&vswitch["VSwitchId"]),
            group: text(&group["SecurityGroupId"]),
        }
    }

    /// Runs instances with these further parameters and gives their ids.
    fn run(&mut self, net: &Net, more: &str) -> Vec<String> {
        let answer = self.ok(&run_query(net, more));
        texts(&answer["InstanceIdSets"]["InstanceIdSet"])
    }

    fn wait(&mut self, ms: i64) {
        self.now = self.now.plus_millis(ms);
    }

    fn describe(&mut self, id: &str) -> Value {
        let found = self.ok(&format!("Action=DescribeInstances&InstanceIds=[\"{id}\"]"));
        found["Instances"]["Instance"][0].clone()
    }
}

fn run_query(net: &Net, more: &str) -> String {
    format!(
        "Action=RunInstances&ImageId={IMAGE}&InstanceType=ecs.g6.large&VSwitchId={}&SecurityGroupId={}{}{more}",
        net.vswitch,
        net.group,
        if more.is_empty() { "" } else { "&" },
    )
}

fn text(value: &Value) -> String {
    value
        .as_str()
        .unwrap_or_else(|| panic!("no text: {value}"))
        .to_owned()
}

fn texts(value: &Value) -> Vec<String> {
    value
        .as_array()
        .unwrap_or_else(|| panic!("no list: {value}"))
        .iter()
        .map(text)
        .collect()
}

fn json_list(ids: &[String]) -> String {
    serde_json::to_string(ids).unwrap()
}

/// `&Name.1=a&Name.2=b`.
fn numbered<T: std::fmt::Display>(name: &str, values: impl IntoIterator<Item = T>) -> String {
    use std::fmt::Write as _;
    let mut query = String::new();
    for (number, value) in (1..).zip(values) {
        write!(query, "&{name}.{number}={value}").unwrap();
    }
    query
}

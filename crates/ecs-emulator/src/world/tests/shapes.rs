//! Every answer has the shape of the public API's: no member that is not in it, every list there
//! even when it is empty, text where text is and numbers where numbers are.
//!
//! `shapes.txt` holds an action and its answer a line: `Name` is text, `Name:int` and so on are
//! other values, `Name:{…}` an object, `Name:[…]` a list.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{Cloud, json_list, run_query};

#[derive(Debug)]
enum Shape {
    Text,
    Int,
    Float,
    Bool,
    Object(BTreeMap<String, Self>),
    List(Box<Self>),
}

struct Reader<'a>(&'a str);

impl Reader<'_> {
    fn word(&mut self) -> String {
        let end = self.0.find([':', ',', '}', ']']).unwrap_or(self.0.len());
        let (word, rest) = self.0.split_at(end);
        self.0 = rest;
        word.trim().to_owned()
    }

    fn eat(&mut self, token: char) -> bool {
        match self.0.trim_start().strip_prefix(token) {
            Some(rest) => {
                self.0 = rest;
                true
            }
            None => false,
        }
    }

    fn shape(&mut self) -> Shape {
        if self.eat('{') {
            let mut members = BTreeMap::new();
            loop {
                let name = self.word();
                let shape = if self.eat(':') {
                    self.shape()
                } else {
                    Shape::Text
                };
                members.insert(name, shape);
                if !self.eat(',') {
                    assert!(self.eat('}'), "at {}", self.0);
                    return Shape::Object(members);
                }
            }
        }
        if self.eat('[') {
            let inner = self.shape();
            assert!(self.eat(']'), "at {}", self.0);
            return Shape::List(Box::new(inner));
        }
        match self.word().as_str() {
            "int" => Shape::Int,
            "float" => Shape::Float,
            "bool" => Shape::Bool,
            "str" => Shape::Text,
            other => panic!("no type: {other}"),
        }
    }
}

fn compare(shape: &Shape, value: &Value, path: &str) {
    match (shape, value) {
        (Shape::Text, Value::String(_))
        | (Shape::Bool, Value::Bool(_))
        | (Shape::Float, Value::Number(_)) => {}
        (Shape::Int, Value::Number(n)) if n.is_i64() => {}
        (Shape::List(inner), Value::Array(items)) => {
            for item in items {
                compare(inner, item, &format!("{path}[]"));
            }
        }
        (Shape::Object(members), Value::Object(given)) => {
            for (name, value) in given {
                let shape = members
                    .get(name)
                    .unwrap_or_else(|| panic!("{path} has no {name}"));
                compare(shape, value, &format!("{path}.{name}"));
            }
            for (name, shape) in members {
                let needed = match shape {
                    Shape::List(_) => true,
                    Shape::Object(inner) => inner.values().any(|s| matches!(s, Shape::List(_))),
                    _ => false,
                };
                assert!(
                    !needed || given.contains_key(name),
                    "{path} lacks the list {name}"
                );
            }
        }
        (shape, value) => panic!("{path}: {value} is not {shape:?}"),
    }
}

#[test]
fn every_answer_has_the_documented_shape() {
    let mut cloud = Cloud::new();
    let net = cloud.net();
    let ids = cloud.run(
        &net,
        "Amount=2&Tag.1.Key=a&Tag.1.Value=b&InternetMaxBandwidthOut=1&DataDisk.1.Size=40&DataDisk.1.Category=cloud_auto",
    );
    let (id, list) = (ids[0].clone(), json_list(&ids));
    let group = net.group.clone();
    let disk =
        cloud.ok(&format!("Action=DescribeDisks&InstanceId={id}"))["Disks"]["Disk"][1]["DiskId"]
            .as_str()
            .unwrap()
            .to_owned();
    let other = cloud.ok(&format!("Action=CreateSecurityGroup&VpcId={}", net.vpc));
    let other = other["SecurityGroupId"].as_str().unwrap().to_owned();
    cloud.ok(&format!(
        "Action=CreateLaunchTemplate&LaunchTemplateName=shape&TemplateTag.1.Key=a&TemplateTag.1.Value=b\
         &Tag.1.Key=a&Tag.1.Value=b&DataDisk.1.Size=40&NetworkInterface.1.VSwitchId={}\
         &NetworkInterface.1.SecurityGroupIds.1={group}&SecurityGroupIds.1={group}",
        net.vswitch
    ));
    let queries: BTreeMap<&str, String> = BTreeMap::from([
        (
            "RunInstances",
            run_query(&net, "InstanceChargeType=PrePaid&Period=1"),
        ),
        ("DescribeInstances", String::new()),
        ("DescribeInstanceStatus", String::new()),
        ("DeleteInstance", format!("InstanceId={id}&Force=true")),
        (
            "DeleteInstances",
            format!("InstanceId.1={}&Force=true", ids[1]),
        ),
        ("StopInstances", format!("InstanceId.1={id}")),
        ("StartInstances", format!("InstanceId.1={id}")),
        ("StopInstance", format!("InstanceId={id}")),
        (
            "ModifyInstanceSpec",
            format!("InstanceId={id}&InstanceType=ecs.g6.xlarge"),
        ),
        (
            "ReplaceSystemDisk",
            format!("InstanceId={id}&ImageId=debian_12_6_x64_20G_alibase_20240819.vhd"),
        ),
        ("ResizeDisk", format!("DiskId={disk}&NewSize=100")),
        (
            "CreateKeyPair",
            "KeyPairName=shape&Tag.1.Key=a&Tag.1.Value=b".to_owned(),
        ),
        (
            "ImportKeyPair",
            "KeyPairName=imported&PublicKeyBody=ssh-ed25519%20AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f".to_owned(),
        ),
        ("DescribeKeyPairs", "IncludePublicKey=true".to_owned()),
        ("CreateLaunchTemplate", "LaunchTemplateName=other".to_owned()),
        (
            "CreateLaunchTemplateVersion",
            "LaunchTemplateName=shape".to_owned(),
        ),
        ("DescribeLaunchTemplates", String::new()),
        (
            "DescribeLaunchTemplateVersions",
            "LaunchTemplateName=shape".to_owned(),
        ),
        ("AttachKeyPair", format!("KeyPairName=shape&InstanceIds={list}")),
        (
            "TagResources",
            format!("ResourceType=instance&ResourceId.1={id}&Tag.1.Key=x&Tag.1.Value=y"),
        ),
        (
            "ListTagResources",
            format!("ResourceType=instance&ResourceId.1={id}"),
        ),
        ("DescribeDisks", String::new()),
        ("DescribeUserData", format!("InstanceId={id}")),
        ("DescribeInstanceRamRole", format!("InstanceIds={list}")),
        ("DescribeRegions", String::new()),
        ("DescribeZones", String::new()),
        (
            "DescribeAvailableResource",
            "DestinationResource=InstanceType".to_owned(),
        ),
        ("DescribeImages", String::new()),
        ("DescribeInstanceTypes", String::new()),
        ("DescribePrice", "InstanceType=ecs.g6.large".to_owned()),
        ("CreateSecurityGroup", format!("VpcId={}", net.vpc)),
        (
            "AuthorizeSecurityGroup",
            format!(
                "SecurityGroupId={group}&IpProtocol=tcp&PortRange=80/80&SourceCidrIp=0.0.0.0/0"
            ),
        ),
        ("DescribeSecurityGroups", String::new()),
        (
            "DescribeSecurityGroupAttribute",
            format!("SecurityGroupId={group}"),
        ),
        (
            "ModifyInstanceAttribute",
            format!("InstanceId={id}&InstanceName=nn"),
        ),
        (
            "JoinSecurityGroup",
            format!("SecurityGroupId={other}&InstanceId={id}"),
        ),
    ]);
    // What deletes goes last, what needs a stopped instance goes between stop and start.
    let order = |action: &str| match action {
        "CreateKeyPair" => -1,
        "StopInstance" => 1,
        "ModifyInstanceSpec" | "ReplaceSystemDisk" => 2,
        "StartInstances" => 3,
        "StopInstances" => 4,
        "DeleteInstance" | "DeleteInstances" => 5,
        _ => 0,
    };
    let mut lines: Vec<&str> = include_str!("shapes.txt").lines().collect();
    assert_eq!(lines.len(), queries.len());
    lines.sort_by_key(|line| order(line.split(' ').next().unwrap_or("")));
    for line in lines {
        let (action, shape) = line.split_once(' ').unwrap();
        let shape = Reader(shape).shape();
        let answer = cloud.ok(&format!("Action={action}&{}", queries[action]));
        compare(&shape, &answer, action);
    }
}

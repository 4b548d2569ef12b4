//! The documented rules of a single request: what a parameter may hold by itself, and what
//! parameters of one request allow each other. One table ([`RUN_INSTANCES_RULES`]) serves the client
//! that checks before sending, the server that refuses, and the page that is made of it.
//!
//! Nothing here knows what exists: whether an image is there, a zone sells a type or an address is
//! free is the service's business. Where a document leaves something open, it is allowed here.
//!
//! Two profiles: the RunInstances reference of 2019, and the documents of today, which are wider in
//! most places and narrower in a few. Each rule says which one speaks.

mod cidr;
mod disk;
mod engine;
mod parameters;
mod requests;
mod run_instances;
mod security_group;
mod table;
mod text;

pub use cidr::{Ipv4Block, vpc_cidr_block, vswitch_cidr_block};
pub use disk::{data_disk_size_range, system_disk_size_range};
pub use engine::{Check, Example, Examples, Finding, Rule, Source};
pub use parameters::{Kind, Need, Parameter, RUN_INSTANCES_PARAMETERS};
pub use security_group::{
    ip_protocol, policy, port_range, priority, rule_description, security_group_rule,
};
pub use table::RUN_INSTANCES_RULES;
pub use text::{
    check_tags, client_token, description, disk_description, disk_name, host_name, instance_name,
    password, security_group_name, tag_key, tag_value, user_data, vpc_description, vpc_name,
};

pub(crate) use requests::*;

use crate::error::ParamError;
use crate::ops::RunInstances;
use crate::{DecodeError, Timestamp};

/// Which documents speak.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Profile {
    /// The RunInstances reference as of 2019.
    Reference2019,
    /// The documents of today.
    #[default]
    Current,
}

impl Profile {
    /// Every profile.
    pub const ALL: [Self; 2] = [Self::Reference2019, Self::Current];

    /// Its name, as settings and pages have it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Reference2019 => "2019",
            Self::Current => "current",
        }
    }

    /// The profile of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|profile| profile.name() == name)
    }
}

/// The operating system of an image, where it is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Os {
    /// Linux and its kin.
    Linux,
    /// Windows: short host names, no key pairs.
    Windows,
}

/// What a check may know besides the request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct RuleContext {
    /// Which documents speak.
    pub profile: Profile,
    /// The time, for windows such as that of the automatic release; without it they are not
    /// checked.
    pub now: Option<Timestamp>,
    /// The image's system; without it, what one of them allows is allowed.
    pub os: Option<Os>,
}

impl RunInstances {
    /// Every rule that the request breaks, in the order of the table.
    pub fn validate_all(&self, profile: Profile, now: Option<Timestamp>) -> Vec<ParamError> {
        self.validate_in(&RuleContext {
            profile,
            now,
            os: None,
        })
    }

    /// As [`Self::validate_all`], with all that is known.
    pub fn validate_in(&self, context: &RuleContext) -> Vec<ParamError> {
        engine::check_request(self, context)
    }
}

/// Checks one value of a RunInstances parameter by itself: `check_value("DataDisk.2.DiskName", …)`.
/// Rules that look at other parameters too are left out.
pub fn check_value(parameter: &str, value: &str, context: &RuleContext) -> Vec<ParamError> {
    engine::check_value(parameter, value, context)
}

/// The system that an image's id speaks of, by the naming of the public images
/// (`win2022_21H2_x64_…`, `aliyun_3_x64_…`). `None` for custom images.
pub fn os_of_image(image_id: &str) -> Option<Os> {
    const LINUX: [&str; 14] = [
        "aliyun_",
        "aliyunlinux",
        "alibaba",
        "centos",
        "ubuntu",
        "debian",
        "rockylinux",
        "almalinux",
        "opensuse",
        "sles",
        "fedora",
        "freebsd",
        "anolis",
        "coreos",
    ];
    let id = image_id.to_ascii_lowercase();
    if id.starts_with("win") {
        Some(Os::Windows)
    } else if LINUX.iter().any(|prefix| id.starts_with(prefix)) {
        Some(Os::Linux)
    } else {
        None
    }
}

/// A value that could not even be read is refused with the code of the parameter's rule.
impl From<&DecodeError> for ParamError {
    fn from(error: &DecodeError) -> Self {
        let (code, http) = match engine::generic(&error.parameter).as_str() {
            "DataDisk.n.Encrypted" | "SystemDisk.Encrypted" => {
                ("InvalidParameter.EncryptedIllegal", 400)
            }
            "SystemDisk.Size" => ("InvalidSystemDiskSize", 404),
            "DataDisk.n.Size" => ("InvalidDataDiskSize.ValueNotSupported", 400),
            "MinAmount" => ("InvalidMinAmount.Malformed", 400),
            "SpotPriceLimit" => ("InvalidSpotPriceLimit", 400),
            "InternetMaxBandwidthIn" => ("InvalidParameter.Bandwidth", 400),
            _ => ("InvalidParameter", 400),
        };
        Self {
            parameter: error.parameter.clone(),
            rule: "type",
            code,
            http,
            message: format!("It {}.", error.message),
        }
    }
}

#[cfg(test)]
mod tests;

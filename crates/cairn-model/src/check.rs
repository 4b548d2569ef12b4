//! Decides what is kept of conditions: what each one is on, and what became of it, instance by instance.

use std::fmt;

use cairn_value::Name;

use crate::{InstanceKey, Module, ModuleInstance, Resource};

/// What conditions are on, within its module.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Checked {
    /// A resource or data source: its preconditions and postconditions.
    Resource(Resource),
    /// An output: its preconditions.
    Output(Name),
    /// A `check` block: its assertions, and whether its own data source could be read.
    Check(Name),
    /// A variable: its validation rules.
    Variable(Name),
}

/// As it is addressed within its module: `alicloud_instance.web`, `output.x`, `check.health`, `var.n`
impl fmt::Display for Checked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Resource(r) => r.fmt(f),
            Self::Output(n) => write!(f, "output.{n}"),
            Self::Check(n) => write!(f, "check.{n}"),
            Self::Variable(n) => write!(f, "var.{n}"),
        }
    }
}

/// What became of all conditions on one thing in the configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckResult {
    /// Its module.
    pub module: Module,
    /// What it is.
    pub on: Checked,
    /// The result over all instances. Where there are none: passed, or not known if it was never found out which there are.
    pub status: CheckStatus,
    /// The results by instance, in the order of addresses.
    pub instances: Vec<CheckInstance>,
}

/// What became of the conditions on one instance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckInstance {
    /// The module instance.
    pub module: ModuleInstance,
    /// The instance of the resource in it; none for everything else.
    pub key: InstanceKey,
    /// The result.
    pub status: CheckStatus,
    /// The messages of conditions that do not hold. Never one with a sensitive value.
    pub problems: Vec<String>,
}

/// The result of a check.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CheckStatus {
    /// All conditions hold.
    Pass,
    /// One does not hold.
    Fail,
    /// One could not be evaluated.
    Error,
    /// One is not known yet.
    Unknown,
}

impl CheckStatus {
    /// As Terraform's state and JSON name it.
    pub fn json(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Fail => "fail",
            Self::Error => "error",
            Self::Unknown => "unknown",
        }
    }

    /// The result of several together: an error before a failure before what is not known.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        let rank = |s: Self| match s {
            Self::Pass => 0,
            Self::Unknown => 1,
            Self::Fail => 2,
            Self::Error => 3,
        };
        if rank(other) > rank(self) {
            other
        } else {
            self
        }
    }
}

impl CheckResult {
    /// Its address in the configuration: `module.m.check.health`.
    pub fn addr(&self) -> String {
        if self.module.is_root() {
            self.on.to_string()
        } else {
            format!("{}.{}", self.module, self.on)
        }
    }

    /// The address of one of its instances: `module.m["a"].check.health`, `alicloud_instance.web[0]`.
    pub fn instance_addr(&self, instance: &CheckInstance) -> String {
        if instance.module.is_root() {
            format!("{}{}", self.on, instance.key)
        } else {
            format!("{}.{}{}", instance.module, self.on, instance.key)
        }
    }
}

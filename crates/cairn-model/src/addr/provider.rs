//! Decides how providers and their configurations are addressed.

use std::fmt;

use cairn_value::{Name, name};

use super::{InstanceKey, Module};

/// A provider: `registry.terraform.io/aliyun/alicloud`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ProviderAddr {
    /// The registry's host.
    pub hostname: Name,
    /// Who publishes it.
    pub namespace: Name,
    /// Its type name.
    pub ty: Name,
}

impl ProviderAddr {
    /// The host that a source address without one means, and the one that states record.
    pub const DEFAULT_HOST: &'static str = "registry.terraform.io";

    /// `terraform.io/builtin/terraform`, which owns `terraform_data`.
    pub fn builtin() -> Self {
        Self {
            hostname: name("terraform.io"),
            namespace: name("builtin"),
            ty: name("terraform"),
        }
    }

    /// What a bare type name means: `registry.terraform.io/hashicorp/<ty>`.
    pub fn implied(ty: &str) -> Self {
        if ty == "terraform" {
            return Self::builtin();
        }
        Self {
            hostname: name(Self::DEFAULT_HOST),
            namespace: name("hashicorp"),
            ty: name(ty),
        }
    }

    /// Parses a source address of one, two or three parts; nothing if it is none.
    pub fn parse(source: &str) -> Option<Self> {
        let parts: Vec<&str> = source.split('/').collect();
        if parts
            .iter()
            .any(|p| p.is_empty() || p.chars().any(char::is_whitespace))
        {
            return None;
        }
        match parts[..] {
            [ty] => Some(Self::implied(ty)),
            [namespace, ty] => Some(Self {
                hostname: name(Self::DEFAULT_HOST),
                namespace: name(&namespace.to_lowercase()),
                ty: name(&ty.to_lowercase()),
            }),
            [host, namespace, ty] => Some(Self {
                hostname: name(&host.to_lowercase()),
                namespace: name(&namespace.to_lowercase()),
                ty: name(&ty.to_lowercase()),
            }),
            _ => None,
        }
    }
}

impl fmt::Display for ProviderAddr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}/{}", self.hostname, self.namespace, self.ty)
    }
}

/// A provider configuration: which module declares it, of which provider, under which alias, and which of its instances where
/// `for_each` repeats it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct AbsProviderConfig {
    /// The declaring module.
    pub module: Module,
    /// The provider.
    pub provider: ProviderAddr,
    /// The alias, if it has one.
    pub alias: Option<Name>,
    /// The key of `for_each`; none for a configuration that is not repeated, and for all instances of one together.
    pub key: InstanceKey,
}

impl AbsProviderConfig {
    /// All instances of the configuration together: the same without a key.
    pub fn keyless(&self) -> Self {
        Self {
            key: InstanceKey::None,
            ..self.clone()
        }
    }

    /// One instance of the configuration.
    pub fn instance(&self, key: InstanceKey) -> Self {
        Self {
            key,
            ..self.clone()
        }
    }
}

/// `module.a.provider["registry.terraform.io/aliyun/alicloud"].east`, and with a key `….by_region["cn-hangzhou"]`: OpenTofu's
/// way of writing it.
impl fmt::Display for AbsProviderConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.module.is_root() {
            write!(f, "{}.", self.module)?;
        }
        write!(f, "provider[\"{}\"]", self.provider)?;
        if let Some(alias) = &self.alias {
            write!(f, ".{alias}")?;
        }
        self.key.fmt(f)
    }
}

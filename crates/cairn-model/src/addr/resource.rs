//! Decides how resources and their instances are addressed.

use std::fmt;

use cairn_value::Name;

use super::{InstanceKey, Module, ModuleInstance};

/// Which kind of block declares it; data sources are listed before resources, as Terraform lists them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ResourceMode {
    /// `data`
    Data,
    /// `resource`
    Managed,
    /// `ephemeral`
    Ephemeral,
}

/// A resource within its module.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Resource {
    /// The kind of block.
    pub mode: ResourceMode,
    /// Its type: `alicloud_instance`.
    pub ty: Name,
    /// Its name.
    pub name: Name,
}

impl Resource {
    /// As an instance of this resource in a module instance, all keys together.
    pub fn in_module(self, module: ModuleInstance) -> AbsResource {
        AbsResource {
            module,
            resource: self,
        }
    }
}

impl fmt::Display for Resource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let prefix = match self.mode {
            ResourceMode::Managed => "",
            ResourceMode::Data => "data.",
            ResourceMode::Ephemeral => "ephemeral.",
        };
        write!(f, "{prefix}{}.{}", self.ty, self.name)
    }
}

/// A resource in a module instance, all its instances together.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct AbsResource {
    /// The module instance.
    pub module: ModuleInstance,
    /// The resource in it.
    pub resource: Resource,
}

impl AbsResource {
    /// One instance of it.
    pub fn instance(&self, key: InstanceKey) -> AbsResourceInstance {
        AbsResourceInstance {
            resource: self.clone(),
            key,
        }
    }

    /// The module and resource in the configuration.
    pub fn config(&self) -> (Module, Resource) {
        (self.module.module(), self.resource.clone())
    }
}

impl fmt::Display for AbsResource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.module.is_root() {
            write!(f, "{}.", self.module)?;
        }
        self.resource.fmt(f)
    }
}

/// One instance of a resource.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct AbsResourceInstance {
    /// The resource.
    pub resource: AbsResource,
    /// Which of its instances.
    pub key: InstanceKey,
}

impl fmt::Display for AbsResourceInstance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.resource, self.key)
    }
}

/// An output value of a module instance.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct AbsOutputValue {
    /// The module instance.
    pub module: ModuleInstance,
    /// Its name.
    pub name: Name,
}

impl fmt::Display for AbsOutputValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.module.is_root() {
            write!(f, "{}.", self.module)?;
        }
        write!(f, "output.{}", self.name)
    }
}

//! Decides how modules are addressed: by call names (static), or by call names with keys (instances).

use std::fmt;
use std::sync::Arc;

use cairn_value::Name;

use super::InstanceKey;

/// A module in the configuration: the names of the calls that lead to it, empty for the root.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Module(Arc<[Name]>);

impl Module {
    /// The root module.
    pub fn root() -> Self {
        Self::default()
    }

    /// Whether it is the root.
    pub fn is_root(&self) -> bool {
        self.0.is_empty()
    }

    /// The call names that lead here.
    pub fn names(&self) -> &[Name] {
        &self.0
    }

    /// The module that a call here leads to.
    pub fn child(&self, call: Name) -> Self {
        Self(self.0.iter().cloned().chain([call]).collect())
    }

    /// The calling module and the call's name; nothing for the root.
    pub fn parent(&self) -> Option<(Self, &Name)> {
        self.0
            .split_last()
            .map(|(last, rest)| (Self(rest.into()), last))
    }
}

/// `module.a.module.b`, empty for the root
impl fmt::Display for Module {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, name) in self.0.iter().enumerate() {
            write!(f, "{}module.{name}", if i > 0 { "." } else { "" })?;
        }
        Ok(())
    }
}

/// One call on the way to a module instance.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ModuleStep {
    /// The call's name.
    pub name: Name,
    /// Which instance of the call.
    pub key: InstanceKey,
}

/// An instance of a module, empty for the root.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ModuleInstance(Arc<[ModuleStep]>);

impl ModuleInstance {
    /// The root module.
    pub fn root() -> Self {
        Self::default()
    }

    /// From the steps that lead there.
    pub fn new(steps: impl IntoIterator<Item = ModuleStep>) -> Self {
        Self(steps.into_iter().collect())
    }

    /// Whether it is the root.
    pub fn is_root(&self) -> bool {
        self.0.is_empty()
    }

    /// The steps that lead here.
    pub fn steps(&self) -> &[ModuleStep] {
        &self.0
    }

    /// The instance that a call here leads to.
    pub fn child(&self, name: Name, key: InstanceKey) -> Self {
        Self(
            self.0
                .iter()
                .cloned()
                .chain([ModuleStep { name, key }])
                .collect(),
        )
    }

    /// The calling instance and the last step; nothing for the root.
    pub fn parent(&self) -> Option<(Self, &ModuleStep)> {
        self.0
            .split_last()
            .map(|(last, rest)| (Self(rest.into()), last))
    }

    /// The module in the configuration.
    pub fn module(&self) -> Module {
        Module(self.0.iter().map(|s| s.name.clone()).collect())
    }

    /// Whether it is `other` or lies below it.
    pub fn is_within(&self, other: &Self) -> bool {
        self.0.starts_with(&other.0)
    }
}

/// `module.a[0].module.b["x"]`, empty for the root
impl fmt::Display for ModuleInstance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, step) in self.0.iter().enumerate() {
            write!(
                f,
                "{}module.{}{}",
                if i > 0 { "." } else { "" },
                step.name,
                step.key
            )?;
        }
        Ok(())
    }
}

//! Decides what is recorded: objects by address, outputs, results of conditions, and the changes that can be made to the record.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use cairn_value::{Known, Name, Path, Type};

use crate::{AbsProviderConfig, AbsResource, AbsResourceInstance, CheckResult, RemoteObject};

/// Names a state for ever, so that two different ones are never taken for each other.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Lineage(pub Arc<str>);

impl fmt::Display for Lineage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Counts commits of a state, from 0 for one that was never written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Serial(pub u64);

impl fmt::Display for Serial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Tells the deposed objects of one address apart: eight hexadecimal digits.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct DeposedKey(pub Arc<str>);

impl fmt::Display for DeposedKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What an object depends on: one instance where the configuration named one, otherwise all instances of a resource.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Dependency {
    /// All instances.
    Resource(AbsResource),
    /// One instance.
    Instance(AbsResourceInstance),
}

impl Dependency {
    /// The resource.
    pub fn resource(&self) -> &AbsResource {
        match self {
            Self::Resource(r) => r,
            Self::Instance(i) => &i.resource,
        }
    }
}

/// Whether an object is fit for use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ObjectStatus {
    /// It is.
    Ready,
    /// It is there but something went wrong; the next plan replaces it.
    Tainted,
}

/// One recorded object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StateObject {
    /// What the provider gave.
    pub remote: RemoteObject,
    /// The attributes whose values are sensitive because of the configuration.
    pub sensitive: Vec<Path>,
    /// Whether it is fit for use.
    pub status: ObjectStatus,
    /// What it depends on.
    pub dependencies: Arc<[Dependency]>,
    /// Its replacement is made before it is deleted.
    pub create_before_destroy: bool,
    /// It is never deleted, only forgotten (`lifecycle { destroy = false }`). Recorded because the block may be gone when
    /// the object is to go.
    pub keeps_object: bool,
}

/// What is recorded of one address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InstanceState {
    /// The provider configuration that owns it.
    pub provider: AbsProviderConfig,
    /// The current object.
    pub current: Option<Arc<StateObject>>,
    /// Objects that were to be deleted after their replacement and are still there.
    pub deposed: BTreeMap<DeposedKey, Arc<StateObject>>,
}

/// One recorded root output.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutputState {
    /// Its value.
    pub value: Known,
    /// Its type, as declared or as found.
    pub ty: Type,
    /// Whether it must not be printed.
    pub sensitive: bool,
}

/// Everything recorded, as of one serial.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct State {
    /// Its name for ever.
    pub lineage: Lineage,
    /// The commit it is of.
    pub serial: Serial,
    /// What is recorded by address (managed resources and data sources).
    pub instances: BTreeMap<AbsResourceInstance, InstanceState>,
    /// Root outputs.
    pub outputs: BTreeMap<Name, OutputState>,
    /// What became of the conditions when something was last applied.
    pub checks: Vec<CheckResult>,
}

/// One change to the record. A commit applies several at once or none.
#[derive(Clone, Debug, PartialEq)]
pub enum Mutation {
    /// Records an object (new or changed).
    Put {
        /// Where.
        addr: AbsResourceInstance,
        /// As this deposed object; nothing for the current one.
        deposed: Option<DeposedKey>,
        /// Who owns it.
        provider: AbsProviderConfig,
        /// The object.
        object: Arc<StateObject>,
    },
    /// Drops an object; the address goes with its last one.
    Remove {
        /// Where.
        addr: AbsResourceInstance,
        /// Which deposed object; nothing for the current one.
        deposed: Option<DeposedKey>,
    },
    /// Sets the current object aside.
    Depose {
        /// Where.
        addr: AbsResourceInstance,
        /// Under this key.
        key: DeposedKey,
    },
    /// Gives everything at an address a new address.
    Move {
        /// From.
        from: AbsResourceInstance,
        /// To; must be free.
        to: AbsResourceInstance,
    },
    /// Records a root output.
    SetOutput {
        /// Its name.
        name: Name,
        /// Its value.
        output: OutputState,
    },
    /// Drops a root output.
    RemoveOutput {
        /// Its name.
        name: Name,
    },
    /// Records what became of the conditions, all of them at once.
    SetChecks(Vec<CheckResult>),
}

impl State {
    /// Applies a mutation. The same function serves the stores and their tests, so that all mean the same by it.
    ///
    /// # Errors
    /// A sentence where it cannot be: nothing to move or depose there, or the new place is taken.
    pub fn apply(&mut self, mutation: &Mutation) -> Result<(), String> {
        match mutation {
            Mutation::Put {
                addr,
                deposed,
                provider,
                object,
            } => {
                let entry = self
                    .instances
                    .entry(addr.clone())
                    .or_insert_with(|| InstanceState {
                        provider: provider.clone(),
                        current: None,
                        deposed: BTreeMap::new(),
                    });
                entry.provider = provider.clone();
                match deposed {
                    None => entry.current = Some(object.clone()),
                    Some(key) => {
                        entry.deposed.insert(key.clone(), object.clone());
                    }
                }
            }
            Mutation::Remove { addr, deposed } => {
                if let Some(entry) = self.instances.get_mut(addr) {
                    match deposed {
                        None => entry.current = None,
                        Some(key) => {
                            entry.deposed.remove(key);
                        }
                    }
                    if entry.current.is_none() && entry.deposed.is_empty() {
                        self.instances.remove(addr);
                    }
                }
            }
            Mutation::Depose { addr, key } => {
                let entry = self.instances.get_mut(addr);
                let Some((entry, object)) = entry.and_then(|e| e.current.take().map(|o| (e, o)))
                else {
                    return Err(format!("there is no current object at {addr} to set aside"));
                };
                entry.deposed.insert(key.clone(), object);
            }
            Mutation::Move { from, to } => {
                if self.instances.contains_key(to) {
                    return Err(format!(
                        "{from} cannot be moved to {to}: that address is taken"
                    ));
                }
                let Some(entry) = self.instances.remove(from) else {
                    return Err(format!("there is nothing at {from} to move"));
                };
                self.instances.insert(to.clone(), entry);
            }
            Mutation::SetOutput { name, output } => {
                self.outputs.insert(name.clone(), output.clone());
            }
            Mutation::RemoveOutput { name } => {
                self.outputs.remove(name);
            }
            Mutation::SetChecks(checks) => self.checks.clone_from(checks),
        }
        Ok(())
    }

    /// The current object at an address.
    pub fn current(&self, addr: &AbsResourceInstance) -> Option<&Arc<StateObject>> {
        self.instances.get(addr)?.current.as_ref()
    }
}

//! Decides how the recorded state is held while planning: by resource, with what the refresh found beside what is recorded.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use cairn_model::{
    AbsProviderConfig, AbsResource, AbsResourceInstance, BlockSchema, DeposedKey, InstanceKey,
    Module, RemoteObject, Resource, State, StateObject,
};
use cairn_value::{Known, Name, Value};

use crate::compare::same;

/// What the refresh found of an object.
#[derive(Clone, Debug)]
pub(crate) enum Now {
    /// As recorded, or not looked at.
    AsRecorded,
    /// Changed outside.
    Changed(Arc<StateObject>),
    /// Gone.
    Gone,
}

/// A recorded object.
#[derive(Clone, Debug)]
pub(crate) struct Held {
    pub(crate) recorded: Arc<StateObject>,
    pub(crate) now: Now,
}

impl Held {
    fn new(recorded: Arc<StateObject>) -> Self {
        Self {
            recorded,
            now: Now::AsRecorded,
        }
    }

    /// The object as it is now, if it still is.
    pub(crate) fn object(&self) -> Option<&Arc<StateObject>> {
        match &self.now {
            Now::AsRecorded => Some(&self.recorded),
            Now::Changed(o) => Some(o),
            Now::Gone => None,
        }
    }

    /// Takes what a refresh found.
    pub(crate) fn found(&mut self, remote: Option<RemoteObject>) {
        self.now = match remote {
            None => Now::Gone,
            Some(remote) => {
                let old = &self.recorded.remote;
                if remote.schema_version == old.schema_version
                    && remote.private == old.private
                    && same(remote.value.value(), old.value.value())
                {
                    Now::AsRecorded
                } else {
                    Now::Changed(Arc::new(StateObject {
                        remote,
                        ..(*self.recorded).clone()
                    }))
                }
            }
        };
    }

    /// Whether its attributes (not only what the provider keeps for itself, nor only what follows from other objects) are other
    /// than recorded.
    pub(crate) fn drifted(&self, schema: Option<&BlockSchema>) -> bool {
        let found = match &self.now {
            Now::AsRecorded => return false,
            Now::Gone => return true,
            Now::Changed(o) => o.remote.value.value(),
        };
        let recorded = value(&self.recorded).value();
        let (Some(schema), Some(new), Some(old)) =
            (schema, found.as_object(), recorded.as_object())
        else {
            return !same(found, recorded);
        };
        let linked = |name: &Name| schema.attributes.get(name).is_some_and(|a| a.linked);
        let other = |(name, new): (&Name, &Value)| {
            old.get(name).is_none_or(|old| !same(new, old)) && !linked(name)
        };
        new.len() != old.len() || new.iter().any(other)
    }
}

fn value(object: &StateObject) -> &Known {
    &object.remote.value
}

/// What is recorded of one address.
#[derive(Clone, Debug)]
pub(crate) struct Recorded {
    pub(crate) provider: AbsProviderConfig,
    pub(crate) current: Option<Held>,
    pub(crate) deposed: BTreeMap<DeposedKey, Held>,
    /// Where it was before the moves of this plan.
    pub(crate) previous: Option<AbsResourceInstance>,
    /// Whether the configuration still has this address.
    pub(crate) seen: bool,
}

/// Everything recorded.
#[derive(Clone, Debug, Default)]
pub(crate) struct Prior {
    pub(crate) resources: BTreeMap<AbsResource, BTreeMap<InstanceKey, Recorded>>,
    /// The resources of each block of the configuration.
    pub(crate) by_block: HashMap<(Module, Resource), Vec<AbsResource>>,
}

impl Prior {
    pub(crate) fn new(
        state: &State,
        previous: &BTreeMap<AbsResourceInstance, AbsResourceInstance>,
    ) -> Self {
        let mut resources: BTreeMap<AbsResource, BTreeMap<InstanceKey, Recorded>> = BTreeMap::new();
        for (addr, entry) in &state.instances {
            let recorded = Recorded {
                provider: entry.provider.clone(),
                current: entry.current.clone().map(Held::new),
                deposed: entry
                    .deposed
                    .iter()
                    .map(|(k, o)| (k.clone(), Held::new(o.clone())))
                    .collect(),
                previous: previous.get(addr).cloned(),
                seen: false,
            };
            if let Some(of_resource) = resources.get_mut(&addr.resource) {
                of_resource.insert(addr.key.clone(), recorded);
            } else {
                resources.insert(
                    addr.resource.clone(),
                    BTreeMap::from([(addr.key.clone(), recorded)]),
                );
            }
        }
        let mut by_block: HashMap<_, Vec<AbsResource>> = HashMap::new();
        for addr in resources.keys() {
            by_block
                .entry(addr.config())
                .or_default()
                .push(addr.clone());
        }
        Self {
            resources,
            by_block,
        }
    }

    pub(crate) fn get(&self, addr: &AbsResourceInstance) -> Option<&Recorded> {
        self.resources.get(&addr.resource)?.get(&addr.key)
    }

    pub(crate) fn get_mut(&mut self, addr: &AbsResourceInstance) -> Option<&mut Recorded> {
        self.resources.get_mut(&addr.resource)?.get_mut(&addr.key)
    }
}

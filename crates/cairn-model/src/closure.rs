//! Decides what a recorded block depends on when whatever that depends on is counted too, as Terraform's state lists it.

use std::collections::{BTreeMap, BTreeSet};

use crate::{Module, Resource, State, StateObject};

type Block = (Module, Resource);

/// What each recorded block depends on, itself or through others.
#[derive(Debug, Default)]
pub struct DependencyClosure {
    blocks: BTreeMap<Block, BTreeSet<Block>>,
}

impl DependencyClosure {
    /// Of a state.
    pub fn of(state: &State) -> Self {
        let mut direct: BTreeMap<Block, BTreeSet<Block>> = BTreeMap::new();
        for (addr, instance) in &state.instances {
            let on = direct.entry(addr.resource.config()).or_default();
            for object in instance.current.iter().chain(instance.deposed.values()) {
                on.extend(object.dependencies.iter().map(|d| d.resource().config()));
            }
        }
        let blocks = direct
            .iter()
            .map(|(block, on)| {
                let mut all = BTreeSet::new();
                let mut stack: Vec<&Block> = on.iter().collect();
                while let Some(b) = stack.pop() {
                    if b != block && all.insert(b.clone()) {
                        stack.extend(direct.get(b).into_iter().flatten());
                    }
                }
                (block.clone(), all)
            })
            .collect();
        Self { blocks }
    }

    /// What an object depends on, as addresses without keys, in order.
    pub fn addresses(&self, own: &Block, object: &StateObject) -> BTreeSet<String> {
        let direct: BTreeSet<Block> = object
            .dependencies
            .iter()
            .map(|d| d.resource().config())
            .collect();
        let through = direct.iter().filter_map(|b| self.blocks.get(b)).flatten();
        direct
            .iter()
            .chain(through)
            .filter(|b| *b != own)
            .map(|(module, resource)| {
                if module.is_root() {
                    resource.to_string()
                } else {
                    format!("{module}.{resource}")
                }
            })
            .collect()
    }
}

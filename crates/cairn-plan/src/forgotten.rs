//! Decides which recorded objects a plan forgets without a look at them: those of `removed` blocks with `destroy = false`.

use std::collections::HashSet;

use cairn_lang::ModuleTree;
use cairn_model::{AbsResource, Module, Resource};

use crate::moves::Endpoint;

/// What `removed` blocks with `destroy = false` are about.
#[derive(Debug, Default)]
pub(crate) struct Forgotten {
    resources: HashSet<(Module, Resource)>,
    modules: HashSet<Module>,
}

impl Forgotten {
    /// What the blocks of a configuration say.
    pub(crate) fn of(tree: &ModuleTree) -> Self {
        let mut all = Self::default();
        for node in tree.walk() {
            for block in node.config.removed.iter().filter(|b| !b.destroy) {
                let Some(end) = Endpoint::parse(&block.from) else {
                    continue;
                };
                let module = end.module(&node.path);
                match end.resource {
                    Some((resource, _)) => {
                        all.resources.insert((module, resource));
                    }
                    None => {
                        all.modules.insert(module);
                    }
                }
            }
        }
        all
    }

    /// Whether the objects of a resource are among it.
    pub(crate) fn covers(&self, addr: &AbsResource) -> bool {
        if self.resources.is_empty() && self.modules.is_empty() {
            return false;
        }
        let key = addr.config();
        if self.resources.contains(&key) {
            return true;
        }
        let mut module = key.0;
        loop {
            if self.modules.contains(&module) {
                return true;
            }
            match module.parent() {
                Some((parent, _)) => module = parent,
                None => return false,
            }
        }
    }
}

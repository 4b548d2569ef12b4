//! Decides what stands in for an object in a run of a test: nothing, the object of a mocked provider, or values of its own.

mod generate;
mod provider;
mod session;

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use cairn_diag::{Diagnostic, Diagnostics};
use cairn_lang::{Given, Mocks, ModuleTree, Overrides};
use cairn_model::{
    AbsProviderConfig, AbsResource, AbsResourceInstance, Module, ProviderAddr, RemoteObject,
    Resource, Target,
};
use cairn_plan::static_target;
use cairn_provider::Registry;

use crate::clock;
use generate::Draw;
use provider::DoubledProvider;
use session::DoubledConnect;

/// What a provider keeps with an object that was never made: who finds it need not ask the provider.
const MARK: &[u8] = b"cairn:double";

/// The stand-ins of one run.
pub(super) struct Doubles {
    /// The configuration of the run.
    tree: ModuleTree,
    /// What values are made up from.
    seed: [u8; 16],
    /// By address, whatever the provider.
    overrides: Addressed,
    /// By provider configuration.
    mocked: BTreeMap<AbsProviderConfig, Mocked>,
}

/// The stand-ins of a provider configuration.
struct Mocked {
    overrides: Addressed,
    mocks: Mocks,
}

/// Values by address.
#[derive(Default)]
struct Addressed {
    instances: HashMap<AbsResourceInstance, Given>,
    resources: HashMap<AbsResource, Given>,
}

/// What stands in for an object.
pub(super) struct Double<'d> {
    /// The values that are given; nothing where all of them are made up.
    pub(super) given: Option<&'d Given>,
}

impl Double<'_> {
    /// Whether the values are there in a plan already.
    fn while_planning(&self) -> bool {
        self.given.is_some_and(|g| g.while_planning)
    }
}

impl Addressed {
    /// Later ones count more.
    fn of<'o>(all: impl IntoIterator<Item = &'o Overrides>) -> Self {
        let mut found = Self::default();
        for (target, given) in all.into_iter().flat_map(|o| o.objects.values()) {
            match target {
                Target::Instance(i) => {
                    found.instances.insert(i.clone(), given.clone());
                }
                Target::Resource(r) => {
                    found.resources.insert(r.clone(), given.clone());
                }
                // Not read from a test file: only resources are objects.
                Target::Module(_) => {}
            }
        }
        found
    }

    /// Whether there are values for a resource, or for some of its instances.
    fn names(&self, module: &Module, resource: &Resource) -> bool {
        let instances = self.instances.keys().map(|i| &i.resource);
        instances
            .chain(self.resources.keys())
            .any(|r| r.resource == *resource && r.module.module() == *module)
    }

    fn is_empty(&self) -> bool {
        self.instances.is_empty() && self.resources.is_empty()
    }
}

impl Doubles {
    /// The stand-ins of a run with this configuration: what the file gives, over that what the run gives, and the provider
    /// configurations that are mocked.
    pub(super) fn new(
        tree: &ModuleTree,
        overrides: [&Overrides; 2],
        mocked: Vec<(AbsProviderConfig, &Mocks)>,
    ) -> Self {
        let mocked = mocked.into_iter().map(|(config, mocks)| {
            let mocked = Mocked {
                overrides: Addressed::of([&mocks.overrides]),
                mocks: mocks.clone(),
            };
            (config, mocked)
        });
        Self {
            tree: tree.clone(),
            seed: clock::random(),
            overrides: Addressed::of(overrides),
            mocked: mocked.collect(),
        }
    }

    /// The providers with these stand-ins before them.
    pub(super) fn before(self, registry: &Registry) -> Registry {
        if self.overrides.is_empty() && self.mocked.is_empty() {
            return registry.clone();
        }
        let doubles = Arc::new(self);
        let mut out = Registry::default();
        for real in registry.iter() {
            out.register(
                Arc::new(DoubledProvider::new(real.provider.clone(), doubles.clone())),
                Arc::new(DoubledConnect::new(real.clone(), doubles.clone())),
            );
        }
        out
    }

    /// What stands in for an object of the configuration.
    fn of(&self, addr: &AbsResourceInstance) -> Option<Double<'_>> {
        let mocked = self.mocked_provider(addr);
        let all = || {
            let own = mocked.map(|m| &m.overrides);
            std::iter::once(&self.overrides).chain(own)
        };
        // Values for the instance count before those for all instances, whoever gives them.
        let given = all()
            .find_map(|o| o.instances.get(addr))
            .or_else(|| all().find_map(|o| o.resources.get(&addr.resource)));
        if given.is_some() {
            return Some(Double { given });
        }
        let resource = &addr.resource.resource;
        let ty = (resource.mode, resource.ty.clone());
        let given = mocked?.mocks.types.get(&ty);
        Some(Double { given })
    }

    /// The stand-ins of an object's provider configuration, if it is mocked.
    fn mocked_provider(&self, addr: &AbsResourceInstance) -> Option<&Mocked> {
        if self.mocked.is_empty() {
            return None;
        }
        let (module, resource) = addr.resource.config();
        let block = self.tree.get(&module)?.config.resources.get(&resource)?;
        self.mocked
            .get(&self.tree.provider_config(&module, &block.provider))
    }

    /// What cannot be imported: there is no object to read where something stands in for it.
    pub(super) fn refused_imports(&self, tree: &ModuleTree) -> Diagnostics {
        let imports = tree.root.config.imports.iter();
        let refused = imports.filter_map(|import| {
            let (module, resource) = static_target(&import.to)?;
            let block = tree.get(&module)?.config.resources.get(&resource)?;
            let provider = tree.provider_config(&module, &block.provider);
            let is_overridden = self.overrides.names(&module, &resource);
            (is_overridden || self.mocked.contains_key(&provider)).then(|| {
                Diagnostic::error("import-of-mock", "Invalid import request")
                    .detail(format!(
                        "In this run something stands in for {resource}, so there is no object that could be read and imported. Leave the resource and its provider as they are in runs of configurations with `import` blocks."
                    ))
                    .at(import.span)
            })
        });
        refused.collect()
    }

    /// What the values of an object are made up from.
    fn draw<'a>(&self, addr: &'a AbsResourceInstance) -> Draw<'a> {
        Draw {
            seed: self.seed,
            addr,
        }
    }

    /// Whether configurations of a provider are mocked.
    fn mocks_some_of(&self, provider: &ProviderAddr) -> bool {
        self.mocked.keys().any(|c| c.provider == *provider)
    }
}

/// The modules of a run that outputs stand for, over those of the file.
pub(super) fn replace_modules(tree: &mut ModuleTree, overrides: [&Overrides; 2]) {
    for (module, given) in overrides.into_iter().flat_map(|o| o.modules.values()) {
        tree.stand_ins.put(module.clone(), given.values.clone());
    }
}

/// Whether an object that is recorded was never made.
fn is_double(object: Option<&RemoteObject>) -> bool {
    object.is_some_and(|o| *o.private == *MARK)
}

/// Puts answers in the order of the requests: own ones where there are, the others in turn.
fn in_order<T>(own: Vec<Option<T>>, others: Vec<T>) -> Vec<T> {
    let mut others = others.into_iter();
    own.into_iter()
        .filter_map(|answer| answer.or_else(|| others.next()))
        .collect()
}

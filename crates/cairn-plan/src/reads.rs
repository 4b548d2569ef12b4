//! Decides what is asked in a round of reads, and what the answers mean: the refresh of everything recorded, and data
//! sources whose arguments are known, by provider configuration.

use std::collections::{BTreeMap, HashMap};

use cairn_diag::Diagnostic;
use cairn_lang::ModuleTree;
use cairn_model::{
    AbsProviderConfig, AbsResource, AbsResourceInstance, DeposedKey, Module, PlanMode, Resource,
    ResourceMode,
};
use cairn_provider::{Problem, ReadRequest, ReadResponse, Registry};
use cairn_value::{Known, Path, Value};
use petgraph::graph::NodeIndex;

use crate::graph::Node;
use crate::messages::placed;
use crate::planner::{Planner, ProviderState, ReadBatch};

/// What an answer is for.
#[derive(Clone, Debug)]
pub(crate) enum Purpose {
    /// The refresh of a recorded object.
    Refresh(AbsResourceInstance, Option<DeposedKey>),
    /// A data source: which draft of which node.
    Data(NodeIndex, usize),
}

/// Reads that have not been answered.
#[derive(Debug, Default)]
pub(crate) struct Reads {
    /// To be asked in the next round.
    next: BTreeMap<AbsProviderConfig, Vec<(Purpose, ReadRequest)>>,
    /// Asked, in the order of asking.
    asked: Vec<Vec<Purpose>>,
    /// Recorded resources by the provider configuration that refreshes them.
    owned: HashMap<AbsProviderConfig, Vec<AbsResource>>,
    /// How many refreshes of a resource block are open (asked, or waiting for the provider's configuration).
    open: HashMap<(Module, Resource), usize>,
}

impl Reads {
    pub(crate) fn ask(
        &mut self,
        provider: &AbsProviderConfig,
        purpose: Purpose,
        request: ReadRequest,
    ) {
        self.next
            .entry(provider.clone())
            .or_default()
            .push((purpose, request));
    }
}

impl Planner<'_> {
    /// The provider configuration that manages a recorded resource now: the configuration's where it has the block, else the
    /// recorded one.
    pub(crate) fn provider_of(
        &self,
        addr: &AbsResource,
        recorded: &AbsProviderConfig,
    ) -> AbsProviderConfig {
        let (module, resource) = addr.config();
        self.tree
            .get(&module)
            .and_then(|n| n.config.resources.get(&resource))
            .map_or_else(
                || recorded.clone(),
                |c| self.tree.provider_config(&module, &c.provider),
            )
    }

    /// Finds out which recorded objects are to be refreshed, and by whom.
    pub(crate) fn prepare_refresh(&mut self) {
        if !self.options.refresh || self.options.validate_only {
            return;
        }
        let mut owned: HashMap<AbsProviderConfig, Vec<AbsResource>> = HashMap::new();
        for (addr, all) in &self.prior.resources {
            let Some(first) = all.values().next() else {
                continue;
            };
            if addr.resource.mode != ResourceMode::Managed {
                continue;
            }
            let provider = self.provider_of(addr, &first.provider);
            if self.graph.find(&Node::Provider(provider.clone())).is_none() {
                continue;
            }
            owned.entry(provider).or_default().push(addr.clone());
            *self.reads.open.entry(addr.config()).or_default() += 1;
        }
        self.reads.owned = owned;
    }

    /// Whether objects of a resource block are still to be refreshed.
    pub(crate) fn is_refreshing(&self, module: &Module, resource: &Resource) -> bool {
        self.reads
            .open
            .get(&(module.clone(), resource.clone()))
            .is_some_and(|n| *n > 0)
    }

    /// Evaluates a provider configuration, and asks for the refresh of what it owns.
    pub(crate) fn visit_provider(&mut self, addr: &AbsProviderConfig, in_scope: bool) {
        let registered = self.registry.get(&addr.provider);
        let Some(registered) = registered else {
            if in_scope {
                self.messages
                    .push(missing_provider(self.tree, addr, self.registry));
            }
            self.providers.insert(
                addr.clone(),
                ProviderState {
                    provider: None,
                    config: Value::unknown(cairn_value::Type::Dynamic),
                    known: None,
                    dependencies: Vec::new(),
                },
            );
            self.release_owned(addr);
            return;
        };
        let provider = registered.provider.clone();
        let schema = provider.schema().provider.clone();
        let evaluated = self.evaluator.provider_config(addr, &schema, &self.values);
        let mut failed = evaluated.diagnostics.has_errors();
        self.messages.extend(evaluated.diagnostics);
        let config = evaluated.value.unmark_deep().0;
        for problem in provider.validate_provider(&config) {
            failed |= problem.severity == cairn_diag::Severity::Error;
            let d = self.placed_at_provider(problem, addr);
            self.messages.push(d);
        }
        let known = if failed {
            None
        } else {
            Known::try_from(config.clone()).ok()
        };
        let readable = known.is_some();
        self.providers.insert(
            addr.clone(),
            ProviderState {
                provider: Some(provider),
                config,
                known,
                dependencies: evaluated.dependencies,
            },
        );
        if failed && in_scope {
            self.fail_provider(addr);
        }
        if readable {
            self.refresh_owned(addr);
        } else {
            self.release_owned(addr);
        }
    }

    fn placed_at_provider(&self, problem: Problem, addr: &AbsProviderConfig) -> Diagnostic {
        let block = self.tree.get(&addr.module).and_then(|n| {
            n.config.providers.values().find(|b| {
                let meant = cairn_lang::ProviderRef {
                    name: b.name.value.clone(),
                    alias: b.alias.as_ref().map(|a| a.value.clone()),
                    span: None,
                };
                self.tree.provider_config(&n.path, &meant) == *addr
            })
        });
        let place = block.map(|b| {
            problem
                .path
                .as_ref()
                .and_then(Path::first_attr)
                .and_then(|a| {
                    b.body
                        .attribute(a)
                        .map(cairn_lang::Attribute::span)
                        .or_else(|| b.body.blocks_of(a).next().map(|b| b.header))
                })
                .unwrap_or(b.header)
        });
        let d = match problem.severity {
            cairn_diag::Severity::Error => Diagnostic::error(problem.code, problem.summary),
            cairn_diag::Severity::Warning => Diagnostic::warning(problem.code, problem.summary),
        };
        d.detail(problem.detail)
            .at_opt(place)
            .within(format!("provider \"{}\"", addr.provider.ty))
    }

    fn refresh_owned(&mut self, provider: &AbsProviderConfig) {
        for addr in self.reads.owned.remove(provider).unwrap_or_default() {
            let (module, resource) = addr.config();
            let node = self
                .graph
                .find(&Node::Resource(module.clone(), resource.clone()))
                .map(NodeIndex::index);
            let destroy = self.options.mode == PlanMode::Destroy;
            let mut asked = 0;
            for (key, recorded) in &self.prior.resources[&addr] {
                let instance = addr.instance(key.clone());
                if !destroy && !self.scope.covers(node, &instance) {
                    continue;
                }
                let current = recorded.current.iter().map(|h| (None, h));
                let deposed = recorded.deposed.iter().map(|(k, h)| (Some(k.clone()), h));
                for (deposed, held) in current.chain(deposed) {
                    let request = ReadRequest {
                        addr: instance.clone(),
                        mode: ResourceMode::Managed,
                        ty: resource.ty.clone(),
                        prior: Some(held.recorded.remote.clone()),
                        config: Value::null(),
                    };
                    let purpose = Purpose::Refresh(instance.clone(), deposed);
                    self.reads
                        .next
                        .entry(provider.clone())
                        .or_default()
                        .push((purpose, request));
                    asked += 1;
                }
            }
            if let Some(open) = self.reads.open.get_mut(&(module, resource)) {
                *open = *open - 1 + asked;
            }
        }
    }

    /// What cannot be refreshed is taken as recorded.
    fn release_owned(&mut self, provider: &AbsProviderConfig) {
        for addr in self.reads.owned.remove(provider).unwrap_or_default() {
            if let Some(open) = self.reads.open.get_mut(&addr.config()) {
                *open -= 1;
            }
        }
    }

    /// The next round, if there is anything to ask.
    pub(crate) fn pending_reads(&mut self) -> Option<Vec<ReadBatch>> {
        let next = std::mem::take(&mut self.reads.next);
        if next.is_empty() {
            return None;
        }
        let mut batches = Vec::new();
        for (provider, reads) in next {
            let config = self.providers[&provider]
                .known
                .clone()
                .expect("reads are asked of providers with known configuration only");
            let (purposes, requests) = reads.into_iter().unzip();
            self.reads.asked.push(purposes);
            batches.push(ReadBatch {
                provider,
                config,
                requests,
            });
        }
        Some(batches)
    }

    /// Takes the answers to a round.
    pub(crate) fn take_reads(&mut self, answers: Vec<Vec<ReadResponse>>) {
        let asked = std::mem::take(&mut self.reads.asked);
        for (purposes, answers) in asked.into_iter().zip(answers) {
            for (purpose, answer) in purposes.into_iter().zip(answers) {
                match purpose {
                    Purpose::Refresh(addr, deposed) => self.take_refresh(&addr, deposed, answer),
                    Purpose::Data(node, draft) => self.take_data(node, draft, answer),
                }
            }
        }
    }

    fn take_refresh(
        &mut self,
        addr: &AbsResourceInstance,
        deposed: Option<DeposedKey>,
        answer: ReadResponse,
    ) {
        if let Some(open) = self.reads.open.get_mut(&addr.resource.config()) {
            *open -= 1;
        }
        let held = self.prior.get_mut(addr).and_then(|r| match deposed {
            None => r.current.as_mut(),
            Some(key) => r.deposed.get_mut(&key),
        });
        match (answer, held) {
            (ReadResponse::Present(o), Some(held)) => held.found(Some(*o)),
            (ReadResponse::Absent, Some(held)) => held.found(None),
            (ReadResponse::Failed(problems), _) => {
                for p in problems {
                    let d = placed(p, addr, &self.evaluator);
                    self.messages.push(d);
                }
            }
            (_, None) => {}
        }
    }
}

/// The message for a provider that is not built in, at a block that needs it.
pub(crate) fn missing_provider(
    tree: &ModuleTree,
    addr: &AbsProviderConfig,
    registry: &Registry,
) -> Diagnostic {
    let place = tree.walk().iter().find_map(|n| {
        n.config
            .resources
            .values()
            .find(|r| tree.provider_config(&n.path, &r.provider) == *addr)
            .map(|r| r.provider.span.unwrap_or(r.header))
    });
    let known: Vec<String> = registry
        .iter()
        .map(|r| r.provider.addr().to_string())
        .collect();
    Diagnostic::error("provider-not-available", "Provider not available")
        .detail(format!(
            "The configuration or the state needs the provider {}, which is not built into cairn. There are: {}.",
            addr.provider,
            known.join(", ")
        ))
        .at_opt(place)
}

//! Decides what is asked in a round of reads, and what the answers mean: the refresh of everything recorded, and data
//! sources whose arguments are known, by provider configuration.

use std::collections::{BTreeMap, HashMap};

use cairn_model::{
    AbsProviderConfig, AbsResource, AbsResourceInstance, DeposedKey, InstanceKey, Module, PlanMode,
    Resource, ResourceMode,
};
use cairn_provider::{ReadRequest, ReadResponse};
use cairn_value::Value;
use petgraph::graph::NodeIndex;

use crate::forgotten::Forgotten;
use crate::graph::Node;
use crate::messages::placed;
use crate::planner::{Planner, ReadBatch};
use crate::prior::Recorded;
use crate::write_only::recordable;

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
    asked: Vec<(AbsProviderConfig, Vec<Purpose>)>,
    /// Recorded resources by the provider configuration (all its instances together) that refreshes them.
    owned: HashMap<AbsProviderConfig, Vec<AbsResource>>,
    /// Blocks whose objects are forgotten by this plan, so that nobody looks at them.
    forgotten: Forgotten,
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

    /// Whether there is something to ask in the next round.
    pub(crate) fn is_pending(&self) -> bool {
        !self.next.is_empty()
    }
}

impl Planner<'_> {
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
            let provider = self.owner_of(addr, &first.provider);
            if self.graph.find(&Node::Provider(provider.clone())).is_none() {
                continue;
            }
            owned.entry(provider).or_default().push(addr.clone());
            *self.reads.open.entry(addr.config()).or_default() += 1;
        }
        self.reads.owned = owned;
        if !self.is_refresh_only() {
            self.reads.forgotten = Forgotten::of(self.tree);
        }
    }

    /// Whether objects of a resource block are still to be refreshed.
    pub(crate) fn is_refreshing(&self, module: &Module, resource: &Resource) -> bool {
        self.reads
            .open
            .get(&(module.clone(), resource.clone()))
            .is_some_and(|n| *n > 0)
    }

    /// Asks for the refresh of what a provider configuration owns, each object by the instance that manages it. What none can
    /// read is taken as recorded.
    pub(crate) fn refresh_owned(&mut self, owner: &AbsProviderConfig) {
        let repeated = self.providers.get(owner).is_some_and(|p| p.repeated);
        for addr in self.reads.owned.remove(owner).unwrap_or_default() {
            let (module, resource) = addr.config();
            let node = self
                .graph
                .find(&Node::Resource(module.clone(), resource.clone()))
                .map(NodeIndex::index);
            let destroy = self.options.mode == PlanMode::Destroy;
            let keyed = |r: &Recorded| r.provider.key != InstanceKey::None;
            let by_instance = (repeated || self.prior.resources[&addr].values().any(keyed))
                .then(|| self.managers(&addr));
            let forgotten = self.reads.forgotten.covers(&addr);
            let mut asked = 0;
            let mut gone = Vec::new();
            for (key, recorded) in &self.prior.resources[&addr] {
                let instance = addr.instance(key.clone());
                if forgotten || (!destroy && !self.scope.covers(node, &instance)) {
                    continue;
                }
                let provider = match &by_instance {
                    None => owner,
                    Some(managers) => &managers[key],
                };
                if !self.is_readable(provider) {
                    // Other plans say so where the object is to be destroyed.
                    if self.is_refresh_only() {
                        gone.extend(self.provider_gone(&instance, provider));
                    }
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
                    self.reads.ask(provider, purpose, request);
                    asked += 1;
                }
            }
            for d in gone {
                self.messages.push(d);
            }
            if let Some(open) = self.reads.open.get_mut(&(module, resource)) {
                *open = *open - 1 + asked;
            }
        }
    }

    /// The provider instances that manage the recorded instances of a resource.
    fn managers(&mut self, addr: &AbsResource) -> HashMap<InstanceKey, AbsProviderConfig> {
        let recorded: Vec<(InstanceKey, AbsProviderConfig)> = self.prior.resources[addr]
            .iter()
            .map(|(k, r)| (k.clone(), r.provider.clone()))
            .collect();
        recorded
            .into_iter()
            .map(|(key, provider)| {
                let manager = self.provider_of(&addr.instance(key.clone()), &provider);
                (key, manager)
            })
            .collect()
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
            self.reads.asked.push((provider.clone(), purposes));
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
        for ((provider, purposes), answers) in asked.into_iter().zip(answers) {
            for (purpose, answer) in purposes.into_iter().zip(answers) {
                match purpose {
                    Purpose::Refresh(addr, deposed) => {
                        self.take_refresh(&provider, &addr, deposed, answer);
                    }
                    Purpose::Data(node, draft) => self.take_data(node, draft, answer),
                }
            }
        }
    }

    fn take_refresh(
        &mut self,
        provider: &AbsProviderConfig,
        addr: &AbsResourceInstance,
        deposed: Option<DeposedKey>,
        answer: ReadResponse,
    ) {
        if let Some(open) = self.reads.open.get_mut(&addr.resource.config()) {
            *open -= 1;
        }
        if matches!(answer, ReadResponse::Absent)
            && let Some(d) = self.left_behind(addr)
        {
            self.messages.push(d);
            return;
        }
        let held = self.prior.get_mut(addr).and_then(|r| match deposed {
            None => r.current.as_mut(),
            Some(key) => r.deposed.get_mut(&key),
        });
        match (answer, held) {
            (ReadResponse::Present(o), Some(held)) => {
                let ty = &addr.resource.resource.ty;
                held.found(Some(recordable(provider, ty, *o, self.registry)));
            }
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

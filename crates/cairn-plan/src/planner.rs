//! Decides how planning proceeds: as far as is known, then a round of questions to the outside, then on.

use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};
use std::sync::Arc;

use cairn_diag::Diagnostics;
use cairn_lang::{Evaluator, Inputs, ModuleTree};
use cairn_model::{
    AbsProviderConfig, AbsResource, AbsResourceInstance, Change, CheckResult, Deferred, Dependency,
    Lineage, Module, Mutation, OutputState, Plan, PlanMode, RemoteObject, Resource, ResourceMode,
    Serial, StateObject,
};
use cairn_provider::{
    CheckRequest, Opened, Problem, Provider, ReadRequest, ReadResponse, Registry,
};
use cairn_value::{Known, Name, Value};
use petgraph::graph::NodeIndex;

use crate::checks::Checks;
use crate::decide::data::DataDraft;
use crate::deferral::LeftOut;
use crate::graph::{Node, ResourceGraph, Scope, cycles, scope};
use crate::imports::Imports;
use crate::input::{PlanInput, PlanOptions};
use crate::messages::Messages;
use crate::opens::{OpenBatch, Opens};
use crate::prior::Prior;
use crate::reads::Reads;
use crate::undecided;
use crate::values::Overlay;

/// What the planner needs next.
#[derive(Debug)]
pub enum Progress {
    /// Objects and data sources to read: answer with [`Planner::supply`].
    NeedsReads(Vec<ReadBatch>),
    /// Objects to import: answer with [`Planner::supply_imports`].
    NeedsImports(Vec<ImportBatch>),
    /// Ephemeral resources to open: answer with [`Planner::supply_opens`]. They stay open until the plan is done.
    NeedsOpens(Vec<OpenBatch>),
    /// Planned objects to check against the world: answer with [`Planner::supply_checks`]. Asked at most once, last, and
    /// only where there are no errors.
    NeedsChecks(Vec<CheckBatch>),
    /// The plan. With errors among the messages it must not be applied.
    Done(Box<(Plan, Diagnostics)>),
}

/// Reads of one provider configuration.
#[derive(Debug)]
pub struct ReadBatch {
    /// Which configuration.
    pub provider: AbsProviderConfig,
    /// Its evaluated block.
    pub config: Known,
    /// What to read.
    pub requests: Vec<ReadRequest>,
}

/// Imports of one provider configuration.
#[derive(Debug)]
pub struct ImportBatch {
    /// Which configuration.
    pub provider: AbsProviderConfig,
    /// Its evaluated block.
    pub config: Known,
    /// What to import.
    pub requests: Vec<ImportRequest>,
}

/// One object to import.
#[derive(Clone, Debug)]
pub struct ImportRequest {
    /// Into which address.
    pub addr: AbsResourceInstance,
    /// The resource type.
    pub ty: Name,
    /// By which id.
    pub id: String,
}

/// Checks of one provider configuration.
#[derive(Debug)]
pub struct CheckBatch {
    /// Which configuration.
    pub provider: AbsProviderConfig,
    /// Its evaluated block.
    pub config: Known,
    /// What to check.
    pub requests: Vec<CheckRequest>,
}

/// A provider configuration as far as it is known.
pub(crate) struct ProviderState {
    /// Its pure half; nothing where there is no such provider (a message says so).
    pub(crate) provider: Option<Arc<dyn Provider>>,
    /// Its evaluated block without marks, perhaps with unknowns.
    pub(crate) config: Value,
    /// The same where it is wholly known and without errors.
    pub(crate) known: Option<Known>,
    /// What its block depends on.
    pub(crate) dependencies: Vec<Dependency>,
    /// It stands for all instances of a repeated configuration, each of which has a state of its own; it knows no arguments.
    pub(crate) repeated: bool,
    /// Nothing declares it: only what is recorded names it. What has no alias needs no declaration.
    pub(crate) gone: bool,
    /// Something is wrong with it; messages say what.
    pub(crate) failed: bool,
}

enum Stage {
    Start,
    Walk,
    /// The configuration is wrong, nothing can be planned.
    Broken,
    Finish,
    Check(Box<Plan>),
    Done(Box<Plan>),
}

/// Whether a node is finished, or waits for answers.
pub(crate) enum Visit {
    Done,
    Blocked,
}

/// Makes a plan, in rounds.
pub struct Planner<'a> {
    pub(crate) tree: &'a ModuleTree,
    pub(crate) inputs: &'a Inputs,
    pub(crate) registry: &'a Registry,
    pub(crate) options: PlanOptions,
    pub(crate) timestamp: String,
    pub(crate) lineage: Lineage,
    pub(crate) serial: Serial,
    pub(crate) outputs: BTreeMap<Name, OutputState>,
    pub(crate) evaluator: Evaluator<'a>,
    pub(crate) graph: ResourceGraph,
    pub(crate) scope: Scope,
    /// By node: replacements are made before the old object is deleted.
    pub(crate) create_before_destroy: Vec<bool>,
    pub(crate) prior: Prior,
    pub(crate) providers: HashMap<AbsProviderConfig, ProviderState>,
    pub(crate) values: Overlay,
    pub(crate) changes: Vec<Change>,
    /// The changes of each resource, in the order of keys.
    pub(crate) changes_of: HashMap<AbsResource, Vec<u32>>,
    /// By node: whether anything of it changes.
    pub(crate) changing: Vec<bool>,
    /// By node: whether it is left out of the plan, and why.
    pub(crate) left_out: Vec<Option<LeftOut>>,
    /// Module calls whose instances are not known yet, with the reason.
    pub(crate) unknown_calls: HashMap<NodeIndex, String>,
    /// Blocks that cannot be planned yet.
    pub(crate) deferred: Vec<Deferred>,
    /// What data sources depend on, so that what depends on them depends on that.
    pub(crate) data_dependencies: HashMap<AbsResource, Arc<[Dependency]>>,
    pub(crate) data_drafts: HashMap<NodeIndex, Vec<DataDraft>>,
    /// Module instances that the configuration has.
    pub(crate) module_instances: HashSet<cairn_model::ModuleInstance>,
    pub(crate) reads: Reads,
    pub(crate) imports: Imports,
    pub(crate) opens: Opens,
    pub(crate) checks: Checks,
    pub(crate) recorded_checks: Vec<CheckResult>,
    pub(crate) messages: Messages,
    /// State changes that need no remote call.
    pub(crate) prelude: Vec<Mutation>,
    /// How many of them, at the beginning, are moves and what follows from those.
    pub(crate) moves: usize,
    /// `moved` blocks of single instances: base, `from`, place.
    pub(crate) moved_instances: Vec<(
        cairn_model::Module,
        crate::moves::Endpoint,
        cairn_diag::Span,
    )>,
    /// By node: how many dependencies are not finished.
    waiting: Vec<u32>,
    ready: VecDeque<NodeIndex>,
    blocked: Vec<NodeIndex>,
    stage: Stage,
    /// Something stands in for blocks that are to be generated: only what these need is looked at.
    generates: bool,
    /// There is a plan, if only of a part.
    finished: bool,
    asked_checks: Vec<Vec<AbsResourceInstance>>,
}

impl<'a> Planner<'a> {
    /// Starts.
    pub fn new(input: PlanInput<'a>) -> Self {
        let PlanInput {
            tree,
            inputs,
            context,
            mut prior,
            registry,
            mut options,
        } = input;
        let timestamp = context.timestamp.clone();
        let mut messages = Messages::default();
        if options.mode != PlanMode::Destroy {
            // What is wrong whatever the values is said first, and alone.
            let unknown = Inputs::unknown(tree);
            let found = crate::validate::validate(
                tree,
                &unknown,
                context.clone(),
                registry,
                options.programs,
            );
            if found.has_errors() {
                messages.extend(found);
            }
        }
        if !messages.has_errors() {
            messages.extend(crate::ignore::redundant(tree, registry));
        }
        messages.defer = options.defer;
        let moved = crate::moves::apply(tree, &mut prior);
        let hindered = undecided::moved(&moved, &options.undecided);
        messages.extend(hindered.into_iter().collect());
        messages.extend(moved.diagnostics);
        let state_providers: HashSet<AbsProviderConfig> = prior
            .instances
            .values()
            .map(|e| e.provider.clone())
            .collect();
        let mut state_providers: Vec<_> = state_providers.into_iter().collect();
        state_providers.sort();
        let graph = ResourceGraph::build(tree, state_providers);
        let own = std::mem::take(&mut options.excludes);
        options.excludes = undecided::excludes(own, &options.undecided);
        let mut scope = scope(&graph, &options.targets, &options.excludes);
        undecided::narrow(&mut scope, &graph, &options.undecided);
        let stand_ins = crate::generate::stand_ins(&graph, tree);
        let generates = !stand_ins.is_empty();
        if generates {
            scope.keep(&graph.reach(stand_ins, petgraph::Direction::Outgoing));
        }
        let create_before_destroy = crate::replace::create_before_destroy(&graph, tree, &scope);
        let n = graph.len();
        Self {
            evaluator: Evaluator::new(tree, inputs, context),
            prior: Prior::new(&prior, &moved.previous),
            lineage: prior.lineage,
            serial: prior.serial,
            outputs: prior.outputs,
            tree,
            inputs,
            registry,
            options,
            timestamp,
            scope,
            create_before_destroy,
            providers: HashMap::new(),
            values: Overlay::default(),
            changes: Vec::new(),
            changes_of: HashMap::new(),
            changing: vec![false; n],
            left_out: vec![None; n],
            unknown_calls: HashMap::new(),
            deferred: Vec::new(),
            data_dependencies: HashMap::new(),
            data_drafts: HashMap::new(),
            module_instances: HashSet::new(),
            reads: Reads::default(),
            imports: Imports::default(),
            opens: Opens::default(),
            checks: Checks::of(tree),
            recorded_checks: prior.checks,
            messages,
            moves: moved.mutations.len(),
            moved_instances: moved.single,
            prelude: moved.mutations,
            waiting: vec![0; n],
            ready: VecDeque::new(),
            blocked: Vec::new(),
            stage: Stage::Start,
            generates,
            finished: false,
            asked_checks: Vec::new(),
            graph,
        }
    }

    /// Goes on until something is needed from outside. Never waits.
    pub fn advance(&mut self) -> Progress {
        loop {
            match std::mem::replace(&mut self.stage, Stage::Walk) {
                Stage::Start => self.start(),
                Stage::Walk => {
                    self.walk();
                    if let Some(batches) = self.pending_imports() {
                        return Progress::NeedsImports(batches);
                    }
                    if let Some(batches) = self.pending_reads() {
                        return Progress::NeedsReads(batches);
                    }
                    if let Some(batches) = self.pending_opens() {
                        return Progress::NeedsOpens(batches);
                    }
                    if self.generates {
                        self.stage = Stage::Done(Box::new(self.taken_for_stand_ins()));
                        continue;
                    }
                    self.moved_still_there();
                    self.stage = Stage::Finish;
                }
                Stage::Broken => self.stage = Stage::Done(Box::new(self.nothing())),
                Stage::Finish => {
                    let plan = Box::new(self.finish());
                    self.finished = true;
                    self.stage = Stage::Check(plan);
                }
                Stage::Check(plan) => {
                    let batches = self.check_batches(&plan);
                    self.stage = Stage::Done(plan);
                    if !batches.is_empty() {
                        return Progress::NeedsChecks(batches);
                    }
                }
                Stage::Done(mut plan) => {
                    let messages = std::mem::take(&mut self.messages);
                    plan.errored = self.finished && messages.has_errors();
                    return Progress::Done(Box::new((*plan, messages.finish())));
                }
            }
        }
    }

    /// Answers [`Progress::NeedsReads`]: one list for each batch, one answer for each request, in order.
    pub fn supply(&mut self, reads: Vec<Vec<ReadResponse>>) {
        self.take_reads(reads);
        self.go_on();
    }

    /// Answers [`Progress::NeedsOpens`]: one list for each batch, one answer for each request, in order. Whoever opened is to
    /// close when the plan is done.
    pub fn supply_opens(&mut self, opened: Vec<Vec<Result<Opened, Vec<Problem>>>>) {
        self.take_opens(opened);
        self.go_on();
    }

    /// Lets go on what waits for answers. Where other things of the round are still to be asked, that is when those are
    /// answered, and not before.
    fn go_on(&mut self) {
        if !self.reads.is_pending() && !self.opens.is_pending() {
            self.ready.extend(self.blocked.drain(..));
        }
    }

    /// Answers [`Progress::NeedsImports`]: one list for each batch, one answer for each request, in order.
    pub fn supply_imports(&mut self, imports: Vec<Vec<Result<RemoteObject, Vec<Problem>>>>) {
        self.take_imports(imports);
        self.go_on();
    }

    /// Answers [`Progress::NeedsChecks`]: one list for each batch, one list of problems for each request, in order.
    pub fn supply_checks(&mut self, checks: Vec<Vec<Vec<Problem>>>) {
        let asked = std::mem::take(&mut self.asked_checks);
        for (addrs, answers) in asked.into_iter().zip(checks) {
            for (addr, problems) in addrs.into_iter().zip(answers) {
                for p in problems {
                    let d = crate::messages::placed(p, &addr, &self.evaluator);
                    self.messages.push(d);
                }
            }
        }
    }

    fn start(&mut self) {
        let cycles = cycles(&self.graph);
        if self.messages.has_errors() || cycles.has_errors() {
            if !self.messages.has_errors() {
                self.messages.extend(cycles);
            }
            self.stage = Stage::Broken;
            return;
        }
        if self.scope.is_limited() {
            self.messages.push(
                cairn_diag::Diagnostic::warning("targeting-in-effect", "Resource targeting is in effect")
                    .detail("The plan covers only what the options -target or -exclude leave, so the result may not be all that the configuration asks for. Plan once more without them when done."),
            );
        }
        self.moves_out_of_scope();
        self.prepare_refresh();
        for n in self.graph.indices() {
            let count = self.graph.dependencies(n).count();
            self.waiting[n.index()] = count as u32;
            if count == 0 {
                self.ready.push_back(n);
            }
        }
    }

    fn walk(&mut self) {
        while let Some(n) = self.ready.pop_front() {
            match self.visit(n) {
                Visit::Blocked => self.blocked.push(n),
                Visit::Done => {
                    let dependents: Vec<NodeIndex> = self.graph.dependents(n).collect();
                    for d in dependents {
                        self.waiting[d.index()] -= 1;
                        if self.waiting[d.index()] == 0 {
                            self.ready.push_back(d);
                        }
                    }
                }
            }
        }
    }

    fn visit(&mut self, index: NodeIndex) -> Visit {
        let node = self.graph.node(index).clone();
        let in_scope = self.scope.nodes[index.index()];
        if self.options.mode != PlanMode::Destroy
            && in_scope
            && let Some(why) = self.left_out_before(index)
        {
            self.leave_out(index, why);
            // A provider is asked nothing then, but what waits for its refresh is let go.
            if !matches!(node, Node::Provider(_)) {
                return Visit::Done;
            }
        }
        match node {
            Node::Provider(addr) => {
                self.visit_provider(&addr, in_scope);
                Visit::Done
            }
            Node::Arguments(module) => {
                if in_scope && self.options.mode != PlanMode::Destroy {
                    self.validate_arguments(&module);
                }
                Visit::Done
            }
            Node::Rules(module, name) => {
                if in_scope && self.options.mode != PlanMode::Destroy {
                    self.validate_variable(index, &module, &name);
                }
                Visit::Done
            }
            Node::Resource(module, resource) => {
                let destroy = self.options.mode == PlanMode::Destroy;
                let passes = resource.mode == ResourceMode::Ephemeral;
                if destroy && !(passes && self.is_for_a_provider(index)) {
                    return Visit::Done;
                }
                if !in_scope && !destroy {
                    self.keep_out_of_scope(&module, &resource);
                    return Visit::Done;
                }
                match resource.mode {
                    ResourceMode::Managed => self.visit_managed(index, &module, &resource),
                    ResourceMode::Data | ResourceMode::Ephemeral => {
                        self.visit_data(index, &module, &resource)
                    }
                }
            }
            Node::Call(module) => {
                if in_scope && self.options.mode != PlanMode::Destroy {
                    self.visit_call(index, &module);
                }
                Visit::Done
            }
            Node::Variable(..) | Node::Local(..) | Node::Output(..) | Node::Everything(_) => {
                Visit::Done
            }
        }
    }

    /// Whether a provider configuration needs a node to be known.
    fn is_for_a_provider(&self, index: NodeIndex) -> bool {
        let above = self.graph.reach([index], petgraph::Direction::Incoming);
        self.graph
            .indices()
            .any(|n| above[n.index()] && matches!(self.graph.node(n), Node::Provider(_)))
    }

    /// A limited plan cannot move what it does not cover: the record would follow the configuration only in part.
    fn moves_out_of_scope(&mut self) {
        if !self.scope.is_limited() || self.options.mode == PlanMode::Destroy {
            return;
        }
        let mut left_out: Vec<String> = Vec::new();
        for (resource, all) in &self.prior.resources {
            let node = self
                .graph
                .find(&Node::Resource(
                    resource.module.module(),
                    resource.resource.clone(),
                ))
                .map(NodeIndex::index);
            for (key, recorded) in all {
                if let Some(from) = &recorded.previous {
                    let to = resource.instance(key.clone());
                    if !self.scope.covers(node, &to) {
                        left_out.push(format!("{from} to {to}"));
                    }
                }
            }
        }
        if left_out.is_empty() {
            return;
        }
        self.messages.push(
            cairn_diag::Diagnostic::error(
                "moved-not-targeted",
                "Moved resource instances excluded by targeting",
            )
            .detail(format!(
                "Objects have moved to other addresses, which -target and -exclude leave out of the plan: {}. Add them with -target, or plan without these options.",
                left_out.join(", ")
            )),
        );
    }

    /// What is not planned this time is seen as it is recorded.
    fn keep_out_of_scope(&mut self, module: &Module, resource: &Resource) {
        let recorded: Vec<(AbsResourceInstance, Arc<StateObject>)> = self
            .prior
            .by_block
            .get(&(module.clone(), resource.clone()))
            .into_iter()
            .flatten()
            .filter_map(|r| Some((r, self.prior.resources.get(r)?)))
            .flat_map(|(r, all)| {
                all.iter().filter_map(|(k, e)| {
                    let held = e.current.as_ref()?;
                    Some((r.instance(k.clone()), held.recorded.clone()))
                })
            })
            .collect();
        for (addr, object) in recorded {
            self.values.set(&addr, crate::values::object_value(&object));
        }
    }

    fn check_batches(&mut self, plan: &Plan) -> Vec<CheckBatch> {
        if self.messages.has_errors()
            || self.options.validate_only
            || self.options.mode != PlanMode::Normal
        {
            return Vec::new();
        }
        let mut batches: BTreeMap<&AbsProviderConfig, Vec<CheckRequest>> = BTreeMap::new();
        for c in &plan.changes {
            let created = c.action == cairn_model::Action::Create || c.action.is_replace();
            if c.mode() != ResourceMode::Managed
                || !(created || c.action == cairn_model::Action::Update)
            {
                continue;
            }
            batches.entry(&c.provider).or_default().push(CheckRequest {
                addr: c.addr.clone(),
                ty: c.addr.resource.resource.ty.clone(),
                prior: c
                    .before
                    .as_ref()
                    .filter(|_| !created)
                    .map(|o| o.remote.clone()),
                planned: c.after.clone().unmark_deep().0,
                config: c.config.clone().unmark_deep().0,
                preflight: self.options.preflight,
            });
        }
        batches
            .into_iter()
            .filter_map(|(provider, requests)| {
                let config = self.providers.get(provider)?.known.clone()?;
                self.asked_checks
                    .push(requests.iter().map(|r| r.addr.clone()).collect());
                Some(CheckBatch {
                    provider: provider.clone(),
                    config,
                    requests,
                })
            })
            .collect()
    }
}

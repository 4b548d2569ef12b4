//! A configuration, a state and a cloud, to plan and apply against: what the engine does, without waiting.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::sync::Arc;

use cairn_diag::{Diagnostics, Plain, SourceMap, render_all};
use cairn_lang::{
    EvalContext, Evaluator, FileReader, InputSource, Inputs, LoadedTree, RawInput, SourceReader,
    load,
};
use cairn_model::{
    AbsResourceInstance, Action, ApplyKind, Change, Mutation, ObjectStatus, Plan, PlanMode,
    ResourceMode, State, StepKind,
};
use cairn_plan::{
    FinalValues, Finalized, PlanInput, PlanOptions, Planner, Progress, StepQueue, Stopped,
    after_conditions, finale, finalize, integrity, record,
};
use cairn_provider::{OpenRequest, Opened, Problem, ReadRequest, ReadResponse, Registry};
use cairn_provider_builtin::{BuiltinConnect, BuiltinProvider, Still};
use cairn_value::{Name, Path, Value, name};

use crate::cloud::{NoConnect, TestProvider, make, remote};

struct Files(BTreeMap<String, String>);

impl SourceReader for Files {
    fn read(&self, path: &str) -> Result<String, String> {
        self.0
            .get(path.trim_start_matches("./"))
            .cloned()
            .ok_or_else(|| "no such file".to_owned())
    }

    fn list(&self, folder: &str) -> Result<Vec<String>, String> {
        let folder = folder.trim_start_matches("./").trim_end_matches('/');
        let prefix = if folder.is_empty() || folder == "." {
            String::new()
        } else {
            format!("{folder}/")
        };
        Ok(self
            .0
            .keys()
            .filter_map(|p| p.strip_prefix(&prefix))
            .filter(|p| !p.contains('/'))
            .map(str::to_owned)
            .collect())
    }
}

struct NoFiles;

impl FileReader for NoFiles {
    fn read(&self, _: &str) -> Result<Vec<u8>, String> {
        Err("there are no files".to_owned())
    }
    fn exists(&self, _: &str) -> bool {
        false
    }
    fn walk(&self, _: &str) -> Result<Vec<String>, String> {
        Ok(Vec::new())
    }
}

/// A workbench.
pub(crate) struct Bench {
    files: Files,
    pub(crate) vars: BTreeMap<Name, RawInput>,
    pub(crate) state: State,
    /// Objects of the cloud by id.
    pub(crate) cloud: BTreeMap<String, Value>,
    next_id: u32,
    pub(crate) options: PlanOptions,
    registry: Registry,
    /// Addresses whose creation or update fails.
    pub(crate) failing: BTreeSet<String>,
    /// What an object is made to be instead, by address.
    pub(crate) tampered: BTreeMap<String, Value>,
    /// How many objects each round of the last plan asked for.
    pub(crate) rounds: Vec<usize>,
    /// What the last plan opened.
    pub(crate) opened: Vec<String>,
}

/// A plan, what was said about it, and the text of that.
pub(crate) struct Planned {
    pub(crate) plan: Plan,
    pub(crate) diagnostics: Diagnostics,
    pub(crate) text: String,
}

impl Planned {
    /// `sign address (reason)` of everything that changes.
    pub(crate) fn lines(&self) -> Vec<String> {
        self.plan
            .changes
            .iter()
            .filter(|c| c.action != Action::NoOp || c.previous_addr.is_some())
            .map(line)
            .collect()
    }

    pub(crate) fn change(&self, addr: &str) -> &Change {
        self.plan
            .changes
            .iter()
            .find(|c| c.addr.to_string() == addr && c.deposed.is_none())
            .unwrap_or_else(|| panic!("no change of {addr}: {:?}", self.lines()))
    }

    pub(crate) fn codes(&self) -> Vec<&'static str> {
        self.diagnostics.iter().map(|d| d.code).collect()
    }

    #[track_caller]
    pub(crate) fn ok(self) -> Self {
        assert!(!self.diagnostics.has_errors(), "{}", self.text);
        assert_eq!(integrity(&self.plan), Vec::<String>::new());
        self
    }
}

fn line(c: &Change) -> String {
    let mut s = format!("{} {}", c.action.sign().trim(), c.addr);
    if let Some(k) = &c.deposed {
        write!(s, " (deposed {k})").unwrap();
    }
    if let Some(p) = &c.previous_addr {
        write!(s, " (was {p})").unwrap();
    }
    if let Some(r) = c.reason {
        write!(s, " {}", r.json()).unwrap();
    }
    s.trim().to_owned()
}

impl Bench {
    pub(crate) fn new(main: &str) -> Self {
        let mut registry = Registry::default();
        let terraform = Arc::new(BuiltinProvider::terraform());
        let connect = BuiltinConnect::new(terraform.clone(), Arc::new(Still));
        registry.register(terraform, Arc::new(connect));
        registry.register(Arc::new(TestProvider::new()), Arc::new(NoConnect));
        Self {
            files: Files([("main.tf".to_owned(), main.to_owned())].into()),
            vars: BTreeMap::new(),
            state: State {
                lineage: cairn_model::Lineage(Arc::from("test")),
                ..State::default()
            },
            cloud: BTreeMap::new(),
            next_id: 1,
            options: PlanOptions::default(),
            registry,
            failing: BTreeSet::new(),
            tampered: BTreeMap::new(),
            rounds: Vec::new(),
            opened: Vec::new(),
        }
    }

    pub(crate) fn file(mut self, path: &str, text: &str) -> Self {
        self.files.0.insert(path.to_owned(), text.to_owned());
        self
    }

    pub(crate) fn edit(&mut self, main: &str) -> &mut Self {
        self.files.0.insert("main.tf".to_owned(), main.to_owned());
        self
    }

    pub(crate) fn var(&mut self, n: &str, value: &str) -> &mut Self {
        self.vars.insert(
            name(n),
            RawInput::Text(value.to_owned(), InputSource::CommandLine),
        );
        self
    }

    fn load(&self) -> (LoadedTree, Inputs, Diagnostics) {
        let mut loaded = load(&self.files);
        let mut diagnostics = std::mem::take(&mut loaded.diagnostics);
        let (inputs, found) = Inputs::resolve(&loaded.tree, &mut loaded.sources, &self.vars);
        diagnostics.extend(found);
        (loaded, inputs, diagnostics)
    }

    fn context() -> EvalContext<'static> {
        EvalContext {
            workspace: "default".to_owned(),
            cwd: "/".to_owned(),
            root: ".".to_owned(),
            timestamp: "2026-01-02T03:04:05Z".to_owned(),
            files: &NoFiles,
            home: None,
        }
    }

    /// Plans.
    pub(crate) fn plan(&mut self) -> Planned {
        let (loaded, inputs, mut diagnostics) = self.load();
        assert!(
            !diagnostics.has_errors(),
            "{}",
            text(&diagnostics, &loaded.sources)
        );
        let mut planner = Planner::new(PlanInput {
            tree: &loaded.tree,
            inputs: &inputs,
            context: Self::context(),
            prior: self.state.clone(),
            registry: &self.registry,
            options: self.options.clone(),
        });
        self.rounds.clear();
        self.opened.clear();
        let (plan, found) = loop {
            match planner.advance() {
                Progress::NeedsReads(batches) => {
                    self.rounds
                        .push(batches.iter().map(|b| b.requests.len()).sum());
                    let answers = batches
                        .iter()
                        .map(|b| b.requests.iter().map(|r| self.read(r)).collect())
                        .collect();
                    planner.supply(answers);
                }
                Progress::NeedsOpens(batches) => {
                    let requests = batches.iter().flat_map(|b| &b.requests);
                    self.opened.extend(requests.map(|r| r.addr.to_string()));
                    let answers = batches
                        .iter()
                        .map(|b| b.requests.iter().map(open).collect())
                        .collect();
                    planner.supply_opens(answers);
                }
                Progress::NeedsImports(batches) => planner.supply_imports(
                    batches
                        .iter()
                        .map(|b| {
                            b.requests
                                .iter()
                                .map(|r| {
                                    self.cloud.get(&r.id).cloned().map(remote).ok_or_else(|| {
                                        vec![Problem::error(
                                            "not-there",
                                            "No such object",
                                            "There is no object of that id.",
                                        )]
                                    })
                                })
                                .collect()
                        })
                        .collect(),
                ),
                Progress::NeedsChecks(batches) => planner.supply_checks(
                    batches
                        .iter()
                        .map(|b| b.requests.iter().map(|_| Vec::new()).collect())
                        .collect(),
                ),
                Progress::Done(done) => break *done,
            }
        };
        diagnostics.extend(found);
        Planned {
            plan,
            text: text(&diagnostics, &loaded.sources),
            diagnostics,
        }
    }

    fn read(&self, request: &ReadRequest) -> ReadResponse {
        let Some(prior) = &request.prior else {
            let filter = request.config.get_attr("filter").cloned().unwrap();
            let result = format!("found-{}", filter.as_str().unwrap());
            return ReadResponse::Present(Box::new(remote(Value::object([
                (name("result"), Value::string(result)),
                (name("filter"), filter),
            ]))));
        };
        if &*request.ty == "terraform_data" {
            return ReadResponse::Present(Box::new(prior.clone()));
        }
        let id = prior.value.value().get_attr("id").and_then(Value::as_str);
        match id.and_then(|id| self.cloud.get(id)) {
            Some(v) => ReadResponse::Present(Box::new(remote(v.clone()))),
            None => ReadResponse::Absent,
        }
    }

    /// Applies a plan: the steps that were done, as `verb address`, one line a group.
    pub(crate) fn apply(&mut self, plan: &Plan) -> (Vec<String>, Diagnostics) {
        let (loaded, inputs, mut messages) = self.load();
        let mut evaluator = Evaluator::new(&loaded.tree, &inputs, Self::context());
        let mut values = FinalValues::new(plan, &loaded.tree);
        let mut queue = StepQueue::new(&plan.steps);
        let mut log = Vec::new();
        for m in &plan.prelude {
            self.state.apply(m).unwrap();
            values.commit(m);
        }
        while let Some((_, steps)) = queue.next_ready() {
            let done = finalize(plan, &steps, &mut evaluator, &values, &self.registry);
            let mut line = Vec::new();
            for (id, (what, found)) in steps.iter().zip(done) {
                let step = plan.steps.step(*id);
                let change = &plan.changes[step.change as usize];
                messages.extend(found);
                let verb = format!("{:?}", step.kind).to_lowercase();
                let addr = change.addr.to_string();
                if self.failing.contains(&addr) && step.kind != StepKind::Delete || what.is_none() {
                    line.push(format!("FAIL {verb} {addr}"));
                    for lost in queue.failed(*id) {
                        let c = &plan.changes[plan.steps.step(lost).change as usize];
                        line.push(format!("skip {}", c.addr));
                    }
                    continue;
                }
                let mutations = match what.unwrap() {
                    Finalized::Record(m) => m,
                    Finalized::Read(r) => {
                        let ReadResponse::Present(o) = self.read(&r) else {
                            panic!()
                        };
                        vec![Mutation::Put {
                            addr: change.addr.clone(),
                            deposed: None,
                            provider: change.provider.clone(),
                            object: Arc::new(record(
                                change,
                                *o,
                                ObjectStatus::Ready,
                                &self.registry,
                            )),
                        }]
                    }
                    Finalized::Apply(r) if r.kind == ApplyKind::Delete => {
                        if let Some(id) = Self::id_of(r.prior.as_ref().unwrap().value.value()) {
                            self.cloud.remove(&id);
                        }
                        vec![Mutation::Remove {
                            addr: r.addr.clone(),
                            deposed: r.deposed.clone(),
                        }]
                    }
                    Finalized::Apply(r) => {
                        assert!(!r.planned.has_marks() && !r.config.has_marks());
                        assert!(r.config.is_wholly_known());
                        let id = format!("id-{}", self.next_id);
                        self.next_id += 1;
                        let mut made = make(&r.planned, &id);
                        if &*r.ty == "terraform_data" {
                            let mut o = made.as_object().unwrap().clone();
                            o.set("output", o.get("input").unwrap().clone());
                            made = Value::Object(Arc::new(o));
                        }
                        if let Some(t) = self.tampered.get(&addr) {
                            made = t.clone();
                        }
                        if let Some(id) = Self::id_of(&made) {
                            self.cloud.insert(id, made.clone());
                        }
                        r.recorded(&change.provider, remote(made), ObjectStatus::Ready)
                    }
                };
                for m in &mutations {
                    self.state.apply(m).unwrap();
                    values.commit(m);
                }
                if matches!(
                    step.kind,
                    StepKind::Create | StepKind::Update | StepKind::Read
                ) {
                    messages.extend(after_conditions(change, &mut evaluator, &values));
                }
                queue.done(*id);
                line.push(format!("{verb} {addr}"));
            }
            log.push(line.join(", "));
        }
        assert_eq!(queue.remaining(), 0);
        let last = finale(plan, &mut evaluator, &mut values, &Stopped::default());
        messages.extend(last.diagnostics);
        for m in &last.mutations {
            self.state.apply(m).unwrap();
        }
        self.state.serial.0 += 1;
        (log, messages)
    }

    fn id_of(value: &Value) -> Option<String> {
        Some(value.get_attr("id")?.as_str()?.to_owned())
    }

    /// Plans and applies; the next plan must find nothing to do.
    #[track_caller]
    pub(crate) fn up(&mut self) -> Vec<String> {
        let planned = self.plan().ok();
        let (log, messages) = self.apply(&planned.plan);
        assert!(!messages.has_errors(), "{messages:?}");
        self.settled();
        log
    }

    #[track_caller]
    pub(crate) fn settled(&mut self) {
        if self.options.mode != PlanMode::Normal {
            return;
        }
        let replace = std::mem::take(&mut self.options.replace);
        let again = self.plan().ok();
        assert_eq!(again.lines(), Vec::<String>::new());
        let open: Vec<_> = again
            .plan
            .outputs
            .iter()
            .filter(|o| o.action != Action::NoOp)
            .collect();
        assert!(open.is_empty(), "{open:?}");
        self.options.replace = replace;
    }

    pub(crate) fn addr(text: &str) -> AbsResourceInstance {
        text.parse().unwrap()
    }

    /// An attribute as recorded.
    pub(crate) fn recorded(&self, addr: &str, attribute: &str) -> Value {
        let object = self
            .state
            .current(&Self::addr(addr))
            .unwrap_or_else(|| panic!("nothing is recorded at {addr}"));
        object
            .remote
            .value
            .value()
            .get_attr(attribute)
            .unwrap()
            .clone()
    }

    /// Changes an attribute of an object behind cairn's back.
    pub(crate) fn tamper(&mut self, addr: &str, attribute: &str, value: Value) {
        let id = self.recorded(addr, "id").as_str().unwrap().to_owned();
        let mut o = self.cloud[&id].as_object().unwrap().clone();
        assert!(o.set(attribute, value));
        self.cloud.insert(id, Value::Object(Arc::new(o)));
    }

    /// Addresses in the state.
    pub(crate) fn addresses(&self) -> Vec<String> {
        self.state
            .instances
            .keys()
            .filter(|a| a.resource.resource.mode == ResourceMode::Managed)
            .map(ToString::to_string)
            .collect()
    }
}

fn text(diagnostics: &Diagnostics, sources: &SourceMap) -> String {
    render_all(diagnostics, sources, &Plain)
}

/// What the provider's secret gives.
fn open(request: &OpenRequest) -> Result<Opened, Vec<Problem>> {
    let seed = request.config.get_attr("seed").cloned().unwrap();
    if seed.as_str() == Some("bad") {
        let problem = Problem::error("bad-seed", "Bad seed", "Nothing comes of this seed.");
        return Err(vec![problem.at(Path::attr("seed"))]);
    }
    let token = format!("token-of-{}", seed.as_str().unwrap());
    let value = Value::object([(name("seed"), seed), (name("token"), Value::string(token))]);
    Ok(Opened {
        value: value.try_into().unwrap(),
        private: Arc::from([]),
        renew_in: None,
        problems: Vec::new(),
    })
}

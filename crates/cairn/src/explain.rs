//! Decides what explains a planned change: the lines of configuration and the values behind it, the provider's rule, what it
//! costs, what it depends on and what waits for it.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use cairn_diag::{SourceMap, Span};
use cairn_lang::{Body, ModuleTree, Repetition, ResourceConfig};
use cairn_model::{
    AbsResource, Action, ActionReason, Change, Dependency, Impact, InstanceKey, Plan, PlanMode,
    ResourceMode,
};
use cairn_provider::Registry;

use crate::view::{diff::Line, plan::lines_of};

/// A place in the configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    /// The file.
    pub(crate) file: String,
    /// From 1.
    pub(crate) line: usize,
    /// From 1, in characters.
    pub(crate) column: usize,
    /// The line's text.
    pub(crate) snippet: String,
}

/// What a change does to what is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cost {
    /// Nothing is interrupted.
    Nothing,
    /// It reboots.
    Reboot,
    /// It is stopped and started.
    StopStart,
    /// It is gone, with what it holds.
    DataLoss,
}

impl Cost {
    /// In the JSON form.
    pub(crate) fn json(self) -> &'static str {
        match self {
            Self::Nothing => "nothing",
            Self::Reboot => "reboot",
            Self::StopStart => "stop_start",
            Self::DataLoss => "data_loss",
        }
    }

    fn of(change: &Change) -> Self {
        match change.action {
            Action::Delete | Action::DeleteThenCreate | Action::CreateThenDelete => {
                return Self::DataLoss;
            }
            // The old object stays as it is.
            Action::CreateThenForget => return Self::Nothing,
            _ => {}
        }
        match change.notes.iter().map(|n| n.impact).max() {
            Some(Impact::DataLoss) => Self::DataLoss,
            Some(Impact::StopStart) => Self::StopStart,
            Some(Impact::Reboot) => Self::Reboot,
            Some(Impact::Info) | None => Self::Nothing,
        }
    }
}

/// One attribute or block that makes the object change.
#[derive(Clone, Debug)]
pub(crate) struct Cause {
    /// Its name.
    pub(crate) attribute: String,
    /// Where the configuration says so.
    pub(crate) place: Option<Place>,
    /// The change as lines, secrets hidden.
    pub(crate) lines: Vec<Line>,
    /// It forces a replacement.
    pub(crate) forces_replacement: bool,
    /// It was changed outside of cairn, and the plan takes that back.
    pub(crate) drifted: bool,
    /// The provider's rules about it.
    pub(crate) rules: Vec<String>,
}

/// Something that a change depends on, or that depends on it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Neighbour {
    /// Its address.
    pub(crate) address: String,
    /// What the plan does to its instances, each action once.
    pub(crate) actions: Vec<Action>,
}

/// Why one object (or several that are alike) is treated as it is.
#[derive(Debug)]
pub(crate) struct Explanation<'p> {
    /// The change.
    pub(crate) change: &'p Change,
    /// The addresses of others that are explained by the same words.
    pub(crate) alike: Vec<String>,
    /// Why the action was chosen, a sentence.
    pub(crate) reason: String,
    /// Where the configuration decides that; nothing where it says nothing about the object.
    pub(crate) place: Option<Place>,
    /// What changes because of the configuration or of a change outside.
    pub(crate) causes: Vec<Cause>,
    /// Attributes that become another value as a consequence.
    pub(crate) consequences: Vec<String>,
    /// Rules of the provider about the object as a whole.
    pub(crate) rules: Vec<String>,
    /// What it costs.
    pub(crate) cost: Cost,
    /// What must be done before.
    pub(crate) depends_on: Vec<Neighbour>,
    /// What waits for it.
    pub(crate) awaited_by: Vec<Neighbour>,
}

/// A plan with the configuration that it was made of, ready to be asked about.
pub(crate) struct Explainer<'p> {
    plan: &'p Plan,
    tree: &'p ModuleTree,
    sources: &'p SourceMap,
    registry: &'p Registry,
    actions: BTreeMap<&'p AbsResource, Vec<Action>>,
    /// What depends on something, by that.
    waiting: HashMap<&'p Dependency, Vec<&'p AbsResource>>,
}

impl<'p> Explainer<'p> {
    pub(crate) fn new(
        plan: &'p Plan,
        tree: &'p ModuleTree,
        sources: &'p SourceMap,
        registry: &'p Registry,
    ) -> Self {
        let mut actions: BTreeMap<&AbsResource, Vec<Action>> = BTreeMap::new();
        let mut waiting: HashMap<&Dependency, Vec<&AbsResource>> = HashMap::new();
        for change in &plan.changes {
            for dependency in &*change.dependencies {
                let there = waiting.entry(dependency).or_default();
                // Instances of one resource follow each other.
                if there.last() != Some(&&change.addr.resource) {
                    there.push(&change.addr.resource);
                }
            }
            let own = actions.entry(&change.addr.resource).or_default();
            if !own.contains(&change.action) {
                own.push(change.action);
            }
        }
        Self {
            plan,
            tree,
            sources,
            registry,
            actions,
            waiting,
        }
    }

    /// Explains these changes; neighbours in the list that are alike are explained together.
    pub(crate) fn explain(&self, changes: &[&'p Change]) -> Vec<Explanation<'p>> {
        let mut out: Vec<Explanation<'p>> = Vec::new();
        for &change in changes {
            let own = self.one(change);
            match out.last_mut() {
                Some(last) if is_alike(last, &own) => last.alike.push(change.addr.to_string()),
                _ => out.push(own),
            }
        }
        for explanation in &mut out {
            explanation.awaited_by = self.awaited_by(explanation.change);
        }
        out
    }

    fn one(&self, change: &'p Change) -> Explanation<'p> {
        let (module, resource) = change.addr.resource.config();
        let config = self
            .tree
            .get(&module)
            .and_then(|node| node.config.resources.get(&resource));
        let (causes, consequences) = self.causes(change, config);
        let of_whole = change
            .notes
            .iter()
            .filter(|n| {
                let about = n.path.first_attr();
                !causes.iter().any(|c| Some(c.attribute.as_str()) == about)
            })
            .map(|n| n.text.clone());
        Explanation {
            change,
            alike: Vec::new(),
            reason: self.reason(change, &causes),
            place: self.place_of(decided_at(change, config)),
            rules: of_whole.collect(),
            causes,
            consequences,
            cost: Cost::of(change),
            depends_on: self.neighbours(change.dependencies.iter().map(Dependency::resource)),
            awaited_by: Vec::new(),
        }
    }

    fn place_of(&self, span: Option<Span>) -> Option<Place> {
        let span = span?;
        let file = self.sources.get(span.file)?;
        let position = file.position(span.start);
        Some(Place {
            file: file.name.clone(),
            line: position.line,
            column: position.column,
            snippet: file.shown_line(position.line, 0, 0).text.trim().to_owned(),
        })
    }

    /// What changes by itself, and what only follows from that.
    fn causes(
        &self,
        change: &Change,
        config: Option<&ResourceConfig>,
    ) -> (Vec<Cause>, Vec<String>) {
        if !(change.action == Action::Update || change.action.is_replace()) {
            return (Vec::new(), Vec::new());
        }
        let drift = self
            .plan
            .drift
            .iter()
            .find(|d| d.addr == change.addr && d.deposed == change.deposed);
        let mut by_attribute: Vec<(String, Vec<Line>)> = Vec::new();
        for line in lines_of(change, self.registry) {
            if line.attribute.is_empty() || line.text.is_empty() {
                continue;
            }
            match by_attribute.last_mut() {
                Some((last, lines)) if *last == line.attribute => lines.push(line),
                _ => by_attribute.push((line.attribute.clone(), vec![line])),
            }
        }
        let (mut causes, mut consequences) = (Vec::new(), Vec::new());
        for (attribute, lines) in by_attribute {
            if lines.iter().all(|l| l.sign == ' ') {
                continue;
            }
            let forces = change
                .replace_paths
                .iter()
                .any(|p| p.first_attr() == Some(&attribute));
            let span = config.and_then(|c| span_in(&c.body, &attribute));
            let is_drifted = drift.is_some_and(|d| {
                let recorded = d.before.remote.value.value().get_attr(&attribute);
                let found = d
                    .after
                    .as_ref()
                    .and_then(|o| o.remote.value.value().get_attr(&attribute));
                recorded != found
            });
            if span.is_none() && !forces && !is_drifted {
                let was = change.before.as_ref();
                let gone = was
                    .is_some_and(|o| o.remote.value.value().get_attr(&attribute).is_some())
                    && change
                        .after
                        .get_attr(&attribute)
                        .is_some_and(cairn_value::Value::is_null);
                if !gone {
                    consequences.push(attribute);
                    continue;
                }
            }
            let rules = change
                .notes
                .iter()
                .filter(|n| n.path.first_attr() == Some(&attribute));
            causes.push(Cause {
                place: self.place_of(span),
                lines,
                forces_replacement: forces,
                drifted: is_drifted,
                rules: rules.map(|n| n.text.clone()).collect(),
                attribute,
            });
        }
        (causes, consequences)
    }

    fn reason(&self, change: &Change, causes: &[Cause]) -> String {
        let addr = &change.addr;
        if let Some(key) = &change.deposed {
            return format!(
                "The deposed object {key} was set aside by a replacement that did not finish; it is removed."
            );
        }
        if let Some(reason) = change.reason {
            return because(reason, change);
        }
        match change.action {
            Action::NoOp => match (&change.previous_addr, &change.importing) {
                (Some(from), _) => format!(
                    "It was recorded as {from} and goes by its new address from now on; the object itself stays as it is."
                ),
                (None, Some(id)) => format!(
                    "It exists already and is recorded by its id {id:?}; the object itself stays as it is."
                ),
                (None, None) if addr.resource.resource.mode == ResourceMode::Data => {
                    "It was read; a data source changes nothing.".to_owned()
                }
                (None, None) => "The object is as the configuration says.".to_owned(),
            },
            Action::Create => {
                "The configuration has it, and the state records no object at this address."
                    .to_owned()
            }
            Action::Update if causes.iter().all(|c| c.drifted) && !causes.is_empty() => {
                "It was changed outside of cairn, and is made again as the configuration says."
                    .to_owned()
            }
            Action::Update => {
                "The configuration says something else than what is there.".to_owned()
            }
            Action::DeleteThenCreate | Action::CreateThenDelete | Action::CreateThenForget => {
                "What changes cannot be changed on an existing object.".to_owned()
            }
            Action::Delete if self.plan.mode == PlanMode::Destroy => {
                "The plan was asked to destroy everything.".to_owned()
            }
            Action::Delete => "The configuration no longer has it.".to_owned(),
            Action::Read => "It is read during the apply.".to_owned(),
            Action::Forget if change.keeps_object => {
                "It would be destroyed, but its lifecycle has destroy = false, so the object stays."
                    .to_owned()
            }
            Action::Forget => {
                "A removed block says that it is no longer managed, and that the object stays."
                    .to_owned()
            }
        }
    }

    fn neighbours<'a>(&self, resources: impl Iterator<Item = &'a AbsResource>) -> Vec<Neighbour> {
        let unique: BTreeSet<&AbsResource> = resources.collect();
        unique
            .into_iter()
            .map(|r| Neighbour {
                address: r.to_string(),
                actions: self.actions.get(r).cloned().unwrap_or_default(),
            })
            .collect()
    }

    fn awaited_by(&self, change: &Change) -> Vec<Neighbour> {
        let own = &change.addr.resource;
        let named = [
            Dependency::Resource(own.clone()),
            Dependency::Instance(change.addr.clone()),
        ];
        let waiting = named.iter().filter_map(|d| self.waiting.get(d)).flatten();
        self.neighbours(waiting.copied().filter(|r| *r != own))
    }
}

/// Whether the same words explain both.
fn is_alike(a: &Explanation<'_>, b: &Explanation<'_>) -> bool {
    let lines = |e: &Explanation<'_>| -> Vec<Vec<Line>> {
        e.causes.iter().map(|c| c.lines.clone()).collect()
    };
    let (x, y) = (a.change, b.change);
    x.addr.resource == y.addr.resource
        && x.action == y.action
        && x.reason == y.reason
        && x.deposed.is_none()
        && y.deposed.is_none()
        && x.previous_addr.is_none()
        && y.previous_addr.is_none()
        && x.importing.is_none()
        && y.importing.is_none()
        && !matches!(x.action, Action::Delete)
        && x.notes == y.notes
        && a.depends_on == b.depends_on
        && a.consequences == b.consequences
        && lines(a) == lines(b)
}

/// The place that decides a change as a whole.
fn decided_at(change: &Change, config: Option<&ResourceConfig>) -> Option<Span> {
    let config = config?;
    let repetition = match &config.repetition {
        Repetition::Once => None,
        Repetition::Count(e) | Repetition::ForEach(e) | Repetition::Enabled(e) => Some(e.span),
    };
    let triggers = &config.lifecycle.replace_triggered_by;
    match change.reason {
        Some(
            ActionReason::DeleteBecauseCountIndex
            | ActionReason::DeleteBecauseEachKey
            | ActionReason::DeleteBecauseEnabledFalse
            | ActionReason::DeleteBecauseWrongRepetition,
        ) => repetition.or(Some(config.header)),
        Some(ActionReason::ReplaceByTriggers) => {
            triggers.first().map(|e| e.span).or(Some(config.header))
        }
        _ if change.action == Action::Create && change.addr.key != InstanceKey::None => {
            repetition.or(Some(config.header))
        }
        _ => Some(config.header),
    }
}

/// The place of an argument or of the first block of that name.
fn span_in(body: &Body, name: &str) -> Option<Span> {
    let argument = body.attributes.iter().find(|a| &*a.name == name);
    argument.map(cairn_lang::Attribute::span).or_else(|| {
        let is_named = |b: &&cairn_lang::Block| {
            &*b.ty == name
                || (&*b.ty == "dynamic" && b.labels.first().is_some_and(|l| &*l.text == name))
        };
        body.blocks.iter().find(is_named).map(|b| b.header)
    })
}

fn because(reason: ActionReason, change: &Change) -> String {
    let addr = &change.addr;
    match reason {
        ActionReason::ReplaceBecauseCannotUpdate => {
            "What changes cannot be changed on an existing object.".to_owned()
        }
        ActionReason::ReplaceBecauseTainted => {
            "The object is tainted: its creation did not finish, or it was marked by `cairn taint`."
                .to_owned()
        }
        ActionReason::ReplaceByRequest => format!("-replace={addr} asks for it."),
        ActionReason::ReplaceByTriggers => {
            "Something that its replace_triggered_by names changes.".to_owned()
        }
        ActionReason::DeleteBecauseNoResourceConfig => {
            format!("The configuration has no {} any more.", addr.resource)
        }
        ActionReason::DeleteBecauseWrongRepetition => {
            "Its key does not fit the block's count or for_each.".to_owned()
        }
        ActionReason::DeleteBecauseCountIndex => {
            format!("The index {} is at or above the block's count.", addr.key)
        }
        ActionReason::DeleteBecauseEachKey => {
            format!("The key {} is not in the block's for_each.", addr.key)
        }
        ActionReason::DeleteBecauseEnabledFalse => "The block's `enabled` is false.".to_owned(),
        ActionReason::DeleteBecauseNoModule => format!(
            "The configuration has no {} any more.",
            addr.resource.module
        ),
        ActionReason::DeleteBecauseNoMoveTarget => {
            "It was moved to an address that the configuration does not have.".to_owned()
        }
        ActionReason::ReadBecauseConfigUnknown => {
            "It is read during the apply, since its arguments are known only then.".to_owned()
        }
        ActionReason::ReadBecauseDependencyPending => {
            "It is read during the apply, after what it depends on has changed.".to_owned()
        }
        ActionReason::ReadBecauseCheckNested => {
            "It belongs to a check, and is read again during the apply to verify that.".to_owned()
        }
    }
}

//! Decides how the results of single conditions add up: to one for each instance, and to one for each thing in the configuration.

use std::collections::BTreeMap;

use cairn_lang::{ConditionResult, ModuleTree};
use cairn_model::{
    AbsResource, AbsResourceInstance, CheckInstance, CheckResult, CheckStatus, Checked,
    InstanceKey, Module, ModuleInstance, ResourceMode,
};
use cairn_value::Name;

/// The `check` block that a data source is in.
pub fn check_around(tree: &ModuleTree, addr: &AbsResource) -> Option<Name> {
    let (module, resource) = addr.config();
    let block = tree.get(&module)?.config.resources.get(&resource)?;
    block.check.clone()
}

type Place = (ModuleInstance, InstanceKey);

/// The results of conditions so far.
#[derive(Debug, Default)]
pub(crate) struct Checks {
    subjects: BTreeMap<Module, BTreeMap<Checked, Subject>>,
}

/// Something with conditions.
#[derive(Debug)]
struct Subject {
    /// How many it has.
    conditions: usize,
    /// It is known which instances it has.
    expanded: bool,
    instances: BTreeMap<Place, Tally>,
}

/// The conditions of one instance.
#[derive(Debug, Default)]
struct Tally {
    noted: usize,
    status: Option<CheckStatus>,
    problems: Vec<String>,
    /// Its data source was not read, so there is nothing to hold assertions against.
    unread: bool,
}

impl Tally {
    /// While conditions wait, the rest cannot make it pass.
    fn status(&self, conditions: usize) -> CheckStatus {
        let open = (self.noted < conditions).then_some(CheckStatus::Unknown);
        let found = self.status.into_iter().chain(open);
        found.fold(CheckStatus::Pass, CheckStatus::and)
    }
}

impl Checks {
    /// Everything in a configuration that has conditions, none of them evaluated.
    pub(crate) fn of(tree: &ModuleTree) -> Self {
        let mut subjects: BTreeMap<Module, BTreeMap<Checked, Subject>> = BTreeMap::new();
        for node in tree.walk() {
            let c = &node.config;
            // Nothing of an ephemeral resource is recorded; what does not hold there is said, and that is all.
            let lasting = c.resources.iter();
            let lasting = lasting.filter(|(r, _)| r.mode != ResourceMode::Ephemeral);
            let resources = lasting.map(|(r, config)| {
                let l = &config.lifecycle;
                let n = l.preconditions.len() + l.postconditions.len();
                (Checked::Resource(r.clone()), n)
            });
            let outputs = c
                .outputs
                .iter()
                .map(|(n, o)| (Checked::Output(n.clone()), o.preconditions.len()));
            let checks = c
                .checks
                .iter()
                .map(|(n, k)| (Checked::Check(n.clone()), k.asserts.len()));
            let variables = c
                .variables
                .iter()
                .map(|(n, v)| (Checked::Variable(n.clone()), v.validations.len()));
            let found: BTreeMap<Checked, Subject> = resources
                .chain(outputs)
                .chain(checks)
                .chain(variables)
                .filter(|(_, conditions)| *conditions > 0)
                .map(|(on, conditions)| {
                    let subject = Subject {
                        conditions,
                        expanded: false,
                        instances: BTreeMap::new(),
                    };
                    (on, subject)
                })
                .collect();
            if !found.is_empty() {
                subjects.insert(node.path.clone(), found);
            }
        }
        Self { subjects }
    }

    /// The same with the instances that earlier results have, whose conditions all wait to be evaluated again.
    pub(crate) fn again(tree: &ModuleTree, earlier: &[CheckResult]) -> Self {
        let mut checks = Self::of(tree);
        for result in earlier {
            if result.status != CheckStatus::Unknown || !result.instances.is_empty() {
                checks.expanded(&result.module, &result.on);
            }
            for i in &result.instances {
                checks.add(&result.on, &i.module, &i.key);
            }
        }
        checks
    }

    fn subject(&mut self, module: &Module, on: &Checked) -> Option<&mut Subject> {
        self.subjects.get_mut(module)?.get_mut(on)
    }

    /// Whether it has conditions.
    pub(crate) fn is_on(&self, module: &Module, on: &Checked) -> bool {
        self.subjects
            .get(module)
            .is_some_and(|all| all.contains_key(on))
    }

    /// It is known which instances it has: those that are added, perhaps none.
    pub(crate) fn expanded(&mut self, module: &Module, on: &Checked) {
        if let Some(subject) = self.subject(module, on) {
            subject.expanded = true;
        }
    }

    /// It has this instance.
    pub(crate) fn add(&mut self, on: &Checked, module: &ModuleInstance, key: &InstanceKey) {
        if let Some(subject) = self.subject(&module.module(), on) {
            subject.expanded = true;
            let place = (module.clone(), key.clone());
            subject.instances.entry(place).or_default();
        }
    }

    /// Whether something in a module instance was added.
    pub(crate) fn has(&self, on: &Checked, module: &ModuleInstance) -> bool {
        let subject = self.subjects.get(&module.module()).and_then(|s| s.get(on));
        subject.is_some_and(|s| {
            s.instances
                .contains_key(&(module.clone(), InstanceKey::None))
        })
    }

    /// Takes in the result of one condition. `errors` says that it could not be evaluated.
    pub(crate) fn note(
        &mut self,
        on: &Checked,
        module: &ModuleInstance,
        key: &InstanceKey,
        result: &ConditionResult,
        errors: bool,
    ) {
        let status = match result.holds {
            _ if errors => CheckStatus::Error,
            Some(true) => CheckStatus::Pass,
            Some(false) => CheckStatus::Fail,
            None => CheckStatus::Unknown,
        };
        let message = result.message.clone();
        let shown = message.filter(|_| status == CheckStatus::Fail && !result.is_message_hidden);
        self.take(on, module, key, status, shown);
    }

    /// The data source of a check was not read: its assertions are not evaluated. It fails with these problems; without any
    /// it is not known what became of it.
    pub(crate) fn unread(&mut self, check: &Name, module: &ModuleInstance, problems: Vec<String>) {
        let on = Checked::Check(check.clone());
        let Some(subject) = self.subject(&module.module(), &on) else {
            return;
        };
        subject.expanded = true;
        let place = (module.clone(), InstanceKey::None);
        let tally = subject.instances.entry(place).or_default();
        tally.unread = true;
        if !problems.is_empty() {
            tally.status = Some(CheckStatus::Fail);
        }
        tally.problems.extend(problems);
    }

    /// Whether the data source of a check was not read.
    pub(crate) fn is_unread(&self, check: &Name, module: &ModuleInstance) -> bool {
        let on = Checked::Check(check.clone());
        let subject = self.subjects.get(&module.module()).and_then(|s| s.get(&on));
        subject.is_some_and(|s| {
            let tally = s.instances.get(&(module.clone(), InstanceKey::None));
            tally.is_some_and(|t| t.unread)
        })
    }

    /// Takes in a result.
    fn take(
        &mut self,
        on: &Checked,
        module: &ModuleInstance,
        key: &InstanceKey,
        status: CheckStatus,
        problem: Option<String>,
    ) {
        let Some(subject) = self.subject(&module.module(), on) else {
            return;
        };
        subject.expanded = true;
        let place = (module.clone(), key.clone());
        let tally = subject.instances.entry(place).or_default();
        tally.noted += 1;
        tally.status = Some(tally.status.map_or(status, |s| s.and(status)));
        tally.problems.extend(problem);
    }

    /// The same for a condition of a resource instance.
    pub(crate) fn note_on(
        &mut self,
        addr: &AbsResourceInstance,
        result: &ConditionResult,
        errors: bool,
    ) {
        let on = Checked::Resource(addr.resource.resource.clone());
        self.note(&on, &addr.resource.module, &addr.key, result, errors);
    }

    /// What they come to, in the order of modules, kinds, names and instances.
    pub(crate) fn results(self) -> Vec<CheckResult> {
        let mut out = Vec::new();
        for (module, subjects) in self.subjects {
            for (on, subject) in subjects {
                let instances: Vec<CheckInstance> = subject
                    .instances
                    .into_iter()
                    .map(|((module, key), tally)| CheckInstance {
                        module,
                        key,
                        status: tally.status(subject.conditions),
                        problems: tally.problems,
                    })
                    .collect();
                let none = if subject.expanded {
                    CheckStatus::Pass
                } else {
                    CheckStatus::Unknown
                };
                out.push(CheckResult {
                    status: instances
                        .iter()
                        .map(|i| i.status)
                        .fold(none, CheckStatus::and),
                    module: module.clone(),
                    on,
                    instances,
                });
            }
        }
        out
    }
}

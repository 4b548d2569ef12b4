//! Decides what a change of the record by hand amounts to: moving, dropping, marking, taking over another provider or a whole
//! state. Gives mutations; writing them is the caller's.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use cairn_model::{
    AbsResource, AbsResourceInstance, Dependency, InstanceKey, InstanceState, ModuleInstance,
    ModuleStep, Mutation, ObjectStatus, ProviderAddr, ResourceMode, State, StateObject, Target,
};

/// Why the record cannot be changed so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// What is wrong, a few words.
    pub summary: &'static str,
    /// Why, a full sentence.
    pub detail: String,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.summary, self.detail)
    }
}
impl std::error::Error for Refusal {}

fn refuse<T>(summary: &'static str, detail: String) -> Result<T, Refusal> {
    Err(Refusal { summary, detail })
}

const SOURCE: &str = "Invalid source address";
const TARGET: &str = "Invalid target address";
const REQUEST: &str = "Invalid state move request";

/// The instances that a move takes along, each with its new address. A module moves to a module, a whole resource to a whole
/// resource, an instance to an instance; the address of a resource that has neither `count` nor `for_each` is its instance's.
///
/// # Errors
/// Nothing is recorded at `from`, something is at `to`, or the two are of different kinds.
pub fn moved(
    state: &State,
    from: &Target,
    to: &Target,
) -> Result<Vec<(AbsResourceInstance, AbsResourceInstance)>, Refusal> {
    let found: Vec<&AbsResourceInstance> =
        state.instances.keys().filter(|a| from.covers(a)).collect();
    if found.is_empty() {
        return refuse(
            SOURCE,
            format!("Cannot move {from}: does not match anything in the current state."),
        );
    }
    let pairs: Vec<(AbsResourceInstance, AbsResourceInstance)> = match (from, to) {
        (Target::Module(from), Target::Module(to)) => found
            .into_iter()
            .map(|a| (a.clone(), rebased(a, from, to)))
            .collect(),
        (Target::Module(_), _) => {
            return refuse(
                TARGET,
                format!("Cannot move {from} to {to}: the target must also be a module."),
            );
        }
        (_, Target::Module(_)) => {
            return refuse(
                TARGET,
                format!("Cannot move {from} to {to}: the target must also be a resource instance."),
            );
        }
        (Target::Resource(source), to) if !is_single(source, &found) => {
            let Target::Resource(target) = to else {
                return refuse(
                    TARGET,
                    format!(
                        "Cannot move {from} to {to}: the source is a whole resource (not a resource instance), so the target must also be a whole resource."
                    ),
                );
            };
            fits(source, target)?;
            found
                .into_iter()
                .map(|a| (a.clone(), target.instance(a.key.clone())))
                .collect()
        }
        (_, to) => {
            let target = instance_of(to);
            let source = found[0].clone();
            fits(&source.resource, &target.resource)?;
            vec![(source, target)]
        }
    };
    for (source, target) in &pairs {
        if state.instances.contains_key(target) {
            return refuse(
                TARGET,
                format!(
                    "Cannot move {source} to {target}: there is already a resource instance at that address in the current state."
                ),
            );
        }
    }
    Ok(pairs)
}

/// Whether these are the one instance of a resource that has neither `count` nor `for_each`.
fn is_single(resource: &AbsResource, found: &[&AbsResourceInstance]) -> bool {
    matches!(found, [one] if one.resource == *resource && one.key == InstanceKey::None)
}

fn instance_of(target: &Target) -> AbsResourceInstance {
    match target {
        Target::Instance(i) => i.clone(),
        Target::Resource(r) => r.instance(InstanceKey::None),
        Target::Module(_) => unreachable!("modules were told apart before"),
    }
}

/// An address below one module, below the other.
fn rebased(
    addr: &AbsResourceInstance,
    from: &ModuleInstance,
    to: &ModuleInstance,
) -> AbsResourceInstance {
    let rest = addr.resource.module.steps()[from.steps().len()..].iter();
    let steps: Vec<ModuleStep> = to.steps().iter().chain(rest).cloned().collect();
    addr.resource
        .resource
        .clone()
        .in_module(ModuleInstance::new(steps))
        .instance(addr.key.clone())
}

fn fits(from: &AbsResource, to: &AbsResource) -> Result<(), Refusal> {
    let (a, b) = (&from.resource, &to.resource);
    if a.mode != b.mode {
        let kind = if a.mode == ResourceMode::Managed {
            "managed resource"
        } else {
            "data source"
        };
        return refuse(
            REQUEST,
            format!(
                "Cannot move {from} to {to}: a {kind} can be moved only to another {kind} address."
            ),
        );
    }
    if a.ty != b.ty {
        return refuse(
            REQUEST,
            format!("Cannot move {from} to {to}: resource types don't match."),
        );
    }
    Ok(())
}

/// The mutations of a move; what depends on a moved object says so under the new address.
pub fn move_all(
    state: &State,
    pairs: &[(AbsResourceInstance, AbsResourceInstance)],
) -> Vec<Mutation> {
    let instances: BTreeMap<&AbsResourceInstance, &AbsResourceInstance> =
        pairs.iter().map(|(from, to)| (from, to)).collect();
    // A resource's name moves with all its instances only.
    let mut resources: BTreeMap<&AbsResource, &AbsResource> = pairs
        .iter()
        .map(|(from, to)| (&from.resource, &to.resource))
        .collect();
    for addr in state.instances.keys() {
        if !instances.contains_key(addr) {
            resources.remove(&addr.resource);
        }
    }
    let renamed = |d: &Dependency| match d {
        Dependency::Instance(i) => instances
            .get(i)
            .map(|to| Dependency::Instance((*to).clone())),
        Dependency::Resource(r) => resources
            .get(r)
            .map(|to| Dependency::Resource((*to).clone())),
    };
    let mut out: Vec<Mutation> = pairs
        .iter()
        .map(|(from, to)| Mutation::Move {
            from: from.clone(),
            to: to.clone(),
        })
        .collect();
    for (addr, instance) in &state.instances {
        let now = instances.get(addr).map_or(addr, |to| *to);
        out.extend(rewritten(now, instance, |object| {
            object
                .dependencies
                .iter()
                .any(|d| renamed(d).is_some())
                .then(|| StateObject {
                    dependencies: object
                        .dependencies
                        .iter()
                        .map(|d| renamed(d).unwrap_or_else(|| d.clone()))
                        .collect(),
                    ..object.clone()
                })
        }));
    }
    out
}

/// The mutations that put an instance's objects again, where they change.
fn rewritten(
    addr: &AbsResourceInstance,
    instance: &InstanceState,
    change: impl Fn(&StateObject) -> Option<StateObject>,
) -> Vec<Mutation> {
    let current = instance.current.iter().map(|o| (None, o));
    let deposed = instance.deposed.iter().map(|(k, o)| (Some(k.clone()), o));
    current
        .chain(deposed)
        .filter_map(|(deposed, object)| {
            Some(Mutation::Put {
                addr: addr.clone(),
                deposed,
                provider: instance.provider.clone(),
                object: Arc::new(change(object)?),
            })
        })
        .collect()
}

/// The mutations that drop everything recorded at an address.
pub fn remove(addr: &AbsResourceInstance, instance: &InstanceState) -> Vec<Mutation> {
    let current = instance.current.iter().map(|_| None);
    let deposed = instance.deposed.keys().cloned().map(Some);
    current
        .chain(deposed)
        .map(|deposed| Mutation::Remove {
            addr: addr.clone(),
            deposed,
        })
        .collect()
}

/// The mutation that gives the current object of an address this status; nothing where it has it or there is no such object.
pub fn mark(state: &State, addr: &AbsResourceInstance, status: ObjectStatus) -> Option<Mutation> {
    let instance = state.instances.get(addr)?;
    let object = instance.current.as_ref().filter(|o| o.status != status)?;
    Some(Mutation::Put {
        addr: addr.clone(),
        deposed: None,
        provider: instance.provider.clone(),
        object: Arc::new(StateObject {
            status,
            ..StateObject::clone(object)
        }),
    })
}

/// The mutations that give everything of one provider to another, and the resources that are affected.
pub fn replace_provider(
    state: &State,
    from: &ProviderAddr,
    to: &ProviderAddr,
) -> (Vec<AbsResource>, Vec<Mutation>) {
    let mut resources: Vec<AbsResource> = Vec::new();
    let mut out = Vec::new();
    for (addr, instance) in &state.instances {
        if instance.provider.provider != *from {
            continue;
        }
        if resources.last() != Some(&addr.resource) {
            resources.push(addr.resource.clone());
        }
        let mut other = instance.clone();
        other.provider.provider = to.clone();
        out.extend(rewritten(addr, &other, |object| Some(object.clone())));
    }
    (resources, out)
}

/// The mutations that make one state's record the other's.
pub fn replace_all(present: &State, wanted: &State) -> Vec<Mutation> {
    let mut out = Vec::new();
    for (addr, instance) in &present.instances {
        if wanted.instances.get(addr) != Some(instance) {
            out.extend(remove(addr, instance));
        }
    }
    for (addr, instance) in &wanted.instances {
        if present.instances.get(addr) != Some(instance) {
            out.extend(rewritten(addr, instance, |object| Some(object.clone())));
        }
    }
    let gone = present
        .outputs
        .keys()
        .filter(|n| !wanted.outputs.contains_key(*n));
    out.extend(gone.map(|n| Mutation::RemoveOutput { name: n.clone() }));
    let set = wanted
        .outputs
        .iter()
        .filter(|(n, o)| present.outputs.get(*n) != Some(*o));
    out.extend(set.map(|(n, o)| Mutation::SetOutput {
        name: n.clone(),
        output: o.clone(),
    }));
    if present.checks != wanted.checks {
        out.push(Mutation::SetChecks(wanted.checks.clone()));
    }
    out
}

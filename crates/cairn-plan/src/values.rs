//! Decides what expressions see of resources: planned values while planning; while applying, planned values replaced by
//! final ones as they come. One instance costs the same however many there are; a whole collection is built once.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::{Arc, OnceLock};

use cairn_lang::{InstanceKeys, InstanceValues, ModuleTree, Repetition};
use cairn_model::{
    AbsResource, AbsResourceInstance, InstanceKey, Module, Mutation, Plan, Resource, ResourceMode,
    State, StateObject,
};
use cairn_value::{Marks, Name, Path, Type, Value};

/// How a resource is repeated, as far as expressions care.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Once,
    Count,
    ForEach,
}

impl Kind {
    pub(crate) fn of(repetition: &Repetition) -> Self {
        match repetition {
            Repetition::Once | Repetition::Enabled(_) => Self::Once,
            Repetition::Count(_) => Self::Count,
            Repetition::ForEach(_) => Self::ForEach,
        }
    }

    /// The kind that a key belongs to.
    pub(crate) fn of_key(key: &InstanceKey) -> Self {
        match key {
            InstanceKey::None => Self::Once,
            InstanceKey::Index(_) => Self::Count,
            InstanceKey::Key(_) => Self::ForEach,
        }
    }
}

#[derive(Debug)]
enum Instances {
    /// Its instances are not known: every part of it is unknown.
    Undecided,
    Once(Option<Value>),
    Count(Vec<Option<Value>>),
    ForEach(BTreeMap<Arc<str>, Option<Value>>),
}

#[derive(Debug)]
struct Entry {
    instances: Instances,
    built: OnceLock<Arc<Value>>,
}

impl Entry {
    fn new(kind: Kind) -> Self {
        Self {
            instances: match kind {
                Kind::Once => Instances::Once(None),
                Kind::Count => Instances::Count(Vec::new()),
                Kind::ForEach => Instances::ForEach(BTreeMap::new()),
            },
            built: OnceLock::new(),
        }
    }

    /// Puts a value; one whose key does not fit the repetition is not seen by expressions and left out.
    fn set(&mut self, key: &InstanceKey, value: Option<Value>) {
        self.built = OnceLock::new();
        match (&mut self.instances, key) {
            (Instances::Once(slot), InstanceKey::None) => *slot = value,
            (Instances::Count(slots), InstanceKey::Index(i)) => {
                let i = usize::try_from(*i).unwrap_or(usize::MAX);
                if i < slots.len() {
                    slots[i] = value;
                } else if i < 1 << 32 && value.is_some() {
                    slots.resize(i + 1, None);
                    slots[i] = value;
                }
            }
            (Instances::ForEach(slots), InstanceKey::Key(k)) => {
                slots.insert(k.clone(), value);
            }
            _ => {}
        }
    }

    fn get(&self, key: &InstanceKey) -> Option<Value> {
        match (&self.instances, key) {
            (Instances::Undecided, _) => Some(Value::unknown(Type::Dynamic)),
            (Instances::Once(slot), InstanceKey::None) => slot.clone(),
            (Instances::Count(slots), InstanceKey::Index(i)) => {
                slots.get(usize::try_from(*i).ok()?)?.clone()
            }
            (Instances::ForEach(slots), InstanceKey::Key(k)) => slots.get(k)?.clone(),
            _ => None,
        }
    }

    fn all(&self) -> Option<Arc<Value>> {
        let open = |v: &Option<Value>| v.clone().unwrap_or_else(|| Value::unknown(Type::Dynamic));
        if let Instances::Once(None) = self.instances {
            return None;
        }
        let built = self.built.get_or_init(|| {
            Arc::new(match &self.instances {
                Instances::Undecided => Value::unknown(Type::Dynamic),
                Instances::Once(slot) => open(slot),
                Instances::Count(slots) => Value::tuple(slots.iter().map(open).collect()),
                Instances::ForEach(slots) => {
                    Value::object(slots.iter().map(|(k, v)| (Name::from(&**k), open(v))))
                }
            })
        });
        Some(built.clone())
    }
}

/// The values of all resources that have been decided.
#[derive(Debug, Default)]
pub(crate) struct Overlay {
    resources: HashMap<AbsResource, Entry>,
}

impl Overlay {
    /// Says which instances a resource has; all are open at first.
    pub(crate) fn expand(&mut self, addr: &AbsResource, keys: &InstanceKeys) {
        let instances = match keys {
            InstanceKeys::Once | InstanceKeys::Disabled => Instances::Once(None),
            InstanceKeys::Count(n) => {
                Instances::Count(vec![None; usize::try_from(*n).unwrap_or(0)])
            }
            InstanceKeys::ForEach(keys) => {
                Instances::ForEach(keys.iter().map(|(k, _)| (k.clone(), None)).collect())
            }
            InstanceKeys::Unknown => Instances::Undecided,
        };
        self.resources.insert(
            addr.clone(),
            Entry {
                instances,
                built: OnceLock::new(),
            },
        );
    }

    /// Whether every instance of a resource has its value.
    fn is_complete(&self, addr: &AbsResource) -> bool {
        self.resources
            .get(addr)
            .is_some_and(|e| match &e.instances {
                Instances::Undecided => false,
                Instances::Once(slot) => slot.is_some(),
                Instances::Count(slots) => slots.iter().all(Option::is_some),
                Instances::ForEach(slots) => slots.values().all(Option::is_some),
            })
    }

    /// Says how a resource is repeated; it has no instances at first.
    pub(crate) fn declare(&mut self, addr: &AbsResource, kind: Kind) {
        self.resources.insert(addr.clone(), Entry::new(kind));
    }

    /// Puts an instance's value.
    pub(crate) fn set(&mut self, addr: &AbsResourceInstance, value: Value) {
        if let Some(entry) = self.resources.get_mut(&addr.resource) {
            entry.set(&addr.key, Some(value));
        } else {
            let mut entry = Entry::new(Kind::of_key(&addr.key));
            entry.set(&addr.key, Some(value));
            self.resources.insert(addr.resource.clone(), entry);
        }
    }
}

impl InstanceValues for Overlay {
    fn instance(&self, addr: &AbsResourceInstance) -> Option<Value> {
        self.resources.get(&addr.resource)?.get(&addr.key)
    }

    fn instances(&self, addr: &AbsResource) -> Option<Arc<Value>> {
        self.resources.get(addr)?.all()
    }
}

/// A recorded object as expressions see it: its value with its sensitive parts marked.
pub(crate) fn object_value(object: &StateObject) -> Value {
    mark_sensitive(object.remote.value.value(), &object.sensitive)
}

/// A value with the sensitive mark at these paths.
pub(crate) fn mark_sensitive(value: &Value, paths: &[Path]) -> Value {
    if paths.is_empty() {
        return value.clone();
    }
    let marks: Vec<(Path, Marks)> = paths
        .iter()
        .filter(|p| p.get(value).is_some())
        .map(|p| (p.clone(), Marks::SENSITIVE))
        .collect();
    value.mark_paths(&marks)
}

/// The values of all instances during an apply. The default has none yet: what is committed is all that it knows.
#[derive(Debug, Default)]
pub struct FinalValues {
    overlay: Overlay,
    kinds: HashMap<(Module, Resource), Kind>,
    /// Blocks that the plan says nothing about yet: all of them is unknown.
    deferred: HashSet<(Module, Resource)>,
}

impl FinalValues {
    /// Starts from a plan: recorded values of what does not change, planned values of what does.
    pub fn new(plan: &Plan, tree: &ModuleTree) -> Self {
        let mut overlay = Overlay::default();
        let kinds = kinds(tree);
        let mut last: Option<&AbsResource> = None;
        for change in &plan.changes {
            if change.deposed.is_some() || change.after.is_null() {
                continue;
            }
            if last != Some(&change.addr.resource) {
                last = Some(&change.addr.resource);
                if let Some(kind) = kinds.get(&change.addr.resource.config()) {
                    overlay.declare(&change.addr.resource, *kind);
                }
            }
            overlay.set(&change.addr, change.after.clone());
        }
        let deferred = plan
            .deferred
            .iter()
            .map(|d| (d.module.clone(), d.resource.clone()))
            .collect();
        Self {
            overlay,
            kinds,
            deferred,
        }
    }

    /// The recorded values alone; a resource of which nothing is recorded has no value.
    pub fn recorded(state: &State, tree: &ModuleTree) -> Self {
        let mut overlay = Overlay::default();
        let kinds = kinds(tree);
        for (addr, instance) in &state.instances {
            let fits = kinds.get(&addr.resource.config()) == Some(&Kind::of_key(&addr.key));
            if let (Some(object), true) = (&instance.current, fits) {
                overlay.set(addr, object_value(object));
            }
        }
        Self {
            overlay,
            ..Self::default()
        }
    }

    /// Takes note of what was committed: a recorded current object becomes the instance's value. Call it with every
    /// committed mutation.
    pub fn commit(&mut self, mutation: &Mutation) {
        if let Mutation::Put {
            addr,
            deposed: None,
            object,
            ..
        } = mutation
        {
            self.overlay.set(addr, object_value(object));
        }
    }
}

impl FinalValues {
    /// Says which instances an ephemeral resource has; none is open yet.
    pub(crate) fn expand(&mut self, addr: &AbsResource, keys: &InstanceKeys) {
        self.overlay.expand(addr, keys);
    }

    /// What opening an ephemeral resource gave is the instance's value.
    pub(crate) fn opened(&mut self, addr: &AbsResourceInstance, value: Value) {
        self.overlay.set(addr, value);
    }

    /// From now on the value of an instance is not known: it is not what was planned.
    pub(crate) fn lose(&mut self, addr: &AbsResourceInstance) {
        self.overlay.set(addr, Value::unknown(Type::Dynamic));
    }

    fn is_deferred(&self, addr: &AbsResource) -> bool {
        !self.deferred.is_empty() && self.deferred.contains(&addr.config())
    }
}

/// How the resources of a configuration are repeated.
fn kinds(tree: &ModuleTree) -> HashMap<(Module, Resource), Kind> {
    tree.walk()
        .into_iter()
        .flat_map(|node| {
            node.config.resources.iter().map(|(resource, config)| {
                let kind = Kind::of(&config.repetition);
                ((node.path.clone(), resource.clone()), kind)
            })
        })
        .collect()
}

impl InstanceValues for FinalValues {
    fn instance(&self, addr: &AbsResourceInstance) -> Option<Value> {
        if self.is_deferred(&addr.resource) {
            return Some(Value::unknown(Type::Dynamic));
        }
        self.overlay.instance(addr)
    }

    fn instances(&self, addr: &AbsResource) -> Option<Arc<Value>> {
        if self.is_deferred(addr) {
            return Some(Arc::new(Value::unknown(Type::Dynamic)));
        }
        // While some are closed nothing is made of them that would count later too.
        if addr.resource.mode == ResourceMode::Ephemeral && !self.overlay.is_complete(addr) {
            return None;
        }
        self.overlay
            .instances(addr)
            .or_else(|| match self.kinds.get(&addr.config())? {
                Kind::Once => None,
                Kind::Count => Some(Arc::new(Value::tuple(Vec::new()))),
                Kind::ForEach => Some(Arc::new(Value::object([]))),
            })
    }
}

#[cfg(test)]
mod tests {
    use cairn_model::ModuleInstance;
    use cairn_value::name;

    use super::*;

    fn resource(n: &str) -> AbsResource {
        Resource {
            mode: ResourceMode::Managed,
            ty: name("t"),
            name: name(n),
        }
        .in_module(ModuleInstance::root())
    }

    #[test]
    fn a_collection_is_shared_until_a_value_changes() {
        let mut o = Overlay::default();
        let r = resource("a");
        o.expand(&r, &InstanceKeys::Count(2));
        o.set(&r.instance(InstanceKey::Index(0)), Value::int(1));
        let a = o.instances(&r).unwrap();
        let b = o.instances(&r).unwrap();
        assert!(Arc::ptr_eq(&a, &b));
        let Value::Tuple(items) = &*a else { panic!() };
        assert_eq!(items[0], Value::int(1));
        assert!(items[1].is_unknown());
        o.set(&r.instance(InstanceKey::Index(1)), Value::int(2));
        assert_eq!(
            *o.instances(&r).unwrap(),
            Value::tuple(vec![Value::int(1), Value::int(2)])
        );
    }

    #[test]
    fn no_instances_is_an_empty_collection_and_undecided_is_unknown() {
        let mut o = Overlay::default();
        let r = resource("a");
        assert!(o.instances(&r).is_none());
        o.expand(&r, &InstanceKeys::Count(0));
        assert_eq!(*o.instances(&r).unwrap(), Value::tuple(vec![]));
        assert!(o.instance(&r.instance(InstanceKey::Index(0))).is_none());
        o.expand(&r, &InstanceKeys::Unknown);
        assert!(o.instances(&r).unwrap().is_unknown());
        assert!(
            o.instance(&r.instance(InstanceKey::Index(7)))
                .unwrap()
                .is_unknown()
        );
    }
}

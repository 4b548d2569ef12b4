//! Decides what differs between two states: objects by address, and outputs. What serves the store alone (lineage, serial) is not
//! compared.

use std::collections::{BTreeMap, BTreeSet};

use cairn_model::{
    AbsProviderConfig, AbsResourceInstance, DeposedKey, ObjectStatus, State, StateObject,
};
use cairn_value::{Name, Path, changed_paths};

/// Where an object is recorded: its address, and the key under which it waits to be deleted.
pub type Place = (AbsResourceInstance, Option<DeposedKey>);

/// What differs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Differences {
    /// Objects that only the later state has.
    pub added: Vec<Place>,
    /// Objects that only the earlier one has.
    pub removed: Vec<Place>,
    /// Objects that are recorded otherwise.
    pub changed: Vec<Changed>,
    /// Outputs that are set, dropped or changed.
    pub outputs: Vec<Name>,
}

/// An object that is recorded otherwise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Changed {
    /// Which.
    pub place: Place,
    /// The places in its value that differ.
    pub paths: Vec<Path>,
    /// What else differs, in words: `taint`, `dependencies`.
    pub besides: Vec<&'static str>,
}

impl Differences {
    /// Whether nothing differs.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

type Objects<'s> = BTreeMap<Place, (&'s AbsProviderConfig, &'s StateObject)>;

fn objects(state: &State) -> Objects<'_> {
    let mut all = Objects::new();
    for (addr, instance) in &state.instances {
        let current = instance.current.iter().map(|o| (None, o));
        let deposed = instance.deposed.iter().map(|(k, o)| (Some(k.clone()), o));
        for (key, object) in current.chain(deposed) {
            all.insert((addr.clone(), key), (&instance.provider, object));
        }
    }
    all
}

/// What differs between two states.
pub fn compare(before: &State, after: &State) -> Differences {
    let (old, new) = (objects(before), objects(after));
    let mut found = Differences::default();
    for (place, b) in &old {
        match new.get(place) {
            None => found.removed.push(place.clone()),
            Some(a) if a == b => {}
            Some(a) => found.changed.push(changed(place, *b, *a)),
        }
    }
    let only_new = new.keys().filter(|p| !old.contains_key(*p));
    found.added = only_new.cloned().collect();
    let names: BTreeSet<&Name> = before.outputs.keys().chain(after.outputs.keys()).collect();
    let differs = |n: &&Name| before.outputs.get(*n) != after.outputs.get(*n);
    found.outputs = names.into_iter().filter(differs).cloned().collect();
    found
}

fn changed(
    place: &Place,
    (old_provider, old): (&AbsProviderConfig, &StateObject),
    (new_provider, new): (&AbsProviderConfig, &StateObject),
) -> Changed {
    let mut besides = Vec::new();
    let mut differs = |is: bool, what| {
        if is {
            besides.push(what);
        }
    };
    match (old.status, new.status) {
        (ObjectStatus::Ready, ObjectStatus::Tainted) => differs(true, "tainted"),
        (ObjectStatus::Tainted, ObjectStatus::Ready) => differs(true, "no longer tainted"),
        _ => {}
    }
    differs(old_provider != new_provider, "provider");
    differs(old.dependencies != new.dependencies, "dependencies");
    differs(old.sensitive != new.sensitive, "sensitive attributes");
    differs(
        old.remote.private != new.remote.private
            || old.remote.schema_version != new.remote.schema_version,
        "what the provider keeps with it",
    );
    differs(
        old.create_before_destroy != new.create_before_destroy
            || old.keeps_object != new.keeps_object,
        "lifecycle",
    );
    Changed {
        place: place.clone(),
        paths: changed_paths(old.remote.value.value(), new.remote.value.value()),
        besides,
    }
}

//! Decides what drift is: recorded objects that changed or are gone, and objects of the cloud that the state does not know.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use cairn_diag::Diagnostics;
use cairn_model::{
    AbsProviderConfig, AbsResourceInstance, Plan, ProviderAddr, ResourceMode, State,
};
use cairn_provider::Session;
use cairn_value::{Name, Path, Value, changed_paths};

use crate::apply::outcome::id_of;
use crate::sessions::{Sessions, diagnostic};

/// What differs between the state and the cloud.
#[derive(Debug, Default)]
pub struct DriftReport {
    /// Recorded objects with other attribute values than recorded.
    pub changed: Vec<ChangedObject>,
    /// Recorded objects that are gone.
    pub missing: Vec<DriftedObject>,
    /// Objects that the state does not know.
    pub unmanaged: Vec<DriftedObject>,
}

impl DriftReport {
    /// Whether nothing differs.
    pub fn is_in_sync(&self) -> bool {
        self.changed.is_empty() && self.missing.is_empty() && self.unmanaged.is_empty()
    }
}

/// One object of a drift report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DriftedObject {
    /// Its address; empty for an unmanaged one.
    pub address: String,
    /// Its resource type.
    pub ty: Name,
    /// Its id.
    pub id: String,
    /// Its name, or empty.
    pub name: String,
}

/// An object with other attribute values than recorded.
#[derive(Clone, Debug)]
pub struct ChangedObject {
    /// Which.
    pub object: DriftedObject,
    /// What changed.
    pub attributes: Vec<ChangedAttribute>,
}

/// One attribute that changed.
#[derive(Clone, Debug)]
pub struct ChangedAttribute {
    /// Where.
    pub path: Path,
    /// As recorded; nothing where there was none.
    pub old: Option<Value>,
    /// As found; nothing where there is none.
    pub new: Option<Value>,
    /// Neither may be printed.
    pub sensitive: bool,
}

/// Makes the report from a refresh-only plan and the state it was made from. Types of which the state records an object are
/// listed for unmanaged ones.
pub async fn drift(
    plan: &Plan,
    state: &State,
    sessions: &Sessions<'_>,
) -> (DriftReport, Diagnostics) {
    let mut report = DriftReport::default();
    for drift in &plan.drift {
        let object = DriftedObject {
            address: drift.addr.to_string(),
            ty: drift.addr.resource.resource.ty.clone(),
            id: id_of(&drift.before.remote).unwrap_or_default(),
            name: String::new(),
        };
        match &drift.after {
            None => report.missing.push(object),
            Some(after) => {
                let (old, new) = (
                    drift.before.remote.value.value(),
                    after.remote.value.value(),
                );
                let attributes = changed_paths(old, new)
                    .into_iter()
                    .map(|path| ChangedAttribute {
                        old: path.get(old).cloned(),
                        new: path.get(new).cloned(),
                        sensitive: drift
                            .before
                            .sensitive
                            .iter()
                            .any(|s| path.is_within(s) || s.is_within(&path)),
                        path,
                    })
                    .collect();
                report.changed.push(ChangedObject { object, attributes });
            }
        }
    }
    let mut diagnostics = Diagnostics::new();
    for ((_, ty), mut known) in recorded_ids(state, sessions) {
        for session in &known.sessions {
            match session.unmanaged(&ty, &known.ids).await {
                Ok(found) => report.unmanaged.extend(found.into_iter().filter_map(|o| {
                    // Another configuration may see the same objects: each is reported once.
                    known.ids.insert(o.id.clone()).then_some(DriftedObject {
                        address: String::new(),
                        ty: o.ty,
                        id: o.id,
                        name: o.name,
                    })
                })),
                Err(problems) => {
                    diagnostics.extend(problems.into_iter().map(|p| diagnostic(p, None)));
                }
            }
        }
    }
    (report, diagnostics)
}

/// A place in which a provider has objects: the provider's address and the region.
type Place = (ProviderAddr, String);

/// What is recorded of one resource type in one place.
#[derive(Default)]
struct KnownObjects {
    /// The ids, deposed objects included, whichever provider configuration they belong to: configurations of one region see
    /// each other's objects, and the ids of objects differ even between accounts.
    ids: BTreeSet<String>,
    /// The sessions of these configurations.
    sessions: Vec<Arc<dyn Session>>,
}

/// The recorded objects by place and resource type, of provider configurations that have a session.
fn recorded_ids(state: &State, sessions: &Sessions<'_>) -> BTreeMap<(Place, Name), KnownObjects> {
    let mut known: BTreeMap<(Place, Name), KnownObjects> = BTreeMap::new();
    for ((provider, ty), ids) in ids_by_configuration(state) {
        let Some(session) = sessions.opened(&provider) else {
            continue;
        };
        let place = (provider.provider, session.region());
        let entry = known.entry((place, ty)).or_default();
        entry.ids.extend(ids);
        entry.sessions.push(session);
    }
    known
}

/// The recorded ids by provider configuration and resource type, deposed objects included.
fn ids_by_configuration(state: &State) -> BTreeMap<(AbsProviderConfig, Name), BTreeSet<String>> {
    let mut ids: BTreeMap<(AbsProviderConfig, Name), BTreeSet<String>> = BTreeMap::new();
    let managed = |addr: &AbsResourceInstance| addr.resource.resource.mode == ResourceMode::Managed;
    for (addr, instance) in state.instances.iter().filter(|(addr, _)| managed(addr)) {
        let key = (instance.provider.clone(), addr.resource.resource.ty.clone());
        let objects = instance.current.iter().chain(instance.deposed.values());
        ids.entry(key)
            .or_default()
            .extend(objects.filter_map(|o| id_of(&o.remote)));
    }
    ids
}

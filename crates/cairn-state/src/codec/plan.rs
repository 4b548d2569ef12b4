//! Decides what a saved plan consists of, and turns it into the model's nouns and back. The file around it is `planfile`'s.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use cairn_model::{
    AbsResource, Action, ActionReason, CallPreview, Change, Deferred, DeferredReason, Drift, Group,
    GroupId, Impact, Join, JoinId, Lineage, Note, OutputChange, Plan, PlanMode, Serial, Step,
    StepGraph, StepId, StepKind, Target,
};

use super::check::{self, CheckV1};
use super::v1::{
    MutationV1, ObjectV1, StepV1, Wire, addr_in, bytes_out, dependencies_out, dependency_in,
    deposed_in, is_false, known_opt, mutation_out, object_out, path_in, path_out, private_in,
    value_opt,
};
use cairn_value::{Name, Value};

use super::value::{Interner, Out, read};

/// Gives a model enum a wire form: its names in the file, both ways.
macro_rules! names {
    ($wire:ident = $model:ident { $($variant:ident),+ $(,)? }) => {
        #[derive(Clone, Copy, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        enum $wire { $($variant),+ }

        impl From<$model> for $wire {
            fn from(model: $model) -> Self {
                match model { $($model::$variant => Self::$variant),+ }
            }
        }

        impl From<$wire> for $model {
            fn from(wire: $wire) -> Self {
                match wire { $($wire::$variant => Self::$variant),+ }
            }
        }
    };
}

names!(
    ModeV1 = PlanMode {
        Normal,
        RefreshOnly,
        Destroy
    }
);
names!(
    ActionV1 = Action {
        NoOp,
        Create,
        Read,
        Update,
        DeleteThenCreate,
        CreateThenDelete,
        Delete,
        Forget,
        CreateThenForget,
    }
);
names!(
    ReasonV1 = ActionReason {
        ReplaceBecauseCannotUpdate,
        ReplaceBecauseTainted,
        ReplaceByRequest,
        ReplaceByTriggers,
        DeleteBecauseNoResourceConfig,
        DeleteBecauseWrongRepetition,
        DeleteBecauseCountIndex,
        DeleteBecauseEachKey,
        DeleteBecauseEnabledFalse,
        DeleteBecauseNoModule,
        DeleteBecauseNoMoveTarget,
        ReadBecauseConfigUnknown,
        ReadBecauseDependencyPending,
        ReadBecauseCheckNested,
    }
);
names!(
    ImpactV1 = Impact {
        Info,
        Reboot,
        StopStart,
        DataLoss
    }
);
names!(
    StepKindV1 = StepKind {
        Read,
        Create,
        Update,
        Delete,
        Forget
    }
);
names!(
    DeferredReasonV1 = DeferredReason {
        InstanceCountUnknown,
        Prerequisite
    }
);

/// A plan.
#[derive(Serialize, Deserialize)]
pub(crate) struct PlanV1<V> {
    mode: ModeV1,
    lineage: String,
    serial: u64,
    timestamp: String,
    variables: BTreeMap<String, V>,
    #[serde(default = "BTreeMap::new", skip_serializing_if = "BTreeMap::is_empty")]
    given: BTreeMap<String, V>,
    targets: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    excludes: Vec<String>,
    changes: Vec<ChangeV1<V>>,
    drift: Vec<DriftV1<V>>,
    prelude: Vec<MutationV1<V>>,
    outputs: Vec<OutputChangeV1<V>>,
    #[serde(default = "Vec::new", skip_serializing_if = "Vec::is_empty")]
    beside: Vec<MutationV1<V>>,
    steps: Vec<PlanStepV1>,
    groups: Vec<Vec<u32>>,
    joins: Vec<Vec<u32>>,
    calls: Vec<CallPreviewV1>,
    checks: Vec<CheckV1>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    recorded_checks: Vec<CheckV1>,
    #[serde(default, skip_serializing_if = "is_false")]
    errored: bool,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    deferred: Vec<DeferredV1>,
}

#[derive(Serialize, Deserialize)]
struct DeferredV1 {
    /// The address without keys.
    resource: String,
    address: String,
    provider: String,
    reason: DeferredReasonV1,
    why: String,
}

#[derive(Serialize, Deserialize)]
struct ChangeV1<V> {
    addr: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    previous_addr: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    deposed: Option<String>,
    provider: String,
    action: ActionV1,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    reason: Option<ReasonV1>,
    #[serde(skip_serializing_if = "Option::is_none")]
    before: Option<ObjectV1<V>>,
    after: V,
    config: V,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    private: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    replace_paths: Vec<Vec<StepV1>>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    notes: Vec<NoteV1>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    importing: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    generated_config: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    deps: Vec<String>,
    #[serde(default, skip_serializing_if = "is_false")]
    cbd: bool,
    #[serde(default, skip_serializing_if = "super::v1::is_false")]
    keep: bool,
}

#[derive(Serialize, Deserialize)]
struct NoteV1 {
    path: Vec<StepV1>,
    impact: ImpactV1,
    text: String,
}

#[derive(Serialize, Deserialize)]
struct DriftV1<V> {
    addr: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    deposed: Option<String>,
    provider: String,
    before: ObjectV1<V>,
    #[serde(skip_serializing_if = "Option::is_none")]
    after: Option<ObjectV1<V>>,
}

#[derive(Serialize, Deserialize)]
struct OutputChangeV1<V> {
    name: String,
    action: ActionV1,
    /// In a list, since null is a value too.
    #[serde(skip_serializing_if = "Option::is_none")]
    before: Option<(V,)>,
    #[serde(default, skip_serializing_if = "is_false")]
    before_sensitive: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    after: Option<(V,)>,
    #[serde(default, skip_serializing_if = "is_false")]
    sensitive: bool,
}

#[derive(Serialize, Deserialize)]
struct PlanStepV1 {
    kind: StepKindV1,
    change: u32,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    after: Vec<u32>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    joins: Vec<u32>,
    group: u32,
}

#[derive(Serialize, Deserialize)]
struct CallPreviewV1 {
    operation: String,
    calls: u32,
    objects: u32,
}

/// A plan on its way out.
pub(crate) fn plan_out(plan: &Plan) -> Wire<PlanV1<Out<'_>>> {
    let ids = |ids: &[StepId]| ids.iter().map(|s| s.0).collect::<Vec<u32>>();
    let step = |s: &Step| PlanStepV1 {
        kind: s.kind.into(),
        change: s.change,
        after: ids(&s.after),
        joins: s.after_joins.iter().map(|j| j.0).collect(),
        group: s.group.0,
    };
    Ok(PlanV1 {
        mode: plan.mode.into(),
        lineage: plan.lineage.to_string(),
        serial: plan.serial.0,
        timestamp: plan.timestamp.clone(),
        variables: variables_out(&plan.variables)?,
        given: variables_out(&plan.given)?,
        targets: plan.targets.iter().map(ToString::to_string).collect(),
        excludes: plan.excludes.iter().map(ToString::to_string).collect(),
        changes: plan.changes.iter().map(change_out).collect::<Wire<_>>()?,
        drift: plan.drift.iter().map(drift_out).collect::<Wire<_>>()?,
        prelude: plan.prelude.iter().map(mutation_out).collect::<Wire<_>>()?,
        outputs: plan
            .outputs
            .iter()
            .map(output_change_out)
            .collect::<Wire<_>>()?,
        beside: plan.beside.iter().map(mutation_out).collect::<Wire<_>>()?,
        steps: plan.steps.steps.iter().map(step).collect(),
        groups: plan.steps.groups.iter().map(|g| ids(&g.steps)).collect(),
        joins: plan.steps.joins.iter().map(|j| ids(&j.after)).collect(),
        calls: plan
            .calls
            .iter()
            .map(|c| CallPreviewV1 {
                operation: c.operation.clone(),
                calls: c.calls,
                objects: c.objects,
            })
            .collect(),
        checks: check::out(&plan.checks),
        recorded_checks: check::out(&plan.recorded_checks),
        errored: plan.errored,
        deferred: plan.deferred.iter().map(deferred_out).collect(),
    })
}

fn variables_out(variables: &BTreeMap<Name, Value>) -> Wire<BTreeMap<String, Out<'_>>> {
    let one = |(n, v): (&Name, _)| {
        let out = Out::new(v).map_err(|e| format!("variable {n}: {e}"))?;
        Ok((n.to_string(), out))
    };
    variables.iter().map(one).collect()
}

fn deferred_out(d: &Deferred) -> DeferredV1 {
    let module = d.module.to_string();
    DeferredV1 {
        resource: if module.is_empty() {
            d.resource.to_string()
        } else {
            format!("{module}.{}", d.resource)
        },
        address: d.address.clone(),
        provider: d.provider.to_string(),
        reason: d.reason.into(),
        why: d.why.clone(),
    }
}

fn change_out(change: &Change) -> Wire<ChangeV1<Out<'_>>> {
    let at = |e| format!("{}: {e}", change.addr);
    Ok(ChangeV1 {
        addr: change.addr.to_string(),
        previous_addr: change.previous_addr.as_ref().map(ToString::to_string),
        deposed: change.deposed.as_ref().map(ToString::to_string),
        provider: change.provider.to_string(),
        action: change.action.into(),
        reason: change.reason.map(Into::into),
        before: change
            .before
            .as_deref()
            .map(object_out)
            .transpose()
            .map_err(at)?,
        after: Out::new(&change.after).map_err(at)?,
        config: Out::new(&change.config).map_err(at)?,
        private: bytes_out(&change.planned_private),
        replace_paths: change.replace_paths.iter().map(path_out).collect(),
        notes: change
            .notes
            .iter()
            .map(|n| NoteV1 {
                path: path_out(&n.path),
                impact: n.impact.into(),
                text: n.text.clone(),
            })
            .collect(),
        importing: change.importing.clone(),
        generated_config: change.generated_config.clone(),
        deps: dependencies_out(&change.dependencies),
        cbd: change.create_before_destroy,
        keep: change.keeps_object,
    })
}

fn drift_out(drift: &Drift) -> Wire<DriftV1<Out<'_>>> {
    let at = |e| format!("{}: {e}", drift.addr);
    Ok(DriftV1 {
        addr: drift.addr.to_string(),
        deposed: drift.deposed.as_ref().map(ToString::to_string),
        provider: drift.provider.to_string(),
        before: object_out(&drift.before).map_err(at)?,
        after: drift
            .after
            .as_deref()
            .map(object_out)
            .transpose()
            .map_err(at)?,
    })
}

fn output_change_out(change: &OutputChange) -> Wire<OutputChangeV1<Out<'_>>> {
    let out = |v| Out::new(v).map_err(|e| format!("output {}: {e}", change.name));
    Ok(OutputChangeV1 {
        name: change.name.to_string(),
        action: change.action.into(),
        before: match &change.before {
            Some(known) => Some((out(known.value())?,)),
            None => None,
        },
        before_sensitive: change.before_sensitive,
        after: match &change.after {
            Some(value) => Some((out(value)?,)),
            None => None,
        },
        sensitive: change.sensitive,
    })
}

impl PlanV1<&RawValue> {
    /// The plan; a sentence where a part of it does not read.
    pub(crate) fn read(self) -> Wire<Plan> {
        let mut interner = Interner::default();
        let i = &mut interner;
        let ids = |ids: Vec<u32>| ids.into_iter().map(StepId).collect::<Vec<_>>();
        let steps = StepGraph {
            steps: self
                .steps
                .into_iter()
                .map(|s| Step {
                    kind: s.kind.into(),
                    change: s.change,
                    after: ids(s.after),
                    after_joins: s.joins.into_iter().map(JoinId).collect(),
                    group: GroupId(s.group),
                })
                .collect(),
            groups: self
                .groups
                .into_iter()
                .map(|g| Group { steps: ids(g) })
                .collect(),
            joins: self
                .joins
                .into_iter()
                .map(|j| Join { after: ids(j) })
                .collect(),
        };
        sound(&steps, self.changes.len())?;
        Ok(Plan {
            mode: self.mode.into(),
            lineage: Lineage(Arc::from(self.lineage)),
            serial: Serial(self.serial),
            variables: variables_in(self.variables, i)?,
            given: variables_in(self.given, i)?,
            targets: targets_in(&self.targets)?,
            excludes: targets_in(&self.excludes)?,
            changes: self
                .changes
                .into_iter()
                .map(|c| c.read(i))
                .collect::<Wire<_>>()?,
            drift: self
                .drift
                .into_iter()
                .map(|d| d.read(i))
                .collect::<Wire<_>>()?,
            prelude: self
                .prelude
                .into_iter()
                .map(|m| m.read(i))
                .collect::<Wire<_>>()?,
            outputs: self
                .outputs
                .into_iter()
                .map(|o| o.read(i))
                .collect::<Wire<_>>()?,
            beside: self
                .beside
                .into_iter()
                .map(|m| m.read(i))
                .collect::<Wire<_>>()?,
            steps,
            calls: self
                .calls
                .into_iter()
                .map(|c| CallPreview {
                    operation: c.operation,
                    calls: c.calls,
                    objects: c.objects,
                })
                .collect(),
            checks: check::all(self.checks)?,
            recorded_checks: check::all(self.recorded_checks)?,
            errored: self.errored,
            deferred: self
                .deferred
                .into_iter()
                .map(|d| d.read(i))
                .collect::<Wire<_>>()?,
            timestamp: self.timestamp,
        })
    }
}

fn targets_in(texts: &[String]) -> Wire<Vec<Target>> {
    texts
        .iter()
        .map(|t| t.parse().map_err(|e| format!("{t:?}: {e}")))
        .collect()
}

fn variables_in(
    variables: BTreeMap<String, &RawValue>,
    i: &mut Interner,
) -> Wire<BTreeMap<Name, Value>> {
    variables
        .into_iter()
        .map(|(n, v)| Ok((i.name(&n), read(v, i)?)))
        .collect()
}

/// Numbers in a step graph are indexes; they must lead somewhere.
fn sound(graph: &StepGraph, changes: usize) -> Wire<()> {
    let steps = graph.steps.len();
    let all = |ids: &[StepId]| ids.iter().all(|s| (s.0 as usize) < steps);
    let leads = graph.steps.iter().all(|s| {
        (s.change as usize) < changes
            && (s.group.0 as usize) < graph.groups.len()
            && all(&s.after)
            && s.after_joins
                .iter()
                .all(|j| (j.0 as usize) < graph.joins.len())
    }) && graph.groups.iter().all(|g| all(&g.steps))
        && graph.joins.iter().all(|j| all(&j.after));
    if leads {
        Ok(())
    } else {
        Err("its steps refer to something that is not in it".to_owned())
    }
}

impl DeferredV1 {
    fn read(self, i: &mut Interner) -> Wire<Deferred> {
        let (module, resource) = match self.resource.parse::<Target>() {
            Ok(Target::Resource(r)) => AbsResource::config(&r),
            Ok(Target::Instance(a)) => a.resource.config(),
            _ => return Err(format!("{:?} is no resource", self.resource)),
        };
        Ok(Deferred {
            module,
            resource,
            address: self.address,
            provider: i.provider(&self.provider)?,
            reason: self.reason.into(),
            why: self.why,
        })
    }
}

impl ChangeV1<&RawValue> {
    fn read(self, i: &mut Interner) -> Wire<Change> {
        let mut notes = Vec::with_capacity(self.notes.len());
        for note in self.notes {
            notes.push(Note {
                path: path_in(note.path, i),
                impact: note.impact.into(),
                text: note.text,
            });
        }
        Ok(Change {
            addr: addr_in(&self.addr)?,
            previous_addr: self.previous_addr.as_deref().map(addr_in).transpose()?,
            deposed: deposed_in(self.deposed),
            provider: i.provider(&self.provider)?,
            action: self.action.into(),
            reason: self.reason.map(Into::into),
            before: match self.before {
                Some(object) => Some(Arc::new(object.read(i)?)),
                None => None,
            },
            after: read(self.after, i)?,
            config: read(self.config, i)?,
            planned_private: private_in(&self.private)?,
            replace_paths: self
                .replace_paths
                .into_iter()
                .map(|p| path_in(p, i))
                .collect(),
            notes,
            importing: self.importing,
            generated_config: self.generated_config,
            dependencies: i.dependencies(self.deps, dependency_in)?,
            create_before_destroy: self.cbd,
            keeps_object: self.keep,
        })
    }
}

impl DriftV1<&RawValue> {
    fn read(self, i: &mut Interner) -> Wire<Drift> {
        Ok(Drift {
            addr: addr_in(&self.addr)?,
            deposed: deposed_in(self.deposed),
            provider: i.provider(&self.provider)?,
            before: Arc::new(self.before.read(i)?),
            after: match self.after {
                Some(object) => Some(Arc::new(object.read(i)?)),
                None => None,
            },
        })
    }
}

impl OutputChangeV1<&RawValue> {
    fn read(self, i: &mut Interner) -> Wire<OutputChange> {
        Ok(OutputChange {
            name: i.name(&self.name),
            action: self.action.into(),
            before: known_opt(self.before.map(|b| b.0), i)?,
            before_sensitive: self.before_sensitive,
            after: value_opt(self.after.map(|a| a.0), i)?,
            sensitive: self.sensitive,
        })
    }
}

//! Decides what the records of format 1 consist of, and turns them into the model's nouns and back.
//!
//! The wire types are generic over the value: `Out` on the way out, raw JSON on the way in, read with an [`Interner`].
//! Fields that say nothing are left out; unknown fields are ignored, so that a later version may add some.

use std::collections::BTreeMap;
use std::sync::Arc;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use cairn_model::{
    AbsResourceInstance, ApplyCall, ApplyKind, ApplyRequest, CallToken, Dependency, DeposedKey,
    InstanceState, Mutation, ObjectStatus, OutputState, RecordInfo, RemoteObject, StateObject,
    Target,
};
use cairn_value::{Known, Name, Path, PathStep, Value};

use super::check::{self, CheckV1};
use super::value::{Interner, Out, TypeWire, read};
use crate::{Intent, IntentId, IntentStatus};

/// A failure to write or read a record, a sentence.
pub(crate) type Wire<T> = Result<T, String>;

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde gives fields to such predicates by reference"
)]
pub(crate) fn is_false(b: &bool) -> bool {
    !*b
}

/// The state's head.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct HeadV1 {
    pub(crate) lineage: String,
    pub(crate) serial: u64,
    pub(crate) next_intent: u64,
}

/// An instance with its objects.
#[derive(Serialize, Deserialize)]
pub(crate) struct InstanceV1<V> {
    addr: String,
    provider: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    current: Option<ObjectV1<V>>,
    #[serde(default = "BTreeMap::new", skip_serializing_if = "BTreeMap::is_empty")]
    deposed: BTreeMap<String, ObjectV1<V>>,
}

/// One object.
#[derive(Serialize, Deserialize)]
pub(crate) struct ObjectV1<V> {
    value: V,
    #[serde(default)]
    schema: u64,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    private: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    sensitive: Vec<Vec<StepV1>>,
    #[serde(default, skip_serializing_if = "is_false")]
    tainted: bool,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    deps: Vec<String>,
    #[serde(default, skip_serializing_if = "is_false")]
    cbd: bool,
    #[serde(default, skip_serializing_if = "is_false")]
    keep: bool,
}

/// One step of a path: `"name"`, `0`, `{"key": ..}`, `{"element": 0}`.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
pub(crate) enum StepV1 {
    Attr(String),
    Index(usize),
    Key { key: String },
    Element { element: usize },
}

pub(crate) fn path_out(path: &Path) -> Vec<StepV1> {
    path.0
        .iter()
        .map(|step| match step {
            PathStep::Attr(n) => StepV1::Attr(n.to_string()),
            PathStep::Index(i) => StepV1::Index(*i),
            PathStep::Key(k) => StepV1::Key { key: k.to_string() },
            PathStep::Element(e) => StepV1::Element { element: *e },
        })
        .collect()
}

pub(crate) fn path_in(steps: Vec<StepV1>, i: &mut Interner) -> Path {
    let step = |step| match step {
        StepV1::Attr(n) => PathStep::Attr(i.name(&n)),
        StepV1::Index(n) => PathStep::Index(n),
        StepV1::Key { key } => PathStep::Key(Arc::from(key)),
        StepV1::Element { element } => PathStep::Element(element),
    };
    Path(steps.into_iter().map(step).collect())
}

/// A root output.
#[derive(Serialize, Deserialize)]
pub(crate) struct OutputV1<V> {
    name: String,
    value: V,
    #[serde(rename = "type")]
    ty: TypeWire,
    #[serde(default, skip_serializing_if = "is_false")]
    sensitive: bool,
}

/// An intent.
#[derive(Serialize, Deserialize)]
pub(crate) struct IntentV1<V> {
    id: u64,
    opened_at: String,
    token: String,
    provider: String,
    requests: Vec<RequestV1<V>>,
}

#[derive(Serialize, Deserialize)]
struct RequestV1<V> {
    addr: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    deposed: Option<String>,
    kind: KindV1,
    ty: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    prior: Option<RemoteV1<V>>,
    planned: V,
    config: V,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    private: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    sensitive: Vec<Vec<StepV1>>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    deps: Vec<String>,
    #[serde(default, skip_serializing_if = "is_false")]
    cbd: bool,
    #[serde(default, skip_serializing_if = "is_false")]
    keep: bool,
    #[serde(default, skip_serializing_if = "is_false")]
    provisions: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    sets_aside: Option<String>,
}

#[derive(Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum KindV1 {
    Create,
    Update,
    Delete,
}

#[derive(Serialize, Deserialize)]
struct RemoteV1<V> {
    value: V,
    #[serde(default)]
    schema: u64,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    private: String,
}

/// A mutation (in plan files).
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum MutationV1<V> {
    Put {
        addr: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        deposed: Option<String>,
        provider: String,
        object: ObjectV1<V>,
    },
    Remove {
        addr: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        deposed: Option<String>,
    },
    Depose {
        addr: String,
        key: String,
    },
    Move {
        from: String,
        to: String,
    },
    SetOutput(OutputV1<V>),
    RemoveOutput(String),
    SetChecks(Vec<CheckV1>),
}

// ---- writing

/// Bytes on their way out, as a string.
pub(crate) fn bytes_out(bytes: &[u8]) -> String {
    BASE64_STANDARD.encode(bytes)
}

fn dependency_out(dependency: &Dependency) -> String {
    match dependency {
        Dependency::Resource(r) => format!("{r}[*]"),
        Dependency::Instance(i) => i.to_string(),
    }
}

/// Dependencies on their way out.
pub(crate) fn dependencies_out(dependencies: &[Dependency]) -> Vec<String> {
    dependencies.iter().map(dependency_out).collect()
}

/// An object on its way out.
pub(crate) fn object_out(object: &StateObject) -> Wire<ObjectV1<Out<'_>>> {
    Ok(ObjectV1 {
        value: Out::new(object.remote.value.value())?,
        schema: object.remote.schema_version,
        private: bytes_out(&object.remote.private),
        sensitive: object.sensitive.iter().map(path_out).collect(),
        tainted: object.status == ObjectStatus::Tainted,
        deps: dependencies_out(&object.dependencies),
        cbd: object.create_before_destroy,
        keep: object.keeps_object,
    })
}

fn output_out<'o>(name: &str, output: &'o OutputState) -> Wire<OutputV1<Out<'o>>> {
    Ok(OutputV1 {
        name: name.to_owned(),
        value: Out::new(output.value.value())?,
        ty: TypeWire(output.ty.clone()),
        sensitive: output.sensitive,
    })
}

/// The payload of an instance's record.
pub(crate) fn instance(addr: &AbsResourceInstance, state: &InstanceState) -> Wire<Vec<u8>> {
    let at = |e| format!("{addr}: {e}");
    let wire = InstanceV1 {
        addr: addr.to_string(),
        provider: state.provider.to_string(),
        current: state
            .current
            .as_deref()
            .map(object_out)
            .transpose()
            .map_err(at)?,
        deposed: state
            .deposed
            .iter()
            .map(|(k, o)| Ok((k.to_string(), object_out(o).map_err(at)?)))
            .collect::<Wire<_>>()?,
    };
    json(&wire)
}

/// The payload of an output's record.
pub(crate) fn output(name: &str, output: &OutputState) -> Wire<Vec<u8>> {
    json(&output_out(name, output).map_err(|e| format!("output {name}: {e}"))?)
}

/// The payload of the head.
pub(crate) fn head(head: &HeadV1) -> Vec<u8> {
    json(head).expect("a head is plain data")
}

fn request_out(r: &ApplyRequest) -> Wire<RequestV1<Out<'_>>> {
    let at = |e| format!("{}: {e}", r.addr);
    let prior = match &r.prior {
        Some(p) => Some(RemoteV1 {
            value: Out::new(p.value.value()).map_err(at)?,
            schema: p.schema_version,
            private: bytes_out(&p.private),
        }),
        None => None,
    };
    Ok(RequestV1 {
        addr: r.addr.to_string(),
        deposed: r.deposed.as_ref().map(ToString::to_string),
        kind: match r.kind {
            ApplyKind::Create => KindV1::Create,
            ApplyKind::Update => KindV1::Update,
            ApplyKind::Delete => KindV1::Delete,
        },
        ty: r.ty.to_string(),
        prior,
        planned: Out::new(&r.planned).map_err(at)?,
        config: Out::new(&r.config).map_err(at)?,
        private: bytes_out(&r.planned_private),
        sensitive: r.record.sensitive.iter().map(path_out).collect(),
        deps: dependencies_out(&r.record.dependencies),
        cbd: r.record.create_before_destroy,
        keep: r.record.keeps_object,
        provisions: r.record.provisions,
        sets_aside: r.record.sets_aside.as_ref().map(ToString::to_string),
    })
}

/// The payload of an intent's record.
pub(crate) fn intent(id: IntentId, opened_at: &str, call: &ApplyCall) -> Wire<Vec<u8>> {
    json(&IntentV1 {
        id: id.0,
        opened_at: opened_at.to_owned(),
        token: call.token.to_string(),
        provider: call.provider.to_string(),
        requests: call.requests.iter().map(request_out).collect::<Wire<_>>()?,
    })
}

/// A mutation on its way out.
pub(crate) fn mutation_out(mutation: &Mutation) -> Wire<MutationV1<Out<'_>>> {
    Ok(match mutation {
        Mutation::Put {
            addr,
            deposed,
            provider,
            object,
        } => MutationV1::Put {
            addr: addr.to_string(),
            deposed: deposed.as_ref().map(ToString::to_string),
            provider: provider.to_string(),
            object: object_out(object).map_err(|e| format!("{addr}: {e}"))?,
        },
        Mutation::Remove { addr, deposed } => MutationV1::Remove {
            addr: addr.to_string(),
            deposed: deposed.as_ref().map(ToString::to_string),
        },
        Mutation::Depose { addr, key } => MutationV1::Depose {
            addr: addr.to_string(),
            key: key.to_string(),
        },
        Mutation::Move { from, to } => MutationV1::Move {
            from: from.to_string(),
            to: to.to_string(),
        },
        Mutation::SetOutput { name, output } => MutationV1::SetOutput(output_out(name, output)?),
        Mutation::RemoveOutput { name } => MutationV1::RemoveOutput(name.to_string()),
        Mutation::SetChecks(checks) => MutationV1::SetChecks(check::out(checks)),
    })
}

/// JSON on one line.
pub(crate) fn json(wire: &impl Serialize) -> Wire<Vec<u8>> {
    serde_json::to_vec(wire).map_err(|e| e.to_string())
}

// ---- reading

/// Reads JSON of a wire type.
pub(crate) fn from_json<'j, T: Deserialize<'j>>(payload: &'j [u8]) -> Wire<T> {
    serde_json::from_slice(payload).map_err(|e| e.to_string())
}

pub(crate) fn addr_in(text: &str) -> Wire<AbsResourceInstance> {
    text.parse().map_err(|e| format!("{text:?}: {e}"))
}

pub(crate) fn deposed_in(key: Option<String>) -> Option<DeposedKey> {
    key.map(|k| DeposedKey(Arc::from(k)))
}

/// Bytes from their string.
pub(crate) fn private_in(text: &str) -> Wire<Arc<[u8]>> {
    if text.is_empty() {
        return Ok(Arc::from([]));
    }
    let bytes = BASE64_STANDARD.decode(text).map_err(|e| e.to_string())?;
    Ok(Arc::from(bytes))
}

pub(crate) fn dependency_in(text: &str) -> Wire<Dependency> {
    match text.strip_suffix("[*]") {
        Some(resource) => match resource.parse::<Target>() {
            Ok(Target::Resource(r)) => Ok(Dependency::Resource(r)),
            Ok(_) => Err(format!("{text:?} is no dependency")),
            Err(e) => Err(format!("{text:?}: {e}")),
        },
        None => addr_in(text).map(Dependency::Instance),
    }
}

fn known_in(raw: &RawValue, i: &mut Interner) -> Wire<Known> {
    Known::try_from(read(raw, i)?).map_err(|_| "a recorded value has unknown parts".to_owned())
}

impl ObjectV1<&RawValue> {
    pub(crate) fn read(self, i: &mut Interner) -> Wire<StateObject> {
        Ok(StateObject {
            remote: RemoteObject {
                value: known_in(self.value, i)?,
                private: private_in(&self.private)?,
                schema_version: self.schema,
            },
            sensitive: self.sensitive.into_iter().map(|p| path_in(p, i)).collect(),
            status: if self.tainted {
                ObjectStatus::Tainted
            } else {
                ObjectStatus::Ready
            },
            dependencies: i.dependencies(self.deps, dependency_in)?,
            create_before_destroy: self.cbd,
            keeps_object: self.keep,
        })
    }
}

impl OutputV1<&RawValue> {
    fn read(self, i: &mut Interner) -> Wire<(Name, OutputState)> {
        let output = OutputState {
            value: known_in(self.value, i)?,
            ty: i.ty(self.ty.0),
            sensitive: self.sensitive,
        };
        Ok((i.name(&self.name), output))
    }
}

/// An instance from its record's payload.
pub(crate) fn read_instance(
    payload: &[u8],
    i: &mut Interner,
) -> Wire<(AbsResourceInstance, InstanceState)> {
    let wire: InstanceV1<&RawValue> = from_json(payload)?;
    let state = InstanceState {
        provider: i.provider(&wire.provider)?,
        current: match wire.current {
            Some(object) => Some(Arc::new(object.read(i)?)),
            None => None,
        },
        deposed: wire
            .deposed
            .into_iter()
            .map(|(k, o)| Ok((DeposedKey(Arc::from(k)), Arc::new(o.read(i)?))))
            .collect::<Wire<_>>()?,
    };
    Ok((addr_in(&wire.addr)?, state))
}

/// An output from its record's payload.
pub(crate) fn read_output(payload: &[u8], i: &mut Interner) -> Wire<(Name, OutputState)> {
    from_json::<OutputV1<&RawValue>>(payload)?.read(i)
}

/// The head from its payload.
pub(crate) fn read_head(payload: &[u8]) -> Wire<HeadV1> {
    from_json(payload)
}

/// An intent from its record's payload.
pub(crate) fn read_intent(payload: &[u8], i: &mut Interner) -> Wire<Intent> {
    let wire: IntentV1<&RawValue> = from_json(payload)?;
    let mut requests = Vec::with_capacity(wire.requests.len());
    for r in wire.requests {
        requests.push(ApplyRequest {
            addr: addr_in(&r.addr)?,
            deposed: deposed_in(r.deposed),
            kind: match r.kind {
                KindV1::Create => ApplyKind::Create,
                KindV1::Update => ApplyKind::Update,
                KindV1::Delete => ApplyKind::Delete,
            },
            ty: i.name(&r.ty),
            prior: match r.prior {
                Some(p) => Some(RemoteObject {
                    value: known_in(p.value, i)?,
                    private: private_in(&p.private)?,
                    schema_version: p.schema,
                }),
                None => None,
            },
            planned: read(r.planned, i)?,
            config: read(r.config, i)?,
            given: None,
            planned_private: private_in(&r.private)?,
            record: RecordInfo {
                sensitive: r.sensitive.into_iter().map(|p| path_in(p, i)).collect(),
                dependencies: i.dependencies(r.deps, dependency_in)?,
                create_before_destroy: r.cbd,
                keeps_object: r.keep,
                provisions: r.provisions,
                sets_aside: deposed_in(r.sets_aside),
            },
        });
    }
    Ok(Intent {
        id: IntentId(wire.id),
        call: ApplyCall {
            token: CallToken(Arc::from(wire.token)),
            provider: i.provider(&wire.provider)?,
            requests,
        },
        opened_at: wire.opened_at,
        status: IntentStatus::Open,
    })
}

impl MutationV1<&RawValue> {
    pub(crate) fn read(self, i: &mut Interner) -> Wire<Mutation> {
        Ok(match self {
            Self::Put {
                addr,
                deposed,
                provider,
                object,
            } => Mutation::Put {
                addr: addr_in(&addr)?,
                deposed: deposed_in(deposed),
                provider: i.provider(&provider)?,
                object: Arc::new(object.read(i)?),
            },
            Self::Remove { addr, deposed } => Mutation::Remove {
                addr: addr_in(&addr)?,
                deposed: deposed_in(deposed),
            },
            Self::Depose { addr, key } => Mutation::Depose {
                addr: addr_in(&addr)?,
                key: DeposedKey(Arc::from(key)),
            },
            Self::Move { from, to } => Mutation::Move {
                from: addr_in(&from)?,
                to: addr_in(&to)?,
            },
            Self::SetOutput(output) => {
                let (name, output) = output.read(i)?;
                Mutation::SetOutput { name, output }
            }
            Self::RemoveOutput(name) => Mutation::RemoveOutput {
                name: i.name(&name),
            },
            Self::SetChecks(checks) => Mutation::SetChecks(check::all(checks)?),
        })
    }
}

/// The known value of something optional.
pub(crate) fn known_opt(raw: Option<&RawValue>, i: &mut Interner) -> Wire<Option<Known>> {
    raw.map(|r| known_in(r, i)).transpose()
}

/// The value of something optional.
pub(crate) fn value_opt(raw: Option<&RawValue>, i: &mut Interner) -> Wire<Option<Value>> {
    raw.map(|r| read(r, i)).transpose()
}

#[derive(Deserialize)]
struct AddrOnly {
    addr: String,
}

#[derive(Deserialize)]
struct NameOnly {
    name: String,
}

#[derive(Deserialize)]
struct IdOnly {
    id: u64,
}

/// The address in an instance's payload.
pub(crate) fn addr_of(payload: &[u8]) -> Wire<AbsResourceInstance> {
    addr_in(&from_json::<AddrOnly>(payload)?.addr)
}

/// The name in an output's payload.
pub(crate) fn name_of(payload: &[u8]) -> Wire<String> {
    Ok(from_json::<NameOnly>(payload)?.name)
}

/// The id in an intent's payload.
pub(crate) fn intent_id_of(payload: &[u8]) -> Wire<IntentId> {
    Ok(IntentId(from_json::<IdOnly>(payload)?.id))
}

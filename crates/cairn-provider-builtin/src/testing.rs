//! What the tests of this crate stand on: surroundings that are repeatable, and objects made of few words.

use std::collections::BTreeMap;
use std::future::Future;
use std::io;
use std::pin::pin;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use async_trait::async_trait;
use cairn_model::{
    AbsResourceInstance, BlockSchema, InstanceKey, ModuleInstance, RemoteObject, Resource,
    ResourceMode, ResourceSchema,
};
use cairn_provider::{PlanRequest, PlanResponse, Problem};
use cairn_value::{Object, Value, name};

use crate::kit::{Managed, remote};
use crate::{StoredState, Surroundings};

/// A file as it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FakeFile {
    pub(crate) content: Vec<u8>,
    pub(crate) file_mode: u32,
    pub(crate) folder_mode: u32,
}

/// Repeatable surroundings: random bytes of a counter, a clock that is set, files in memory.
#[derive(Default)]
pub(crate) struct Fake {
    drawn: AtomicU64,
    pub(crate) time: AtomicI64,
    pub(crate) files: Mutex<BTreeMap<String, FakeFile>>,
    states: Mutex<BTreeMap<String, StoredState>>,
    pub(crate) slept: Mutex<Vec<Duration>>,
}

impl Fake {
    /// Randomness of another beginning.
    pub(crate) fn seeded(seed: u64) -> Self {
        Self {
            drawn: AtomicU64::new(seed),
            ..Self::default()
        }
    }

    /// A clock that stands at a moment.
    pub(crate) fn at(seconds: i64) -> Self {
        Self {
            time: AtomicI64::new(seconds),
            ..Self::default()
        }
    }

    /// Puts a file there.
    pub(crate) fn put(&self, path: &str, content: &[u8]) {
        let file = FakeFile {
            content: content.to_vec(),
            file_mode: 0,
            folder_mode: 0,
        };
        self.files.lock().unwrap().insert(path.to_owned(), file);
    }

    /// Puts a state of cairn's there.
    pub(crate) fn keep(&self, folder: &str, state: StoredState) {
        self.states.lock().unwrap().insert(folder.to_owned(), state);
    }

    /// A file's content.
    pub(crate) fn content(&self, path: &str) -> Option<Vec<u8>> {
        Some(self.files.lock().unwrap().get(path)?.content.clone())
    }
}

#[async_trait]
impl Surroundings for Fake {
    fn random(&self, bytes: &mut [u8]) {
        for chunk in bytes.chunks_mut(8) {
            // SplitMix64: a counter, mixed.
            let n = self.drawn.fetch_add(1, Ordering::Relaxed);
            let mut z = n.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
            z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            z ^= z >> 31;
            chunk.copy_from_slice(&z.to_le_bytes()[..chunk.len()]);
        }
    }

    fn now(&self) -> i64 {
        self.time.load(Ordering::Relaxed)
    }

    fn read(&self, path: &str) -> io::Result<Vec<u8>> {
        self.content(path)
            .ok_or_else(|| io::ErrorKind::NotFound.into())
    }

    fn write(
        &self,
        path: &str,
        content: &[u8],
        file_mode: u32,
        folder_mode: u32,
    ) -> io::Result<()> {
        if path.starts_with("forbidden/") {
            return Err(io::ErrorKind::PermissionDenied.into());
        }
        let file = FakeFile {
            content: content.to_vec(),
            file_mode,
            folder_mode,
        };
        self.files.lock().unwrap().insert(path.to_owned(), file);
        Ok(())
    }

    fn remove(&self, path: &str) -> io::Result<()> {
        match self.files.lock().unwrap().remove(path) {
            Some(_) => Ok(()),
            None => Err(io::ErrorKind::NotFound.into()),
        }
    }

    fn state(&self, folder: &str) -> Result<Option<StoredState>, String> {
        Ok(self.states.lock().unwrap().get(folder).cloned())
    }

    async fn sleep(&self, time: Duration) {
        self.slept.lock().unwrap().push(time);
    }
}

/// Waits for what never really waits.
pub(crate) fn wait<T>(future: impl Future<Output = T>) -> T {
    let mut future = pin!(future);
    match future
        .as_mut()
        .poll(&mut Context::from_waker(Waker::noop()))
    {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("nothing in these surroundings takes time"),
    }
}

/// An object of a schema with these attributes, the others null.
pub(crate) fn object(schema: &ResourceSchema, values: &[(&str, Value)]) -> Object {
    let mut object = schema.block.empty_value().as_object().unwrap().clone();
    for (n, v) in values {
        assert!(object.set(n, v.clone()), "there is no attribute {n}");
    }
    object
}

fn proposed(block: &BlockSchema, prior: Option<&Object>, config: &Object) -> Object {
    let mut out = config.clone();
    for (n, a) in &block.attributes {
        if a.computed && config.get(n).unwrap().is_null() {
            out.set(
                n,
                prior.map_or_else(
                    || Value::unknown(a.ty.clone()),
                    |p| p.get(n).unwrap().clone(),
                ),
            );
        }
    }
    out
}

/// Plans a configuration as the planner does.
pub(crate) fn plan(
    ty: &dyn Managed,
    prior: Option<&RemoteObject>,
    values: &[(&str, Value)],
) -> PlanResponse {
    let schema = ty.schema();
    let config = object(&schema, values);
    let old = prior.and_then(|p| p.value.value().as_object());
    let merged = proposed(&schema.block, old, &config);
    let addr: AbsResourceInstance = Resource {
        mode: ResourceMode::Managed,
        ty: name("x"),
        name: name("a"),
    }
    .in_module(ModuleInstance::default())
    .instance(InstanceKey::None);
    let config = Value::Object(Arc::new(config));
    let merged = Value::Object(Arc::new(merged));
    ty.plan(&PlanRequest {
        addr: &addr,
        ty: &name("x"),
        prior,
        config: &config,
        proposed: &merged,
        provider_config: &Value::null(),
    })
}

/// Plans and makes an object.
pub(crate) fn create(
    ty: &dyn Managed,
    with: &Fake,
    values: &[(&str, Value)],
) -> Result<RemoteObject, Vec<Problem>> {
    let schema = ty.schema();
    let problems = ty.validate(&object(&schema, values));
    if !problems.is_empty() {
        return Err(problems);
    }
    let planned = plan(ty, None, values).planned.unwrap();
    let made = wait(ty.create(with, planned.as_object().unwrap().clone()))?;
    Ok(remote(&schema, made).expect("all of it is known"))
}

/// Which of the attributes that force a replacement really change, as the planner finds it.
pub(crate) fn replaced_by(
    ty: &dyn Managed,
    prior: &RemoteObject,
    values: &[(&str, Value)],
) -> Vec<String> {
    let answer = plan(ty, Some(prior), values);
    let planned = answer.planned.unwrap();
    let mut paths: Vec<String> = answer
        .requires_replace
        .iter()
        .filter(|p| p.get(prior.value.value()) != p.get(&planned))
        .map(ToString::to_string)
        .collect();
    paths.sort();
    paths.dedup();
    paths
}

/// A string attribute of an object.
pub(crate) fn string(object: &RemoteObject, n: &str) -> String {
    let value = object.value.value().get_attr(n).unwrap();
    value
        .as_str()
        .unwrap_or_else(|| panic!("{n} is {value:?}"))
        .to_owned()
}

/// A map of strings.
pub(crate) fn map(entries: &[(&str, &str)]) -> Value {
    Value::map(
        cairn_value::Type::String,
        entries
            .iter()
            .map(|(k, v)| (Arc::from(*k), Value::string(v))),
    )
}

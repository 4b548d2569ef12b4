//! Measures the store: N objects put by commits of 100, close, open, load, snapshot, one commit more. Asserts nothing.
//!
//! `cargo run --release -p cairn-state --example throughput -- 10000`

#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a measurement prints and may fail"
)]

use std::sync::Arc;
use std::time::{Duration, Instant};

use cairn_model::{
    AbsProviderConfig, AbsResourceInstance, ApplyCall, ApplyKind, ApplyRequest, CallToken,
    InstanceKey, Lineage, Module, Mutation, ObjectStatus, ProviderAddr, RecordInfo, RemoteObject,
    Serial,
};
use cairn_state::{OpenOptions, SledStore, StateStore, read_snapshot};
use cairn_value::{Known, Type, Value, name};

fn main() {
    let count: u64 = std::env::args()
        .nth(1)
        .map_or(10_000, |n| n.parse().unwrap());
    let dir = tempfile::tempdir_in(".").unwrap();
    let path = dir.path().join("default");
    let options = || OpenOptions {
        lineage: Lineage("5f8a".into()),
        ..OpenOptions::new(&path)
    };
    let provider = AbsProviderConfig {
        module: Module::root(),
        provider: ProviderAddr::builtin(),
        alias: None,
        key: InstanceKey::None,
    };
    let addr = |n: u64| -> AbsResourceInstance {
        format!("module.cluster.terraform_data.server[{n}]")
            .parse()
            .unwrap()
    };
    let value = |n: u64| {
        Value::object([
            (name("id"), Value::string(format!("11111111-{n:08}"))),
            (name("input"), Value::string(format!("server number {n}"))),
            (name("output"), Value::string(format!("server number {n}"))),
            (name("triggers_replace"), Value::Null(Type::Dynamic)),
        ])
    };
    let object = |n: u64| RemoteObject {
        value: Known::try_from(value(n)).unwrap(),
        private: Arc::from([]),
        schema_version: 0,
    };
    let put = |n: u64| Mutation::Put {
        addr: addr(n),
        deposed: None,
        provider: provider.clone(),
        object: Arc::new(RecordInfo::default().object(object(n), ObjectStatus::Ready)),
    };
    let call = |token: u64, from: u64, to: u64| ApplyCall {
        token: CallToken(token.to_string().into()),
        provider: provider.clone(),
        requests: (from..to)
            .map(|n| ApplyRequest {
                addr: addr(n),
                deposed: None,
                kind: ApplyKind::Create,
                ty: name("terraform_data"),
                prior: None,
                planned: value(n),
                config: value(n),
                given: None,
                planned_private: Arc::from([]),
                record: RecordInfo::default(),
            })
            .collect(),
    };

    let at = Instant::now();
    let mut store = Box::new(SledStore::open(options()).unwrap());
    println!("open fresh           {:?}", at.elapsed());
    let (mut begun, mut committed) = (Duration::ZERO, Duration::ZERO);
    for from in (0..count).step_by(100) {
        let to = (from + 100).min(count);
        let call = call(from, from, to);
        let mutations: Vec<Mutation> = (from..to).map(put).collect();
        let step = Instant::now();
        let intent = store.begin(&call).unwrap();
        begun += step.elapsed();
        let step = Instant::now();
        store.commit(intent, &mutations).unwrap();
        committed += step.elapsed();
    }
    println!("begin, all           {begun:?}");
    println!("commit, all          {committed:?}");
    let at = Instant::now();
    store.close().unwrap();
    println!("close                {:?}", at.elapsed());

    let at = Instant::now();
    let snapshot = read_snapshot(&path).unwrap().unwrap();
    println!("snapshot             {:?}", at.elapsed());
    assert_eq!(snapshot.state.instances.len() as u64, count);
    drop(snapshot);

    let at = Instant::now();
    let mut store = Box::new(SledStore::open(options()).unwrap());
    println!("open clean           {:?}", at.elapsed());
    let at = Instant::now();
    let state = store.load().unwrap();
    println!("load                 {:?}", at.elapsed());
    drop(state);
    let at = Instant::now();
    let mut serial = store.serial();
    for n in 0..100 {
        serial = store.write(serial, &[put(n)]).unwrap();
    }
    println!("commit of one object {:?}", at.elapsed() / 100);
    assert_eq!(serial, Serial(count.div_ceil(100) + 100));
    drop(store);
    let at = Instant::now();
    let store = Box::new(SledStore::open(options()).unwrap());
    println!("open after a crash   {:?}", at.elapsed());
    let at = Instant::now();
    store.close().unwrap();
    println!("close                {:?}", at.elapsed());
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    for line in status.lines().filter(|l| l.starts_with("VmHWM")) {
        println!("{line}");
    }
}

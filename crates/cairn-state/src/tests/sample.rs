//! Objects, calls and states for tests.

use std::sync::Arc;

use cairn_model::{
    AbsProviderConfig, AbsResourceInstance, ApplyCall, ApplyKind, ApplyRequest, CallToken,
    CheckInstance, CheckResult, CheckStatus, Checked, Dependency, InstanceKey, Lineage, Module,
    ModuleInstance, Mutation, ObjectStatus, OutputState, ProviderAddr, RecordInfo, RemoteObject,
    StateObject,
};
use cairn_value::{Known, Marks, Path, PathStep, Type, Value, name};

use crate::OpenOptions;

pub(crate) fn provider() -> AbsProviderConfig {
    AbsProviderConfig {
        module: Module::root(),
        provider: ProviderAddr::builtin(),
        alias: None,
        key: InstanceKey::None,
    }
}

pub(crate) fn addr(text: &str) -> AbsResourceInstance {
    text.parse().unwrap()
}

pub(crate) fn value(id: &str) -> Value {
    Value::object([
        (name("id"), Value::string(id)),
        (name("count"), Value::int(3)),
        (name("nothing"), Value::Null(Type::String)),
        (
            name("tags"),
            Value::map(Type::String, [(Arc::from("a"), Value::string("b"))]),
        ),
        (
            name("disks"),
            Value::list(Type::Number, vec![Value::int(40), Value::int(-1)]),
        ),
        (
            name("zones"),
            Value::set(Type::String, vec![Value::string("x"), Value::string("y")]),
        ),
        (
            name("$odd"),
            Value::tuple(vec![Value::Bool(true), Value::null()]),
        ),
    ])
}

pub(crate) fn object(id: &str) -> Arc<StateObject> {
    Arc::new(StateObject {
        remote: RemoteObject {
            value: Known::try_from(value(id)).unwrap(),
            private: Arc::from(*b"\x00private"),
            schema_version: 2,
        },
        sensitive: vec![
            Path::attr("tags").then(PathStep::Key(Arc::from("a"))),
            Path::attr("disks").then(PathStep::Index(1)),
            Path::attr("zones").then(PathStep::Element(0)),
        ],
        status: ObjectStatus::Tainted,
        dependencies: Arc::from([
            Dependency::Resource(addr("module.m[0].a.b").resource),
            Dependency::Instance(addr("a.c[\"k\"]")),
        ]),
        create_before_destroy: true,
        keeps_object: false,
    })
}

pub(crate) fn put(address: &str, id: &str) -> Mutation {
    Mutation::Put {
        addr: addr(address),
        deposed: None,
        provider: provider(),
        object: object(id),
    }
}

pub(crate) fn output(id: &str) -> Mutation {
    Mutation::SetOutput {
        name: name("ids"),
        output: OutputState {
            value: Known::try_from(Value::tuple(vec![Value::string(id)])).unwrap(),
            ty: Type::tuple([Type::String]),
            sensitive: true,
        },
    }
}

/// Results of every kind, some without instances; those of a check have this status.
pub(crate) fn checks(status: CheckStatus) -> Vec<CheckResult> {
    let m = |address: &str| addr(&format!("{address}.a.b")).resource.module;
    let instance = |module, key, status, problems: &[&str]| CheckInstance {
        module,
        key,
        status,
        problems: problems.iter().map(|p| (*p).to_owned()).collect(),
    };
    let resource = addr("data.a.b").resource.resource;
    let nested = m("module.m[\"a.b\"].module.n[0]");
    vec![
        CheckResult {
            module: Module::root(),
            on: Checked::Resource(resource),
            status: CheckStatus::Fail,
            instances: vec![
                instance(
                    ModuleInstance::default(),
                    InstanceKey::Index(2),
                    CheckStatus::Pass,
                    &[],
                ),
                instance(
                    ModuleInstance::default(),
                    InstanceKey::Index(10),
                    CheckStatus::Fail,
                    &["Too\nbig.", "Odd."],
                ),
            ],
        },
        CheckResult {
            module: Module::root(),
            on: Checked::Output(name("o")),
            status: CheckStatus::Pass,
            instances: Vec::new(),
        },
        CheckResult {
            module: nested.module(),
            on: Checked::Check(name("health")),
            status,
            instances: vec![instance(nested, InstanceKey::None, status, &[])],
        },
        CheckResult {
            module: Module::root(),
            on: Checked::Variable(name("v")),
            status: CheckStatus::Error,
            instances: vec![instance(
                ModuleInstance::default(),
                InstanceKey::None,
                CheckStatus::Error,
                &[],
            )],
        },
    ]
}

pub(crate) fn call(token: &str, addresses: &[&str]) -> ApplyCall {
    ApplyCall {
        token: CallToken(Arc::from(token)),
        provider: provider(),
        requests: addresses
            .iter()
            .map(|a| ApplyRequest {
                addr: addr(a),
                deposed: None,
                kind: ApplyKind::Create,
                ty: name("a"),
                prior: Some(object("i-0").remote.clone()),
                planned: Value::object([
                    (name("id"), Value::unknown_not_null(Type::String)),
                    (name("secret"), Value::string("s").mark(Marks::SENSITIVE)),
                ]),
                config: value("c"),
                given: None,
                planned_private: Arc::from(*b"p"),
                record: RecordInfo {
                    sensitive: object("i-0").sensitive.clone(),
                    dependencies: object("i-0").dependencies.clone(),
                    create_before_destroy: true,
                    keeps_object: false,
                    provisions: false,
                    sets_aside: None,
                },
            })
            .collect(),
    }
}

pub(crate) fn options(dir: &std::path::Path) -> OpenOptions {
    OpenOptions {
        operation: "apply".to_owned(),
        who: "ann@build".to_owned(),
        version: "0.1.0".to_owned(),
        now: "2026-01-02T03:04:05Z".to_owned(),
        pid: 4711,
        id: "lock-1".to_owned(),
        lineage: Lineage(Arc::from("5f8a")),
        ..OpenOptions::new(dir)
    }
}

//! Step graphs of changes made by hand.

use std::sync::Arc;

use cairn_model::{
    AbsProviderConfig, AbsResourceInstance, Change, Dependency, Module, ModuleInstance,
    ObjectStatus, ProviderAddr, RemoteObject, Resource, ResourceMode, StateObject,
};
use cairn_provider_builtin::{BuiltinConnect, BuiltinProvider, Still};
use cairn_value::{Known, Type, Value, name};

use super::*;

fn registry() -> Registry {
    let mut r = Registry::default();
    let terraform = Arc::new(BuiltinProvider::terraform());
    let connect = BuiltinConnect::new(terraform.clone(), Arc::new(Still));
    r.register(terraform, Arc::new(connect));
    r
}

fn resource(n: &str) -> AbsResource {
    Resource {
        mode: ResourceMode::Managed,
        ty: name("terraform_data"),
        name: name(n),
    }
    .in_module(ModuleInstance::root())
}

fn at(n: &str) -> AbsResourceInstance {
    resource(n).instance(InstanceKey::None)
}

fn on(names: &[&str]) -> Vec<Dependency> {
    names.iter().map(|n| Dependency::Instance(at(n))).collect()
}

fn object(dependencies: Vec<Dependency>) -> Arc<StateObject> {
    Arc::new(StateObject {
        remote: RemoteObject {
            value: Known::null(Type::Dynamic),
            private: Arc::from([]),
            schema_version: 0,
        },
        sensitive: Vec::new(),
        status: ObjectStatus::Ready,
        dependencies: dependencies.into(),
        create_before_destroy: false,
        keeps_object: false,
    })
}

/// A change; `was` is what the recorded object depends on, `is` what the planned one does.
fn change(
    addr: AbsResourceInstance,
    action: Action,
    was: Vec<Dependency>,
    is: Vec<Dependency>,
) -> Change {
    let before = (action != Action::Create).then(|| object(was));
    let after = if matches!(action, Action::Delete | Action::Forget) {
        Value::null()
    } else {
        Value::int(1)
    };
    Change {
        addr,
        previous_addr: None,
        deposed: None,
        provider: AbsProviderConfig {
            module: Module::root(),
            provider: ProviderAddr::builtin(),
            alias: None,
            key: InstanceKey::None,
        },
        action,
        reason: None,
        before,
        config: after.clone(),
        after,
        planned_private: Arc::from([]),
        replace_paths: Vec::new(),
        notes: Vec::new(),
        importing: None,
        generated_config: None,
        dependencies: is.into(),
        create_before_destroy: action == Action::CreateThenDelete,
        keeps_object: false,
    }
}

/// The steps in an order in which they may run, as `verb name`.
fn order(changes: &[Change]) -> Vec<String> {
    let graph = build(changes, &registry(), |_| false);
    let mut queue = crate::StepQueue::new(&graph);
    let mut out = Vec::new();
    while let Some((_, steps)) = queue.next_ready() {
        for s in steps {
            let step = graph.step(s);
            let change = &changes[step.change as usize];
            out.push(
                format!("{:?} {}", step.kind, change.addr.resource.resource.name).to_lowercase(),
            );
            queue.done(s);
        }
    }
    assert_eq!(queue.remaining(), 0, "every step can run");
    out
}

#[test]
fn replaced_dependency_is_deleted_after_its_dependent_and_made_before_it() {
    let changes = [
        change(at("a"), Action::DeleteThenCreate, vec![], vec![]),
        change(at("b"), Action::DeleteThenCreate, on(&["a"]), on(&["a"])),
    ];
    assert_eq!(
        order(&changes),
        ["delete b", "delete a", "create a", "create b"]
    );
}

#[test]
fn create_before_destroy_lets_dependents_turn_first() {
    let changes = [
        change(at("a"), Action::CreateThenDelete, vec![], vec![]),
        change(at("b"), Action::Update, on(&["a"]), on(&["a"])),
    ];
    assert_eq!(order(&changes), ["create a", "update b", "delete a"]);
    let changes = [
        change(at("a"), Action::CreateThenDelete, vec![], vec![]),
        change(at("b"), Action::CreateThenDelete, on(&["a"]), on(&["a"])),
    ];
    let order = order(&changes);
    let place = |s: &str| order.iter().position(|o| o == s).unwrap();
    assert!(place("create a") < place("create b"));
    assert!(place("create b") < place("delete b"));
    assert!(place("delete b") < place("delete a"));
}

#[test]
fn a_dropped_object_goes_after_those_that_referred_to_it() {
    let changes = [
        change(at("a"), Action::Delete, vec![], vec![]),
        change(at("b"), Action::Update, on(&["a"]), vec![]),
        change(at("c"), Action::Delete, on(&["a"]), vec![]),
    ];
    let order = order(&changes);
    assert_eq!(order[2], "delete a", "{order:?}");
}

#[test]
fn old_dependencies_never_close_a_circle() {
    // a used to depend on b, b on a (from applies that failed half way).
    let changes = [
        change(at("a"), Action::Delete, on(&["b"]), vec![]),
        change(at("b"), Action::Delete, on(&["a"]), vec![]),
    ];
    assert_eq!(order(&changes).len(), 2);
    // y was made of w and goes; w is replaced; x let go of y and depends on the new w.
    let changes = [
        change(at("w"), Action::DeleteThenCreate, vec![], vec![]),
        change(at("x"), Action::Update, on(&["y"]), on(&["w"])),
        change(at("y"), Action::Delete, on(&["w"]), vec![]),
    ];
    let order = order(&changes);
    assert_eq!(order, ["delete y", "delete w", "create w", "update x"]);
}

#[test]
fn all_of_a_resource_is_waited_for_through_joins() {
    const N: u64 = 1000;
    let many = |n: &str, action, was: &[&str], is: &[&str]| {
        let all = |names: &[&str]| -> Vec<Dependency> {
            names
                .iter()
                .map(|n| Dependency::Resource(resource(n)))
                .collect()
        };
        (0..N)
            .map(|i| {
                change(
                    resource(n).instance(InstanceKey::Index(i)),
                    action,
                    all(was),
                    all(is),
                )
            })
            .collect::<Vec<_>>()
    };
    let mut changes = many("a", Action::DeleteThenCreate, &[], &[]);
    changes.extend(many("b", Action::DeleteThenCreate, &["a"], &["a"]));
    let graph = build(&changes, &registry(), |_| false);
    let edges: usize = graph
        .steps
        .iter()
        .map(|s| s.after.len() + s.after_joins.len())
        .chain(graph.joins.iter().map(|j| j.after.len()))
        .sum();
    assert_eq!(graph.steps.len(), 4 * N as usize);
    assert!(edges <= 8 * N as usize, "{edges}");
    assert_eq!(graph.groups.len(), 4);
    let order = order(&changes);
    assert_eq!(order[0], "delete b");
    assert_eq!(order[1000], "delete a");
    assert_eq!(order[2000], "create a");
    assert_eq!(order[3000], "create b");
}

#[test]
fn instances_wait_for_their_own_only() {
    let mut changes = Vec::new();
    for n in ["a", "b"] {
        for i in 0..3 {
            let key = InstanceKey::Index(i);
            let is = if n == "b" {
                vec![Dependency::Instance(resource("a").instance(key.clone()))]
            } else {
                vec![]
            };
            changes.push(change(
                resource(n).instance(key),
                Action::Create,
                vec![],
                is,
            ));
        }
    }
    let graph = build(&changes, &registry(), |_| false);
    assert!(graph.joins.is_empty());
    assert_eq!(graph.steps[4].after, [StepId(1)]);
    assert_eq!(graph.groups.len(), 2);
}

#[test]
fn what_verifies_comes_after_all_else_and_nothing_waits_for_it() {
    let changes = [
        change(at("a"), Action::Read, vec![], vec![]),
        change(at("b"), Action::CreateThenDelete, vec![], on(&["a"])),
        change(at("c"), Action::Delete, vec![], vec![]),
        change(at("d"), Action::Read, vec![], on(&["b"])),
    ];
    let verifies = |c: &Change| &*c.addr.resource.resource.name == "a";
    let graph = build(&changes, &registry(), verifies);
    let mut queue = crate::StepQueue::new(&graph);
    let mut names = Vec::new();
    while let Some((_, steps)) = queue.next_ready() {
        for s in steps {
            let change = &changes[graph.step(s).change as usize];
            names.push(change.addr.resource.resource.name.to_string());
            queue.done(s);
        }
    }
    assert_eq!(queue.remaining(), 0, "every step can run");
    assert_eq!(names.len(), 5);
    assert_eq!(names.iter().position(|n| n == "a"), Some(4), "{names:?}");
}

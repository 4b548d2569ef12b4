//! What changes of the record by hand amount to.

use std::sync::Arc;

use cairn_model::{
    Dependency, InstanceState, ObjectStatus, ProviderAddr, State, StateObject, Target,
};

use super::sample::{addr, object, provider};
use crate::edit::{mark, move_all, moved, remove, replace_all, replace_provider};

fn state(addrs: &[&str]) -> State {
    let mut state = State::default();
    for a in addrs {
        state.instances.insert(
            addr(a),
            InstanceState {
                provider: provider(),
                current: Some(object(a)),
                deposed: [].into(),
            },
        );
    }
    state
}

fn target(text: &str) -> Target {
    text.parse().unwrap()
}

fn after(state: &State, from: &str, to: &str) -> Result<Vec<String>, String> {
    let pairs = moved(state, &target(from), &target(to)).map_err(|e| e.to_string())?;
    let mut state = state.clone();
    for m in move_all(&state.clone(), &pairs) {
        state.apply(&m)?;
    }
    Ok(state.instances.keys().map(ToString::to_string).collect())
}

#[test]
fn a_move_takes_a_module_a_resource_or_an_instance() {
    let s = state(&[
        "t.a[0]",
        "t.a[1]",
        "t.s",
        "module.m.t.x",
        "module.m.module.n[0].t.y",
    ]);
    let cases: &[(&str, &str, &[&str])] = &[
        (
            "t.a",
            "t.b",
            &[
                "t.b[0]",
                "t.b[1]",
                "t.s",
                "module.m.t.x",
                "module.m.module.n[0].t.y",
            ],
        ),
        (
            "t.a[0]",
            "t.c",
            &[
                "t.a[1]",
                "t.c",
                "t.s",
                "module.m.t.x",
                "module.m.module.n[0].t.y",
            ],
        ),
        (
            "t.s",
            "t.s2[\"k\"]",
            &[
                "t.a[0]",
                "t.a[1]",
                "t.s2[\"k\"]",
                "module.m.t.x",
                "module.m.module.n[0].t.y",
            ],
        ),
        (
            "t.s",
            "module.q.t.s",
            &[
                "t.a[0]",
                "t.a[1]",
                "module.m.t.x",
                "module.m.module.n[0].t.y",
                "module.q.t.s",
            ],
        ),
        (
            "module.m",
            "module.z[\"k\"]",
            &[
                "t.a[0]",
                "t.a[1]",
                "t.s",
                "module.z[\"k\"].t.x",
                "module.z[\"k\"].module.n[0].t.y",
            ],
        ),
    ];
    for (from, to, want) in cases {
        let mut got = after(&s, from, to).unwrap();
        let mut want: Vec<String> = want.iter().map(ToString::to_string).collect();
        got.sort();
        want.sort();
        assert_eq!(got, want, "{from} to {to}");
    }
}

#[test]
fn a_move_that_does_not_fit_is_refused() {
    let s = state(&["t.a[0]", "t.a[1]", "t.s", "module.m.t.x"]);
    for (from, to, why) in [
        ("t.nosuch", "t.x", "does not match anything"),
        ("module.zz", "module.x", "does not match anything"),
        ("t.a", "t.b[\"k\"]", "must also be a whole resource"),
        ("t.s", "module.x", "must also be a resource instance"),
        ("module.m", "t.x", "must also be a module"),
        ("t.s", "t.a[1]", "already a resource instance"),
        ("t.s", "u.s", "types don't match"),
        ("t.s", "data.t.s", "only to another managed resource"),
        ("t.s", "t.s", "already a resource instance"),
    ] {
        let got = after(&s, from, to).unwrap_err();
        assert!(got.contains(why), "{from} to {to}: {got}");
    }
}

#[test]
fn what_depends_on_a_moved_object_follows_it() {
    let mut s = state(&["t.a[0]", "t.a[1]", "t.user"]);
    let depends_on = |names: &[Dependency]| {
        Arc::new(StateObject {
            dependencies: names.to_vec().into(),
            ..StateObject::clone(&object("user"))
        })
    };
    let whole = Dependency::Resource(addr("t.a").resource);
    let one = Dependency::Instance(addr("t.a[0]"));
    s.instances.get_mut(&addr("t.user")).unwrap().current =
        Some(depends_on(&[whole.clone(), one.clone()]));
    let dependencies = |from: &str, to: &str| {
        let pairs = moved(&s, &target(from), &target(to)).unwrap();
        let mut s = s.clone();
        for m in move_all(&s.clone(), &pairs) {
            s.apply(&m).unwrap();
        }
        s.current(&addr("t.user")).unwrap().dependencies.to_vec()
    };
    assert_eq!(
        dependencies("t.a", "t.b"),
        [
            Dependency::Resource(addr("t.b").resource),
            Dependency::Instance(addr("t.b[0]"))
        ]
    );
    assert_eq!(
        dependencies("t.a[0]", "t.c"),
        [whole, Dependency::Instance(addr("t.c"))],
        "the resource keeps its name, since an instance stays"
    );
}

#[test]
fn marks_removals_and_owners_are_changed_where_they_must() {
    let mut s = state(&["t.a", "t.b"]);
    let a = addr("t.a");
    for status in [ObjectStatus::Ready, ObjectStatus::Tainted] {
        // The sample is tainted.
        if let Some(m) = mark(&s, &a, status) {
            s.apply(&m).unwrap();
        }
        assert_eq!(s.current(&a).unwrap().status, status);
        assert_eq!(mark(&s, &a, status), None, "it has it already");
    }
    assert_eq!(mark(&s, &addr("t.x"), ObjectStatus::Tainted), None);

    let other = ProviderAddr::parse("hashicorp/random").unwrap();
    let (resources, mutations) = replace_provider(&s, &ProviderAddr::builtin(), &other);
    assert_eq!(resources.len(), 2);
    for m in mutations {
        s.apply(&m).unwrap();
    }
    assert_eq!(s.instances[&a].provider.provider, other);

    for m in remove(&a, &s.instances[&a].clone()) {
        s.apply(&m).unwrap();
    }
    assert!(!s.instances.contains_key(&a));
}

#[test]
fn a_whole_state_takes_the_place_of_another() {
    let (from, to) = (state(&["t.a", "t.b"]), state(&["t.b", "t.c"]));
    let mut s = from.clone();
    let mutations = replace_all(&from, &to);
    assert_eq!(mutations.len(), 2, "what is equal is left alone");
    for m in mutations {
        s.apply(&m).unwrap();
    }
    assert_eq!(s.instances, to.instances);
}

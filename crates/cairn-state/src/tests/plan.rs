//! Saved plans: all of it comes back, and anything else is refused with a way out.

use std::fs;
use std::sync::Arc;

use cairn_model::{
    Action, ActionReason, CallPreview, Change, CheckStatus, Deferred, DeferredReason, Drift, Group,
    GroupId, Impact, Join, JoinId, Lineage, Module, Mutation, Note, OutputChange, Plan, PlanMode,
    Resource, ResourceMode, Serial, Step, StepGraph, StepId, StepKind,
};
use cairn_value::{Known, Marks, Path, PathStep, Type, Value, name};

use super::sample::{addr, object, output, provider, put, value};
use crate::{PlanFile, StateError, digest_sources};

fn plan() -> Plan {
    let change = Change {
        addr: addr("module.m[\"k\"].a.b[1]"),
        previous_addr: Some(addr("a.old")),
        deposed: Some(cairn_model::DeposedKey("0a1b2c3d".into())),
        provider: provider(),
        action: Action::CreateThenDelete,
        reason: Some(ActionReason::ReplaceBecauseTainted),
        before: Some(object("i-1")),
        after: Value::object([(name("id"), Value::unknown(Type::String))]),
        config: value("c").mark(Marks::SENSITIVE),
        planned_private: Arc::from(*b"\x01\x02"),
        replace_paths: vec![Path::attr("tags").then(PathStep::Key("a".into()))],
        notes: vec![Note {
            path: Path::attr("image_id"),
            impact: Impact::DataLoss,
            text: "The system disk's data is lost.".to_owned(),
        }],
        importing: Some("i-9".to_owned()),
        generated_config: Some("resource \"a\" \"b\" {\n}".to_owned()),
        dependencies: object("i-1").dependencies.clone(),
        create_before_destroy: true,
        keeps_object: true,
    };
    let step = |kind, after: &[u32], joins: &[u32]| Step {
        kind,
        change: 0,
        after: after.iter().copied().map(StepId).collect(),
        after_joins: joins.iter().copied().map(JoinId).collect(),
        group: GroupId(0),
    };
    Plan {
        mode: PlanMode::RefreshOnly,
        lineage: Lineage("5f8a".into()),
        serial: Serial(7),
        variables: [(name("v"), Value::string("1").mark(Marks::SENSITIVE))].into(),
        given: [(name("v"), Value::int(1).mark(Marks::SENSITIVE))].into(),
        targets: vec![
            "module.m[\"k\"]".parse().unwrap(),
            "a.b".parse().unwrap(),
            "a.b[1]".parse().unwrap(),
        ],
        excludes: vec!["a.c".parse().unwrap()],
        changes: vec![change],
        drift: vec![Drift {
            addr: addr("a.b"),
            deposed: None,
            provider: provider(),
            before: object("i-1"),
            after: None,
        }],
        prelude: vec![
            put("a.b", "i-1"),
            output("i-1"),
            Mutation::RemoveOutput { name: name("old") },
            Mutation::Move {
                from: addr("a.b"),
                to: addr("a.c"),
            },
            Mutation::Depose {
                addr: addr("a.c"),
                key: cairn_model::DeposedKey("00000000".into()),
            },
            Mutation::Remove {
                addr: addr("a.c"),
                deposed: Some(cairn_model::DeposedKey("00000000".into())),
            },
        ],
        outputs: vec![
            OutputChange {
                name: name("o"),
                action: Action::Update,
                before: Some(Known::try_from(Value::int(1)).unwrap()),
                before_sensitive: true,
                after: Some(Value::unknown(Type::Dynamic)),
                sensitive: false,
            },
            OutputChange {
                name: name("p"),
                action: Action::NoOp,
                before: Some(Known::null(Type::Dynamic)),
                before_sensitive: false,
                after: Some(Value::null()),
                sensitive: true,
            },
            OutputChange {
                name: name("q"),
                action: Action::Delete,
                before: None,
                before_sensitive: false,
                after: None,
                sensitive: false,
            },
        ],
        beside: vec![put("a.other", "i-5"), output("i-5")],
        steps: StepGraph {
            steps: vec![
                step(StepKind::Delete, &[], &[]),
                step(StepKind::Create, &[0], &[0]),
            ],
            groups: vec![Group {
                steps: vec![StepId(0), StepId(1)],
            }],
            joins: vec![Join {
                after: vec![StepId(0)],
            }],
        },
        calls: vec![CallPreview {
            operation: "RunInstances".to_owned(),
            calls: 2,
            objects: 120,
        }],
        checks: super::sample::checks(CheckStatus::Unknown),
        recorded_checks: super::sample::checks(CheckStatus::Fail),
        errored: true,
        deferred: vec![Deferred {
            module: Module::root().child(name("m")),
            resource: Resource {
                mode: ResourceMode::Managed,
                ty: name("a"),
                name: name("later"),
            },
            address: "module.m[*].a.later[*]".to_owned(),
            provider: provider(),
            reason: DeferredReason::InstanceCountUnknown,
            why: "Not known.".to_owned(),
        }],
        timestamp: "2026-01-02T03:04:05Z".to_owned(),
    }
}

fn file() -> PlanFile {
    PlanFile {
        plan: plan(),
        sources: vec![("main.tf".to_owned(), "a \"b\" {}\n".to_owned())],
        version: "0.1.0".to_owned(),
        settings: [("workspace".to_owned(), "default".to_owned())].into(),
    }
}

#[test]
fn a_plan_comes_back_whole() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("x.tfplan");
    file().write(&path).unwrap();
    assert!(PlanFile::is_one(&path));
    let back = PlanFile::read(&path).unwrap();
    assert_eq!(format!("{back:?}"), format!("{:?}", file()));
}

#[test]
fn anything_else_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("x.tfplan");
    assert!(matches!(PlanFile::read(&path), Err(StateError::Io { .. })));
    for (contents, says) in [
        (b"PK\x03\x04..".as_slice(), "Terraform"),
        (b"", "empty"),
        (b"{\"format_version\":\"1.2\"}", "no saved plan"),
    ] {
        fs::write(&path, contents).unwrap();
        assert!(!PlanFile::is_one(&path));
        let text = PlanFile::read(&path).unwrap_err().to_string();
        assert!(text.contains(says) && text.contains("plan -out"), "{text}");
    }
    file().write(&path).unwrap();
    let sound = fs::read(&path).unwrap();
    for at in (0..sound.len()).step_by(17) {
        let mut broken = sound.clone();
        broken[at] ^= 0x20;
        fs::write(&path, &broken).unwrap();
        assert!(PlanFile::read(&path).is_err(), "{at}");
        fs::write(&path, &sound[..at]).unwrap();
        assert!(PlanFile::read(&path).is_err(), "{at}");
    }
    let of_format = |format| {
        let mut other = sound.clone();
        other[14] = format;
        fs::write(&path, &other).unwrap();
        PlanFile::read(&path).unwrap_err()
    };
    let later = of_format(3);
    assert!(
        matches!(later, StateError::Unsupported { found: 3, .. }),
        "{later}"
    );
    let text = of_format(1).to_string();
    assert!(
        text.contains("earlier version") && text.contains("plan -out"),
        "{text}"
    );
}

#[test]
fn the_digest_tells_configurations_apart() {
    let of = |sources: &[(&str, &str)]| {
        let sources: Vec<_> = sources
            .iter()
            .map(|(p, t)| ((*p).to_owned(), (*t).to_owned()))
            .collect();
        digest_sources(&sources)
    };
    let one = of(&[("a.tf", "x"), ("b.tf", "y")]);
    assert_eq!(one.len(), 64);
    assert_eq!(one, of(&[("b.tf", "y"), ("a.tf", "x")]));
    assert_ne!(one, of(&[("a.tf", "xb.tf"), ("", "y")]));
    assert_ne!(one, of(&[("a.tf", "x"), ("b.tf", "z")]));
}

#[test]
fn ephemeral_values_are_not_stored() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("x.tfplan");
    let mut file = file();
    file.plan.variables.insert(
        name("token"),
        Value::tuple(vec![Value::string("s3cret").mark(Marks::EPHEMERAL)]),
    );
    let text = file.write(&path).unwrap_err().to_string();
    assert!(
        text.contains("token") && text.contains("ephemeral"),
        "{text}"
    );
    assert!(!text.contains("s3cret") && !path.exists());
    file.plan.variables.remove("token");
    file.plan.changes[0].config = Value::string("s3cret").mark(Marks::EPHEMERAL);
    assert!(file.write(&path).is_err());
}

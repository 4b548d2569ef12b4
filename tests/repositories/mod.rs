//! Repositories in the manner of real ones, each with its whole life: made, nothing left to do, nothing drifted, imported into a
//! state that knows nothing, deleted, and nothing left in the cloud.

use std::fmt::Write as _;

use serde_json::Value as Json;

use crate::support::{TestContext, copy, root};

/// Attributes that no API tells, which an import therefore plans to set.
const NEVER_READ: &[&str] = &[
    "delete_with_instance",
    "dry_run",
    "force",
    "force_delete",
    "include_data_disks",
    "key_file",
    "password",
    "type",
];

/// Types whose objects are made by cairn alone: they cannot be imported, or not with what made them.
const LOCAL: &[&str] = &["local_file", "null_resource", "random_", "terraform_data"];

fn is_local(ty: &str) -> bool {
    LOCAL.iter().any(|prefix| ty.starts_with(prefix))
}

/// A recorded object.
struct Recorded {
    address: String,
    ty: String,
    id: String,
}

/// Every recorded object of a module and those in it.
fn walk(module: &Json, into: &mut Vec<Recorded>) {
    let text = |value: &Json| value.as_str().unwrap_or_default().to_owned();
    for resource in module["resources"].as_array().into_iter().flatten() {
        if resource["mode"] == "managed" {
            into.push(Recorded {
                address: text(&resource["address"]),
                ty: text(&resource["type"]),
                id: text(&resource["values"]["id"]),
            });
        }
    }
    for child in module["child_modules"].as_array().into_iter().flatten() {
        walk(child, into);
    }
}

/// Blocks that import these.
fn imports(objects: &[&Recorded]) -> String {
    let mut text = String::new();
    for Recorded { address, id, .. } in objects {
        writeln!(text, "import {{\n  to = {address}\n  id = {id:?}\n}}\n")
            .expect("a string takes any text");
    }
    text
}

/// A state that knows nothing of these, and of nothing at all where they are all there is.
fn forget(context: &TestContext, objects: &[&Recorded], all: usize) {
    if objects.len() == all {
        let state = context.dir.path().join("state");
        std::fs::rename(&state, state.with_file_name("state-aside")).expect("a state");
    } else {
        let addresses = objects.iter().map(|o| o.address.as_str());
        let args: Vec<&str> = ["state", "rm"].into_iter().chain(addresses).collect();
        context.run(&args).expect(0);
    }
}

/// What a plan changes besides what no API tells.
fn surprises(plan: &Json) -> Vec<String> {
    let mut found = Vec::new();
    for change in plan["resource_changes"].as_array().into_iter().flatten() {
        let address = change["address"].as_str().unwrap_or_default();
        let actions = &change["change"]["actions"];
        let ty = change["type"].as_str().unwrap_or_default();
        if is_local(ty) || *actions == serde_json::json!(["no-op"]) {
            continue;
        }
        if change["mode"] == "data" {
            continue;
        }
        if *actions != serde_json::json!(["update"]) {
            found.push(format!("{address}: {actions}"));
            continue;
        }
        let (before, after) = (&change["change"]["before"], &change["change"]["after"]);
        for (name, value) in after.as_object().into_iter().flatten() {
            if before[name] != *value && !NEVER_READ.contains(&name.as_str()) {
                found.push(format!("{address}.{name}: {} -> {value}", before[name]));
            }
        }
    }
    found
}

/// Lives a repository through; how many objects it has.
fn live(name: &str) -> usize {
    let context = TestContext::start(ecs_emulator::Delays::NONE);
    copy(
        &root().join("tests/repositories").join(name),
        context.dir.path(),
    );
    context.run(&["init"]).expect(0);
    context.run(&["validate"]).expect(0);
    context.apply();
    context.expect_no_changes();
    context.run(&["drift"]).expect(0);

    let mut all = Vec::new();
    walk(&context.state()["values"]["root_module"], &mut all);
    let of_the_cloud: Vec<&Recorded> = all.iter().filter(|o| !is_local(&o.ty)).collect();
    forget(&context, &of_the_cloud, all.len());
    context.write("everything_imports.tf", &imports(&of_the_cloud));
    let surprises = surprises(&context.plan_json(&[]));
    assert!(
        surprises.is_empty(),
        "{name}: an import changes\n{}",
        surprises.join("\n")
    );
    context.apply();
    context.expect_no_changes();

    context.run(&["destroy", "-auto-approve"]).expect(0);
    assert!(context.recorded().is_empty());
    let left = context.cloud.inventory();
    assert!(left.is_empty(), "{name}: left in the cloud: {left:?}");
    all.len()
}

macro_rules! repositories {
    ($($test:ident: $folder:literal),* $(,)?) => {
        $(#[test]
        fn $test() {
            println!("{}: {} objects", $folder, live($folder));
        })*

        const LIVED: &[&str] = &[$($folder),*];
    };
}

repositories! {
    blue_green: "blue-green",
    boot_scripts: "boot-scripts",
    data_disks: "data-disks",
    environments: "environments",
    legacy_count: "legacy-count",
    registry_security_group: "registry-security-group",
    registry_vpc: "registry-vpc",
    routes: "routes",
    rule_matrix: "rule-matrix",
    shared_network: "shared-network",
    spot_workers: "spot-workers",
    two_regions: "two-regions",
}

#[test]
fn every_repository_is_lived_through() {
    let mut folders: Vec<String> = std::fs::read_dir(root().join("tests/repositories"))
        .expect("the repositories")
        .map(|entry| entry.expect("a readable folder").path())
        .filter(|path| path.is_dir())
        .map(|path| {
            path.file_name()
                .expect("a name")
                .to_string_lossy()
                .into_owned()
        })
        .collect();
    folders.sort();
    assert_eq!(folders, LIVED);
}

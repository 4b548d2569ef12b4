//! The rules of the tree: layers, purity, module docs, no forgotten file, who may name which library.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

const LAYERS: &[(&str, u32)] = &[
    ("cairn-diag", 0),
    ("cairn-value", 0),
    ("ecs-api", 0),
    ("cairn-model", 1),
    ("ecs-emulator", 1),
    ("cairn-lang", 2),
    ("cairn-provider", 2),
    ("cairn-state", 2),
    ("cairn-plan", 3),
    ("cairn-provider-alicloud", 3),
    ("cairn-provider-builtin", 3),
    ("cairn-engine", 4),
    ("cairn", 5),
];

const PURE: &[&str] = &[
    "cairn-diag",
    "cairn-value",
    "ecs-api",
    "cairn-model",
    "cairn-lang",
    "cairn-provider",
    "cairn-plan",
];

/// Libraries that only these places may name.
const OWNERS: &[(&str, &[&str])] = &[
    ("sled", &["crates/cairn-state/src/sled/"]),
    ("petgraph", &["crates/cairn-plan/src/"]),
    (
        "reqwest",
        &[
            "crates/cairn-provider-alicloud/src/client/",
            "crates/cairn/src/modules/http.rs",
            "crates/cairn/src/commands/emulator/fault.rs",
        ],
    ),
    ("hyper", &["crates/ecs-emulator/src/"]),
    (
        "ecs_emulator",
        &["crates/ecs-emulator/", "crates/cairn/src/", "tests/"],
    ),
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .canonicalize()
        .expect("the repository's root")
}

fn read(path: impl AsRef<Path>) -> String {
    let path = path.as_ref();
    fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

/// Every Rust file below a folder of the repository, relative to its root.
fn rust_files(folder: &str) -> Vec<String> {
    let root = root();
    let mut open = vec![root.join(folder)];
    let mut found = Vec::new();
    while let Some(dir) = open.pop() {
        for entry in fs::read_dir(&dir).unwrap_or_else(|e| panic!("{}: {e}", dir.display())) {
            let path = entry.expect("a readable folder").path();
            if path.is_dir() {
                if path.file_name().is_some_and(|n| n != "target") {
                    open.push(path);
                }
            } else if path.extension().is_some_and(|e| e == "rs") {
                found.push(
                    path.strip_prefix(&root)
                        .expect("below the root")
                        .display()
                        .to_string(),
                );
            }
        }
    }
    found.sort();
    found
}

/// The names in a section of a manifest.
fn section(manifest: &str, wanted: &str) -> Vec<String> {
    let mut inside = false;
    let mut names = Vec::new();
    for line in manifest.lines() {
        if line.starts_with('[') {
            inside = line.trim() == format!("[{wanted}]");
        } else if inside && !line.trim().is_empty() && !line.starts_with('#') {
            names.push(
                line.split(['.', ' ', '='])
                    .next()
                    .unwrap_or_default()
                    .to_owned(),
            );
        }
    }
    names
}

fn layers() -> BTreeMap<&'static str, u32> {
    LAYERS.iter().copied().collect()
}

#[test]
fn every_crate_has_a_layer_and_uses_lower_ones_only() {
    let layers = layers();
    let mut wrong = Vec::new();
    for entry in fs::read_dir(root().join("crates")).unwrap() {
        let dir = entry.unwrap().path();
        let name = dir.file_name().unwrap().to_str().unwrap().to_owned();
        let Some(&layer) = layers.get(name.as_str()) else {
            wrong.push(format!("{name} has no layer in tests/tidy.rs"));
            continue;
        };
        let manifest = read(dir.join("Cargo.toml"));
        assert!(
            manifest.contains(&format!("name = \"{name}\"")),
            "the folder {name} holds a crate of another name"
        );
        for used in section(&manifest, "dependencies") {
            if let Some(&of) = layers.get(used.as_str())
                && of >= layer
            {
                wrong.push(format!("{name} (layer {layer}) uses {used} (layer {of})"));
            }
        }
        if name == "ecs-emulator" {
            let ours: Vec<_> = section(&manifest, "dependencies")
                .into_iter()
                .filter(|d| layers.contains_key(d.as_str()))
                .collect();
            assert_eq!(
                ours,
                ["ecs-api"],
                "the emulator knows the API and nothing of the engine"
            );
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn pure_crates_stay_pure() {
    let first = read(root().join("crates").join(PURE[0]).join("clippy.toml"));
    for name in PURE {
        let dir = root().join("crates").join(name);
        assert_eq!(
            read(dir.join("clippy.toml")),
            first,
            "{name} has another clippy.toml than {}",
            PURE[0]
        );
        let used = section(&read(dir.join("Cargo.toml")), "dependencies");
        for impure in [
            "tokio",
            "reqwest",
            "sled",
            "rand",
            "getrandom",
            "hyper",
            "rustls",
            "tempfile",
        ] {
            assert!(
                !used.iter().any(|u| u == impure),
                "the pure crate {name} uses {impure}"
            );
        }
    }
}

#[test]
fn every_file_says_what_it_decides() {
    let mut wrong = Vec::new();
    for file in rust_files("crates").into_iter().chain(rust_files("tests")) {
        let text = read(root().join(&file));
        if !text.starts_with("//!") {
            wrong.push(file);
        }
    }
    assert!(
        wrong.is_empty(),
        "these files do not begin with //!:\n{}",
        wrong.join("\n")
    );
}

#[test]
fn libraries_are_named_only_by_their_owners() {
    let mut wrong = Vec::new();
    for file in rust_files("crates").into_iter().chain(rust_files("tests")) {
        if file == "tests/tidy.rs" {
            continue;
        }
        for line in read(root().join(&file)).lines() {
            let code = line.split("//").next().unwrap_or_default();
            for (library, owners) in OWNERS {
                let named = code.contains(&format!("use {library}"))
                    || code.contains(&format!("{library}::"));
                let prefixed = code.contains(&format!("_{library}::"))
                    || code.contains(&format!("::{library}::"));
                if named && !prefixed && !owners.iter().any(|o| file.starts_with(o)) {
                    wrong.push(format!("{file}: {}", line.trim()));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn no_test_file_is_forgotten() {
    for folder in ["e2e", "crash"] {
        for file in rust_files(&format!("tests/{folder}")) {
            let beside = root().join(&file).with_file_name("mod.rs");
            let listed = read(beside);
            let name = Path::new(&file)
                .file_stem()
                .unwrap()
                .to_str()
                .unwrap()
                .to_owned();
            assert!(
                name == "mod" || listed.contains(&format!("mod {name};")),
                "{file} is not in the mod.rs beside it"
            );
        }
    }
}

#[test]
fn decisions_are_numbered_without_gaps() {
    let mut numbers: Vec<u32> = fs::read_dir(root().join("docs/adr"))
        .unwrap()
        .map(|e| e.unwrap().file_name().into_string().unwrap())
        .filter(|n| n.ends_with(".md"))
        .map(|n| {
            n[..4]
                .parse()
                .unwrap_or_else(|_| panic!("docs/adr/{n} does not begin with four digits"))
        })
        .collect();
    numbers.sort_unstable();
    assert_eq!(numbers, (1..=numbers.len() as u32).collect::<Vec<_>>());
}

#[test]
fn the_map_of_the_house_names_real_files() {
    let text = read(root().join("docs/architecture.md"));
    let mut named = 0;
    for word in text
        .split(['`', ' ', '\n'])
        .filter(|w| w.starts_with("crates/") || w.starts_with("tests/"))
    {
        let path = word.trim_end_matches(['.', ',', ')']);
        assert!(
            root().join(path).exists(),
            "docs/architecture.md names {path}, which does not exist"
        );
        named += 1;
    }
    assert!(
        named >= 10,
        "docs/architecture.md answers fewer than ten questions with a file"
    );
}

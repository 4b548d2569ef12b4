//! Tests that every file of the corpus is read: each construct of the language stands in it, and Terraform takes all of it (but for
//! the quoted types of `legacy`). The complete modules among it are decoded as well.

#![expect(clippy::disallowed_methods, reason = "the corpus is files")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use cairn_diag::{FileId, Severity, SourceMap};
use cairn_lang::{Inputs, LoadedTree, RawInput, SourceReader, load, parse_file};
use cairn_value::{Number, Value};

fn corpus(folder: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/corpus")
        .join(folder)
}

fn files(folder: &str) -> BTreeMap<String, String> {
    let entries = fs::read_dir(corpus(folder)).expect("the folder is there");
    entries
        .map(|entry| entry.expect("it can be listed").path())
        .filter(|path| path.is_file())
        .map(|path| {
            let name = path.file_name().expect("it has a name");
            let text = fs::read_to_string(&path).expect("it is text");
            (name.to_string_lossy().into_owned(), text)
        })
        .collect()
}

struct Folder(PathBuf);

impl SourceReader for Folder {
    fn read(&self, path: &str) -> Result<String, String> {
        fs::read_to_string(self.0.join(path)).map_err(|e| e.to_string())
    }

    fn list(&self, path: &str) -> Result<Vec<String>, String> {
        let entries = fs::read_dir(self.0.join(path)).map_err(|e| e.to_string())?;
        Ok(entries
            .filter_map(|entry| Some(entry.ok()?.file_name().to_string_lossy().into_owned()))
            .collect())
    }
}

fn decoded(folder: &str) -> LoadedTree {
    load(&Folder(corpus(folder)))
}

/// What is wrong, in words; nothing where nothing is.
fn problems(loaded: &LoadedTree, from: Severity) -> Vec<String> {
    loaded
        .diagnostics
        .iter()
        .filter(|d| d.severity == from)
        .map(|d| {
            let place = d.subject.and_then(|s| loaded.sources.locate(s));
            let place = place.map(|(file, at, _)| format!("{}:{}", file, at.line));
            format!("{} {}", place.unwrap_or_default(), d.summary)
        })
        .collect()
}

#[test]
fn every_file_is_parsed() {
    for (name, text) in files("files") {
        let (body, said) = parse_file(FileId(0), &text);
        assert!(said.is_empty(), "{name}: {said:?}");
        let written = text.trim_start_matches('\u{feff}').lines();
        let code = written
            .filter(|l| !l.is_empty() && !l.starts_with('#'))
            .count();
        let read = body.attributes.len() + body.blocks.len();
        assert_eq!(read > 0, code > 0, "{name}");
    }
}

#[test]
fn the_complete_module_is_decoded() {
    let loaded = decoded("module");
    assert_eq!(problems(&loaded, Severity::Error), [""; 0]);
    assert_eq!(problems(&loaded, Severity::Warning), [""; 0]);
    let root = &loaded.tree.root;
    let config = &root.config;
    assert_eq!(config.resources.len(), 13);
    assert_eq!(config.variables.len(), 10);
    assert_eq!(config.outputs.len(), 5);
    assert_eq!(config.locals.len(), 6);
    assert_eq!(config.calls.len(), 2);
    assert_eq!(root.children.len(), 2);
    // The files that override have the last word.
    let region = config.variables["region"].default.as_ref();
    assert_eq!(
        region.map(|d| &d.value),
        Some(&Value::string_nfc("cn-shanghai"))
    );
    let enabled = config.variables["enabled"].default.as_ref();
    assert_eq!(enabled.map(|d| &d.value), Some(&Value::Bool(false)));
    // A provider may be called as a keyword is.
    let passed = &config.calls["child"].providers;
    assert_eq!(passed.len(), 1);
    assert_eq!((&*passed[0].0.name, &*passed[0].1.name), ("null", "null"));
    assert_eq!(passed[0].0.alias.as_deref(), Some("main"));
}

#[test]
fn the_legacy_module_is_decoded_with_warnings() {
    let loaded = decoded("legacy");
    assert_eq!(problems(&loaded, Severity::Error), [""; 0]);
    assert_eq!(
        problems(&loaded, Severity::Warning),
        [3, 8, 13].map(|line| format!("main.tf:{line} Quoted type constraints are deprecated"))
    );
}

#[test]
fn files_of_values_are_read() {
    let read = |name: &str| -> BTreeMap<String, Value> {
        let mut sources = SourceMap::default();
        let text = &files("values")[name];
        let (given, said) = Inputs::parse_file(&mut sources, name, text);
        assert!(said.is_empty(), "{name}: {said:?}");
        let values = given.into_iter().map(|(name, input)| match input {
            RawInput::Value(value, _) => (name.to_string(), value.value),
            RawInput::Text(..) => panic!("{name} is a value"),
        });
        values.collect()
    };
    let text = Value::string_nfc;
    let number = |n: &str| Value::Number(Number::parse(n).expect("it is a number"));
    let native = read("terraform.tfvars");
    assert_eq!(native.len(), 9);
    assert_eq!(native["text"], text("a"));
    assert_eq!(native["number"], number("1.5"));
    assert_eq!(native["flag"], Value::Bool(true));
    assert_eq!(native["doc"], text("text\n  more\n"));
    assert_eq!(
        native["calculated"],
        Value::Number(Number::parse("3").expect("it is a number").neg())
    );
    let json = read("more.auto.tfvars.json");
    assert_eq!(json.len(), 7);
    assert_eq!(json["text"], text("a ${not} a template"));
    assert_eq!(json["number"], number("1500"));
    assert_eq!(json["unicode"], text("é😀 é"));
    assert!(json["none"].is_null());
}
